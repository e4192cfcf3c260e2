/** Every method with values that nobody means: numbers, or one sentence and a stream that did not move. */
import { misconduct, strangeValues } from "@rl-tools/test-utils/strange";
import { expect, test } from "vitest";
import { Generator, Pcg64, SeedSequence } from "@rl/random";

const values = strangeValues();
const rng = new Generator(1);
const loose = rng as unknown as Record<string, (...args: unknown[]) => unknown>;
const good = rng.state();

const calls: Readonly<Record<string, (value: unknown) => unknown>> = {
  "new Generator": (v) => new Generator(v as never),
  "new Pcg64": (v) => new Pcg64(v as never),
  "new SeedSequence": (v) => new SeedSequence(v as never),
  "spawn key": (v) => new SeedSequence(1, v as never),
  "a seed in a list": (v) => new Generator([v] as never),
  "fork's name": (v) => rng.fork(v as never),
  "fork's index": (v) => rng.fork("a", v as never),
  "SeedSequence.fromState": (v) => SeedSequence.fromState(v as never),
  "Generator.fromState": (v) => Generator.fromState(v as never),
  "generateState words": (v) => (typeof v === "number" && v > 1e6 ? 0 : new SeedSequence(1).generateState(v as never)),
  "generateState bits": (v) => new SeedSequence(1).generateState(1, v as never),
  spawn: (v) => new SeedSequence(1).spawn(v as never),
  ...Object.fromEntries(Object.keys(good).map((key) => [`state's ${key}`, (v: unknown) => Generator.fromState({ ...good, [key]: v })])),
  ...Object.fromEntries(
    Object.keys(good.seedSequence).map((key) => [
      `seedSequence's ${key}`,
      (v: unknown) => new Pcg64(1).restore({ ...good, seedSequence: { ...good.seedSequence, [key]: v } }),
    ]),
  ),
};
const draws: Readonly<Record<string, (value: unknown) => unknown>> = {
  "uniform low": (v) => loose["uniform"]!(v, 1),
  "uniform high": (v) => loose["uniform"]!(0, v),
  "integers low": (v) => loose["integers"]!(v, 10),
  "integers high": (v) => loose["integers"]!(0, v),
  "normal mean": (v) => loose["normal"]!(v, 1),
  "normal std": (v) => loose["normal"]!(0, v),
  exponential: (v) => loose["exponential"]!(v),
  permutation: (v) => (typeof v === "number" && v > 1e6 && v < 2 ** 31 ? 0 : loose["permutation"]!(v)),
  shuffle: (v) => void loose["shuffle"]!(v),
  "choice n": (v) => loose["choice"]!(v),
  "choice options": (v) => loose["choice"]!(3, v),
  "choice size": (v) => loose["choice"]!(3, { size: v }),
  "choice replace": (v) => loose["choice"]!(3, { replace: v }),
  "choice p": (v) => loose["choice"]!(3, { p: v }),
  "choice p's entry": (v) => loose["choice"]!(2, { p: [0.5, v] }),
  fillRandom: (v) => void loose["fillRandom"]!(v),
  fillUniform: (v) => void loose["fillUniform"]!(v, 0, 1),
  "fillUniform low": (v) => loose["fillUniform"]!(new Float64Array(2), v, 1),
  fillIntegers: (v) => void loose["fillIntegers"]!(v, 0, 2),
  "fillIntegers high": (v) => loose["fillIntegers"]!(new Int32Array(2), 0, v),
  fillStandardNormal: (v) => void loose["fillStandardNormal"]!(v),
  fillNormal: (v) => void loose["fillNormal"]!(v, 0, 1),
  "fillNormal mean": (v) => loose["fillNormal"]!(new Float64Array(2), v, 1),
  fillExponential: (v) => void loose["fillExponential"]!(v),
  "fillExponential scale": (v) => loose["fillExponential"]!(new Float64Array(2), v),
};

test("seeds, names and states", async () => {
  for (const [shown, value] of Object.entries(values))
    for (const [name, call] of Object.entries(calls)) expect(await misconduct(() => void call(value)), `${name}: ${shown}`).toBeUndefined();
});

test("draws", async () => {
  for (const [shown, value] of Object.entries(values))
    for (const [name, call] of Object.entries(draws)) {
      const before = JSON.stringify(rng.state());
      let answer: unknown;
      let refused = true;
      const problem = await misconduct(() => {
        answer = call(value);
        refused = false;
      });
      expect(problem, `${name}: ${shown}`).toBeUndefined();
      if (refused) expect(JSON.stringify(rng.state()), `${name}: ${shown}`).toBe(before);
      else
        for (const number of typeof answer === "object" ? Array.from(answer as number[]) : [answer])
          expect(number, `${name}: ${shown}`).not.toBeNaN();
    }
});

test("the rows that led to this", () => {
  expect(() => loose["normal"]!("x", 1)).toThrow('normal(mean, std) needs a finite mean; got "x".');
  expect(() => loose["uniform"]!("", 1)).toThrow('got "" and 1');
  expect(() => loose["exponential"]!(null)).toThrow("got null");
  expect(() => new Generator(null as never)).toThrow("The seed must be a non-negative integer");
  expect(() => loose["shuffle"]!(new Set([1, 2]))).toThrow("shuffle(values) needs a writable array; got Set.");
  expect(() => loose["fillRandom"]!(new Int32Array(4))).toThrow("A fill needs a Float64Array or Float32Array; got Int32Array.");
  expect(() => rng.fillIntegers(new Uint8Array(2), 0, 257)).toThrow("Uint8Array cannot hold 0 … 256.");
  expect(Array.from(rng.fillIntegers(new Uint8Array(2), 255, 256))).toEqual([255, 255]);
  // Long seeds cost what their length says, and end somewhere.
  expect(() => new Generator(2n ** 65_536n)).toThrow("The seed must be below 2^65536; got a larger bigint.");
  const long = new Generator(2n ** 65_535n);
  expect(Generator.fromState(long.state()).random()).toBe(long.random());
  expect(() => Generator.fromState({ ...good, seedSequence: { ...good.seedSequence, entropy: "1".repeat(1_000_000) } })).toThrow(
    "seedSequence.entropy is",
  );
});
