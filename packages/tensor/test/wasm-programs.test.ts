/** The command of ten thousand random programs, in small: plain, joined, both in worker threads, and with values computed again give one hash. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { sample } from "./sample.ts";

const COUNT = sample(50, 150);

test(`${COUNT} random programs: right, and the same bits plain, joined, in worker threads and with values computed again`, () => {
  const command = fileURLToPath(new URL("wasm-programs.ts", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ["--conditions=@rl/source", command, String(COUNT)], { encoding: "utf8" });
  expect(stdout, stderr).toContain(`${COUNT} programs agree with the reference; all hashes are equal`);
  const hashes = [...stdout.matchAll(/^(plain|joined|computed again).*? ([0-9a-f]{32}) /gm)];
  const joins = Number(process.versions.node.split(".")[0]) >= 24;
  expect(hashes.map(([, name]) => name)).toEqual(["plain", "plain", "computed again", ...(joins ? ["joined", "joined"] : [])]);
  expect(new Set(hashes.map(([, , hash]) => hash)).size).toBe(1);
});
