/** The first index whose cumulative weight exceeds `uniform` × total; weights ≥ 0, uniform in [0, 1). */
export function pickByWeight(weights: Float64Array, count: number, total: number, uniform: number): number {
  const target = uniform * total;
  let sum = 0;
  let last = 0;
  for (let i = 0; i < count; i++) {
    if (weights[i]! > 0) last = i;
    sum += weights[i]!;
    if (sum > target) return i;
  }
  // Rounding can leave the sum a hair under the target: then the last arm that can be picked.
  return last;
}
