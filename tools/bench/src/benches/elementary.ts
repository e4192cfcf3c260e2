/** Every float32 argument (or every n-th) through the engine's SIMD functions, against float64 functions that share no code with them. */
import { cos, exp, expm1, log, log1p, sin, tanh } from "@rl/math";
import { compile, type Tensor } from "@rl/tensor";
import * as operations from "@rl/tensor";
import { defineBench } from "../bench.ts";

/**
 * The oracle. @rl/math's float64 functions are within 0.502 units of float64's last place of mpmath (`pnpm bench math-accuracy`), 10⁻⁹ of a unit of
 * float32's. Where a series or a limit is closer to the truth than 10⁻⁴ units of float32's last place, it stands in for them, to save time.
 */
const FUNCTIONS: Record<string, (x: number) => number> = {
  // eˣ = 1 + x + x²/2 + x³/6 + …: below 2⁻¹² the next term is 2⁻⁵². Beyond ±110 the result is under 2⁻¹⁵⁸ or over float32's range.
  exp(x) {
    if (x > -0.000244140625 && x < 0.000244140625) return 1 + x * (1 + x * (0.5 + x / 6));
    return x > 110 ? Infinity : x < -110 ? 0 : exp(x);
  },
  log,
  // tanh x = x − x³/3 + …: below 2⁻¹² the next term is 2⁻⁵¹ of the result. From 20 on, 1 − tanh x < 10⁻¹⁷.
  tanh(x) {
    if (x > -0.000244140625 && x < 0.000244140625) return x === 0 ? x : x - (x * x * x) / 3;
    return x > 20 ? 1 : x < -20 ? -1 : tanh(x);
  },
  expm1,
  log1p,
  sin,
  cos,
  sigmoid: (x) => (x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))),
  softplus: (x) => Math.max(x, 0) + log1p(exp(-Math.abs(x))),
};
const CHUNK = 1 << 18;

export interface Worst {
  /** Largest |result − exact| in units of the last place of the exact value rounded to float32. */
  readonly ulp: number;
  readonly at: number;
  /** Arguments tried, and how many results were not the nearest float32. */
  readonly count: number;
  readonly notNearest: number;
}

/** Compares the engine's function with the oracle on every stride-th bit pattern of float32. */
export function worstError(name: string, stride: number, progress: (share: number) => void = () => {}): Worst {
  const f = FUNCTIONS[name];
  if (!f) throw new Error(`elementary: got function "${name}"; expected one of ${Object.keys(FUNCTIONS).join(", ")}.`);
  const operation = (operations as unknown as Record<string, (x: Tensor) => Tensor>)[name]!;
  const program = compile((x: Tensor) => operation(x), { engine: "wasm" });
  const x = new Float32Array(CHUNK);
  const patterns = new Uint32Array(x.buffer);
  const rounded = new Float32Array(1);
  const roundedBits = new Int32Array(rounded.buffer);
  let [ulp, at, count, notNearest, told] = [0, 0, 0, 0, 0];
  for (let from = 0; from < 2 ** 32; from += CHUNK * stride) {
    const length = Math.min(CHUNK, Math.ceil((2 ** 32 - from) / stride));
    for (let i = 0; i < CHUNK; i++) patterns[i] = from + i * stride;
    const y = program(x).read() as Float32Array;
    const bits = new Int32Array(y.buffer, y.byteOffset, CHUNK);
    for (let i = 0; i < length; i++) {
      const exact = f(x[i]!);
      rounded[0] = exact;
      const expected = roundedBits[0]!;
      if (bits[i] === expected) continue;
      const actual = y[i]!;
      if (actual !== actual && exact !== exact) continue;
      notNearest++;
      const exponent = (expected >>> 23) & 255;
      // 2^(exponent − 150) as float64; denormals share the unit of the smallest normal numbers.
      const error = exponent === 255 || actual !== actual ? Infinity : Math.abs(actual - exact) / 2 ** (Math.max(exponent, 1) - 150);
      // A zero of the wrong sign is as far off as can be.
      const counted = actual === exact ? Infinity : error;
      if (counted > ulp) [ulp, at] = [counted, x[i]!];
    }
    count += length;
    const share = (from + CHUNK * stride) / 2 ** 32;
    if (share - told >= 0.125) progress((told = share));
  }
  return { ulp, at, count, notNearest };
}

export default defineBench({
  name: "elementary",
  description: "Largest error of the SIMD functions over all 2^32 float32 arguments (--stride n: every n-th), against @rl/math in float64.",
  flags: { stride: "every n-th argument (default 1)", functions: "names separated by commas (default exp,log,tanh)" },
  run(ctx) {
    const stride = Number(ctx.flags.stride ?? 1);
    if (!Number.isInteger(stride) || stride < 1)
      throw new Error(`elementary: got --stride ${ctx.flags.stride}; expected a whole number from 1.`);
    ctx.remark(
      "The oracle is `@rl/math` in float64, itself within 0.502 units of float64's last place of mpmath (`pnpm bench math-accuracy`); a result that is the nearest float32 counts as at most half a unit off. Denormals, infinities, NaN and signed zeros are among the arguments.",
    );
    return (ctx.flags.functions ?? "exp,log,tanh").split(",").map((name) => {
      const start = process.cpuUsage();
      const { ulp, at, count, notNearest } = worstError(name, stride, (share) => ctx.log(`${name}: ${Math.round(100 * share)} %`));
      const { user, system } = process.cpuUsage(start);
      const seconds = (user + system) / 1e6;
      ctx.log(`${name}: ${ulp} ulp at ${at}, ${seconds.toFixed(0)} s of processor time`);
      return {
        work: `${name}, ${count} arguments`,
        ours: Math.max(ulp, 0.5),
        unit: "ulp",
        better: "lower",
        target: "≤ 2 ulp",
        note: `worst at ${at}; ${((100 * notNearest) / count).toFixed(2)} % not the nearest float32; ${seconds.toFixed(0)} s of processor time`,
      } as const;
    });
  },
});
