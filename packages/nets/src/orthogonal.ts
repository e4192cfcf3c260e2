/**
 * Random orthogonal matrices: the Q of the QR decomposition of a normal matrix with signs that make R's diagonal positive, so equally likely among all
 * matrices with orthonormal columns.
 *
 * Few vectors are made orthonormal one by one in float64 (Gram–Schmidt). That takes 4·m·k² operations, each waiting for the one before it. Many are the
 * product of k random reflections (Stewart 1980: the reflections that a QR decomposition of a normal matrix would find, drawn instead of computed), a third of
 * the work, and nearly all of it products of float32 matrices on the engine.
 */
import { compile, defaultEngine, tensor, wasmEngine, type Tensor, type TypedArray } from "@rl/tensor";
import type { RandomStream } from "./random-stream.ts";

/** Up to here the vectors are made one by one: both ways take some milliseconds, and the engine would have to start. */
const ONE_BY_ONE = 128;

/** Where the numbers go: position p of vector v to data[v · vectorStride + p · positionStride], times gain. */
export interface Target {
  readonly data: Float32Array;
  readonly vectorStride: number;
  readonly positionStride: number;
  readonly gain: number;
}

/** Writes `count` orthonormal vectors of `length` numbers, count ≤ length. */
export function fillOrthonormal(target: Target, count: number, length: number, rng: RandomStream): void {
  (count <= ONE_BY_ONE ? gramSchmidt : productOfReflections)(target, count, length, rng);
}

/** Gram–Schmidt, twice, so that rounding leaves no component along the earlier vectors (Giraud et al. 2005: twice is enough). */
function gramSchmidt({ data, vectorStride, positionStride, gain }: Target, count: number, length: number, rng: RandomStream): void {
  const vectors = Array.from({ length: count }, () => new Float64Array(length));
  for (const vector of vectors) draw(vector, rng);
  vectors.forEach((vector, i) => {
    while (!makeOrthonormal(vector, vectors, i)) draw(vector, rng);
    for (let p = 0; p < length; p++) data[i * vectorStride + p * positionStride] = gain * vector[p]!;
  });
}

function draw(vector: Float64Array, rng: RandomStream): void {
  for (let i = 0; i < vector.length; i++) vector[i] = rng.standardNormal();
}

function makeOrthonormal(vector: Float64Array, vectors: readonly Float64Array[], earlier: number): boolean {
  for (let pass = 0; pass < 2; pass++) removeComponents(vector, vectors, earlier);
  const length = Math.sqrt(dot(vector, vector));
  if (!(length > 1e-8)) return false;
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return true;
}

/** Each sum runs while the component before it is taken away: additions wait for each other, so that the rest costs nothing. */
function removeComponents(vector: Float64Array, vectors: readonly Float64Array[], earlier: number): void {
  if (earlier === 0) return;
  let along = dot(vector, vectors[0]!);
  for (let j = 0; j < earlier; j++) {
    const other = vectors[j]!;
    const next = vectors[j + 1]!; // the vector itself after the last one, whose sum is not used
    let sum = 0;
    for (let i = 0; i < vector.length; i++) {
      const rest = vector[i]! - along * other[i]!;
      vector[i] = rest;
      sum += rest * next[i]!;
    }
    along = sum;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Reflections are applied this many at a time, to as many columns at a time. */
const BLOCK = 64;

/** Q = H₀·H₁ ⋯ with Hᵢ = I − τᵢvᵢvᵢᵀ, vᵢ zero before row i, from the last block to the first; each block is I − V·T·Vᵀ (Schreiber and Van Loan 1989). */
function productOfReflections(target: Target, count: number, length: number, rng: RandomStream): void {
  const engine = defaultEngine().name === "reference" ? defaultEngine() : wasmEngine;
  const reflect = compile(applyBlock, { engine, donate: [2] });
  const reflections = Array.from({ length: count }, (_, i) => drawReflection(i, length, rng));
  const blocks = Math.ceil(count / BLOCK);
  const panels = Array.from({ length: blocks }, (_, panel) => identityPanel(panel * BLOCK, length));
  for (let block = blocks - 1; block >= 0; block--) {
    const some = reflections.slice(block * BLOCK, (block + 1) * BLOCK);
    const v = tensor(columns(some, length), { shape: [length, BLOCK] }).to(engine);
    const t = tensor(triangle(some, block * BLOCK), { shape: [BLOCK, BLOCK] });
    // Columns before the block are still those of the identity, which its reflections leave alone.
    for (let panel = block; panel < blocks; panel++) panels[panel] = reflect(v, t, panels[panel]!);
  }
  const signs = reflections.map(({ sign }) => sign);
  panels.forEach((panel, i) => writePanel(target, panel.read(), i * BLOCK, signs));
}

function writePanel({ data, vectorStride, positionStride, gain }: Target, panel: TypedArray, from: number, signs: readonly number[]): void {
  const width = Math.min(BLOCK, signs.length - from);
  const length = panel.length / BLOCK;
  for (let p = 0; p < length; p++)
    for (let j = 0; j < width; j++) data[(from + j) * vectorStride + p * positionStride] = gain * signs[from + j]! * panel[p * BLOCK + j]!;
}

const applyBlock = (v: Tensor, t: Tensor, x: Tensor): Tensor => x.sub(v.matmul(t.matmul(v.transpose().matmul(x))));

interface Reflection {
  /** Zero before its index, where it is 1. */
  readonly v: Float64Array;
  /** Of R's diagonal, had the vector been a column to decompose. */
  readonly sign: number;
}

/** The reflection that turns a normal vector of the positions from `index` on into a multiple of the first of them. */
function drawReflection(index: number, length: number, rng: RandomStream): Reflection {
  const v = new Float64Array(length);
  let square = 0;
  while (!(square > 1e-16)) {
    square = 0;
    for (let i = index; i < length; i++) {
      const x = rng.standardNormal();
      v[i] = x;
      square += x * x;
    }
  }
  const sign = v[index]! < 0 ? 1 : -1;
  const first = v[index]! - sign * Math.sqrt(square);
  // As the float32 numbers that the engine sees, so that I − τvvᵀ is a reflection for them.
  for (let i = index; i < length; i++) v[i] = Math.fround(v[i]! / first);
  v[index] = 1;
  return { v, sign };
}

function columns(reflections: readonly Reflection[], length: number): Float32Array {
  const data = new Float32Array(length * BLOCK);
  reflections.forEach(({ v }, j) => {
    for (let i = 0; i < length; i++) data[i * BLOCK + j] = v[i]!;
  });
  return data;
}

/** Columns `start` to `start + BLOCK` of the identity. */
function identityPanel(start: number, length: number): Tensor {
  const data = new Float32Array(length * BLOCK);
  for (let j = 0; j < BLOCK && start + j < length; j++) data[(start + j) * BLOCK + j] = 1;
  return tensor(data, { shape: [length, BLOCK] });
}

/** The upper triangular T of H₀·H₁ ⋯ = I − V·T·Vᵀ: column j is −τⱼ·T·(Vᵀvⱼ) over the columns before it, and τⱼ = 2/‖vⱼ‖². */
function triangle(reflections: readonly Reflection[], from: number): Float32Array {
  const t = new Float64Array(BLOCK * BLOCK);
  const products = new Float64Array(BLOCK);
  reflections.forEach(({ v }, j) => {
    const tau = 2 / dotFrom(v, v, from + j);
    for (let i = 0; i < j; i++) products[i] = dotFrom(reflections[i]!.v, v, from + j);
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += t[i * BLOCK + k]! * products[k]!;
      t[i * BLOCK + j] = -tau * sum;
    }
    t[j * BLOCK + j] = tau;
  });
  return Float32Array.from(t);
}

/** Four sums side by side: additions of one would wait for each other. */
function dotFrom(a: Float64Array, b: Float64Array, from: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  for (; i + 3 < a.length; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (; i < a.length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}
