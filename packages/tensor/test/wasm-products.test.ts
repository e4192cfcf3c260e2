/**
 * Products by themselves, at every edge of their tiles: rows, columns and steps that no tile divides, strides of every kind, turned and packed operands,
 * jumps as in windows, sums that go on from what is there. To the bit, and nothing may be written but the result and the scratch memory asked for.
 */
import { describe, expect, onTestFinished, test } from "vitest";
import { compile, tensor, zeros, type Tensor } from "../src/index.ts";
import { ModuleBuilder } from "../src/kernels/assembler.ts";
import { wideState } from "../src/wasm/detect.ts";
import { gemm, scratchBytes } from "../src/kernels/gemm.ts";
import type { GemmOptions } from "../src/kernels/tile.ts";
import { sample } from "./sample.ts";

/** How a matrix lies in memory: strides of its two axes, in elements. */
const LAYOUTS = {
  rows: (_rows: number, columns: number) => [columns, 1],
  columns: (rows: number) => [1, rows],
  // So far that A is transposed first.
  "columns far apart": (rows: number) => [1, Math.max(rows, 131)],
  "every third": (_rows: number, columns: number) => [3 * columns + 1, 3],
  "one row for all": () => [0, 1],
  "one column for all": () => [1, 0],
} satisfies Record<string, (rows: number, columns: number) => number[]>;

const from = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_v, i) => first + i);

type Extents = readonly [M: number, N: number, K: number];

interface Options {
  readonly a?: keyof typeof LAYOUTS;
  readonly b?: keyof typeof LAYOUTS;
  readonly fused?: boolean;
  readonly integer?: boolean;
  readonly accumulate?: boolean;
  /** Columns of the result lie side by side, as where the transposed product is computed. */
  readonly turned?: boolean;
  /** Rows of A, and steps of k, between two jumps. */
  readonly jumps?: readonly [rows: number, steps: number];
}

/** Of all memory before a product. */
const FRESH = 0x7fc12345;
const memory = new WebAssembly.Memory({ initial: 128 });

/** From one place in memory, in elements, to the next: a line of the cache lies between. */
const behind = (at: number, elements: number): number => 16 * Math.ceil((at + elements) / 16) + 16;

/** Code of functions by what programs share them by. */
const codes = new Map<string, Buffer>();

/** Fails where functions differ that the products of a program would share. */
function moduleOf(options: GemmOptions): (...pointers: number[]) => void {
  const builder = new ModuleBuilder();
  const known = new Map<string, number>();
  const product = gemm(options, (name, key, make) => {
    const id = `${name} ${key}`;
    if (known.has(id)) return known.get(id)!;
    const made = make();
    known.set(id, builder.add(name, made));
    // Those of blocks call others, by numbers that are the module's.
    if (name !== "rows" && name !== "chunk") {
      const shared = `${options.wide} ${options.fused} ${id}`;
      const code = Buffer.from(made.body());
      expect(code.equals(codes.get(shared) ?? code), `one code for all functions "${id}"`).toBe(true);
      codes.set(shared, code);
    }
    return known.get(id)!;
  });
  builder.export("product", builder.add("product", product));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.build() as BufferSource), { env: { memory } });
  return exports.product as (...pointers: number[]) => void;
}

/** One step of k for a row of the result: x times a row of B is added, each product and each sum rounded. */
function addRounded(row: Float32Array, x: number, numbers: Float32Array, at: number, stride: number): void {
  for (let j = 0; j < row.length; j++) row[j] = Math.fround(row[j]! + Math.fround(x * numbers[at + j * stride]!));
}
function addWhole(row: Int32Array, x: number, numbers: Int32Array, at: number, stride: number): void {
  for (let j = 0; j < row.length; j++) row[j] = (row[j]! + Math.imul(x, numbers[at + j * stride]!)) | 0;
}

/** What is wrong with a product, or nothing. */
function wrong(wide: boolean, [M, N, K]: Extents, given: Options): string[] {
  const { a = "rows", b = "rows", fused = false, integer = false, accumulate = false, turned = false, jumps } = given;
  const [rowA, stepA] = LAYOUTS[a](M, K) as [number, number];
  const [stepB, columnB] = LAYOUTS[b](K, N) as [number, number];
  const [rowC, columnC] = turned ? [1, M] : [N, 1];
  const [run, length] = jumps ?? [M, K];
  // Five elements more than without a jump.
  const [jumpOfRows, jumpOfK] = [run * rowA + 5, length * stepA + 5];
  const indexA = (i: number, k: number): number =>
    Math.floor(i / run) * jumpOfRows + (i % run) * rowA + Math.floor(k / length) * jumpOfK + (k % length) * stepA;
  const options: GemmOptions = {
    ...{ M, N, K, wide, fused, integer, accumulate },
    ...{ rowA: 4 * rowA, stepA: 4 * stepA, stepB: 4 * stepB, columnB: 4 * columnB, rowC: 4 * rowC },
    ...(turned ? { columnC: 4 * columnC } : {}),
    jumpsOfRows: run < M ? [{ count: M / run, a: 4 * jumpOfRows, rows: run }] : [],
    jumpsOfK: length < K ? [{ count: K / length, a: 4 * jumpOfK, rows: length }] : [],
  };
  const atA = 16;
  const atB = behind(atA, indexA(M - 1, K - 1) + 1);
  const atC = behind(atB, (K - 1) * stepB + (N - 1) * columnB + 1);
  const scratch = behind(atC, M * N);
  const end = scratch + Math.ceil(scratchBytes(options) / 4);
  const size = end + 64;
  if (4 * size > memory.buffer.byteLength) memory.grow(Math.ceil((4 * size - memory.buffer.byteLength) / 65536));
  const words = new Int32Array(memory.buffer, 0, size).fill(FRESH);
  const numbers = integer ? words : new Float32Array(memory.buffer, 0, size);
  // Small whole numbers for fused sums: those are the same where nothing is rounded.
  const number = (i: number): number => {
    if (integer) return Math.imul(i + 1, 0x9e3779b1);
    return fused ? ((i * 7) % 13) - 6 : ((i * 7919) % 997) / 301 - 1.6;
  };
  for (let i = 0; i < M; i++) for (let k = 0; k < K; k++) numbers[atA + indexA(i, k)] = number(indexA(i, k));
  for (let i = atB; i < atB + (K - 1) * stepB + (N - 1) * columnB + 1; i++) numbers[i] = number(i);
  if (accumulate) for (let i = 0; i < M * N; i++) numbers[atC + i] = number(i + 9);
  const expected = words.slice();
  const values = integer ? expected : new Float32Array(expected.buffer);
  const [rowsOfA, stepsOfA] = [from(0, M - 1).map((i) => indexA(i, 0)), from(0, K - 1).map((k) => indexA(0, k))];
  const row = integer ? new Int32Array(N) : new Float32Array(N);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) row[j] = accumulate ? values[atC + i * rowC + j * columnC]! : 0;
    for (let k = 0; k < K; k++) {
      const [x, b] = [values[atA + rowsOfA[i]! + stepsOfA[k]!]!, atB + k * stepB];
      if (integer) addWhole(row as Int32Array, x, expected, b, columnB);
      else addRounded(row as Float32Array, x, values as Float32Array, b, columnB);
    }
    for (let j = 0; j < N; j++) values[atC + i * rowC + j * columnC] = row[j]!;
  }
  moduleOf(options)(4 * atA, 4 * atB, 4 * atC, 4 * scratch);
  for (let i = 0; i < size; i++) {
    if (words[i] === expected[i] || (i >= scratch && i < end)) continue;
    const where =
      i < atC ? "an operand" : i < scratch ? `element ${i - atC} of ${M * N} of the result` : "what lies behind the scratch memory";
    return [`${M}×${N}×${K} ${JSON.stringify(given)}: got ${numbers[i]}, expected ${values[i]} in ${where}`];
  }
  return [];
}

const both = [false, true];

describe.each(both)("for joined pairs: %s", (wide) => {
  const faults = (extents: readonly Extents[], ...options: Options[]): string[] =>
    options.flatMap((one) => extents.flatMap((shape) => wrong(wide, shape, one)));

  test("few rows, columns and steps", () => {
    const few = from(1, 9).flatMap((M) => from(1, 17).flatMap((N) => [1, 5].map((K): Extents => [M, N, K])));
    expect(faults(few, {}, { accumulate: true }, { b: "columns" })).toEqual([]);
  });

  test("tiles of 3 × 24: all that is left over of rows, columns and steps", () => {
    const rows = from(24, 29).map((M): Extents => [M, 97, 230]);
    const columns = from(65, sample(89, 113)).map((N): Extents => [26, N, 320]);
    const steps = from(320, 328).map((K): Extents => [25, 72, K]);
    expect(faults([...rows, ...columns, ...steps], {}, { accumulate: true, b: "columns" })).toEqual([]);
    expect(faults(rows, { integer: true }, { fused: true })).toEqual([]);
  });

  test("A transposed first", () => {
    const rows = from(128, 132).map((M): Extents => [M, 71, 67]);
    const steps = from(64, 68).map((K): Extents => [131, 64, K]);
    const far = { a: "columns far apart" } as const;
    expect(faults([...rows, ...steps, [20, 90, 321]], far, { ...far, b: "columns", accumulate: true }, { ...far, integer: true })).toEqual(
      [],
    );
  });

  test("narrow results, rows in the lanes, also of a vector times a matrix", () => {
    const narrow = from(8, 24).flatMap((M) => from(1, 5).flatMap((N) => [1, 4, 6].map((K): Extents => [M, N, K])));
    expect(faults(narrow, {}, { b: "columns" }, { b: "one column for all" }, { a: "one row for all" }, { a: "every third" })).toEqual([]);
    expect(faults(narrow, { accumulate: true }, { integer: true }, { fused: true })).toEqual([]);
    const vectors = narrow.map(([M, N, K]): Extents => [1, M, K + N]);
    expect(faults(vectors, { b: "columns" }, { b: "columns", accumulate: true })).toEqual([]);
  });

  test("operands of every layout, fused or not, results turned or not", () => {
    const layouts = Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[];
    for (const a of layouts) {
      for (const b of layouts) {
        for (const fused of both) {
          expect(faults([[33, 65, 66], [26, 131, 160]], { a, b, fused })).toEqual([]); // prettier-ignore
          expect(faults([[5, 7, 3], [7, 33, 65], [16, 6, 17]], { a, b, fused }, { a, b, fused, turned: true })).toEqual([]); // prettier-ignore
        }
      }
    }
  });

  test("jumps among rows and steps, as in windows", () => {
    for (const accumulate of both) {
      for (const b of ["rows", "columns"] as const) {
        for (const run of from(1, 9))
          expect(faults([[4 * run, 29, 21]], { accumulate, b, jumps: [run, 21] }, { accumulate, b, jumps: [run, 7] })).toEqual([]);
        for (const run of from(24, 27)) expect(faults([[2 * run, 89, 130]], { accumulate, b, jumps: [run, 13] })).toEqual([]);
        for (const steps of from(1, 9)) expect(faults([[9, 3, 3 * steps]], { accumulate, b, jumps: [9, steps] })).toEqual([]);
      }
    }
  });

  test("blocks of rows and of steps whose last one is short", () => {
    expect(faults(from(501, 503).map((M): Extents => [M, wide ? 90 : 20, 619]), { b: "columns" })).toEqual([]); // prettier-ignore
    expect(faults(from(512, 516).map((K): Extents => [70, 66, K]), { a: "columns" }, { a: "columns", accumulate: true })).toEqual([]); // prettier-ignore
    expect(faults([[257, 20, 1030], [150, 70, 1030]], { a: "columns" })).toEqual([]); // prettier-ignore
  });

  test("operands read backward or repeated, and none at all, are as good as their copies", () => {
    onTestFinished(() => void (wideState.enabled = false));
    wideState.enabled = wide;
    const numbers = (...shape: number[]): Tensor =>
      tensor(
        Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_v, i) => ((i * 7919) % 997) / 301 - 1.6),
        { shape },
      );
    const views: ((x: Tensor) => Tensor)[] = [(x) => x.flip(0), (x) => x.flip(1), (x) => x.slice([0, 1]).expand(x.shape)];
    for (const [M, N, K] of [
      [1, 9, 5],
      [19, 3, 10],
      [30, 70, 66],
      [26, 80, 300],
      [7, 5, 1],
    ] as const) {
      // prettier-ignore
      for (const a of views) {
        for (const b of views) {
          const [x, y] = [numbers(M, K), numbers(K, N)];
          const copies = [a(x), b(y)].map((view) => tensor(view.read(), { shape: view.shape })) as [Tensor, Tensor];
          const direct = compile((s: Tensor, t: Tensor) => a(s).matmul(b(t)))(x, y);
          expect(direct.read(), `${M}×${N}×${K} ${a} ${b}`).toEqual(compile((s: Tensor, t: Tensor) => s.matmul(t))(...copies).read());
        }
      }
      const empty = compile((s: Tensor, t: Tensor) => s.matmul(t))(zeros([M, 0]), zeros([0, N]));
      expect(empty.read()).toEqual(new Float32Array(M * N));
    }
  });
});

test("products that pack nothing ask for no panel", () => {
  const shape = { M: 1, N: 16, K: 1e6, rowA: 4, stepA: 4, stepB: 4, columnB: 4e6, rowC: 64, fused: false, wide: true };
  expect(scratchBytes(shape)).toBeLessThan(1024);
});
