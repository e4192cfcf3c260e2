/** Which discrete actions are allowed: how wide a mask is, and what may stand in one. */
import { EnvError, show } from "./errors.ts";
import { Discrete } from "./spaces/discrete.ts";
import { MultiDiscrete } from "./spaces/multi-discrete.ts";
import type { Space } from "./spaces/space.ts";

/** Numbers in a mask: one per action, for MultiDiscrete one per choice of each; 0 where actions cannot be masked. */
export function maskWidth(space: Space): number {
  if (space instanceof Discrete) return space.n;
  return space instanceof MultiDiscrete ? space.flatSize : 0;
}

/** Names under which masks come from Python; nothing would look at them. */
const OTHER_NAMES = ["action_mask", "action_masks", "actionMasks"];

type Where = (row: number) => string;

/** Refuses an info that gives its mask under a name that nobody reads. */
export function refuseMaskName(key: string, row: number, where: Where): void {
  if (OTHER_NAMES.includes(key))
    throw new EnvError(`info.${key} of ${where(row)} is read by nothing, expected the name info.actionMask; rename it.`);
}

/** Copies a mask of one row, a list, nested lists or an array of 1 and 0, true and false, into its place in `target`. `name` and `where` are for messages. */
export function writeMask(mask: unknown, target: Uint8Array, row: number, width: number, name: string, where: Where): void {
  const list = Array.isArray(mask) && mask.some((part) => typeof part === "object") ? nested(mask) : mask;
  if (!(Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView)))) {
    throw new EnvError(
      `${name} of ${where(row)} is ${show(mask)}, expected a list of ${width} numbers, 1 where an action is allowed and 0 where not.`,
    );
  }
  const values = list as ArrayLike<unknown>;
  if (values.length !== width) {
    throw new EnvError(
      `The environment gives action masks of ${values.length} numbers; expected ${width}, one per action (for MultiDiscrete, per choice of each). Give one number for every action of its space, 1 where it is allowed. First seen in ${name} of ${where(row)}.`,
    );
  }
  for (let i = 0; i < width; i++) {
    const value = values[i];
    if (value === 1 || value === true) target[row * width + i] = 1;
    else if (value === 0 || value === false) target[row * width + i] = 0;
    else
      throw new EnvError(
        `${name} of ${where(row)} has ${show(value)} for action ${i}, expected 1 or true where it is allowed, 0 or false where not.`,
      );
  }
}

/** The parts of a mask, one per choice, one after the other. */
function nested(parts: readonly unknown[]): unknown[] {
  return parts.flatMap((part) => (ArrayBuffer.isView(part) ? Array.from(part as Uint8Array) : part) as unknown[]);
}
