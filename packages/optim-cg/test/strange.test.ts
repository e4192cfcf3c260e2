/** Every function with values that nobody means: a result that says how it ended, or one sentence. */
import { misconduct, strangeValues } from "@rl-tools/test-utils/strange";
import { expect, test } from "vitest";
import * as cg from "@rl/optim-cg";

type Loose = (...args: unknown[]) => unknown;
const { conjugateGradient, lineSearch, newton, nonlinearConjugateGradient, steepestDescent, jacobiPreconditioner } =
  cg as unknown as Record<string, Loose>;
const A = [2, 0, 0, 3];
const b = [1, 1];
const f = (x: Float64Array): number => x[0]! ** 2 + x[1]! ** 2;
const gradient = (x: Float64Array): number[] => [2 * x[0]!, 2 * x[1]!];
const hessian = (): number[] => [2, 0, 0, 2];
const search = { shrink: 0.5, maxSteps: 2, accept: () => true };
const each = (keys: readonly string[], call: (options: object) => unknown): [string, (v: unknown) => unknown][] =>
  keys.map((key) => [key, (v: unknown) => call({ maxIterations: 5, [key]: v })]);

const calls: [string, (value: unknown) => unknown][] = [
  ["operator", (v) => conjugateGradient!(v, b)],
  ["operator's answer", (v) => conjugateGradient!(() => v, b)],
  ["b", (v) => conjugateGradient!(A, v)],
  ["b's entry", (v) => conjugateGradient!(A, [1, v])],
  ["options", (v) => conjugateGradient!(A, b, v)],
  ...each(["maxIterations", "tolerance", "preconditioner", "reorthogonalize", "start", "onIteration", "workspace"], (o) =>
    conjugateGradient!(A, b, o),
  ),
  ["preconditioner's answer", (v) => conjugateGradient!(A, b, { preconditioner: () => v })],
  ["steepest operator", (v) => steepestDescent!(v, b)],
  ["steepest b", (v) => steepestDescent!(A, v)],
  ...each(["maxIterations", "tolerance", "start", "onIteration"], (o) => steepestDescent!(A, b, o)),
  ["f", (v) => nonlinearConjugateGradient!(v, gradient, b)],
  ["f's answer", (v) => nonlinearConjugateGradient!(() => v, gradient, b)],
  ["gradient", (v) => nonlinearConjugateGradient!(f, v, b)],
  ["gradient's answer", (v) => nonlinearConjugateGradient!(f, () => v, b)],
  ["x0", (v) => nonlinearConjugateGradient!(f, gradient, v)],
  ["x0's entry", (v) => nonlinearConjugateGradient!(f, gradient, [1, v])],
  ...each(["method", "restarts", "tolerance", "maxIterations", "c1", "c2", "onIteration"], (o) =>
    nonlinearConjugateGradient!(f, gradient, b, o),
  ),
  ["newton's gradient", (v) => newton!(v, hessian, b)],
  ["newton's hessian", (v) => newton!(gradient, v, b)],
  ["hessian's answer", (v) => newton!(gradient, () => v, b)],
  ["newton's x0", (v) => newton!(gradient, hessian, v)],
  ...each(["maxIterations", "tolerance", "onIteration"], (o) => newton!(gradient, hessian, b, o)),
  ["evaluate", (v) => lineSearch!(v, b, b, search)],
  ["start", (v) => lineSearch!(f, v, b, search)],
  ["step", (v) => lineSearch!(f, b, v, search)],
  ...["shrink", "maxSteps", "accept", "workspace"].map((key): [string, (v: unknown) => unknown] => [
    key,
    (v) => (key === "maxSteps" && typeof v === "number" && v > 1e6 ? 0 : lineSearch!(f, b, b, { ...search, [key]: v })),
  ]),
  ["search options", (v) => lineSearch!(f, b, b, v)],
  ["diagonal", (v) => jacobiPreconditioner!(v)],
];

test("a result that says how it ended, or a sentence", async () => {
  for (const [shown, value] of Object.entries(strangeValues()))
    for (const [name, call] of calls) {
      let answer: { x?: Float64Array; converged?: boolean } | undefined;
      expect(await misconduct(() => void (answer = call(value) as typeof answer)), `${name}: ${shown}`).toBeUndefined();
      if (answer?.converged === true) expect(Array.from(answer.x!).every(Number.isFinite), `${name}: ${shown}`).toBe(true);
    }
});
