/** Bit for bit against numpy.random.Generator(PCG64(SeedSequence(seed))). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Generator, SeedSequence } from "@rl/random";

interface State {
  readonly state: string;
  readonly inc: string;
  readonly has_uint32: number;
  readonly uinteger: number;
}
type Mixed = readonly [what: string, value: number];
interface Stream {
  readonly seed: string | readonly number[];
  readonly initial: State;
  readonly next64: string[];
  readonly random: number[];
  readonly "uniform_-3_7": number[];
  readonly integers: Record<string, string[]>;
  readonly mixed: Mixed[];
  readonly mixed_end: State;
  readonly standard_normal: number[];
  readonly normal_2_3: number[];
  readonly "exponential_1.5": number[];
  readonly permutation_10: number[];
  readonly permutation_100: number[];
  readonly shuffle_list_20: number[];
  readonly shuffle_array_20: number[];
  readonly choice_50_10_replace: number[];
  readonly choice_50_10_noreplace: number[];
  readonly choice_20000_30_noreplace: number[];
  readonly choice_p: number[];
  readonly generate_state_32x8: string[];
  readonly generate_state_64x4: string[];
  readonly spawn3: { readonly spawn_key: number[]; readonly initial: State; readonly random: number[] }[];
  readonly spawn_key_7_9: number[];
}

const { streams } = JSON.parse(readFileSync(new URL("golden/rng.json", import.meta.url), "utf8")) as { streams: Stream[] };

const stateOf = (rng: Generator): State => {
  const { state, inc, hasUint32, uinteger } = rng.state();
  return { state, inc, has_uint32: hasUint32, uinteger };
};
const times = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, draw);

it("has eight streams with every field", () => {
  expect(streams).toHaveLength(8);
  for (const stream of streams) expect(Object.keys(stream)).toHaveLength(23);
});

describe.each(streams.map((stream) => [JSON.stringify(stream.seed), stream] as const))("seed %s", (_, stream) => {
  const seed = typeof stream.seed === "string" ? BigInt(stream.seed) : stream.seed;
  const make = (): Generator => new Generator(seed);
  const sequence = (): SeedSequence => new SeedSequence(seed);

  it("starts in the state", () => expect(stateOf(make())).toEqual(stream.initial));
  it("takes the seed in another form", () => {
    const other = typeof seed === "object" ? seed.map(BigInt) : seed < 2n ** 53n ? Number(seed) : [seed];
    expect(stateOf(new Generator(other))).toEqual(stream.initial);
    expect(stateOf(new Generator(new SeedSequence(other)))).toEqual(stream.initial);
  });
  it("next64", () => {
    const rng = make();
    expect(times(16, () => String(rng.next64()))).toEqual(stream.next64);
  });
  it("random", () => {
    const rng = make();
    expect(times(32, () => rng.random())).toEqual(stream.random);
    expect([...make().fillRandom(new Float64Array(32))]).toEqual(stream.random);
  });
  it("uniform", () => {
    const rng = make();
    expect(times(16, () => rng.uniform(-3, 7))).toEqual(stream["uniform_-3_7"]);
    expect([...make().fillUniform(new Float64Array(16), -3, 7)]).toEqual(stream["uniform_-3_7"]);
  });
  it.each(Object.entries(stream.integers))("integers %s", (range, expected) => {
    const [low, high] = range.split(",").map(BigInt) as [bigint, bigint];
    const exact = make();
    expect(times(40, () => String(exact.integers(low, high)))).toEqual(expected);
    const rng = make();
    expect(times(40, () => rng.integers(Number(low), Number(high)))).toEqual(expected.map(Number));
    expect([...make().fillIntegers(new Float64Array(40), Number(low), Number(high))]).toEqual(expected.map(Number));
  });
  it("a mixed sequence with half outputs kept", () => {
    const rng = make();
    const draw = (what: string): number =>
      what === "random"
        ? rng.random()
        : what === "standard_normal"
          ? rng.standardNormal()
          : rng.integers(0, Number(what.slice("integers".length)));
    expect(stream.mixed.map(([what]) => [what, draw(what)])).toEqual(stream.mixed);
    expect(stateOf(rng)).toEqual(stream.mixed_end);
  });
  it("standardNormal", () => {
    const rng = make();
    expect(times(3000, () => rng.standardNormal())).toEqual(stream.standard_normal);
    expect([...make().fillStandardNormal(new Float64Array(3000))]).toEqual(stream.standard_normal);
  });
  it("normal", () => {
    const rng = make();
    expect(times(16, () => rng.normal(2, 3))).toEqual(stream.normal_2_3);
    expect([...make().fillNormal(new Float64Array(16), 2, 3)]).toEqual(stream.normal_2_3);
  });
  it("exponential", () => {
    const rng = make();
    expect(times(600, () => rng.exponential(1.5))).toEqual(stream["exponential_1.5"]);
    expect([...make().fillExponential(new Float64Array(600), 1.5)]).toEqual(stream["exponential_1.5"]);
  });
  it("permutation", () => {
    expect([...make().permutation(10)]).toEqual(stream.permutation_10);
    expect([...make().permutation(100)]).toEqual(stream.permutation_100);
  });
  it("shuffle of a list and of an array", () => {
    const list = times(20, () => 0).map((__, i) => i);
    const array = Int16Array.from(list);
    make().shuffle(list);
    make().shuffle(array);
    expect(list).toEqual(stream.shuffle_list_20);
    expect([...array]).toEqual(stream.shuffle_array_20);
  });
  it("choice", () => {
    expect([...make().choice(50, { size: 10 })]).toEqual(stream.choice_50_10_replace);
    expect([...make().choice(50, { size: 10, replace: false })]).toEqual(stream.choice_50_10_noreplace);
    expect([...make().choice(20000, { size: 30, replace: false })]).toEqual(stream.choice_20000_30_noreplace);
    expect([...make().choice(4, { size: 30, p: [0.1, 0.2, 0.3, 0.4] })]).toEqual(stream.choice_p);
  });
  it("generateState", () => {
    expect([...sequence().generateState(8)].map(String)).toEqual(stream.generate_state_32x8);
    expect([...sequence().generateState(4, 64)].map(String)).toEqual(stream.generate_state_64x4);
  });
  it("spawn", () => {
    const children = sequence().spawn(3);
    const got = children.map((child) => {
      const rng = new Generator(child);
      return { spawn_key: [...child.spawnKey], initial: stateOf(rng), random: times(4, () => rng.random()) };
    });
    expect(got).toEqual(stream.spawn3);
    const parent = make();
    const one = parent.spawn(1);
    expect([...one, ...parent.spawn(2)].map(stateOf)).toEqual(stream.spawn3.map(({ initial }) => initial));
  });
  it("an explicit spawn key", () => {
    const rng = new Generator(new SeedSequence(seed, [7, 9]));
    expect(times(4, () => rng.random())).toEqual(stream.spawn_key_7_9);
  });
});
