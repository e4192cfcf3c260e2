/** Every float32 argument (or every n-th) through the engine's SIMD functions, against @rl/math in float64. */
import { cos, exp, expm1, log, log1p, sin, tanh } from "@rl/math";
import { compile, tensor, type Tensor } from "@rl/tensor";
import * as operations from "@rl/tensor";
import { defineBench } from "../bench.ts";

const FUNCTIONS: Record<string, (x: number) => number> = {
  exp,
  log,
  tanh,
  expm1,
  log1p,
  sin,
  cos,
  sigmoid: (x) => (x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))),
  softplus: (x) => Math.max(x, 0) + log1p(exp(-Math.abs(x))),
};
const CHUNK = 1 << 20;

/** Distance of neighbouring float32 numbers of the size of the exact result; its bits are in `words`. */
const word = new Float32Array(1);
const words = new Int32Array(word.buffer);

/** Largest error in units of the last place, and where. */
export function worstError(name: string, stride: number): { ulp: number; at: number; count: number } {
  const f = FUNCTIONS[name]!;
  const program = compile((x: Tensor) => (operations as unknown as Record<string, (x: Tensor) => Tensor>)[name]!(x), { engine: "wasm" });
  const x = new Float32Array(CHUNK);
  const bits = new Uint32Array(x.buffer);
  let ulp = 0;
  let at = 0;
  let count = 0;
  for (let from = 0; from < 2 ** 32; from += CHUNK * stride) {
    for (let i = 0; i < CHUNK; i++) bits[i] = from + i * stride;
    const y = program(tensor(x)).read() as Float32Array;
    for (let i = 0; i < CHUNK && from + i * stride < 2 ** 32; i++) {
      const exact = f(x[i]!);
      const actual = y[i]!;
      count++;
      word[0] = exact;
      if (Object.is(actual, word[0]) || (actual !== actual && exact !== exact)) continue;
      const exponent = (words[0]! >>> 23) & 255;
      const error = exponent === 255 || actual !== actual ? Infinity : Math.abs(actual - exact) / 2 ** (Math.max(exponent, 1) - 150);
      if (error > ulp) [ulp, at] = [error, x[i]!];
    }
  }
  return { ulp, at, count };
}

export default defineBench({
  name: "elementary",
  description: "Largest error of the SIMD functions over all 2^32 float32 arguments (--stride n: every n-th), against @rl/math in float64.",
  flags: { stride: "every n-th argument (default 1)", functions: "names separated by commas (default exp,log,tanh)" },
  run(ctx) {
    const stride = Number(ctx.flags.stride ?? 1);
    return (ctx.flags.functions ?? "exp,log,tanh").split(",").map((name) => {
      const { ulp, at, count } = worstError(name, stride);
      ctx.log(`${name}: ${ulp} ulp at ${at}`);
      return {
        work: `${name}, ${count} arguments`,
        ours: ulp,
        unit: "ulp",
        better: "lower",
        target: "≤ 2",
        note: `worst at ${at}`,
      } as const;
    });
  },
});
