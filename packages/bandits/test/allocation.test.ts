/** Pulls take nothing from the heap. */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

const program = new URL("fixtures/heap.ts", import.meta.url).pathname;
const bytesPerPull = (work: string): number =>
  Number(execFileSync(process.execPath, ["--conditions=@rl/source", program, work], { encoding: "utf8" }));

/**
 * The least of up to three processes, until one has less than a byte: what the code itself makes is made in each of them, while a number that V8 boxes because
 * it optimised at an unlucky moment (16 or 32 bytes a pull, in a few of a hundred processes) is not.
 */
function least(work: string): number {
  let bytes = Infinity;
  for (let attempt = 0; attempt < 3 && !(bytes < 1); attempt++) bytes = Math.min(bytes, bytesPerPull(work));
  return bytes;
}

it.each(["ε-greedy, select + update", "UCB, select + update", "ε-greedy, 100 000 arms", "testbed"])(
  "%s: less than a byte per pull",
  (work) => {
    expect(least(work)).toBeLessThan(1);
  },
);
it("would notice an object per pull", () => expect(bytesPerPull("an object per pull")).toBeGreaterThan(8));
