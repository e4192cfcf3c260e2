/** Bits of float64 values, for tests. */
const float = new Float64Array(1);
const word = new BigInt64Array(float.buffer);

export function fromHex(hex: string): number {
  word[0] = BigInt.asIntN(64, BigInt(`0x${hex}`));
  return float[0] as number;
}

/** Position of x among all doubles in order, so that differences count representable numbers. */
function position(x: number): bigint {
  float[0] = x;
  const bits = word[0] as bigint;
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** How many representable numbers lie between two values; 0 only for the same value (±0 alike), ∞ beside NaN. */
export function ulps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  const distance = position(a) - position(b);
  return Number(distance < 0n ? -distance : distance);
}
