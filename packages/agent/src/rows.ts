/** Observations that a user gives to a policy, as rows for its network. */
import { show } from "@rl/math/options";
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
  if (!ArrayBuffer.isView(observations) && !Array.isArray(observations))
    throw new TypeError(
      `${call}: observations are ${show(observations)}; expected a Float32Array of rows of ${observation.rawSize} numbers${observation.rawSize === 1 ? "" : ", flattened where the space is a Dict or Tuple"}.`,
    );
  const count = observations.length / observation.rawSize;
  if (!Number.isInteger(count) || count === 0)
    throw new Error(`${call}: got ${observations.length} observation numbers; expected rows of ${observation.rawSize}.`);
  const encoded = new Float32Array(count * observation.size);
  encodeObservations(observation, observations, 0, count, encoded, 0, () => `given to ${call}`);
  normalizer?.apply(encoded, count);
  const allowed = new Uint8Array(count * maskSize).fill(1);
  if (masks !== undefined) {
    if (maskSize === 0)
      throw new Error(
        `${call}: got masks, but this agent's environment gave none when it was made; leave them out, or train with an environment that masks.`,
      );
    if (masks.length !== allowed.length)
      throw new Error(`${call}: masks has ${masks.length} elements for ${count} rows; expected ${allowed.length}.`);
    for (let i = 0; i < allowed.length; i++) {
      const flag: unknown = masks[i];
      if (flag !== 0 && flag !== 1 && flag !== false && flag !== true)
        throw new Error(
          `${call}: element ${i} of masks is ${show(flag)}; expected 1 or true where an action is allowed, 0 or false elsewhere.`,
        );
      allowed[i] = Number(flag);
    }
    if (action.kind !== "box") checkMasks(allowed, action.sizes, () => `given to ${call}`);
  }
  return { count, observations: encoded, masks: allowed };
}
