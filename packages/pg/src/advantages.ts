/**
 * How good an action was: returns, reward-to-go and generalised advantage estimation over rollouts.
 * Arrays are row-major by time: element t·N + n belongs to step t of environment n. `terminated` (the task ended, nothing follows) and
 * `truncated` (somebody stopped watching, the future still has a value) are never merged; where both are set, `terminated` wins.
 */

/** Numbers to read: any typed array or plain array. */
export type Numbers = ArrayLike<number>;

export interface GaeInput {
  /** Rewards rₜ, T × N. */
  readonly rewards: Numbers;
  /** V(sₜ), the value of the observation that the action was chosen from, T × N. */
  readonly values: Numbers;
  /** 1 where the step ended the task, T × N. */
  readonly terminated: Numbers;
  /** 1 where the step was cut by a time limit or from outside, T × N. */
  readonly truncated: Numbers;
  /** V of the final observation, T × N; read only where `truncated` is 1 and `terminated` is 0. */
  readonly finalValues: Numbers;
  /** V of the observations after the last step, N; read only where the last step ended nothing. */
  readonly lastValues: Numbers;
  /** γ, from 0 to 1. */
  readonly discount: number;
  /** λ, from 0 (one-step advantage) to 1 (discounted return minus value). */
  readonly lambda: number;
}

export interface Advantages {
  /** Âₜ, T × N. */
  readonly advantages: Float64Array;
  /** Âₜ + V(sₜ): the target of the value function, T × N. */
  readonly returns: Float64Array;
}

/**
 * Generalised advantage estimation (Schulman et al. 2016, arXiv 1506.02438, eq. 16):
 *
 *   δₜ = rₜ + γ·V′ₜ − V(sₜ),   V′ₜ = 0 if terminated, V(final observation) if truncated, V(sₜ₊₁) otherwise
 *   Âₜ = δₜ + γλ·Âₜ₊₁          with Âₜ₊₁ = 0 across the end of an episode and after the last step
 *
 * Sizes follow from the arrays: N = lastValues.length, T = rewards.length / N. Writes into `out` where given, else into fresh arrays.
 */
export function gae(input: GaeInput, out?: Advantages): Advantages {
  const { rewards, values, terminated, truncated, finalValues, lastValues, discount, lambda } = input;
  const n = lastValues.length;
  const size = rewards.length;
  if (n === 0 || size % n !== 0)
    throw new Error(`gae: rewards has ${size} elements for ${n} environments (lastValues); expected T × N elements.`);
  for (const [name, array] of [
    ["values", values],
    ["terminated", terminated],
    ["truncated", truncated],
    ["finalValues", finalValues],
  ] as const) {
    if (array.length !== size) throw new Error(`gae: ${name} has ${array.length} elements and rewards ${size}; expected the same T × N.`);
  }
  if (!(discount >= 0 && discount <= 1)) throw new Error(`gae: discount is ${discount}; expected a number from 0 to 1.`);
  if (!(lambda >= 0 && lambda <= 1)) throw new Error(`gae: lambda is ${lambda}; expected a number from 0 to 1.`);
  const { advantages, returns } = out ?? { advantages: new Float64Array(size), returns: new Float64Array(size) };
  if (advantages.length !== size || returns.length !== size)
    throw new Error(`gae: out arrays have ${advantages.length} and ${returns.length} elements; expected ${size} each.`);
  const decay = discount * lambda;
  for (let i = size - 1; i >= 0; i--) {
    const inside = i + n < size;
    let next = inside ? (values[i + n] as number) : (lastValues[i + n - size] as number);
    let carried = inside ? (advantages[i + n] as number) : 0;
    if (terminated[i] !== 0) {
      next = 0;
      carried = 0;
    } else if (truncated[i] !== 0) {
      next = finalValues[i] as number;
      carried = 0;
    }
    const value = values[i] as number;
    const advantage = (rewards[i] as number) + discount * next - value + decay * carried;
    advantages[i] = advantage;
    returns[i] = advantage + value;
  }
  return { advantages, returns };
}

export interface ReturnsInput {
  /** Rewards, T × N. */
  readonly rewards: Numbers;
  /** γ, from 0 to 1. */
  readonly discount: number;
  /** 1 where an episode ends, for whatever reason, T × N. Left out: one episode that ends with the arrays. */
  readonly ended?: Numbers;
  /** N, default 1. */
  readonly numEnvs?: number;
}

function checkReturns(where: string, { rewards, discount, ended, numEnvs = 1 }: ReturnsInput, out: Float64Array | undefined): void {
  const size = rewards.length;
  if (!Number.isInteger(numEnvs) || numEnvs < 1 || size % numEnvs !== 0)
    throw new Error(`${where}: rewards has ${size} elements for ${numEnvs} environments; expected T × N elements.`);
  if (ended !== undefined && ended.length !== size)
    throw new Error(`${where}: ended has ${ended.length} elements and rewards ${size}; expected the same.`);
  if (!(discount >= 0 && discount <= 1)) throw new Error(`${where}: discount is ${discount}; expected a number from 0 to 1.`);
  if (out !== undefined && out.length !== size) throw new Error(`${where}: out has ${out.length} elements; expected ${size}.`);
}

/** Reward-to-go: Gₜ = rₜ + γ·Gₜ₊₁, with Gₜ₊₁ = 0 across the end of an episode. No bootstrap: the arrays should hold whole episodes. */
export function discountedReturns(input: ReturnsInput, out?: Float64Array): Float64Array {
  checkReturns("discountedReturns", input, out);
  const { rewards, discount, ended, numEnvs = 1 } = input;
  const returns = out ?? new Float64Array(rewards.length);
  for (let i = rewards.length - 1; i >= 0; i--) {
    const carried = i + numEnvs < rewards.length && (ended === undefined || ended[i] === 0) ? (returns[i + numEnvs] as number) : 0;
    returns[i] = (rewards[i] as number) + discount * carried;
  }
  return returns;
}

/** R(τ) of the whole episode that a step belongs to, Σₜ γᵗ·rₜ counted from the episode's first step, repeated for each of its steps. */
export function episodeReturns(input: ReturnsInput, out?: Float64Array): Float64Array {
  checkReturns("episodeReturns", input, out);
  const { rewards, ended, numEnvs = 1 } = input;
  const returns = discountedReturns(input, out);
  // The reward-to-go of the first step is the episode's return: carry it forward.
  for (let i = numEnvs; i < rewards.length; i++) {
    const startsHere = ended !== undefined && ended[i - numEnvs] !== 0;
    if (!startsHere) returns[i] = returns[i - numEnvs] as number;
  }
  return returns;
}

/** In place: x ← (x − mean) / (std + 1e-8), std with divisor n − 1. One element is only centred. */
export function normalizeAdvantages(advantages: Float64Array): void {
  const n = advantages.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += advantages[i] as number;
  mean /= n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const centred = (advantages[i] as number) - mean;
    squares += centred * centred;
  }
  const scale = n > 1 ? 1 / (Math.sqrt(squares / (n - 1)) + 1e-8) : 1;
  for (let i = 0; i < n; i++) advantages[i] = ((advantages[i] as number) - mean) * scale;
}
