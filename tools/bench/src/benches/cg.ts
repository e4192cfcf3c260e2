/** Conjugate gradients beside SciPy: points evaluated and time of the nonlinear form, time per iteration of the linear one on a million unknowns. */
import { cgWorkspace, conjugateGradient, nonlinearConjugateGradient, type NonlinearMethod } from "@rl/optim-cg";
import { problems, startOf, type Problem } from "@rl-tools/test-utils/problems";
import { defineBench, type Row } from "../bench.ts";
import { time } from "../time.ts";

const starts = 16;
const solve = (p: Problem, k: number, method: NonlinearMethod): number =>
  nonlinearConjugateGradient(p.value, p.gradient, startOf(p, k), { method, maxIterations: 20_000 }).evaluations;
const mean = (p: Problem, method: NonlinearMethod): number => {
  let sum = 0;
  for (let k = 0; k < starts; k++) sum += solve(p, k, method);
  return sum / starts;
};

/** The seven-point Laplacian of an m × m × m grid with zero borders: out = 6v − the six neighbours. */
function laplacian(m: number): (v: Float64Array, out: Float64Array) => void {
  const plane = m * m;
  const border = (v: Float64Array, i: number, x: number, y: number, z: number): number => {
    let sum = 6 * v[i]!;
    if (x > 0) sum -= v[i - 1]!;
    if (x + 1 < m) sum -= v[i + 1]!;
    if (y > 0) sum -= v[i - m]!;
    if (y + 1 < m) sum -= v[i + m]!;
    if (z > 0) sum -= v[i - plane]!;
    if (z + 1 < m) sum -= v[i + plane]!;
    return sum;
  };
  return (v, out) => {
    for (let z = 0; z < m; z++)
      for (let y = 0; y < m; y++) {
        const first = (z * m + y) * m;
        const last = first + m - 1;
        if (z === 0 || z + 1 === m || y === 0 || y + 1 === m) {
          for (let i = first; i <= last; i++) out[i] = border(v, i, i - first, y, z);
          continue;
        }
        out[first] = border(v, first, 0, y, z);
        let left = v[first]!;
        let here = v[first + 1]!;
        for (let i = first + 1; i < last; i++) {
          const right = v[i + 1]!;
          out[i] = 6 * here - left - right - v[i - m]! - v[i + m]! - v[i - plane]! - v[i + plane]!;
          left = here;
          here = right;
        }
        out[last] = border(v, last, m - 1, y, z);
      }
  };
}

/** Bytes that a long solve takes from the heap per iteration: the least of several readings, between iteration 200 and the last. */
function bytesPerIteration(): number {
  const n = 4000;
  const multiply = (v: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < n; i++) out[i] = 2 * v[i]! - (i > 0 ? v[i - 1]! : 0) - (i + 1 < n ? v[i + 1]! : 0);
  };
  const b = new Float64Array(n).fill(1);
  const workspace = cgWorkspace(b, false);
  let least = Infinity;
  for (let round = 0; round < 20; round++) {
    let before = 0;
    let after = 0;
    const last = 1900;
    conjugateGradient(multiply, b, {
      workspace,
      reorthogonalize: false,
      maxIterations: last,
      tolerance: 0,
      onIteration({ iteration }) {
        if (iteration === 200) before = process.memoryUsage().heapUsed;
        else if (iteration === last) after = process.memoryUsage().heapUsed;
      },
    });
    if (after >= before) least = Math.min(least, (after - before) / (last - 200));
  }
  return least;
}

export default defineBench({
  name: "cg",
  description: "Conjugate gradients beside SciPy: points evaluated, time, a million unknowns.",
  async run(ctx) {
    const peers = await ctx.python("cg.py");
    const rows: Row[] = [];
    const peer = "SciPy CG";
    for (const p of problems) {
      const first = `${p.name}: points evaluated, customary start`;
      const all = `${p.name}: points evaluated, mean of ${starts} starts`;
      const other = (work: (method: NonlinearMethod) => number): string =>
        `PR+ ${Number(work("polak-ribiere+").toFixed(1))}, FR ${Number(work("fletcher-reeves").toFixed(1))}`;
      rows.push({
        work: first,
        ours: solve(p, 0, "hestenes-stiefel"),
        unit: "",
        better: "lower",
        peers: peers.row(first, "", [peer]),
        note: other((method) => solve(p, 0, method)),
      });
      rows.push({
        work: all,
        ours: mean(p, "hestenes-stiefel"),
        unit: "",
        better: "lower",
        peers: peers.row(all, "", [peer]),
        target: `≤ 1 × ${peer}`,
        note: other((method) => mean(p, method)),
      });
      const timed = `${p.name}: time`;
      rows.push({
        work: timed,
        ours: 1e3 * time(() => solve(p, 0, "hestenes-stiefel")).min,
        unit: "ms",
        better: "lower",
        peers: peers.row(timed, "ms", [peer]),
        target: `≤ 0.1 × ${peer}`,
      });
    }
    const b = new Float64Array(1_000_000).fill(1);
    const workspace = cgWorkspace(b, false);
    // The fastest iteration: a whole solve of seconds shares the machine with others.
    let fastest = Infinity;
    let last = 0;
    const poisson = () =>
      conjugateGradient(laplacian(100), b, {
        tolerance: 1e-6,
        maxIterations: 1000,
        workspace,
        onIteration({ iteration }) {
          const now = performance.now();
          if (iteration > 1) fastest = Math.min(fastest, now - last);
          last = now;
        },
      });
    const { iterations } = poisson();
    poisson();
    const count = "Poisson, n = 1 000 000: iterations to 1e-6";
    rows.push({ work: count, ours: iterations, unit: "", better: "lower", peers: peers.row(count, "", [peer]) });
    const each = "Poisson, n = 1 000 000: fastest iteration";
    rows.push({ work: each, ours: fastest, unit: "ms", better: "lower", peers: peers.row(each, "ms", [peer]) });
    rows.push({
      work: "heap taken per iteration, n = 4000",
      ours: bytesPerIteration(),
      unit: "bytes",
      better: "lower",
      target: "≤ 1 bytes",
      note: "what remains is the reading itself",
    });
    return rows;
  },
});
