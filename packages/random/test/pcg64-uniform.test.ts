/** The small stream against Generator, whose bits golden.test.ts holds against NumPy. */
import { describe, expect, it } from "vitest";
import { Generator, Pcg64, type GeneratorState } from "@rl/random";

const draws = (rng: { random(): number }, count: number): number[] => Array.from({ length: count }, () => rng.random());

describe("Pcg64", () => {
  it("draws NumPy's default_rng(42).random()", () => {
    expect(draws(new Pcg64(42), 3)).toEqual([0.7739560485559633, 0.4388784397520523, 0.8585979199113825]);
  });
  it.each([[0], [123], [2n ** 90n], [[3, 2n ** 40n]]])("draws what a Generator of seed %s draws", (seed) => {
    expect(draws(new Pcg64(seed), 1000)).toEqual(draws(new Generator(seed), 1000));
  });
  it.each([0, 1, 2, 5, 40, 333])("goes on exactly after %i draws, through JSON, as itself and as a Generator", (count) => {
    const rng = new Pcg64(9);
    draws(rng, count);
    const saved = JSON.parse(JSON.stringify(rng.state())) as GeneratorState;
    const expected = draws(rng, 300);
    const copy = new Pcg64(1);
    copy.restore(saved);
    expect(copy.state()).toEqual(saved);
    expect(draws(copy, 300)).toEqual(expected);
    const generator = Generator.fromState(saved);
    expect(generator.state()).toEqual(saved);
    expect(draws(generator, 300)).toEqual(expected);
  });
  it("takes over a Generator's stream, its fork's key included", () => {
    const generator = new Generator(5).fork("policy", 3);
    draws(generator, 77);
    const rng = new Pcg64(0);
    rng.restore(generator.state());
    expect(rng.state()).toEqual(generator.state());
    expect(draws(rng, 300)).toEqual(draws(generator, 300));
  });
  it("shares no object with what it is restored from or hands out", () => {
    const rng = new Pcg64([1, 2]);
    const saved = rng.state();
    const before = structuredClone(saved);
    (saved.seedSequence.spawnKey as number[]).push(7);
    expect(rng.state()).toEqual(before);
    const given = structuredClone(before);
    rng.restore(given);
    (given.seedSequence.spawnKey as number[]).push(7);
    (given.seedSequence.entropy as string[])[0] = "x";
    expect(rng.state()).toEqual(before);
  });
  it("without a seed differs every time", () => expect(new Pcg64().random()).not.toBe(new Pcg64().random()));
  it("refuses bad seeds and broken states, and stays as it was", () => {
    expect(() => new Pcg64(-1)).toThrow("non-negative integer");
    const rng = new Pcg64(1);
    const before = rng.state();
    expect(() => rng.restore({ ...before, version: 2 as 1 })).toThrow("version is 2, expected 1");
    expect(() => rng.restore({ ...before, state: "-4" })).toThrow('state is "-4", expected a decimal integer');
    expect(rng.state()).toEqual(before);
  });
});

it("Generator.restore goes on exactly, and leaves the stream alone when the state is broken", () => {
  const rng = new Generator(3).fork("a");
  rng.integers(0, 10);
  const saved = rng.state();
  const expected = [rng.standardNormal(), rng.integers(0, 10), rng.fork("b").random()];
  const other = new Generator(8);
  const before = other.state();
  expect(() => other.restore({ ...saved, inc: "2" })).toThrow("inc is");
  expect(other.state()).toEqual(before);
  other.restore(saved);
  expect([other.standardNormal(), other.integers(0, 10), other.fork("b").random()]).toEqual(expected);
});
