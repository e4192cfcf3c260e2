import { createHash } from "node:crypto";
import { bundle, noChromium, runInChromium } from "@rl-tools/test-utils/browser";
import { Generator } from "@rl/random";
import { referenceEngine, setDefaultEngine, wasmEngine } from "@rl/tensor";
import { afterEach, describe, expect, it } from "vitest";
import { orthogonal } from "../src/index.ts";
import { bits, draw } from "./orthogonal-entry.ts";

/** Gain 1.5, seed 3. Up to 128 vectors: as first published, when every matrix was made one vector at a time. */
const pinned = [
  [4, 64, "ca7fe6f7488493fc"],
  [64, 64, "03f5730ccd7978f9"],
  [64, 2, "db2f582f327ddd1c"],
  [100, 257, "6ed3ea3744a1bd3d"],
  [128, 128, "5fc4464c9689a81a"],
  [256, 256, "86104840921717cc"],
  [300, 200, "58c4d044e280b94f"],
  [200, 300, "b332126cc3b59db0"],
] as const;

const hash = (data: Float32Array): string => createHash("sha256").update(data).digest("hex").slice(0, 16);

/** Largest |⟨vᵢ, vⱼ⟩ − δᵢⱼ| over the rows or columns, whichever are fewer, in float64. */
function error(data: Float32Array, rows: number, columns: number, gain: number): number {
  const [few, many, vector, position] = rows < columns ? [rows, columns, columns, 1] : [columns, rows, 1, columns];
  let worst = 0;
  for (let a = 0; a < few; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let p = 0; p < many; p++) sum += data[a * vector + p * position]! * data[b * vector + p * position]!;
      worst = Math.max(worst, Math.abs(sum / gain ** 2 - (a === b ? 1 : 0)));
    }
  return worst;
}

describe("orthogonal", () => {
  afterEach(() => setDefaultEngine(wasmEngine));

  it.each(pinned)("%d × %d has these bits", (rows, columns, expected) => expect(hash(draw(rows, columns))).toBe(expected));

  it.each([
    [128, 130],
    [129, 129],
    [192, 192],
    [300, 200],
    [200, 300],
  ])("%d × %d is orthonormal times the gain, within float32", (rows, columns) =>
    expect(error(draw(rows, columns), rows, columns, 1.5)).toBeLessThan(1e-6),
  );

  it("is equally likely anywhere: of 40 matrices, single numbers have mean 0 and variance 1/n, and determinants either sign", () => {
    const n = 130;
    const rng = new Generator(8);
    const draws = Array.from({ length: 40 }, () => orthogonal()([n, n], rng).read() as Float32Array);
    // The corners, the last of which comes from a reflection of one number: 40 draws with variance 1/n, so their mean square is 1/n ± 0.22/n.
    for (const corner of [0, n - 1, n * (n - 1), n * n - 1]) {
      const values = draws.map((data) => data[corner]!);
      const mean = values.reduce((a, b) => a + b, 0) / 40;
      const square = values.reduce((a, b) => a + b * b, 0) / 40;
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(40 * n));
      expect(Math.abs(square * n - 1)).toBeLessThan(4 * Math.sqrt(2 / 40));
    }
    const positive = draws.filter((data) => determinantSign(data, n) > 0).length;
    expect(positive).toBeGreaterThan(8);
    expect(positive).toBeLessThan(32);
  });

  it("is the same matrix, but for rounding, on the reference engine", () => {
    const here = draw(140, 140);
    setDefaultEngine(referenceEngine);
    const there = draw(140, 140);
    expect(there).not.toEqual(new Float32Array(there.length));
    for (let i = 0; i < here.length; i++) expect(Math.abs(there[i]! - here[i]!)).toBeLessThan(1e-6);
  });

  it.skipIf(noChromium() !== undefined)(
    `has the same bits in a web page${noChromium() === undefined ? "" : ` (${noChromium()})`}`,
    async () => {
      const sizes = [
        [64, 64],
        [140, 150],
      ] as const;
      const entry = new URL("orthogonal-entry.ts", import.meta.url).pathname;
      const { value } = await runInChromium<number[][]>(`${await bundle(entry)} return bundle.bits(${JSON.stringify(sizes)});`);
      expect(value).toEqual(bits(sizes));
    },
    120_000,
  );
});

/** By elimination with pivots. */
function determinantSign(data: Float32Array, n: number): number {
  const a = Array.from({ length: n }, (_, r) => Array.from(data.subarray(r * n, (r + 1) * n)));
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(a[r]![k]!) > Math.abs(a[pivot]![k]!)) pivot = r;
    if (pivot !== k) {
      [a[k], a[pivot]] = [a[pivot]!, a[k]!];
      sign = -sign;
    }
    sign *= Math.sign(a[k]![k]!);
    for (let r = k + 1; r < n; r++) {
      const factor = a[r]![k]! / a[k]![k]!;
      for (let c = k; c < n; c++) a[r]![c]! -= factor * a[k]![c]!;
    }
  }
  return sign;
}
