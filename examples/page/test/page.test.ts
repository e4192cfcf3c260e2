/** The page's agent does in Chromium what it does in Node, and the page finds every package. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle, noChromium, runInChromium } from "@rl-tools/test-utils/browser";
import { policySnapshot } from "@rl/agent";
import { createPpo } from "@rl/ppo";
import { encodePolicy } from "@rl/train";
import { expect, test } from "vitest";
import { episode } from "./episode.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test.skipIf(noChromium() !== undefined)("an episode in Chromium has the bits it has in Node", async () => {
  const trainer = createPpo({ env: "CartPole-v1", preset: "CartPole-v1", seed: 1 });
  const training = trainer.train();
  for (let i = 0; i < 20; i++) training.next();
  const agent = [...encodePolicy(policySnapshot(trainer))];
  const here = episode(agent);
  expect(here.length).toBeGreaterThan(4 * 20);
  const entry = fileURLToPath(new URL("episode.ts", import.meta.url));
  const there = await runInChromium<number[]>(`${await bundle(entry)}return bundle.episode(${JSON.stringify(agent)});`);
  expect(there.value).toEqual(here);
});

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, { readonly default: string } | string>>;
}
const manifestOf = (name: string): Manifest => JSON.parse(read(`../../../packages/${name.slice(4)}/package.json`)) as Manifest;

test("the import map names every package that comes along, where its files are", () => {
  const html = read("../index.html");
  const { imports } = JSON.parse(/<script type="importmap">([\s\S]*?)<\/script>/.exec(html)![1]!) as { imports: Record<string, string> };
  const needed = new Set<string>();
  const queue = Object.keys((JSON.parse(read("../package.json")) as Manifest).dependencies!);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    queue.push(...Object.keys(manifestOf(name).dependencies ?? {}));
  }
  expect(new Set(Object.keys(imports).map((name) => name.split("/").slice(0, 2).join("/")))).toEqual(needed);
  for (const [specifier, path] of Object.entries(imports)) {
    const name = specifier.split("/").slice(0, 2).join("/");
    const target = manifestOf(name).exports![`.${specifier.slice(name.length)}`] as { readonly default: string };
    expect(path).toBe(`./node_modules/${name}/${target.default.slice(2)}`);
  }
});
