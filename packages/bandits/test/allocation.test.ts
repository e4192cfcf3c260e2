/** Pulls take nothing from the heap. */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** Optimised code is made on the spot: made beside the program, on a busy machine it comes after the measurement, and unoptimised code boxes numbers. */
const STEADY = ["--no-concurrent-recompilation"];
const program = new URL("fixtures/heap.ts", import.meta.url).pathname;
const bytesPerPull = (work: string): number =>
  Number(execFileSync(process.execPath, [...STEADY, "--conditions=@rl/source", program, work], { encoding: "utf8" }));

it.each(["ε-greedy, select + update", "UCB, select + update", "ε-greedy, 100 000 arms", "testbed"])(
  "%s: less than a byte per pull",
  (work) => {
    expect(bytesPerPull(work)).toBeLessThan(1);
  },
);
it("would notice an object per pull", () => expect(bytesPerPull("an object per pull")).toBeGreaterThan(8));
