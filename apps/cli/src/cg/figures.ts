/** Pictures of conjugate gradients: paths in the plane, and convergence beside the bound of theory. */
import { convergenceChart, pathChart, type ConvergencePair, type PathPanel, type Series } from "@rl/charts";
import { conjugateGradient, newton, nonlinearConjugateGradient, steepestDescent } from "@rl/optim-cg";
import { cos, sin } from "@rl/math";

export interface CgFigure {
  readonly title: string;
  readonly svg: () => Promise<string>;
}

/** Collects the points of a path. */
function path(name: string, start: Float64Array, run: (visit: (x: ArrayLike<number>) => void) => void): Series {
  const x = [start[0]!];
  const y = [start[1]!];
  run((point) => {
    x.push(point[0]!);
    y.push(point[1]!);
  });
  return { name, x, y };
}

const around = (count: number, point: (angle: number) => readonly [number, number]): { x: number[]; y: number[] } => {
  const points = Array.from({ length: count + 1 }, (_, i) => point((2 * Math.PI * i) / count));
  return { x: points.map((p) => p[0]), y: points.map((p) => p[1]) };
};

/** ½xᵀAx − bᵀx with the eigenvalues 1 and 12, turned by 0.5 rad, its minimum at (0.3, −0.1). */
export function quadraticPanel(): PathPanel {
  const [small, large, angle] = [1, 12, 0.5];
  const [c, s] = [cos(angle), sin(angle)];
  const off = (small - large) * c * s;
  const A = Float64Array.of(small * c * c + large * s * s, off, off, small * s * s + large * c * c);
  const minimum = [0.3, -0.1] as const;
  const b = Float64Array.of(A[0]! * minimum[0] + off * minimum[1], off * minimum[0] + A[3]! * minimum[1]);
  const start = Float64Array.of(-2.6, -1.05);
  const gradient = (x: Float64Array, out: Float64Array): void => {
    out[0] = A[0]! * x[0]! + off * x[1]! - b[0]!;
    out[1] = off * x[0]! + A[3]! * x[1]! - b[1]!;
  };
  return {
    title: "a quadratic, condition 12",
    paths: [
      path("conjugate gradient", start, (visit) => conjugateGradient(A, b, { start, onIteration: ({ x }) => visit(x) })),
      path("steepest descent", start, (visit) => steepestDescent(A, b, { start, tolerance: 1e-3, onIteration: ({ x }) => visit(x) })),
      path("Newton", start, (visit) => newton(gradient, () => A, start, { onIteration: ({ x }) => visit(x) })),
    ],
    levels: [0.02, 0.12, 0.4, 0.95, 1.85, 3.2, 5, 7.5, 11].map((level) =>
      around(90, (t) => {
        // ½(λ₁u² + λ₂v²) = level in the turned frame.
        const u = Math.sqrt((2 * level) / small) * cos(t);
        const v = Math.sqrt((2 * level) / large) * sin(t);
        return [minimum[0] + c * u - s * v, minimum[1] + s * u + c * v];
      }),
    ),
    minimum,
    xDomain: [-3, 1.6],
    yDomain: [-2.2, 1.2],
    width: 460,
  };
}

/** 100 (y − x²)² + (1 − x)² from its customary start. */
export function rosenbrockPanel(): PathPanel {
  const f = ([x, y]: Float64Array): number => 100 * (y! - x! * x!) * (y! - x! * x!) + (1 - x!) * (1 - x!);
  const gradient = ([x, y]: Float64Array, out: Float64Array): void => {
    out[0] = -400 * x! * (y! - x! * x!) - 2 * (1 - x!);
    out[1] = 200 * (y! - x! * x!);
  };
  const hessian = ([x, y]: Float64Array): number[] => [1200 * x! * x! - 400 * y! + 2, -400 * x!, -400 * x!, 200];
  const start = Float64Array.of(-1.2, 1);
  return {
    title: "Rosenbrock's valley",
    paths: [
      path("conjugate gradient", start, (visit) => nonlinearConjugateGradient(f, gradient, start, { onIteration: ({ x }) => visit(x) })),
      path("steepest descent", start, (visit) =>
        nonlinearConjugateGradient(f, gradient, start, { method: "steepest-descent", maxIterations: 60, onIteration: ({ x }) => visit(x) }),
      ),
      path("Newton", start, (visit) => newton(gradient, hessian, start, { onIteration: ({ x }) => visit(x) })),
    ],
    // Analytic: with 1 − x = √c cos t, y = x² + √c sin t / 10.
    levels: [0.05, 0.3, 0.8, 2, 4.5, 10, 25, 60, 150].map((level) =>
      around(300, (t) => {
        const x = 1 - Math.sqrt(level) * cos(t);
        return [x, x * x + (Math.sqrt(level) * sin(t)) / 10];
      }),
    ),
    minimum: [1, 1],
    xDomain: [-1.7, 1.6],
    yDomain: [-0.9, 1.55],
    width: 460,
  };
}

/** Error by iteration in the A-norm, which is the residual's A⁻¹-norm, and 2 ((√κ − 1)/(√κ + 1))ᵏ. Eigenvalues evenly spread over 1 … κ; n = 2000. */
export function convergence(kappa: number, iterations: number): ConvergencePair {
  const n = 2000;
  const eigenvalue = Float64Array.from({ length: n }, (_, i) => 1 + ((kappa - 1) * i) / (n - 1));
  const b = Float64Array.from({ length: n }, (_, i) => Math.sqrt(eigenvalue[i]!) * (1 + (i % 3)));
  const size = (r: Float64Array): number => Math.sqrt(r.reduce((sum, v, i) => sum + (v * v) / eigenvalue[i]!, 0));
  const measured = [1];
  const multiply = (v: Float64Array, out: Float64Array): void => v.forEach((x, i) => (out[i] = eigenvalue[i]! * x));
  conjugateGradient(multiply, b, {
    maxIterations: iterations,
    tolerance: 1e-14,
    onIteration: ({ residual }) => void measured.push(size(residual) / size(b)),
  });
  const rate = (Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1);
  const bound = [2];
  while (bound.length <= iterations) bound.push(bound.at(-1)! * rate);
  return { name: `κ = ${kappa}`, measured, bound };
}

export const figures: Readonly<Record<string, CgFigure>> = {
  path: {
    title: "Paths of conjugate gradient, steepest descent and Newton on level curves",
    svg: () => pathChart([quadraticPanel(), rosenbrockPanel()]),
  },
  convergence: {
    title: "Residual by iteration for several condition numbers, with the bound of theory",
    svg: () =>
      convergenceChart(
        [10, 100, 1000, 10_000].map((kappa) => convergence(kappa, 200)),
        {
          title: "Conjugate gradients: residual and its bound",
          yLabel: "‖rₖ‖ / ‖r₀‖ in the A⁻¹-norm",
          yDomain: [1e-12, 3],
        },
      ),
  },
};
