/**
 * Action masks of a vector environment: which discrete actions are allowed now. They come from the column `actionMask` of its infos (an environment puts
 * `actionMask` into `info` at each reset and step), or from its method `actionMasks()`, which vectors of @rl/envs pass on from their environments.
 */
import type { TypedArray, VecEnv } from "@rl/envs";
import type { ActionKind } from "./spaces.ts";

type Columns = Readonly<Record<string, TypedArray>>;

/** Reads the masks of the coming step. Call after a reset. Undefined when the environment has none. */
export type MaskReader = (infos: Columns, target: Uint8Array) => void;

/** The reader for an environment, found by looking at it once after a reset; undefined when it gives no masks. */
export function maskReader(env: VecEnv, infos: Columns): MaskReader | undefined {
  if (infos.actionMask !== undefined) {
    return ({ actionMask, _actionMask }, target) => {
      if (actionMask === undefined) target.fill(1);
      else write(actionMask as Uint8Array, target, env.numEnvs);
      if (_actionMask === undefined) return;
      // A row whose info says nothing allows everything.
      const width = target.length / _actionMask.length;
      for (let row = 0; row < _actionMask.length; row++) if (_actionMask[row] === 0) target.fill(1, row * width, (row + 1) * width);
    };
  }
  return env.actionMasks === undefined ? undefined : (_, target) => write(env.actionMasks!(), target, env.numEnvs);
}

function write(masks: ArrayLike<number>, target: Uint8Array, rows: number): void {
  if (masks.length !== target.length) {
    throw new Error(
      `The environment gives action masks of ${masks.length / rows} numbers; expected ${target.length / rows}, one per action (for MultiDiscrete, per choice of each). Give one number for every action of its space, 1 where it is allowed.`,
    );
  }
  target.set(masks);
}

/** Refuses masks that leave a row without any action; `where` says when ("after step 12"). masks: rows × the sum of `sizes`. */
export function checkMasks(masks: Uint8Array, sizes: readonly number[], where: () => string): void {
  for (let from = 0, group = 0; from < masks.length; from += sizes[group]!, group = (group + 1) % sizes.length) {
    let allowed = 0;
    for (let i = 0; i < sizes[group]!; i++) allowed |= masks[from + i] as number;
    if (allowed !== 0) continue;
    const row = Math.floor(from / sizes.reduce((a, b) => a + b, 0));
    throw new Error(
      `The action mask of row ${row}, ${where()}, forbids every action; expected at least one that is allowed. Allow one, or end the episode there.`,
    );
  }
}

/** Refuses masks where nothing can be masked, or where they come too late to be seen. */
export function refuseMasks(where: string, action: ActionKind, env: VecEnv, infos: Columns): void {
  if (infos.actionMask === undefined && env.actionMasks === undefined) return;
  if (action.kind === "box")
    throw new Error(
      `${where}: the environment gives action masks, and its actions are continuous (Box); expected discrete actions. Leave the masks out.`,
    );
  throw new Error(`${where}: the environment gives an actionMask in step(), but gave none in reset(); expected one in every info.`);
}
