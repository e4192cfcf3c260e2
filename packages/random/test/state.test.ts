import { expect, it } from "vitest";
import { Generator, type GeneratorState, SeedSequence } from "@rl/random";

/** Draws of every kind, in an order that leaves half outputs and blocks in all positions. */
function use(rng: Generator, steps: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < steps; i++) {
    if (i % 3 === 0) out.push(rng.integers(0, 5 + i));
    if (i % 4 === 0) out.push(rng.random());
    if (i % 5 === 0) out.push(...rng.fillStandardNormal(new Float64Array(i)));
    if (i % 7 === 0) out.push(...rng.permutation(i));
    if (i % 11 === 0) out.push(rng.exponential(), ...rng.choice(50, { size: 3, replace: false }));
    out.push(rng.standardNormal());
  }
  return out;
}

it.each([0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 31, 33, 64, 65, 100])("continues exactly after %i steps, through JSON", (steps) => {
  const rng = new Generator([9, steps]);
  use(rng, steps);
  const text = JSON.stringify(rng.state());
  const copy = Generator.fromState(JSON.parse(text) as GeneratorState);
  expect(JSON.stringify(copy.state())).toBe(text);
  expect(use(copy, 40)).toEqual(use(rng, 40));
  expect(copy.state()).toEqual(rng.state());
  expect(copy.fork("child", 3).state()).toEqual(rng.fork("child", 3).state());
  expect(copy.spawn(2).map((child) => child.state())).toEqual(rng.spawn(2).map((child) => child.state()));
});

it("taking the state changes nothing", () => {
  const watched = new Generator(5);
  const plain = new Generator(5);
  for (let i = 0; i < 500; i++) {
    watched.state();
    expect(watched.random()).toBe(plain.random());
  }
});

it("holds NumPy's fields, the seed and the children made", () => {
  const rng = new Generator(2n ** 70n);
  rng.spawn(2);
  rng.integers(0, 10);
  expect(rng.state()).toEqual({
    version: 1,
    bitGenerator: "PCG64",
    // numpy: Generator(PCG64(SeedSequence(2**70))), after integers(0, 10)
    state: "329695602005273487061202596532017090495",
    inc: "185669296246763111099777601281067038133",
    hasUint32: 1,
    uinteger: 2331484082,
    seedSequence: { entropy: "1180591620717411303424", spawnKey: [], childrenSpawned: 2 },
  });
});

it("restores seeds of all forms", () => {
  for (const seed of [0, 5, 2n ** 100n, [1, 2n ** 40n], []] as const) {
    const sequence = new SeedSequence(seed, [4, 2 ** 40]);
    sequence.spawn(3);
    const copy = SeedSequence.fromState(JSON.parse(JSON.stringify(sequence.state())) as ReturnType<SeedSequence["state"]>);
    expect([...copy.generateState(8)]).toEqual([...sequence.generateState(8)]);
    expect(copy.spawn(1)[0]?.spawnKey).toEqual([4, 2 ** 40, 3]);
  }
});

it("without a seed takes fresh entropy that repeats the stream", () => {
  const rng = new Generator();
  const { entropy } = rng.seedSequence;
  expect(typeof entropy).toBe("bigint");
  expect(new Generator(entropy).random()).toBe(rng.random());
  expect(new Generator().seedSequence.entropy).not.toBe(entropy);
});
