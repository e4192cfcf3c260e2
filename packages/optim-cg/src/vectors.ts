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

/** ‖a‖₂. Exact scaling is left out on purpose: entries beyond 1e154 overflow and are reported as not finite. */
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
