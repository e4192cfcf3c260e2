/** Drawing noise ahead changes no number of it: a step has what it would have if each were drawn when it is asked for. */
import { Generator } from "@rl/random";
import { describe, expect, it } from "vitest";
import { StepNoise } from "../src/noise.ts";

const ROWS = 3;
/** Three rollouts: longer than a block, a part of one, and a single step. */
const LENGTHS = [500, 7, 1];

describe.each(["exponential", "normal"] as const)("%s noise", (distribution) => {
  // A block of 1024 numbers holds 341 steps, 68 and a bit, one, and less than one.
  it.each([1, 5, 200, 400].flatMap((size) => [1, 4, Infinity].map((hold) => [size, hold] as const)))(
    "%i numbers a row, kept for %f steps",
    (size, hold) => {
      const noise = new StepNoise({ distribution, size, hold }, ROWS);
      LENGTHS.forEach((length, iteration) => {
        const rng = new Generator(1).fork("rollout", iteration);
        const plain = new Generator(1).fork("rollout", iteration);
        const expected = new Float32Array(ROWS * size);
        noise.restart();
        for (let t = 0; t < length; t++) {
          if (t % hold === 0)
            for (let i = 0; i < expected.length; i++)
              expected[i] = distribution === "normal" ? plain.standardNormal() : plain.exponential();
          expect(noise.at(t, rng)).toEqual(expected);
        }
      });
    },
  );
});
