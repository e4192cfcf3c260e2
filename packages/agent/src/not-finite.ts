/** What happens when a number becomes NaN or infinite: training stops at once and says where it was first seen. */
import { tree, type Tensor } from "@rl/tensor";

export interface NotFinite {
  /** What is not finite, in one word or path: "observations", "rewards", "the value loss", "parameters.policy.layers[0].weight". */
  readonly tensor: string;
  /** One sentence without its full stop. */
  readonly what: string;
  readonly causes: string;
}

/**
 * Training met a number that is not finite. It is known by its name where classes do not reach ("NotFiniteError"): what drives a trainer adds the last
 * good checkpoint to the message.
 */
export class NotFiniteError extends Error {
  override readonly name = "NotFiniteError";
  readonly found: NotFinite;
  /** Iteration it happened in, from 1; undefined outside of training. */
  readonly iteration: number | undefined;

  constructor(found: NotFinite, training?: { readonly where: string; readonly iteration: number }) {
    const start = training === undefined ? "" : `${training.where}: iteration ${training.iteration} cannot go on. `;
    super(`${start}${found.what}. Likely causes: ${found.causes}.`);
    this.found = found;
    this.iteration = training?.iteration;
  }
}

/** Runs what belongs to an iteration, so that a NotFiniteError in it says which. */
export function inIteration<T>(where: string, iteration: number, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof NotFiniteError && error.iteration === undefined ? new NotFiniteError(error.found, { where, iteration }) : error;
  }
}

type Named = readonly [name: string, values: ArrayLike<number>];

/**
 * The error for training that came upon a number which is not finite. It names the first of `arrays`, given in the order in which they are computed, that
 * holds one. `causes`: those of the algorithm, where its options are not the usual ones.
 */
export function notFiniteIn(
  { causes = TRAINING_CAUSES, ...training }: { readonly where: string; readonly iteration: number; readonly causes?: string },
  arrays: Iterable<Named>,
): NotFiniteError {
  for (const [tensor, values] of arrays) {
    const at = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    const place = values.length === 1 ? `it is ${values[at]}` : `element ${at} of ${values.length} is ${values[at]}`;
    const what = `The first tensor that is not finite is ${tensor}: ${place}`;
    return new NotFiniteError({ tensor, what, causes }, training);
  }
  return new NotFiniteError({ tensor: "the loss", what: "The loss is not finite", causes }, training);
}

/** Refuses actions that are not finite, before an environment sees them. `steps`: those of all `numEnvs` environments so far. */
export function checkActions(actions: Int32Array | Float32Array, steps: number, numEnvs: number, causes = TRAINING_CAUSES): void {
  if (actions instanceof Int32Array) return;
  let bad = 0;
  for (let i = 0; i < actions.length; i++) bad += (actions[i] as number) - (actions[i] as number);
  if (bad === 0) return;
  const value = actions.find((x) => !Number.isFinite(x));
  throw new NotFiniteError({
    tensor: "actions",
    what: `The policy gave an action of ${value} after step ${steps / numEnvs}; expected a finite number`,
    causes,
  });
}

/** Refuses rewards that are not finite, one per environment. `steps`: those of all environments, these included. */
export function checkRewards(rewards: ArrayLike<number>, steps: number): void {
  for (let n = 0; n < rewards.length; n++) {
    const reward = rewards[n] as number;
    if (reward - reward === 0) continue;
    const what = `Reward of environment ${n} is ${reward} at step ${steps / rewards.length}; expected a finite number`;
    throw new NotFiniteError({ tensor: "rewards", what, causes: ENVIRONMENT_CAUSES });
  }
}

/** The leaves of a tree of tensors, for `notFiniteIn`: "parameters.policy.layers[0].weight", … */
export function namedLeaves(name: string, values: unknown): Named[] {
  return tree.entries<Tensor>(values).map(([path, leaf]) => [`${name}.${path}`, leaf.read() as Float32Array]);
}

/** What usually makes a loss, a gradient or a parameter overflow. */
export const TRAINING_CAUSES =
  "a learningRate that is too high, gradients of any length (set maxGradNorm), observations or rewards of very large or different sizes (normalizeObservations, normalizeRewards)";
export const ENVIRONMENT_CAUSES =
  "a division by zero or an overflow in the environment's step(), an action it does not expect; checkEnv finds most";
