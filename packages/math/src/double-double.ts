// Double-double arithmetic for building tables: a value is the unevaluated sum of two doubles [high, low], |low| ≤ ½ ulp(high). About 106 bits.
// T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18, 1971. D. E. Knuth, TAOCP 2, §4.2.2.
// Only table construction uses these (they allocate); the functions spell the same steps out.

export type Pair = readonly [high: number, low: number];

/** a + b and its rounding error. */
export function twoSum(a: number, b: number): Pair {
  const s = a + b;
  const v = s - a;
  return [s, a - (s - v) + (b - v)];
}

/** a·b and its rounding error. */
export function twoProduct(a: number, b: number): Pair {
  const p = a * b;
  const as = 134217729 * a;
  const ah = as - (as - a);
  const al = a - ah;
  const bs = 134217729 * b;
  const bh = bs - (bs - b);
  const bl = b - bh;
  return [p, ah * bh - p + ah * bl + al * bh + al * bl];
}

export function add(a: Pair, b: Pair): Pair {
  const [s, e] = twoSum(a[0], b[0]);
  const [t, f] = twoSum(a[1], b[1]);
  const [u, g] = twoSum(s, e + t);
  return twoSum(u, g + f);
}

export function multiply(a: Pair, b: Pair): Pair {
  const [p, e] = twoProduct(a[0], b[0]);
  return twoSum(p, e + (a[0] * b[1] + a[1] * b[0]));
}

export function divide(a: Pair, b: Pair): Pair {
  const q = a[0] / b[0];
  const rest = add(a, multiply([-q, 0], b));
  const q2 = rest[0] / b[0];
  const rest2 = add(rest, multiply([-q2, 0], b));
  const [s, e] = twoSum(q, q2);
  return twoSum(s, e + rest2[0] / b[0]);
}
