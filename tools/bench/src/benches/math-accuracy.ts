/** Errors of @rl/math and of the engine's Math against mpmath, in units of the last place; arguments drawn anew for each --seed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as math from "@rl/math";
import { Generator } from "@rl/random";
import { defineBench, type Row } from "../bench.ts";

type Draw = (rng: Generator) => number;
const between =
  (low: number, high: number): Draw =>
  (rng) =>
    rng.uniform(low, high);
/** Any mantissa and sign, exponents low … high. */
const spread =
  (low: number, high: number): Draw =>
  (rng) =>
    (rng.integers(0, 2) * 2 - 1) * (1 + rng.random()) * math.pow(2, rng.integers(low, high + 1));
const positive =
  (draw: Draw): Draw =>
  (rng) =>
    Math.abs(draw(rng));
const near =
  (center: number, low: number, high: number): Draw =>
  (rng) =>
    center + spread(low, high)(rng);
/** The number next to a multiple of π/2, or its neighbours. */
const nearZero: Draw = (rng) => rng.integers(-1_000_000, 1_000_000) * (Math.PI / 2) * (1 + rng.integers(-2, 3) * 2 ** -52);

const trigonometric = [between(-10, 10), between(-1e5, 1e5), spread(-40, 1023), nearZero];
const logarithmic = [between(0, 10), near(1, -40, -7), positive(spread(-1074, 1023)), between(0.9, 1.1)];
const inverse = [between(-1, 1), (rng: Generator) => 1 - Math.abs(spread(-52, -2)(rng)), spread(-30, -2)];
const one: Record<string, readonly Draw[]> = {
  sin: trigonometric,
  cos: trigonometric,
  tan: trigonometric,
  exp: [between(-745, 709.7), between(-1, 1), between(-745, -700), spread(-60, -1)],
  expm1: [between(-38, 60), between(-1, 1), spread(-60, 1)],
  log: logarithmic,
  log1p: [between(-1, 1), spread(-60, -1), positive(spread(-10, 300))],
  log2: logarithmic,
  tanh: [between(-22, 22), between(-1, 1), spread(-30, 0)],
  sinh: [between(-710, 710), between(-2, 2), spread(-30, 1)],
  cosh: [between(-710, 710), between(-2, 2)],
  atan: [between(-5, 5), between(-1, 1), spread(-30, 60), near(1, -20, -7)],
  asin: inverse,
  acos: inverse,
};
/** A base, and an exponent that brings the result anywhere in the range. */
const power = (rng: Generator): [number, number] => {
  const x = [spread(-3, 3), near(1, -50, -3), spread(-1022, 1022), between(0.01, 100)].map((draw) => Math.abs(draw(rng)))[
    rng.integers(0, 4)
  ] as number;
  return [x, (rng.uniform(-1, 1) * ([700, 20, 1][rng.integers(0, 3)] as number)) / (math.log(x) || 1)];
};
const two: Record<string, (rng: Generator) => [number, number]> = {
  pow: power,
  atan2: (rng) => [spread(-20, 20)(rng), spread(-20, 20)(rng)],
  hypot: (rng) => {
    const x = [spread(-20, 20), spread(-1060, -1000), spread(1000, 1022)][rng.integers(0, 3)]?.(rng) ?? 1;
    return [x, x * spread(-30, 2)(rng)];
  },
};

const functions: Readonly<Record<string, unknown>> = { ...math };
const builtIn = Math as unknown as Record<string, (...args: number[]) => number>;

export default defineBench({
  name: "math-accuracy",
  description: "Largest error in units of the last place, and share of correctly rounded results, of @rl/math and Math against mpmath.",
  flags: { count: "arguments per function (default 4000)", seed: "seed of the arguments (default 0)" },
  async run(ctx) {
    const count = Number(ctx.flags["count"] ?? 4000);
    const folder = mkdtempSync(join(tmpdir(), "rl-math-accuracy-"));
    try {
      for (const name of [...Object.keys(one), ...Object.keys(two)]) {
        const rng = new Generator(BigInt(ctx.flags["seed"] ?? 0)).fork(name);
        const draws = one[name] ?? [];
        const rows: number[] = [];
        for (let i = 0; i < count; i++) {
          const args = two[name]?.(rng) ?? [(draws[i % draws.length] as Draw)(rng)];
          rows.push(...args, (functions[name] as (...args: number[]) => number)(...args), builtIn[name]?.(...args) ?? Number.NaN);
        }
        writeFileSync(join(folder, name), Float64Array.from(rows));
      }
      const report = await ctx.python("math_accuracy.py", { args: [folder], timeoutSeconds: 1200 });
      return [...Object.keys(one), ...Object.keys(two)].flatMap((name): Row[] => {
        const row = (work: string, unit: string, better: Row["better"], target: Row["target"]): Row => ({
          work,
          ours: report.get(work, "ours", unit),
          unit,
          better,
          peers: report.row(work, unit, ["Math"]),
          target,
        });
        return [row(`${name}: largest error`, "ulp", "lower", "≤ 0.51 ulp"), row(`${name}: correctly rounded`, "%", "higher", "≥ 99 %")];
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});
