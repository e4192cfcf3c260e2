/** Bit for bit against NumPy: further seeds, 200 000 draws of each kind (some 50 from the normal's tail), batches after half-used outputs. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Generator } from "@rl/random";

interface Stream {
  readonly seed: string | readonly string[];
  readonly integers: Record<string, string[]>;
  readonly sha256: { readonly random: string; readonly normal: string; readonly exponential: string };
  readonly mixed: number[];
  readonly mixed_end: { readonly state: string; readonly has_uint32: number; readonly uinteger: number };
  readonly permutation_300: number[];
  readonly choice: {
    readonly p: number[];
    readonly p_replace: number[];
    readonly p_noreplace: number[];
    readonly noreplace_all_37: number[];
    readonly noreplace_20000_500: string;
    readonly one_of_7: number;
  };
}

const { streams } = JSON.parse(readFileSync(new URL("golden/more.json", import.meta.url), "utf8")) as { streams: Stream[] };
const digest = (values: Float64Array): string => createHash("sha256").update(values).digest("hex");
const f64 = (length: number): Float64Array => new Float64Array(length);

describe.each(streams.map((stream) => [JSON.stringify(stream.seed), stream] as const))("seed %s", (_, stream) => {
  const seed = typeof stream.seed === "string" ? BigInt(stream.seed) : stream.seed.map(BigInt);
  const make = (): Generator => new Generator(seed);

  it.each(Object.entries(stream.integers))("integers %s", (range, expected) => {
    const [low, high] = range.split(",").map(BigInt) as [bigint, bigint];
    const rng = make();
    expect(expected.map(() => String(rng.integers(low, high)))).toEqual(expected);
    // As numbers where the limits are numbers.
    if (BigInt(Number(low)) !== low || BigInt(Number(high)) !== high) return;
    const numbers = make();
    expect(expected.map(() => numbers.integers(Number(low), Number(high)))).toEqual(expected.map(Number));
  });
  it.each([
    ["random", (rng: Generator) => rng.random(), (rng: Generator, out: Float64Array) => rng.fillRandom(out)],
    ["normal", (rng: Generator) => rng.standardNormal(), (rng: Generator, out: Float64Array) => rng.fillStandardNormal(out)],
    ["exponential", (rng: Generator) => rng.exponential(), (rng: Generator, out: Float64Array) => rng.fillExponential(out)],
  ] as const)("200 000 draws: %s", (what, draw, fill) => {
    const single = make();
    expect(digest(f64(200_000).map(() => draw(single)))).toBe(stream.sha256[what]);
    expect(digest(fill(make(), f64(200_000)))).toBe(stream.sha256[what]);
  });
  it("batches of every kind in a row", () => {
    const rng = make();
    const got = [
      ...rng.fillStandardNormal(f64(5)),
      ...rng.fillIntegers(f64(3), 0, 7),
      ...rng.fillRandom(f64(33)),
      ...rng.fillStandardNormal(f64(90)),
      ...rng.fillIntegers(new Int32Array(21), 0, 100),
      ...rng.fillExponential(f64(40), 2),
      ...rng.fillNormal(f64(20), 1, 0.5),
      ...rng.fillUniform(f64(20), -1, 2),
      rng.random(),
    ];
    expect(got).toEqual(stream.mixed);
    const { state, hasUint32, uinteger } = rng.state();
    expect({ state, has_uint32: hasUint32, uinteger }).toEqual({
      state: stream.mixed_end.state,
      has_uint32: stream.mixed_end.has_uint32,
      uinteger: stream.mixed_end.uinteger,
    });
  });
  it("permutation and choice", () => {
    const { choice } = stream;
    expect([...make().permutation(300)]).toEqual(stream.permutation_300);
    expect([...make().choice(9, { size: 20, p: choice.p })]).toEqual(choice.p_replace);
    expect([...make().choice(9, { size: 6, replace: false, p: Float64Array.from(choice.p) })]).toEqual(choice.p_noreplace);
    expect([...make().choice(37, { size: 37, replace: false })]).toEqual(choice.noreplace_all_37);
    expect(digest(Float64Array.from(make().choice(20_000, { size: 500, replace: false })))).toBe(choice.noreplace_20000_500);
    expect([...make().choice(7)]).toEqual([choice.one_of_7]);
  });
});
