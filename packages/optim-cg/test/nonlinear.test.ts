import { readFileSync } from "node:fs";
import { newton, nonlinearConjugateGradient, type NonlinearMethod, type NonlinearOptions } from "@rl/optim-cg";
import { problems, rosenbrock, startOf } from "@rl-tools/test-utils/problems";
import { describe, expect, test } from "vitest";

const scipy = JSON.parse(readFileSync(new URL("golden/scipy-cg.json", import.meta.url), "utf8")) as {
  provenance: string;
  runs: { problem: string; evaluations: number[]; success: boolean[] }[];
};
const STARTS = 16;
const methods: NonlinearMethod[] = ["hestenes-stiefel", "polak-ribiere+", "fletcher-reeves"];
const mean = (v: number[]): number => v.reduce((a, b) => a + b, 0) / v.length;

test.each(problems.map((p) => [p.name, p] as const))("%s: the gradient is the function's, the minima are minima", (_, p) => {
  const x = startOf(p, 3);
  const g = new Float64Array(x.length);
  p.gradient(x, g);
  for (let i = 0; i < Math.min(4, x.length); i++) {
    const [up, down] = [x.slice(), x.slice()];
    up[i]! += 1e-6;
    down[i]! -= 1e-6;
    expect((p.value(up) - p.value(down)) / 2e-6).toBeCloseTo(g[i]!, 3);
  }
  for (const minimum of p.minima) expect(p.value(Float64Array.from(minimum))).toBeLessThan(1e-20);
});

describe.each(methods)("%s", (method) => {
  test.each(problems.map((p) => [p.name, p] as const))("%s: reaches a minimum from 16 starts", (_, p) => {
    for (let k = 0; k < STARTS; k++) {
      const result = nonlinearConjugateGradient(p.value, p.gradient, startOf(p, k), { method, maxIterations: 20_000 });
      expect(result).toMatchObject({ converged: true, reason: "converged" });
      expect(result.gradientNorm).toBeLessThanOrEqual(1e-5);
      expect(result.value).toBe(p.value(result.x));
      const distances = p.minima.map((m) => Math.max(...m.map((v, i) => Math.abs(v - result.x[i]!))));
      // Powell's Hessian is singular at the minimum: a gradient of 1e-5 is reached some hundredths away from it.
      expect(Math.min(...distances)).toBeLessThan(p.name === "Powell" ? 0.05 : 1e-4);
    }
  });
});

test.each(["hestenes-stiefel", "polak-ribiere+"] as const)(
  "%s evaluates fewer points than SciPy's CG, mean of 16 starts of each problem",
  (method) => {
    for (const p of problems) {
      const theirs = scipy.runs.find((r) => r.problem === p.name)!;
      expect(theirs.success).toEqual(new Array(STARTS).fill(true));
      const ours = theirs.evaluations.map(
        (_, k) => nonlinearConjugateGradient(p.value, p.gradient, startOf(p, k), { method, maxIterations: 20_000 }).evaluations,
      );
      expect([p.name, mean(ours) < mean(theirs.evaluations)]).toEqual([p.name, true]);
    }
  },
);

test("every step satisfies the strong Wolfe conditions and descends", () => {
  const p = rosenbrock(10);
  const [c1, c2] = [1e-3, 0.2];
  const x0 = startOf(p, 0);
  let x = x0.slice();
  let steps = 0;
  nonlinearConjugateGradient(p.value, p.gradient, x0, {
    c1,
    c2,
    tolerance: 1e-4,
    onIteration(s) {
      const g = new Float64Array(10);
      p.gradient(x, g);
      const slope = g.reduce((sum, v, i) => sum + v * s.direction[i]!, 0);
      const after = s.gradient.reduce((sum, v, i) => sum + v * s.direction[i]!, 0);
      expect(slope).toBeLessThan(0);
      expect(s.value).toBeLessThanOrEqual(p.value(x) + c1 * s.alpha * slope);
      expect(Math.abs(after)).toBeLessThanOrEqual(c2 * Math.abs(slope));
      expect(s.x).toEqual(x.map((v, i) => v + s.alpha * s.direction[i]!));
      x = s.x.slice();
      steps++;
    },
  });
  expect(steps).toBeGreaterThan(10);
});

test("on a quadratic with exact line searches the methods are linear CG: n steps", () => {
  const d = [1, 4, 9, 25, 60];
  const f = (x: Float64Array): number => x.reduce((sum, v, i) => sum + 0.5 * d[i]! * v * v - v, 0);
  const gradient = (x: Float64Array, out: Float64Array): void => x.forEach((v, i) => (out[i] = d[i]! * v - 1));
  for (const method of methods) {
    const result = nonlinearConjugateGradient(f, gradient, new Float64Array(5), { method, c2: 1e-9, c1: 1e-10, tolerance: 1e-7 });
    expect([method, result.converged, result.iterations]).toEqual([method, true, 5]);
    d.forEach((v, i) => expect(result.x[i]).toBeCloseTo(1 / v, 7));
  }
});

test("restarts: after `every` steps the direction is −g again", () => {
  const p = rosenbrock(10);
  const start = startOf(p, 1);
  let g: Float64Array = new Float64Array(10);
  p.gradient(start, g);
  const restarted: number[] = [];
  nonlinearConjugateGradient(p.value, p.gradient, start, {
    method: "fletcher-reeves",
    restarts: { every: 3, orthogonality: Infinity },
    maxIterations: 9,
    onIteration(s) {
      if (s.direction.every((v, i) => v === -g[i]!)) restarted.push(s.iteration);
      g = s.gradient.slice();
    },
  });
  expect(restarted).toEqual([1, 4, 7]);
});

describe("endings", () => {
  const p = rosenbrock(2);
  test("max-iterations, not-finite, stagnated, already there", () => {
    expect(nonlinearConjugateGradient(p.value, p.gradient, startOf(p, 0), { maxIterations: 2 })).toMatchObject({
      reason: "max-iterations",
      iterations: 2,
    });
    expect(nonlinearConjugateGradient(() => NaN, p.gradient, startOf(p, 0))).toMatchObject({
      reason: "not-finite",
      iterations: 0,
      evaluations: 1,
    });
    expect(nonlinearConjugateGradient(p.value, (_, out) => void out.fill(Infinity), startOf(p, 0))).toMatchObject({ reason: "not-finite" });
    // A gradient of the wrong sign: nothing lower is found along −g.
    const wrong = (x: Float64Array, out: Float64Array): void => {
      p.gradient(x, out);
      out.forEach((v, i) => (out[i] = -v));
    };
    expect(nonlinearConjugateGradient(p.value, wrong, startOf(p, 0))).toMatchObject({
      reason: "stagnated",
      converged: false,
      iterations: 0,
    });
    expect(nonlinearConjugateGradient(p.value, p.gradient, Float64Array.of(1, 1))).toMatchObject({
      reason: "converged",
      iterations: 0,
      evaluations: 1,
    });
  });

  test("a region where f is not defined is left by shorter steps", () => {
    // −log x + x, minimum at 1; the first trial from 0.01 goes far below zero or far out, where f is NaN or the slope flat.
    const f = (x: Float64Array): number => x[0]! - Math.log(x[0]!);
    const gradient = (x: Float64Array, out: Float64Array): void => void (out[0] = 1 - 1 / x[0]!);
    for (const start of [0.01, 3, 40]) {
      const result = nonlinearConjugateGradient(f, gradient, Float64Array.of(start));
      expect(result.converged).toBe(true);
      expect(result.x[0]).toBeCloseTo(1, 4);
    }
  });

  test("ordinary arrays of numbers become Float64Array", () => {
    const gradient = (x: Float64Array, out: Float64Array): void => void (out[0] = 2 * (x[0]! - 3));
    expect(nonlinearConjugateGradient((x) => (x[0]! - 3) ** 2, gradient, [0]).x[0]).toBeCloseTo(3, 6);
    expect(newton(gradient, () => [2], [0]).x[0]).toBeCloseTo(3, 14);
  });

  test("x0 is not changed, Float32Array stays Float32Array", () => {
    const x0 = Float32Array.of(-1.2, 1);
    const result = nonlinearConjugateGradient(
      (x: Float32Array) => p.value(Float64Array.from(x)),
      (x: Float32Array) => {
        const out = new Float64Array(2);
        p.gradient(Float64Array.from(x), out);
        return out;
      },
      x0,
      { tolerance: 1e-2 },
    );
    expect(x0).toEqual(Float32Array.of(-1.2, 1));
    expect(result.x).toBeInstanceOf(Float32Array);
    expect(result.converged).toBe(true);
  });
});

test("Newton: one step on a quadratic, quadratic convergence on Rosenbrock, a saddle is refused", () => {
  const quadratic = newton(
    (x) => [2 * x[0]! + x[1]! - 3, x[0]! + 4 * x[1]! + 1],
    () => [2, 1, 1, 4],
    Float64Array.of(7, -9),
  );
  expect(quadratic).toMatchObject({ converged: true, iterations: 1 });
  expect([...quadratic.x].map((v) => Math.round(v * 1e12) / 1e12)).toEqual([13 / 7, -5 / 7].map((v) => Math.round(v * 1e12) / 1e12));
  const p = rosenbrock(2);
  const hessian = ([x, y]: Float64Array): number[] => [1200 * x! * x! - 400 * y! + 2, -400 * x!, -400 * x!, 200];
  const result = newton(p.gradient, hessian, startOf(p, 0));
  expect(result).toMatchObject({ converged: true, iterations: 6 });
  expect(Math.abs(result.x[0]! - 1)).toBeLessThan(1e-10);
  expect(
    newton(
      (x) => [x[0]!, -x[1]!],
      () => [1, 0, 0, -1],
      Float64Array.of(1, 1),
    ),
  ).toMatchObject({ reason: "non-positive-curvature", iterations: 0 });
});

test("Newton refuses a gradient or a Hessian of another length", () => {
  const start = Float64Array.of(1, 1);
  expect(() =>
    newton(
      () => [0],
      () => [1, 0, 0, 1],
      start,
    ),
  ).toThrow("newton: gradient returned 1 numbers, expected 2");
  expect(() =>
    newton(
      (x) => x,
      () => [1, 0, 1],
      start,
    ),
  ).toThrow("newton: hessian returned 3 numbers, expected 2 × 2 = 4");
});

test.each<[string, NonlinearOptions<Float64Array>, RegExp]>([
  ["method", { method: "polak-ribiere" as NonlinearMethod }, /method is "polak-ribiere", expected one of fletcher-reeves, polak-ribiere\+/],
  ["name", { metod: "x" } as NonlinearOptions<Float64Array>, /did you mean "method"/],
  ["nested name", { restarts: { evry: 2 } } as NonlinearOptions<Float64Array>, /restarts: unknown option "evry".*did you mean "every"/],
  ["c1 above c2", { c1: 0.5, c2: 0.3 }, /c1 is 0.5, expected a number in \(0, 0.3\)/],
  ["every", { restarts: { every: 0 } }, /restarts.every is 0/],
])("bad input: %s", (_, options, message) => {
  const p = rosenbrock(2);
  expect(() => nonlinearConjugateGradient(p.value, p.gradient, startOf(p, 0), options)).toThrow(message);
});
