/** Observations that a user gives to a policy, as rows for its network. */
import { checkMasks } from "./masks.ts";
import type { ObservationNormalizer } from "./normalize.ts";
import { encodeObservations, type ActionKind, type ObservationKind } from "./spaces.ts";

/** Rows of observations as networks take them. */
export interface Rows {
  readonly count: number;
  /** count × observation size, encoded and normalised. */
  readonly observations: Float32Array;
  /** count × maskSize, 1 where an action is allowed. */
  readonly masks: Uint8Array;
}

export interface RowsOptions {
  readonly observation: ObservationKind;
  readonly action: ActionKind;
  readonly maskSize: number;
  readonly normalizer: ObservationNormalizer | undefined;
}

/** Raw observations that were given to `call`, and masks where the agent has any. Counts nothing. */
export function rowsOf(
  call: string,
  { observation, action, maskSize, normalizer }: RowsOptions,
  observations: Float32Array,
  masks?: ArrayLike<number>,
): Rows {
  const count = observations.length / observation.rawSize;
  if (!Number.isInteger(count) || count === 0)
    throw new Error(`${call}: got ${observations.length} observation numbers; expected rows of ${observation.rawSize}.`);
  const encoded = new Float32Array(count * observation.size);
  encodeObservations(observation, observations, 0, count, encoded, 0, () => `given to ${call}`);
  normalizer?.apply(encoded, count);
  const allowed = new Uint8Array(count * maskSize).fill(1);
  if (masks !== undefined && maskSize > 0) {
    if (masks.length !== allowed.length)
      throw new Error(`${call}: masks has ${masks.length} elements for ${count} rows; expected ${allowed.length}.`);
    allowed.set(masks);
    if (action.kind !== "box") checkMasks(allowed, action.sizes, () => `given to ${call}`);
  }
  return { count, observations: encoded, masks: allowed };
}
