/** Test functions for minimisers, with their gradients, customary starts and known minima.
 *  Moré, Garbow and Hillstrom 1981 (Rosenbrock, Beale, Powell singular); Himmelblau 1972. */
export interface Problem {
  readonly name: string;
  readonly value: (x: Float64Array) => number;
  readonly gradient: (x: Float64Array, out: Float64Array) => void;
  readonly start: readonly number[];
  /** Every global minimiser. */
  readonly minima: readonly (readonly number[])[];
}

/** Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)². */
export function rosenbrock(n: number): Problem {
  return {
    name: `Rosenbrock ${n}`,
    value(x) {
      let sum = 0;
      for (let i = 0; i + 1 < n; i++) sum += 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2;
      return sum;
    },
    gradient(x, out) {
      out.fill(0);
      for (let i = 0; i + 1 < n; i++) {
        const gap = x[i + 1]! - x[i]! ** 2;
        out[i]! += -400 * x[i]! * gap - 2 * (1 - x[i]!);
        out[i + 1]! += 200 * gap;
      }
    },
    start: Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1)),
    minima: [new Array<number>(n).fill(1)],
  };
}

/** Σₖ (cₖ − x + x yᵏ)², c = 1.5, 2.25, 2.625. */
export const beale: Problem = {
  name: "Beale",
  value([x, y]) {
    return (1.5 - x! + x! * y!) ** 2 + (2.25 - x! + x! * y! ** 2) ** 2 + (2.625 - x! + x! * y! ** 3) ** 2;
  },
  gradient([x, y], out) {
    const a = 1.5 - x! + x! * y!;
    const b = 2.25 - x! + x! * y! ** 2;
    const c = 2.625 - x! + x! * y! ** 3;
    out[0] = 2 * (a * (y! - 1) + b * (y! ** 2 - 1) + c * (y! ** 3 - 1));
    out[1] = 2 * x! * (a + 2 * b * y! + 3 * c * y! ** 2);
  },
  start: [1, 1],
  minima: [[3, 0.5]],
};

/** (x² + y − 11)² + (x + y² − 7)². */
export const himmelblau: Problem = {
  name: "Himmelblau",
  value([x, y]) {
    return (x! ** 2 + y! - 11) ** 2 + (x! + y! ** 2 - 7) ** 2;
  },
  gradient([x, y], out) {
    const a = x! ** 2 + y! - 11;
    const b = x! + y! ** 2 - 7;
    out[0] = 4 * x! * a + 2 * b;
    out[1] = 2 * a + 4 * y! * b;
  },
  start: [0, 0],
  minima: [
    [3, 2],
    [-2.805118086952745, 3.131312518250573],
    [-3.779310253377747, -3.28318599128617],
    [3.584428340330492, -1.848126526964404],
  ],
};

/** (x₁ + 10x₂)² + 5(x₃ − x₄)² + (x₂ − 2x₃)⁴ + 10(x₁ − x₄)⁴; its Hessian is singular at the minimum. */
export const powellSingular: Problem = {
  name: "Powell",
  value([a, b, c, d]) {
    return (a! + 10 * b!) ** 2 + 5 * (c! - d!) ** 2 + (b! - 2 * c!) ** 4 + 10 * (a! - d!) ** 4;
  },
  gradient([a, b, c, d], out) {
    const p = a! + 10 * b!;
    const q = c! - d!;
    const r = (b! - 2 * c!) ** 3;
    const s = (a! - d!) ** 3;
    out[0] = 2 * p + 40 * s;
    out[1] = 20 * p + 4 * r;
    out[2] = 10 * q - 8 * r;
    out[3] = -10 * q - 40 * s;
  },
  start: [3, -1, 0, 1],
  minima: [[0, 0, 0, 0]],
};

export const problems: readonly Problem[] = [rosenbrock(2), rosenbrock(100), beale, himmelblau, powellSingular];

/** The customary start for k = 0, else a point near it; rational numbers, so that every language makes the same ones. */
export function startOf(problem: Problem, k: number): Float64Array {
  return Float64Array.from(problem.start, (v, i) => (k === 0 ? v : v + (3 * (((37 * k + 11 * i) % 19) - 9)) / 90));
}
