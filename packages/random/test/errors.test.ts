/** Bad input: one sentence that says what, got, expected and what to do; nothing drawn. */
import { describe, expect, it } from "vitest";
import { type ChoiceOptions, Generator, type GeneratorState, SeedSequence } from "@rl/random";

const rng = new Generator(1);
const before = JSON.stringify(rng.state());
const good = rng.state();
const loose = (value: unknown): never => value as never;

const cases: Record<string, readonly [run: () => unknown, message: RegExp]> = {
  "negative seed": [() => new Generator(-1), /^The seed must be a non-negative integer.*; got -1\. Pass for example 42/],
  "fractional seed": [() => new Generator(1.5), /non-negative integer.*got 1\.5/],
  "NaN seed": [() => new Generator(Number.NaN), /non-negative integer.*got NaN/],
  "infinite seed": [() => new Generator(Infinity), /non-negative integer.*got Infinity/],
  "unsafe seed": [() => new Generator(2 ** 53), /above 2\^53 - 1 a bigint.*got 9007199254740992/],
  "negative bigint seed": [() => new Generator(-3n), /non-negative integer.*; got -3n/],
  "string seed": [() => new Generator(loose("42")), /or a list of them; got "42"/],
  "null seed in a list": [() => new Generator([1, loose(null)]), /^Every entry of the seed must be.*got null/],
  "nested list": [() => new Generator([1, loose([2])]), /Every entry of the seed.*got Array/],
  "object seed": [() => new Generator(loose({ seed: 1 })), /got Object/],
  "negative entry": [() => new SeedSequence([1, -2]), /Every entry of the seed.*got -2/],
  "spawn key": [() => new SeedSequence(1, [-1]), /Every entry of the spawn key.*got -1/],
  "spawn count": [() => new SeedSequence(1).spawn(-1), /spawn\(n\).*integer ≥ 0; got -1/],
  "state words": [() => new SeedSequence(1).generateState(1.5), /generateState\(words\).*got 1\.5/],
  "state bits": [() => new SeedSequence(1).generateState(1, loose(16)), /32 and 64 bits; got 16/],
  "uniform upside down": [() => rng.uniform(2, 1), /uniform\(low, high\) needs finite limits with low ≤ high; got 2 and 1/],
  "uniform NaN": [() => rng.fillUniform(new Float64Array(2), 0, Number.NaN), /got 0 and NaN/],
  "uniform infinite": [() => rng.uniform(0, Infinity), /got 0 and Infinity/],
  "integers low = high": [() => rng.integers(3, 3), /low < high \(high is excluded\).*got 3 and 3/],
  "integers low > high": [() => rng.integers(4, 3), /got 4 and 3/],
  "integers fractional": [() => rng.integers(0, 2.5), /needs integers.*got 0 and 2\.5/],
  "integers NaN": [() => rng.fillIntegers(new Int32Array(1), 0, Number.NaN), /got 0 and NaN/],
  "integers beyond 64 bits": [() => rng.integers(0, 2 ** 65), /within 64 bits; got 0 and 36893488147419103000/],
  "bigints beyond 64 bits": [() => rng.integers(-(2n ** 63n) - 1n, 0n), /within 64 bits; got -9223372036854775809n and 0n/],
  "mixed types": [() => rng.integers(loose(0), 5n), /two numbers or two bigints; got 0 and 5n/],
  "negative deviation": [() => rng.normal(0, -1), /standard deviation ≥ 0; got -1/],
  "NaN deviation": [() => rng.fillNormal(new Float64Array(1), 0, Number.NaN), /standard deviation ≥ 0; got NaN/],
  "negative scale": [() => rng.exponential(-2), /scale ≥ 0 \(the mean\); got -2/],
  "permutation of a fraction": [() => rng.permutation(2.5), /permutation\(n\): n must be an integer ≥ 0; got 2\.5/],
  "permutation of too many": [() => rng.permutation(2 ** 31), /below 2\^31; got 2147483648/],
  "choice from none": [() => rng.choice(0), /at least one index to choose from; got n = 0/],
  "choice of too many": [
    () => rng.choice(3, { size: 4, replace: false }),
    /without replacement cannot take 4 out of 3; pass replace: true or a size of at most 3/,
  ],
  "choice, wrong length": [() => rng.choice(3, { p: [0.5, 0.5] }), /one entry per outcome, 3; got 2/],
  "choice, wrong sum": [() => rng.choice(2, { p: [0.5, 0.6] }), /must sum to 1; got a sum of 1\.1\. Divide each entry by the sum/],
  "choice, negative": [() => rng.choice(2, { p: [1.5, -0.5] }), /probabilities ≥ 0; got -0\.5 at index 1/],
  "choice, NaN": [() => rng.choice(2, { p: [Number.NaN, 1] }), /probabilities ≥ 0; got NaN at index 0/],
  "choice, too few possible": [
    () => rng.choice(3, { size: 2, replace: false, p: [1, 0, 0] }),
    /cannot take 2 indices when only 1 have p > 0/,
  ],
  "choice, unknown option": [
    () => rng.choice(3, { replcae: false } as ChoiceOptions),
    /no option "replcae"; did you mean "replace"\? It knows size, replace, p/,
  ],
  "fork without a name": [() => rng.fork(loose(3)), /needs a name, a string; got 3/],
  "fork, negative index": [() => rng.fork("a", -1), /index that is an integer ≥ 0; got -1/],
  "state of a newer version": [
    () => Generator.fromState({ ...good, version: 2 } as unknown as GeneratorState),
    /version is 2, expected 1; for a higher one update @rl\/random/,
  ],
  "state of another generator": [
    () => Generator.fromState({ ...good, bitGenerator: "MT19937" } as unknown as GeneratorState),
    /bitGenerator is "MT19937", expected "PCG64"/,
  ],
  "state: no object": [() => Generator.fromState(loose(undefined)), /version is undefined, expected 1.*\. Pass what state\(\) returned/],
  "state: no number": [() => Generator.fromState({ ...good, state: "12x" }), /state is "12x", expected a decimal integer below 2\^128/],
  "state: too large": [
    () => Generator.fromState({ ...good, inc: "340282366920938463463374607431768211456" }),
    /inc is .*expected a decimal integer below 2\^128/,
  ],
  "state: even increment": [() => Generator.fromState({ ...good, inc: "2" }), /inc is "2", expected an odd integer/],
  "state: half": [() => Generator.fromState({ ...good, uinteger: -1 }), /uinteger is -1/],
  "state: seed": [
    () => Generator.fromState({ ...good, seedSequence: { ...good.seedSequence, entropy: "0x1" } }),
    /seedSequence\.entropy is "0x1"/,
  ],
  "state: key": [
    () => Generator.fromState({ ...good, seedSequence: { ...good.seedSequence, spawnKey: [-1] } }),
    /spawnKey is Array, expected a list of integers ≥ 0/,
  ],
};

describe("errors", () => {
  it.each(Object.entries(cases))("%s", (_, [run, message]) => {
    let thrown: unknown;
    try {
      run();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    const text = (thrown as Error).message;
    expect(text).toMatch(message);
    expect(text.split("\n")).toHaveLength(1);
    expect(JSON.stringify(rng.state())).toBe(before);
  });
});
