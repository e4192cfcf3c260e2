import type { Numbers } from "./advantages.ts";

/**
 * How much of the returns' variance the value function explains: 1 − Var(returns − values) / Var(returns), variances with divisor n.
 * 1 is perfect, 0 no better than a constant, below 0 worse. NaN when the returns do not vary.
 */
export function explainedVariance(returns: Numbers, values: Numbers): number {
  const n = returns.length;
  if (n === 0 || values.length !== n)
    throw new Error(`explainedVariance: ${n} returns and ${values.length} values; expected the same number, at least one.`);
  let meanReturn = 0;
  let meanError = 0;
  // The variance of equal returns need not be 0: their mean is rounded.
  let varies = false;
  for (let i = 0; i < n; i++) {
    varies ||= returns[i] !== returns[0];
    meanReturn += returns[i] as number;
    meanError += (returns[i] as number) - (values[i] as number);
  }
  meanReturn /= n;
  meanError /= n;
  let variance = 0;
  let unexplained = 0;
  for (let i = 0; i < n; i++) {
    const centred = (returns[i] as number) - meanReturn;
    const error = (returns[i] as number) - (values[i] as number) - meanError;
    variance += centred * centred;
    unexplained += error * error;
  }
  return varies && variance !== 0 ? 1 - unexplained / variance : NaN;
}
