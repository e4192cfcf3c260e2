/** Errors of the engine's SIMD functions, in units in the last place of float32, against @rl/math in float64 (≤ 0.51 ulp there). */
import { cos, exp, expm1, log, log1p, pow, sin, tanh } from "@rl/math";
import { describe, expect, test } from "vitest";
import type { Graph, Node } from "../src/graph.ts";
import { wasmEngine } from "../src/wasm/engine.ts";

const bits = new DataView(new ArrayBuffer(4));
const fromBits = (b: number): number => {
  bits.setUint32(0, b >>> 0);
  return bits.getFloat32(0);
};

function applied(op: string, ...args: Float32Array[]): Float32Array {
  const shape = [args[0]!.length];
  const nodes: Node[] = args.map(() => ({ op: "input", inputs: [], attributes: { shape, dtype: "float32" }, shape, dtype: "float32" }));
  nodes.push({ op, inputs: args.map((_a, i) => i), attributes: {}, shape, dtype: "float32" });
  const graph: Graph = { nodes, inputs: args.map((_a, i) => i), outputs: [args.length], donated: [] };
  return wasmEngine.compile(graph).run(args)[0] as Float32Array;
}

/** |actual − exact| in units of the last place of the float32 nearest to exact. */
function ulps(actual: number, exact: number): number {
  if (Object.is(actual, exact) || (actual !== actual && exact !== exact)) return 0;
  const rounded = Math.fround(exact);
  if (actual === rounded)
    return Object.is(actual, rounded) || rounded !== 0 || exact !== 0
      ? Math.min(0.5, Math.abs(actual - exact) / unit(exact) || 0)
      : Infinity;
  if (!Number.isFinite(rounded)) return Math.abs(actual) === 3.4028234663852886e38 && Math.abs(exact) < 3.4028236e38 ? 1 : Infinity;
  return Math.abs(actual - exact) / unit(exact);
}

/** Distance of neighbouring float32 numbers at |x|. */
function unit(x: number): number {
  let u = 2 ** -149;
  const size = Math.abs(x);
  bits.setFloat32(0, Math.min(size, 3.4028234663852886e38));
  const exponent = bits.getUint32(0) >>> 23;
  if (exponent > 1) u = 2 ** (exponent - 150);
  return u;
}

/** Every exponent and sign equally often, mantissas spread by a multiplicative walk; and the numbers around what is special. */
function arguments_(count: number): Float32Array {
  const x = new Float32Array(count);
  for (let i = 0; i < count; i++) x[i] = fromBits(Math.imul(i, 0x9e3779b1));
  const special = [
    0,
    -0,
    1,
    -1,
    Infinity,
    -Infinity,
    NaN,
    0.5,
    2,
    1.5,
    88.72283,
    88.8,
    -87.33654,
    -103.97,
    -104,
    1e-45,
    -1e-45,
    1.17549435e-38,
    3.4028235e38,
    -3.4028235e38,
    9.01,
    -9.01,
    3e-4,
    -17.3,
    1e-8,
    -1e-8,
    0.9999999,
    1.0000001,
    16777216,
  ];
  x.set(special);
  for (let i = special.length; i < special.length + 4000; i++) x[i] = (i - 2000) / 97;
  return x;
}

const functions: Record<string, (x: number) => number> = {
  exp,
  expm1,
  log,
  log1p,
  tanh,
  sin,
  cos,
  sqrt: Math.sqrt,
  sigmoid: (x) => (x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))),
  softplus: (x) => Math.max(x, 0) + log1p(exp(-Math.abs(x))),
};

describe("elementary functions of the wasm engine", () => {
  const count = 1_000_000;
  const x = arguments_(count);
  for (const [name, f] of Object.entries(functions)) {
    test(`${name}: at most 2 ulp over a stratified million`, () => {
      const y = applied(name, x);
      let worst = 0;
      let at = 0;
      for (let i = 0; i < count; i++) {
        const error = ulps(y[i]!, f(x[i]!));
        if (error > worst) [worst, at] = [error, x[i]!];
      }
      expect(worst, `${name}(${at}) = ${applied(name, Float32Array.of(at))[0]}, exact ${f(at)}`).toBeLessThanOrEqual(2);
    });
  }

  test("pow: at most 2 ulp, special cases as ECMAScript's", () => {
    const n = 400_000;
    const a = x.slice(0, n);
    const b = new Float32Array(n);
    for (let i = 0; i < n; i++)
      b[i] = i % 3 === 0 ? (i % 41) - 20 : i % 3 === 1 ? x[n + i]! : ((Math.imul(i, 0x85ebca6b) >> 8) / 8388608) * 40;
    for (const base of [a, a.map((v) => fromBits((Math.round(Math.abs(v)) & 0x1ffffff) + 0x3f000000))]) {
      const y = applied("pow", base, b);
      let worst = 0;
      let at = [0, 0];
      for (let i = 0; i < n; i++) {
        const error = ulps(y[i]!, pow(base[i]!, b[i]!));
        if (error > worst) [worst, at] = [error, [base[i]!, b[i]!]];
      }
      expect(worst, `pow(${at.join(", ")})`).toBeLessThanOrEqual(2);
    }
  });
});
