/** Draws a second from one stream, beside Math.random and NumPy, and the bytes that they take from the heap. */
import { Generator } from "@rl/random";
import { defineBench, type Row } from "../bench.ts";
import { compileLoop } from "../loop.ts";
import { heapGrowth, keep, rate, timeInterleaved } from "../time.ts";

const COUNT = 10_000;

export default defineBench({
  name: "random",
  description:
    "Draws a second from one stream of @rl/random on one core, beside Math.random (unseeded) and numpy.random.Generator (same numbers); heap bytes taken by a million draws.",
  async run(ctx) {
    const rng = new Generator(1);
    const f64 = new Float64Array(COUNT);
    const f32 = new Float32Array(COUNT);
    const i32 = new Int32Array(COUNT);
    const singles: Record<string, string> = {
      "random()": "rng.random()",
      "uniform(-3, 7)": "rng.uniform(-3, 7)",
      "standardNormal()": "rng.standardNormal()",
      "exponential()": "rng.exponential()",
      "integers(0, 10)": "rng.integers(0, 10)",
      "integers(0, 2 ** 40)": "rng.integers(0, 1099511627776)",
    };
    const batches: Record<string, () => unknown> = {
      fillRandom: () => rng.fillRandom(f64),
      "fillRandom, float32": () => rng.fillRandom(f32),
      fillStandardNormal: () => rng.fillStandardNormal(f64),
      fillExponential: () => rng.fillExponential(f64),
      "fillIntegers(0, 10)": () => rng.fillIntegers(i32, 0, 10),
      "permutation(10000)": () => rng.permutation(COUNT),
    };
    const fns: Record<string, () => unknown> = { "Math.random": compileLoop("mathRandom", "Math.random()", COUNT) };
    for (const [name, call] of Object.entries(singles)) fns[name] = compileLoop(`draw${Object.keys(fns).length}`, call, COUNT, { rng });
    Object.assign(fns, batches);
    const timings = timeInterleaved(fns, { repetitions: 60, repetitionSeconds: 0.004 });
    const perSecond = (name: string): number => rate(timings[name] as (typeof timings)[string], COUNT) / 1e6;
    const peers = await ctx.python("random_draws.py");
    const targets: Record<string, Row["target"]> = { "random()": "≥ 20 M/s", "standardNormal()": "≥ 10 M/s" };
    const speeds = [...Object.keys(singles), ...Object.keys(batches)].map((work): Row => ({
      work,
      ours: perSecond(work),
      unit: "M/s",
      better: "higher",
      peers: {
        "Math.random": work === "random()" || work === "fillRandom" ? perSecond("Math.random") : undefined,
        ...peers.row(work, "M/s", ["NumPy, one by one", "NumPy, arrays"]),
      },
      ...(targets[work] === undefined ? {} : { target: targets[work] }),
    }));
    // The least of several readings: anything that draws leave behind shows in all of them.
    const million = (fn: () => unknown, calls: number): number => Math.min(...Array.from({ length: 5 }, () => heapGrowth(fn, calls)));
    const heap = [...Object.keys(singles), ...Object.keys(batches).filter((name) => name.startsWith("fill"))].map((work): Row => ({
      work: `heap growth over a million draws: ${work}`,
      ours: Math.max(0, million(fns[work] as () => unknown, 1e6 / COUNT)),
      unit: "bytes",
      better: "lower",
      target: "≤ 4096 bytes",
    }));
    keep(f64);
    return [...speeds, ...heap];
  },
});
