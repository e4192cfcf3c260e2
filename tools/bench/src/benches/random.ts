/** Draws a second from one stream, beside Math.random and NumPy, and the bytes that they take from the heap. */
import { getHeapStatistics } from "node:v8";
import { Generator } from "@rl/random";
import { defineBench, type Row } from "../bench.ts";
import { compileLoop } from "../loop.ts";
import { keep, rate, timeInterleaved } from "../time.ts";

const COUNT = 10_000;

/** Bytes that `calls` calls take from the heap, per draw: the median of readings without collecting garbage (a collection in between makes one smaller). */
function heapTaken(fn: () => unknown, draws: number, calls: number): number {
  const readings = Array.from({ length: 41 }, () => {
    const used = getHeapStatistics().used_heap_size;
    for (let i = 0; i < calls; i++) fn();
    return getHeapStatistics().used_heap_size - used;
  });
  return Math.max(0, (readings.toSorted((a, b) => a - b)[20] as number) / draws);
}

export default defineBench({
  name: "random",
  description:
    "Draws a second from one stream of @rl/random on one core, beside Math.random (unseeded) and numpy.random.Generator (same numbers); heap bytes taken per draw.",
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
    const heap = [...Object.keys(singles), ...Object.keys(batches).filter((name) => name.startsWith("fill"))].map((work): Row => ({
      work: `heap taken per draw: ${work}`,
      ours: heapTaken(fns[work] as () => unknown, 20 * COUNT, 20),
      unit: "bytes",
      better: "lower",
      target: "≤ 1 bytes",
    }));
    keep(f64);
    return [...speeds, ...heap];
  },
});
