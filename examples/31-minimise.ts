// Minimising a function three ways: conjugate gradients need no second derivatives, Newton's method does, steepest descent is for comparison.
import { newton, nonlinearConjugateGradient, type NonlinearMethod } from "@rl/optim-cg";

// Rosenbrock's valley: 100 (y − x²)² + (1 − x)², its minimum 0 at (1, 1).
const f = ([x, y]: Float64Array): number => 100 * (y! - x! ** 2) ** 2 + (1 - x!) ** 2;
const gradient = ([x, y]: Float64Array): number[] => [-400 * x! * (y! - x! ** 2) - 2 * (1 - x!), 200 * (y! - x! ** 2)];
const hessian = ([x, y]: Float64Array): number[] => [1200 * x! ** 2 - 400 * y! + 2, -400 * x!, -400 * x!, 200];
const start = Float64Array.of(-1.2, 1);

const methods: NonlinearMethod[] = ["hestenes-stiefel", "polak-ribiere+", "fletcher-reeves", "steepest-descent"];
for (const method of methods) {
  const { x, reason, iterations, evaluations } = nonlinearConjugateGradient(f, gradient, start, { method, maxIterations: 500 });
  const point = `(${x[0]!.toFixed(6)}, ${x[1]!.toFixed(6)})`;
  console.log(
    `${method.padEnd(17)} ${reason.padEnd(15)} ${point}  ${String(iterations).padStart(3)} steps, ${evaluations} points evaluated`,
  );
}
const { x, iterations } = newton(gradient, hessian, start);
console.log(`newton            reached (${x[0]!.toFixed(6)}, ${x[1]!.toFixed(6)}) in ${iterations} steps`);
if (Math.abs(x[0]! - 1) > 1e-6) throw new Error("Newton's method should have reached (1, 1).");
