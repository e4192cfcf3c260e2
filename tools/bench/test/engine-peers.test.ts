/** Every row of the peers in JavaScript computes what ours computes, at small sizes; and one that does not is not timed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Tensor, wasmEngine } from "@rl/tensor";
import { expect, test } from "vitest";
import { ddpgBatch, ddpgInitial, ddpgUpdate } from "../src/workloads/ddpg.ts";
import { dqnBatch, dqnInitial, dqnTarget, dqnUpdate } from "../src/workloads/dqn.ts";
import { fisherPolicy, fisherProduct, fisherStates, fisherVector } from "../src/workloads/fisher.ts";
import { leNet, leNetBatch, leNetStep, pixelBatch, pixelInitial, pixelNet, pixelUpdate } from "../src/workloads/images.ts";
import { normals, stream } from "../src/workloads/parts.ts";
import { ppoBatch, ppoInitial, ppoUpdate } from "../src/workloads/ppo.ts";
import { example, type Workload } from "../src/workloads/rows.ts";

const shape = { hidden: 8, batch: 5, observation: 4, actions: 3 };
const { images, labels } = leNetBatch(3);
const works: readonly Workload[] = [
  { name: "PPO", arguments: () => [ppoInitial(shape), ppoBatch(shape)], fn: ppoUpdate, compared: 12 },
  { name: "DQN", arguments: () => [dqnInitial(), dqnTarget(), dqnBatch(7)], fn: dqnUpdate, compared: 6 },
  { name: "DDPG", arguments: () => [ddpgInitial(), ddpgBatch(5)], fn: ddpgUpdate, compared: 24 },
  {
    name: "Fisher",
    arguments: () => [fisherPolicy(), fisherVector(fisherPolicy()), fisherStates(9)],
    fn: fisherProduct,
    compared: 6,
  },
  { name: "pixel", arguments: () => [pixelInitial(), pixelNet(1), pixelBatch(2)], fn: pixelUpdate, compared: 14 },
  { name: "LeNet", arguments: () => [leNet(), images, labels], fn: leNetStep, compared: 10 },
  { name: "product", arguments: () => [normals(stream(1), 3, 4), normals(stream(2), 4, 5)], fn: (a: Tensor, b: Tensor) => a.matmul(b) },
];

interface Line {
  readonly work: string;
  readonly min?: number;
  readonly failed?: string;
}

function lines(main: string, backend: string, examples: Record<string, unknown>): Line[] {
  const folder = mkdtempSync(join(tmpdir(), "rl-peers-"));
  try {
    const file = join(folder, "examples.json");
    writeFileSync(file, JSON.stringify(examples));
    const script = fileURLToPath(new URL(`../src/workloads/${main}`, import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, backend, file, "0"], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    return stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each([
  ["tfjs-main.ts", "wasm"],
  ["tfjs-main.ts", "cpu"],
  ["jaxjs-main.ts", "wasm"],
])(
  "%s %s",
  (main, backend) => {
    const found = lines(main, backend, Object.fromEntries(works.map((work) => [work.name, example(work, wasmEngine)])));
    expect(found.filter(({ failed }) => failed !== undefined)).toEqual([]);
    expect(found.map(({ work }) => work)).toEqual(works.map(({ name }) => name));
    for (const { min } of found) expect(min).toBeGreaterThan(0);
  },
  120_000,
);

test("a row that computes something else says by how much, and is not timed", () => {
  const [work] = works.filter(({ name }) => name === "product");
  const { inputs, outputs } = example(work!, wasmEngine);
  const doubled = example({ ...work!, fn: (a: Tensor, b: Tensor) => a.matmul(b).mul(2) }, wasmEngine).outputs;
  const found = lines("tfjs-main.ts", "cpu", { "product right": { inputs, outputs }, "product wrong": { inputs, outputs: doubled } });
  expect(found[0]).toMatchObject({ work: "product right", min: expect.any(Number) as number });
  expect(found[1]).toEqual({ work: "product wrong", failed: expect.stringMatching(/^results differ by 0\.5\d* of their size$/) as string });
});
