/** Speed of @rl/math beside the engine's Math, function by function. */
import * as math from "@rl/math";
import { defineBench, type Row, type Target } from "../bench.ts";
import { compileLoop } from "../loop.ts";
import { keep, rate, timeInterleaved } from "../time.ts";

const COUNT = 4096;

/** Uniform arguments between two limits, by Weyl's sequence in an order that no branch predictor knows. */
function uniform(low: number, high: number, start: number): Float64Array {
  let state = start;
  return Float64Array.from({ length: COUNT }, () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return low + (high - low) * ((mixed ^ (mixed >>> 16)) / 2 ** 32 + 0.5);
  });
}

const one: Record<string, [low: number, high: number]> = {
  sin: [-10, 10],
  cos: [-10, 10],
  tan: [-10, 10],
  exp: [-20, 20],
  expm1: [-2, 2],
  log: [0, 100],
  log1p: [-0.9, 10],
  log2: [0, 100],
  tanh: [-3, 3],
  sinh: [-5, 5],
  cosh: [-5, 5],
  atan: [-5, 5],
  asin: [-1, 1],
  acos: [-1, 1],
};
const functions: Readonly<Record<string, unknown>> = { ...math };
const two: Record<string, [low: number, high: number]> = { pow: [0, 10], atan2: [-5, 5], hypot: [-5, 5] };

export default defineBench({
  name: "math",
  description:
    "Calls a second of each function of @rl/math and of the engine's own Math, in one process; a third of Math's speed is to be reached.",
  run(ctx) {
    const rows: Row[] = [];
    const measure = (work: string, ours: () => number, theirs: () => number, target: Target): void => {
      ctx.log(work);
      const timings = timeInterleaved({ ours, theirs }, { repetitions: 60, repetitionSeconds: 0.004 });
      const [mine, peer] = [rate(timings.ours, COUNT) / 1e6, rate(timings.theirs, COUNT) / 1e6];
      rows.push({ work, ours: mine, unit: "M/s", better: "higher", peers: { Math: peer }, target });
    };
    for (const [name, [low, high]] of Object.entries({ ...one, ...two })) {
      const a = uniform(low, high, 1);
      const b = uniform(-5, 5, 2);
      const args = name in two ? "a[i], b[i]" : "a[i]";
      const range = `${name} on [${low}, ${high}]${name in two ? " × [−5, 5]" : ""}`.replace("-", "−");
      const theirs = compileLoop(`theirs_${name}`, `Math.${name}(${args})`, COUNT, { a, b });
      measure(range, compileLoop(`ours_${name}`, `inner(${args})`, COUNT, { inner: functions[name], a, b }), theirs, "≥ 1/3 × Math");
    }
    const a = uniform(-10, 10, 1);
    const out = new Float64Array(2);
    const both = compileLoop("theirs_sincos", "Math.sin(a[i]) + Math.cos(a[i])", COUNT, { a });
    measure(
      "sincos on [−10, 10]; Math.sin + Math.cos",
      compileLoop("ours_sincos", "(inner(a[i], out), out[0] + out[1])", COUNT, { inner: math.sincos, a, out }),
      both,
      "≥ 1/2 × Math",
    );
    const [sines, cosines] = [new Float64Array(COUNT), new Float64Array(COUNT)];
    const column = (): number => {
      math.sincosColumn(a, sines, cosines);
      return sines[0] as number;
    };
    measure(`sincosColumn, ${COUNT} on [−10, 10]; Math.sin + Math.cos`, column, both, "≥ 1/2 × Math");
    keep(sines);
    return rows;
  },
});
