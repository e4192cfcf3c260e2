// A linear system of a million unknowns without a matrix: the heat in a cube of 100 × 100 × 100 points whose surface is kept at 0.
import { conjugateGradient } from "@rl/optim-cg";

const m = 100;
const at = (x: number, y: number, z: number): number => (z * m + y) * m + x;

/** 6v minus the six neighbours; the surface adds nothing. */
function laplacian(v: Float64Array, out: Float64Array): void {
  for (let z = 0; z < m; z++)
    for (let y = 0; y < m; y++)
      for (let x = 0; x < m; x++) {
        const i = at(x, y, z);
        let sum = 6 * v[i]!;
        if (x > 0) sum -= v[i - 1]!;
        if (x + 1 < m) sum -= v[i + 1]!;
        if (y > 0) sum -= v[i - m]!;
        if (y + 1 < m) sum -= v[i + m]!;
        if (z > 0) sum -= v[i - m * m]!;
        if (z + 1 < m) sum -= v[i + m * m]!;
        out[i] = sum;
      }
}

const heating = new Float64Array(m * m * m);
heating[at(30, 50, 50)] = 1; // one warm spot

const { x, iterations, reason, residualNorm } = conjugateGradient(laplacian, heating, {
  tolerance: 1e-6,
  onIteration({ iteration, residualNorm }) {
    if (iteration % 50 === 0) console.log(`iteration ${iteration}: residual ${residualNorm.toExponential(1)}`);
  },
});
console.log(`${reason} after ${iterations} iterations, residual ${residualNorm.toExponential(1)}`);
for (const distance of [0, 1, 2, 5, 10, 20, 40]) console.log(`temperature ${distance} away: ${x[at(30 + distance, 50, 50)]!.toFixed(6)}`);
// By the equation the warm spot stands one sixth above the mean of its six neighbours.
if (reason !== "converged") throw new Error(reason);
