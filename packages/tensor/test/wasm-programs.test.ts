/** The command of ten thousand random programs, in small: plain, joined, and both in worker threads give one hash. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("150 random programs: right, and the same bits plain, joined and in worker threads", { timeout: 120_000 }, () => {
  const command = fileURLToPath(new URL("wasm-programs.ts", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ["--conditions=@rl/source", command, "150"], { encoding: "utf8" });
  expect(stdout, stderr).toContain("150 programs agree with the reference; all hashes are equal");
  const hashes = [...stdout.matchAll(/^(plain|joined).*? ([0-9a-f]{32}) /gm)];
  const joins = Number(process.versions.node.split(".")[0]) >= 24;
  expect(hashes.map(([, name]) => name)).toEqual(joins ? ["plain", "plain", "joined", "joined"] : ["plain", "plain"]);
  expect(new Set(hashes.map(([, , hash]) => hash)).size).toBe(1);
});
