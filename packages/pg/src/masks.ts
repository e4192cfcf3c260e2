/**
 * Action masks of a vector environment: which discrete actions are allowed now. They come from the column `actionMask` of its infos (an environment puts
 * `actionMask` into `info` at each reset and step), or from a method `actionMasks()` of the vector or of each single environment in it.
 */
import type { TypedArray, VecEnv } from "@rl/envs";

type Columns = Readonly<Record<string, TypedArray>>;
type Masks = ArrayLike<number>;

interface WithMethod {
  actionMasks(): Masks;
}
const hasMethod = (value: unknown): value is WithMethod =>
  typeof value === "object" && value !== null && typeof (value as Partial<WithMethod>).actionMasks === "function";

/** Reads the masks of the coming step. Call after a reset. Undefined when the environment has none. */
export type MaskReader = (infos: Columns, target: Uint8Array) => void;

/** The reader for an environment, found by looking at it once after a reset; undefined when it gives no masks. */
export function maskReader(env: VecEnv, infos: Columns): MaskReader | undefined {
  if (infos.actionMask !== undefined) {
    return ({ actionMask, _actionMask }, target) => {
      if (actionMask === undefined) target.fill(1);
      else target.set(actionMask as Uint8Array);
      if (_actionMask === undefined) return;
      // A row whose info says nothing allows everything.
      const width = target.length / _actionMask.length;
      for (let row = 0; row < _actionMask.length; row++) if (_actionMask[row] === 0) target.fill(1, row * width, (row + 1) * width);
    };
  }
  if (hasMethod(env)) return (_, target) => target.set(env.actionMasks());
  const rows = (env as { readonly envs?: readonly unknown[] }).envs;
  if (rows !== undefined && rows.length > 0 && rows.every(hasMethod)) {
    return (_, target) => {
      for (const [row, one] of rows.entries()) target.set(one.actionMasks(), (row * target.length) / rows.length);
    };
  }
  return undefined;
}
