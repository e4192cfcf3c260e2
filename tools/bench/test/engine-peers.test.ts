/** Every row of the peers in JavaScript computes what ours computes, at small sizes; and one that does not is not timed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Tensor, wasmEngine } from "@rl/tensor";
import { expect, test } from "vitest";
import { ddpgBatch, ddpgInitial } from "../src/workloads/ddpg.ts";
import { dqnBatch, dqnInitial, dqnTarget } from "../src/workloads/dqn.ts";
import { fisherPolicy, fisherStates, fisherVector } from "../src/workloads/fisher.ts";
import { leNet, leNetBatch, pixelBatch, pixelInitial, pixelNet } from "../src/workloads/images.ts";
import { normals, stream } from "../src/workloads/parts.ts";
import { ppoBatch, ppoInitial } from "../src/workloads/ppo.ts";
import { example, type Workload, workloads } from "../src/workloads/rows.ts";

const shape = { hidden: 8, batch: 5, observation: 4, actions: 3 };
const { images, labels } = leNetBatch(3);
/** A row of the bench with other arguments. */
const row = (name: string, args: () => unknown[]): Workload => ({
  ...workloads.find((work) => work.name.startsWith(name))!,
  name,
  arguments: args,
});
const works = [
  row("PPO", () => [ppoInitial(shape), ppoBatch(shape)]),
  row("DQN", () => [dqnInitial(), dqnTarget(), dqnBatch(7)]),
  row("DDPG", () => [ddpgInitial(), ddpgBatch(5)]),
  row("Fisher", () => [fisherPolicy(), fisherVector(fisherPolicy()), fisherStates(9)]),
  row("pixel", () => [pixelInitial(), pixelNet(1), pixelBatch(2)]),
  row("LeNet", () => [leNet(), images, labels]),
  row("product", () => [normals(stream(1), 3, 4), normals(stream(2), 4, 5)]),
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
])("%s %s", (main, backend) => {
  const found = lines(main, backend, Object.fromEntries(works.map((work) => [work.name, example(work, wasmEngine)])));
  expect(found.filter(({ failed }) => failed !== undefined)).toEqual([]);
  expect(found.map(({ work }) => work)).toEqual(works.map(({ name }) => name));
  for (const { min } of found) expect(min).toBeGreaterThan(0);
});

test("a row that computes something else says by how much, and is not timed", () => {
  const [work] = works.filter(({ name }) => name === "product");
  const { inputs, outputs } = example(work!, wasmEngine);
  const doubled = example({ ...work!, fn: (a: Tensor, b: Tensor) => a.matmul(b).mul(2) }, wasmEngine).outputs;
  const found = lines("tfjs-main.ts", "cpu", { "product right": { inputs, outputs }, "product wrong": { inputs, outputs: doubled } });
  expect(found[0]).toMatchObject({ work: "product right", min: expect.any(Number) as number });
  expect(found[1]).toEqual({ work: "product wrong", failed: expect.stringMatching(/^result 0 differs by 0\.5\d* of its size$/) as string });
});
