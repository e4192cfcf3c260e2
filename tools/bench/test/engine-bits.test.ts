/** The engine gives the same bits in every runtime, thread and vector width. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bundle, findFirefox, noChromium, runInChromium, runInFirefox } from "@rl-tools/test-utils/browser";
import { findWebKit, runInWebKit } from "@rl-tools/test-utils/webkit";
import { describe, expect, test } from "vitest";
import { BITS, ppoBits } from "../src/workloads/bits.ts";

const entry = fileURLToPath(new URL("../src/workloads/bits.ts", import.meta.url));
const main = fileURLToPath(new URL("../src/workloads/bits-main.ts", import.meta.url));
const node = (...args: string[]): { bits: string; wide: boolean; worker: boolean } => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=@rl/source", main, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as { bits: string; wide: boolean; worker: boolean };
};

describe("bits of 200 PPO updates", () => {
  test("this process", () => expect(ppoBits()).toBe(BITS));
  test("joined pairs", () => expect(node("wide")).toMatchObject({ bits: BITS, wide: true }), 60_000);
  test("a worker thread, plain and joined", () => {
    expect(node("worker")).toMatchObject({ bits: BITS, worker: true, wide: false });
    expect(node("worker", "wide")).toMatchObject({ bits: BITS, worker: true, wide: true });
  });
  test.skipIf(noChromium() !== undefined)("headless Chromium", async () => {
    expect((await runInChromium<string>(`${await bundle(entry)}return bundle.ppoBits();`)).value).toBe(BITS);
  });
  test.skipIf(findFirefox() === undefined)("headless Firefox", async () => {
    expect((await runInFirefox<string>(`${await bundle(entry)}return bundle.ppoBits();`)).value).toBe(BITS);
  });
  test.skipIf(findWebKit() === undefined)("WebKit", async () => {
    expect((await runInWebKit<string>(`${await bundle(entry)}return bundle.ppoBits();`)).value).toBe(BITS);
  });
});
