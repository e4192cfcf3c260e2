/**
 * The returns of the preset "guide", [T × N] row-major by time:
 *
 *   Rₜ = (rₜ + γRₜ₊₁)(1 − endedₜ),  R = 0 behind the horizon,  then (R − mean)/(std + 1e-8) over the whole rollout (std with divisor n)
 *
 * Returns the mean before the normalisation. Both traps are meant: an episode's last step has return 0, and nothing continues the horizon.
 */
export function normalizedReturns(
  input: {
    readonly rewards: Float64Array;
    readonly terminated: Uint8Array;
    readonly truncated: Uint8Array;
    readonly numEnvs: number;
    readonly discount: number;
  },
  out: Float32Array,
): number {
  const { rewards, terminated, truncated, numEnvs, discount } = input;
  const returns = new Float64Array(out.length);
  let mean = 0;
  for (let i = out.length - 1; i >= 0; i--) {
    const next = i + numEnvs < out.length ? returns[i + numEnvs]! : 0;
    returns[i] = terminated[i] !== 0 || truncated[i] !== 0 ? 0 : rewards[i]! + discount * next;
    mean += returns[i]! / out.length;
  }
  let variance = 0;
  for (const value of returns) variance += ((value - mean) * (value - mean)) / out.length;
  const scale = Math.sqrt(variance) + 1e-8;
  for (let i = 0; i < out.length; i++) out[i] = (returns[i]! - mean) / scale;
  return mean;
}
