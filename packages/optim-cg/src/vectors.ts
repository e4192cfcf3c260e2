/** The arrays that this package works on: values are stored in the array's own precision, sums are taken in float64. */
export type Vector = Float64Array | Float32Array;

/** aᵀb, in four partial sums of a fixed order: the same bits on every machine, four times shorter rounding chains than one sum. */
export function dot(a: Vector, b: Vector): number {
  const n = a.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (; i < n; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}

/** ‖a‖₂. Entries beyond 1e±154 overflow or vanish: whole systems are scaled instead (scaled.ts). */
export function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

/** max |aᵢ|, NaN when any entry is. */
export function maxNorm(a: Vector): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const size = Math.abs(a[i]!);
    if (!(size <= most)) most = size;
    if (size !== size) return size;
  }
  return most;
}

/** out = a + scale · b. */
export function addScaled(out: Vector, a: Vector, scale: number, b: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + scale * b[i]!;
}

/** A zero array of the same kind and, unless `length` says otherwise, the same length. */
export function zerosLike<V extends Vector>(like: V, length: number = like.length): V {
  return (like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as V;
}

/** A copy with the same bits. */
export function copyOf<V extends Vector>(a: V): V {
  return a.slice() as V;
}

/** Half the distance between 1 and the next number of the array's precision. */
export function unitRoundoff(like: Vector): number {
  return like instanceof Float32Array ? 5.960464477539063e-8 : 1.1102230246251565e-16;
}

/** sums = [dᵀAd, dᵀd, ‖Ad‖²], in one pass. */
export function measure(d: Vector, Ad: Vector, sums: Float64Array): void {
  const n = d.length;
  let a0 = 0;
  let a1 = 0;
  let b0 = 0;
  let b1 = 0;
  let c0 = 0;
  let c1 = 0;
  let i = 0;
  for (; i + 1 < n; i += 2) {
    const u0 = d[i]!;
    const v0 = Ad[i]!;
    const u1 = d[i + 1]!;
    const v1 = Ad[i + 1]!;
    a0 += u0 * v0;
    b0 += u0 * u0;
    c0 += v0 * v0;
    a1 += u1 * v1;
    b1 += u1 * u1;
    c1 += v1 * v1;
  }
  for (; i < n; i++) {
    const u = d[i]!;
    const v = Ad[i]!;
    a0 += u * v;
    b0 += u * u;
    c0 += v * v;
  }
  sums[0] = a0 + a1;
  sums[1] = b0 + b1;
  sums[2] = c0 + c1;
}

/** r ← r − α Ad; returns rᵀr. */
export function lower(r: Vector, alpha: number, Ad: Vector): number {
  const n = r.length;
  let s0 = 0;
  let s1 = 0;
  let i = 0;
  for (; i + 1 < n; i += 2) {
    const u = r[i]! - alpha * Ad[i]!;
    const v = r[i + 1]! - alpha * Ad[i + 1]!;
    r[i] = u;
    r[i + 1] = v;
    s0 += u * u;
    s1 += v * v;
  }
  if (i < n) {
    const u = r[i]! - alpha * Ad[i]!;
    r[i] = u;
    s0 += u * u;
  }
  return s0 + s1;
}

/** x ← x + α d; false when that changed nothing. */
export function advance(x: Vector, alpha: number, d: Vector): boolean {
  let i = 0;
  let moved = false;
  for (; i < x.length && !moved; i++) {
    const before = x[i]!;
    x[i] = before + alpha * d[i]!;
    moved = x[i] !== before;
  }
  for (; i < x.length; i++) x[i] = x[i]! + alpha * d[i]!;
  return moved;
}

/** d ← z + β d. */
export function turn(d: Vector, z: Vector, beta: number): void {
  for (let i = 0; i < d.length; i++) d[i] = z[i]! + beta * d[i]!;
}
