/** Pulls take nothing from the heap. */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

const program = new URL("fixtures/heap.ts", import.meta.url).pathname;
/**
 * The least of three processes: what the code itself makes is made in each of them, while a number that V8 boxes because it optimised at an unlucky moment
 * (16 or 32 bytes a pull, in a few of a hundred processes) is not.
 */
const bytesPerPull = (work: string): number =>
  Math.min(
    ...Array.from({ length: 3 }, () =>
      Number(execFileSync(process.execPath, ["--conditions=@rl/source", program, work], { encoding: "utf8" })),
    ),
  );

it.each(["ε-greedy, select + update", "UCB, select + update", "ε-greedy, 100 000 arms", "testbed"])(
  "%s: less than a byte per pull",
  { timeout: 30_000 },
  (work) => {
    expect(bytesPerPull(work)).toBeLessThan(1);
  },
);
it("would notice an object per pull", { timeout: 30_000 }, () => expect(bytesPerPull("an object per pull")).toBeGreaterThan(8));
