import { readFileSync } from "node:fs";
import { cgWorkspace, conjugateGradient, jacobiPreconditioner, steepestDescent, type CgOptions } from "@rl/optim-cg";
import { describe, expect, expectTypeOf, test } from "vitest";

interface System {
  n: number;
  condition: number;
  A: number[];
  b: number[];
  solution: number[];
  iterates?: { x: number[]; direction: number[]; alpha: number; residualNorm: number }[];
}
// Provenance: cg.json was made with NumPy 2.4.6 in float64; iterates of the small systems by the textbook recurrence.
const golden = JSON.parse(readFileSync(new URL("golden/cg.json", import.meta.url), "utf8")) as {
  systems: System[];
  indefinite: { A: number[]; b: number[] };
  semidefinite: { A: number[]; b: number[] };
};

const multiply = (A: ArrayLike<number>, v: ArrayLike<number>): number[] =>
  Array.from({ length: v.length }, (_, i) => Array.from(v, (x, j) => A[i * v.length + j]! * x).reduce((s, t) => s + t, 0));
const inner = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a, (x, i) => x * b[i]!).reduce((s, t) => s + t, 0);
const norm = (a: ArrayLike<number>): number => Math.sqrt(inner(a, a));
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => norm(Array.from(a, (x, i) => x - b[i]!));

function trace(system: { A: number[]; b: number[] }, options: CgOptions<Float64Array> = {}) {
  const steps: { x: Float64Array; direction: Float64Array; residual: Float64Array; alpha: number; residualNorm: number }[] = [];
  const result = conjugateGradient(Float64Array.from(system.A), Float64Array.from(system.b), {
    ...options,
    onIteration: (s) =>
      steps.push({
        x: s.x.slice(),
        direction: s.direction.slice(),
        residual: s.residual.slice(),
        alpha: s.alpha,
        residualNorm: s.residualNorm,
      }),
  });
  return { result, steps };
}

describe.each(golden.systems)("golden system n = $n, condition $condition", (system) => {
  const { A, b, n, condition } = system;

  test("is solved, in n steps or fewer up to condition 1e3", () => {
    const { result } = trace(system);
    expect(result).toMatchObject({ converged: true, reason: "converged" });
    expect(result.iterations).toBeLessThanOrEqual(condition <= 1e3 ? n : 10 * n);
    const residual = norm(multiply(A, result.x).map((v, i) => b[i]! - v));
    expect(residual).toBeLessThanOrEqual(1.01e-10 * norm(b));
    expect(result.residualNorm).toBeCloseTo(residual, 12);
    expect(distance(result.x, system.solution)).toBeLessThan(1e-10);
  });

  test("goes through the given iterates", () => {
    const { steps } = trace(system);
    for (const [k, expected] of (system.iterates ?? []).entries()) {
      const step = steps[k]!;
      // Rounding grows with the condition; the last iterates of condition 1e6 agree to about 1e-8.
      const tolerance = condition <= 100 ? 1e-12 : 1e-7;
      expect(distance(step.x, expected.x) / norm(expected.x)).toBeLessThan(tolerance);
      expect(distance(step.direction, expected.direction) / norm(expected.direction)).toBeLessThan(tolerance);
      expect(Math.abs(step.alpha / expected.alpha - 1)).toBeLessThan(tolerance);
      // After n steps the exact residual is zero: what is left is each program's own rounding.
      expect(Math.abs(step.residualNorm - expected.residualNorm)).toBeLessThan(k < n - 1 ? tolerance * expected.residualNorm : 1e-3);
    }
  });

  test("directions are conjugate and independent, residuals orthogonal to all earlier directions", () => {
    const { steps } = trace(system, { maxIterations: n });
    for (const [k, step] of steps.entries()) {
      const image = multiply(A, step.direction);
      for (const earlier of steps.slice(0, k)) {
        const cosine =
          inner(earlier.direction, image) /
          Math.sqrt(inner(earlier.direction, multiply(A, earlier.direction)) * inner(step.direction, image));
        expect(Math.abs(cosine)).toBeLessThan(1e-9);
      }
      // Above rounding of the residual itself, every gradient is orthogonal to every direction so far.
      if (step.residualNorm < 1e-8 * norm(b)) continue;
      for (const earlier of steps.slice(0, k + 1)) {
        expect(Math.abs(inner(step.residual, earlier.direction)) / (norm(step.residual) * norm(earlier.direction))).toBeLessThan(1e-8);
      }
    }
    expect(smallestPivot(steps.map((s) => Array.from(s.direction, (v) => v / norm(s.direction))))).toBeGreaterThan(1e-8);
  });

  test("each step goes to the exact minimum along its direction: α = −gᵀd / dᵀAd", () => {
    const { steps } = trace(system, { maxIterations: n });
    let x: Float64Array = new Float64Array(n);
    for (const step of steps.slice(0, 5)) {
      const g = multiply(A, x).map((v, i) => v - b[i]!);
      const exact = -inner(g, step.direction) / inner(step.direction, multiply(A, step.direction));
      expect(Math.abs(step.alpha / exact - 1)).toBeLessThan(1e-9 * condition);
      x = step.x;
    }
  });
});

/** Smallest diagonal of R in a Gram–Schmidt factor: 0 when the vectors depend on each other. */
function smallestPivot(vectors: number[][]): number {
  const basis: number[][] = [];
  let least = Infinity;
  for (const v of vectors) {
    const rest = [...v];
    for (let pass = 0; pass < 2; pass++)
      for (const q of basis) {
        const share = inner(q, rest);
        q.forEach((x, i) => (rest[i]! -= share * x));
      }
    const size = norm(rest);
    least = Math.min(least, size);
    basis.push(rest.map((x) => x / size));
  }
  return least;
}

test("smallestPivot sees dependence", () => {
  expect(
    smallestPivot([
      [1, 0],
      [0, 1],
    ]),
  ).toBe(1);
  expect(
    smallestPivot([
      [0.6, 0.8],
      [0.6, 0.8],
    ]),
  ).toBeLessThan(1e-15);
});

describe("reasons", () => {
  const f64 = (...v: number[]): Float64Array => Float64Array.from(v);

  test("non-positive-curvature: indefinite, semidefinite and negative matrices, without dividing by the curvature", () => {
    const indefinite = conjugateGradient(f64(...golden.indefinite.A), f64(...golden.indefinite.b));
    expect(indefinite).toMatchObject({ converged: false, reason: "non-positive-curvature", iterations: 1 });
    // diag(2, 1, −1), b = 1: the first step is 3/2 along b, as by hand.
    expect(distance(indefinite.x, [1.5, 1.5, 1.5])).toBeLessThan(1e-14);
    const A = f64(...golden.semidefinite.A);
    // [[1, 1], [1, 1]]: b = (1, 1) lies in its range, x = (½, ½) is a solution; (1, 0) does not, and the curvature of zero is met.
    expect(conjugateGradient(A, f64(...golden.semidefinite.b))).toMatchObject({ reason: "converged", iterations: 1 });
    expect(distance(conjugateGradient(A, f64(1, 1)).x, [0.5, 0.5])).toBeLessThan(1e-15);
    for (const b of [f64(1, 0), f64(1, 0.3), f64(1, -1), f64(0.1, 0.7)]) {
      const result = conjugateGradient(A, b);
      expect(result).toMatchObject({ converged: false, reason: "non-positive-curvature" });
      expect(result.x.every(Number.isFinite)).toBe(true);
      expect(norm(result.x)).toBeLessThan(10);
    }
    expect(conjugateGradient(f64(-2), f64(1))).toMatchObject({ reason: "non-positive-curvature", iterations: 0, x: f64(0) });
    expect(conjugateGradient(f64(0), f64(1))).toMatchObject({ reason: "non-positive-curvature", iterations: 0, x: f64(0) });
  });

  test("non-positive-curvature: a preconditioner that is not positive definite", () => {
    expect(conjugateGradient(f64(1, 0, 0, 1), f64(1, 1), { preconditioner: (r) => r.map((v) => -v) })).toMatchObject({
      reason: "non-positive-curvature",
      iterations: 0,
    });
  });

  test("max-iterations", () => {
    const system = golden.systems[5]!;
    const result = trace(system, { maxIterations: 3 }).result;
    expect(result).toMatchObject({ converged: false, reason: "max-iterations", iterations: 3 });
    expect(trace(system, { maxIterations: 0 }).result).toMatchObject({
      reason: "max-iterations",
      iterations: 0,
      residualNorm: expect.closeTo(norm(system.b), 12),
    });
  });

  test("stagnated: a tolerance below rounding", () => {
    for (const system of golden.systems.slice(1)) {
      const { result } = trace(system, { tolerance: 0 });
      expect(result).toMatchObject({ converged: false, reason: "stagnated" });
      expect(result.residualNorm).toBeLessThan(1e-15 * system.condition * norm(system.b));
    }
  });

  test("not-finite: in b, in A v, in the preconditioner, by overflow; x stays finite", () => {
    expect(conjugateGradient(f64(1), f64(NaN))).toMatchObject({ reason: "not-finite", iterations: 0 });
    expect(conjugateGradient(() => [NaN, 1], f64(1, 1))).toMatchObject({ reason: "not-finite", iterations: 0, x: f64(0, 0) });
    expect(conjugateGradient(() => [Infinity, 1], f64(1, 1))).toMatchObject({ reason: "not-finite", iterations: 0, x: f64(0, 0) });
    expect(conjugateGradient(f64(1, 0, 0, 1), f64(1, 1), { preconditioner: () => [NaN, 1] })).toMatchObject({
      reason: "not-finite",
      iterations: 0,
    });
    expect(conjugateGradient(f64(1e200), f64(1))).toMatchObject({ reason: "not-finite", iterations: 0, x: f64(0) });
    let calls = 0;
    const later = conjugateGradient((v) => (++calls < 3 ? [3 * v[0]!, v[1]!, 2 * v[2]!] : [NaN, NaN, NaN]), f64(1, 1, 1));
    expect(later).toMatchObject({ reason: "not-finite", iterations: 2 });
    expect(later.x.every(Number.isFinite)).toBe(true);
  });

  test("a right side of zero is solved by zero", () => {
    expect(conjugateGradient(f64(1, 0, 0, 1), f64(0, 0))).toMatchObject({
      reason: "converged",
      iterations: 0,
      residualNorm: 0,
      x: f64(0, 0),
    });
  });
});

describe("options", () => {
  // Second differences with a strongly varying diagonal: Jacobi helps much.
  const n = 400;
  const diagonal = Float64Array.from({ length: n }, (_, i) => 2 + 50 * ((i * 7) % 13) ** 2);
  const apply = (v: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < n; i++) out[i] = diagonal[i]! * v[i]! - (v[i - 1] ?? 0) - (v[i + 1] ?? 0);
  };
  const b = Float64Array.from({ length: n }, (_, i) => 1 + (i % 5));

  test.each([true, false])("preconditioner (reorthogonalize: %s): far fewer steps, the same solution", (reorthogonalize) => {
    const plain = conjugateGradient(apply, b, { reorthogonalize });
    const helped = conjugateGradient(apply, b, { reorthogonalize, preconditioner: jacobiPreconditioner(diagonal) });
    expect(helped.converged && plain.converged).toBe(true);
    expect(helped.iterations * 3).toBeLessThan(plain.iterations);
    expect(distance(helped.x, plain.x)).toBeLessThan(1e-7 * norm(plain.x));
    expect(conjugateGradient(apply, b, { reorthogonalize, preconditioner: (r, out) => apply3(r, out) }).iterations).toBe(helped.iterations);
  });
  const apply3 = (r: Float64Array, out: Float64Array): Float64Array => {
    for (let i = 0; i < n; i++) out[i] = (3 * r[i]!) / diagonal[i]!;
    return out;
  };

  test("with the inverse as preconditioner one step suffices", () => {
    const d = Float64Array.of(1, 10, 100);
    const result = conjugateGradient((v) => v.map((x, i) => x * d[i]!), Float64Array.of(1, 2, 3), {
      preconditioner: jacobiPreconditioner(d),
    });
    expect(result).toMatchObject({ converged: true, iterations: 1 });
    expect(distance(result.x, [1, 0.2, 0.03])).toBeLessThan(1e-15);
  });

  test("start: from the solution nothing is left to do", () => {
    const solution = conjugateGradient(apply, b, { tolerance: 1e-13 }).x;
    expect(conjugateGradient(apply, b, { start: solution })).toMatchObject({ reason: "converged", iterations: 0 });
    const near = solution.map((v) => v * 1.001);
    expect(distance(conjugateGradient(apply, b, { start: near }).x, solution)).toBeLessThan(1e-7 * norm(solution));
    expect(distance(near, solution) / norm(solution)).toBeCloseTo(0.001, 12);
  });

  test("a workspace is used again and changes no bit", () => {
    const workspace = cgWorkspace(b);
    const fresh = conjugateGradient(apply, b);
    const first = conjugateGradient(apply, b, { workspace });
    const second = conjugateGradient(apply, b, { workspace });
    expect(second.x).toBe(workspace.x);
    expect(second.x).toEqual(fresh.x);
    expect(second.iterations).toBe(first.iterations);
  });

  test("Float32Array in, Float32Array out, solved to its precision", () => {
    const result = conjugateGradient(
      (v: Float32Array, out: Float32Array) => v.forEach((x, i) => (out[i] = x * (1 + i))),
      Float32Array.of(1, 2, 3, 4),
    );
    expect(result.x).toBeInstanceOf(Float32Array);
    expect(result.converged).toBe(true);
    expect(distance(result.x, [1, 1, 1, 1])).toBeLessThan(1e-5);
  });

  test("ordinary arrays of numbers become Float64Array", () => {
    const result = conjugateGradient([2, 0, 0, 4], [2, 2]);
    expect(result.x).toBeInstanceOf(Float64Array);
    expect(distance(result.x, [1, 0.5])).toBeLessThan(1e-15);
    expectTypeOf(result.x).toExtend<Float64Array>();
    expect(steepestDescent([2], [4]).x).toEqual(Float64Array.of(2));
  });

  test("b is not changed", () => {
    const copy = b.slice();
    conjugateGradient(apply, b);
    expect(b).toEqual(copy);
  });
});

test("steepest descent needs far more steps, at the rate of the condition", () => {
  const A = Float64Array.of(1, 0, 0, 50);
  const b = Float64Array.of(50, 50); // from zero, the worst start for steepest descent: the error is (κ, 1)
  const errors: number[] = [];
  const result = steepestDescent(A, b, {
    maxIterations: 1000,
    tolerance: 1e-8,
    onIteration: ({ x }) => void errors.push((x[0]! - 50) ** 2 + 50 * (x[1]! - 1) ** 2),
  });
  expect(result.converged).toBe(true);
  expect(result.iterations).toBeGreaterThan(50);
  expect(conjugateGradient(A, b).iterations).toBe(2);
  // Kantorovich: the squared A-norm falls at least by ((κ − 1)/(κ + 1))² a step.
  for (let k = 1; k < 40; k++) expect(errors[k]! / errors[k - 1]!).toBeLessThanOrEqual((49 / 51) ** 2 + 1e-9);
  expect(steepestDescent(Float64Array.of(-1), Float64Array.of(1))).toMatchObject({ reason: "non-positive-curvature" });
  expect(steepestDescent(Float64Array.of(NaN), Float64Array.of(1))).toMatchObject({ reason: "not-finite" });
});

test("the error stays below 2 ((√κ − 1)/(√κ + 1))ᵏ in the A-norm", () => {
  const n = 300;
  const kappa = 400;
  const d = Float64Array.from({ length: n }, (_, i) => 1 + ((kappa - 1) * i) / (n - 1));
  const b = Float64Array.from({ length: n }, (_, i) => 1 + (i % 3));
  const energy = (x: Float64Array): number => Math.sqrt(x.reduce((sum, v, i) => sum + d[i]! * (v - b[i]! / d[i]!) ** 2, 0));
  const start = energy(new Float64Array(n));
  let steps = 0;
  conjugateGradient((v: Float64Array, out: Float64Array) => v.forEach((x, i) => (out[i] = x * d[i]!)), b, {
    maxIterations: 60,
    reorthogonalize: false,
    onIteration({ iteration, x }) {
      steps++;
      expect(energy(x) / start).toBeLessThanOrEqual(2 * (19 / 21) ** iteration);
    },
  });
  expect(steps).toBe(60);
});

describe("bad input", () => {
  const b = Float64Array.of(1, 2);
  const A = Float64Array.of(1, 0, 0, 1);
  test.each<[string, () => unknown, RegExp]>([
    [
      "misspelt option",
      () => conjugateGradient(A, b, { tolerence: 1 } as CgOptions<Float64Array>),
      /unknown option "tolerence".*did you mean "tolerance"/,
    ],
    [
      "strings",
      () => conjugateGradient(A, ["1"] as unknown as number[]),
      /b is an array that holds other things than numbers, expected a Float64Array, a Float32Array/,
    ],
    ["integers", () => conjugateGradient(A, Int32Array.of(1, 2) as unknown as Float64Array), /b is Int32Array, expected/],
    ["nothing", () => conjugateGradient(A, undefined as unknown as Float64Array), /b is undefined, expected/],
    ["empty b", () => conjugateGradient(A, new Float64Array(0)), /length 0/],
    ["matrix of another size", () => conjugateGradient(Float64Array.of(1, 2, 3), b), /has 3 numbers, expected 2 × 2 = 4/],
    ["tolerance", () => conjugateGradient(A, b, { tolerance: -1 }), /tolerance is -1, expected a number in \[0, 1\)/],
    ["NaN tolerance", () => conjugateGradient(A, b, { tolerance: NaN }), /tolerance is NaN/],
    ["iterations", () => conjugateGradient(A, b, { maxIterations: 2.5 }), /maxIterations is 2.5, expected a whole number from 0/],
    [
      "start",
      () => conjugateGradient(A, b, { start: Float64Array.of(1) }),
      /start is a Float64Array of length 1, expected a Float64Array of length 2/,
    ],
    ["operator's answer", () => conjugateGradient(() => [1], b), /returned 1 numbers, expected 2/],
    [
      "workspace of another size",
      () => conjugateGradient(A, b, { workspace: cgWorkspace(new Float64Array(3)) }),
      /workspace.x is a Float64Array of length 3/,
    ],
    [
      "workspace without room",
      () => conjugateGradient(A, b, { workspace: cgWorkspace(b, false), preconditioner: (r) => r }),
      /no room for a preconditioner/,
    ],
    ["diagonal", () => jacobiPreconditioner(Float64Array.of(1, 0)), /entry 1 of the diagonal is 0/],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe("numbers whose squares leave float64", () => {
  const A = [4, 1, 1, 3];
  // A⁻¹[1, 2] = [1, 7] / 11
  test.each([1e-162, 1e-200, 1e-300, 1e155, 1e200, 1e300])("b of size %s", (size) => {
    for (const solve of [conjugateGradient, steepestDescent] as (typeof conjugateGradient)[]) {
      const seen: number[] = [];
      const result = solve(A, [size, 2 * size], { onIteration: ({ x }: { x: Float64Array }) => seen.push(x[0]! / size) });
      expect(result.reason).toBe("converged");
      expect(result.x[0]! / size).toBeCloseTo(1 / 11, 9);
      expect(result.x[1]! / size).toBeCloseTo(7 / 11, 9);
      expect(result.residualNorm).toBeLessThanOrEqual(1e-10 * Math.sqrt(5) * size);
      expect(seen.at(-1)).toBeCloseTo(1 / 11, 9);
      const near = solve(A, [size, 2 * size], { start: Float64Array.of(size / 11, (7 * size) / 11) });
      expect([near.reason, near.iterations]).toEqual(["converged", 0]);
    }
  });
  test("a solution below the smallest numbers is no convergence", () => {
    expect(conjugateGradient([1e150], [1e-180])).toMatchObject({ reason: "underflow", converged: false, x: Float64Array.of(0) });
    expect(conjugateGradient([1e20], [1e-302])).toMatchObject({ reason: "underflow", converged: false });
    expect(conjugateGradient([1e-200], [1e200])).toMatchObject({ reason: "not-finite", converged: false });
    expect(conjugateGradient([1], [5e-324])).toMatchObject({ reason: "converged", x: Float64Array.of(5e-324) });
  });
});
