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

/** The error for training that came upon a number which is not finite. It names the first of `arrays`, given in the order in which they are computed, that holds one. */
export function notFiniteIn(training: { readonly where: string; readonly iteration: number }, arrays: Iterable<Named>): NotFiniteError {
  for (const [tensor, values] of arrays) {
    const at = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    const place = values.length === 1 ? `it is ${values[at]}` : `element ${at} of ${values.length} is ${values[at]}`;
    const what = `The first tensor that is not finite is ${tensor}: ${place}`;
    return new NotFiniteError({ tensor, what, causes: TRAINING_CAUSES }, training);
  }
  return new NotFiniteError({ tensor: "the loss", what: "The loss is not finite", causes: TRAINING_CAUSES }, training);
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
