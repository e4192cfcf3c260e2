/** Linear systems and smooth convex functions solved by @rl/optim-cg beside SciPy's direct and quasi-Newton solvers. */
import { conjugateGradient, jacobiPreconditioner, nonlinearConjugateGradient } from "@rl/optim-cg";
import { defineGenerator } from "../define.ts";
import { chance, int, list, normal, pick } from "../draw.ts";
import { literal } from "../json.ts";

export const cgGenerator = defineGenerator<{
  kind: string;
  method: string;
  m: readonly (readonly number[])[];
  b: readonly number[];
  ridge: number;
  scale: number;
}>({
  name: "cg",
  about: "conjugate gradients beside SciPy: solutions of linear systems, minima of convex functions",
  python: "cg_peer",
  // Where the curvature is 0.01, a gradient of 1e-6 is a distance of 1e-4.
  tolerance: { relative: 1e-4, absolute: 1e-4 },
  make(rng) {
    const n = int(rng, 1, 8);
    return {
      kind: pick(rng, ["linear", "preconditioned", "smooth"]),
      method: pick(rng, ["fletcher-reeves", "polak-ribiere+", "hestenes-stiefel"]),
      m: list(n, () => list(n, () => normal(rng))),
      b: list(n, () => (chance(rng, 0.1) ? 0 : normal(rng))),
      ridge: pick(rng, [0.01, 0.1, 1]),
      scale: 10 ** int(rng, -6, 6),
    };
  },
  valid: ({ m, b, ridge, scale }) =>
    b.length > 0 && m.length === b.length && m.every((row) => row.length === b.length) && ridge >= 0.01 && scale > 0,
  code({ kind, method, m, b, ridge, scale }) {
    const start = [
      `const m = ${literal(m)};`,
      `const b = Float64Array.from(${literal(b)});`,
      // A = MᵀM + ridge·I
      `const a = b.reduce((rows, _, i) => [...rows, Array.from(b, (_, j) => m.reduce((s, row) => s + row[i] * row[j], i === j ? ${ridge} : 0))], []);`,
    ];
    if (kind === "smooth")
      return [
        ...start,
        `const times = (x) => a.map((row) => row.reduce((s, v, j) => s + v * x[j], 0));`,
        `const f = (x) => times(x).reduce((s, v, i) => s + v * x[i] / 2 - b[i] * x[i] + x[i] ** 4 / 4, 0);`,
        `const gradient = (x) => times(x).map((v, i) => v - b[i] + x[i] ** 3);`,
        `const { x, converged } = nonlinearConjugateGradient(f, gradient, new Float64Array(b.length), { method: ${literal(method)}, tolerance: 1e-6 });`,
        `return { x: [...x], converged };`,
      ].join("\n");
    return [
      ...start,
      `const right = b.map((x) => x * ${scale});`,
      `const { x, converged } = conjugateGradient(Float64Array.from(a.flat()), right${kind === "preconditioned" ? ", { preconditioner: jacobiPreconditioner(Float64Array.from(a, (row, i) => row[i])) }" : ""});`,
      `return { x: Array.from(x, (v) => v / ${scale}), converged };`,
    ].join("\n");
  },
  scope: { conjugateGradient, jacobiPreconditioner, nonlinearConjugateGradient },
  imports: `import { conjugateGradient, jacobiPreconditioner, nonlinearConjugateGradient } from "@rl/optim-cg";`,
});
