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
        noise.restart(rng);
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

describe("noise that persists", () => {
  const ROLLOUTS = 4000;
  it.each([
    [0.5, 1],
    [0.8, 1],
    [0.5, 2],
  ])("has variance 1, and correlation %f between steps that share no draw, kept for %i steps", (persistence, hold) => {
    const noise = new StepNoise({ distribution: "normal", size: 1, hold }, ROWS);
    const rng = new Generator(7);
    let [first, second, product] = [0, 0, 0];
    for (let rollout = 0; rollout < ROLLOUTS; rollout++) {
      noise.restart(rng, persistence);
      const early = Float32Array.from(noise.at(0, rng));
      let late: Float32Array = early;
      for (let t = 1; t <= 2; t++) late = noise.at(t, rng);
      for (let row = 0; row < ROWS; row++) {
        first += early[row]! ** 2;
        second += late[row]! ** 2;
        product += early[row]! * late[row]!;
      }
    }
    const n = ROLLOUTS * ROWS;
    // Four standard errors: √(2/n) of a variance, at most that of a correlation.
    const within = 4 * Math.sqrt(2 / n);
    expect(Math.abs(first / n - 1)).toBeLessThan(within);
    expect(Math.abs(second / n - 1)).toBeLessThan(within);
    expect(Math.abs(product / n - persistence)).toBeLessThan(within);
  });
  it("all of it kept is the same in every step, none of it is what is drawn without", () => {
    const noise = new StepNoise({ distribution: "normal", size: 2, hold: 1 }, ROWS);
    const rng = new Generator(3);
    noise.restart(rng, 1);
    const first = Float32Array.from(noise.at(0, rng));
    expect(noise.at(1, rng)).toEqual(first);
    const [a, b] = [new Generator(3), new Generator(3)];
    noise.restart(a, 0);
    const other = new StepNoise({ distribution: "normal", size: 2, hold: 1 }, ROWS);
    other.restart(b);
    for (let t = 0; t < 3; t++) expect(noise.at(t, a)).toEqual(other.at(t, b));
  });
});
