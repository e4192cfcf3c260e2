/** Actions for a vector, checked before any row moves. */
import { EnvError, show } from "./errors.ts";
import { Box } from "./spaces/box.ts";
import { Discrete } from "./spaces/discrete.ts";
import { createArray, type DType, type TypedArray } from "./spaces/dtype.ts";
import { MultiDiscrete } from "./spaces/multi-discrete.ts";
import type { Space } from "./spaces/space.ts";

/** Takes the actions of `rows` rows, refuses what the space cannot hold, and gives them in the space's own type. */
export class ActionChecks<A extends TypedArray> {
  private readonly space: Space<unknown, A>;
  private readonly rows: number;
  private readonly type: abstract new (...args: never[]) => A;
  /** Where float32 actions, which is what policies give, become those of a float64 space. */
  private readonly wide: Float64Array | undefined;

  constructor(space: Space<unknown, A>, rows: number) {
    this.space = space;
    this.rows = rows;
    this.type = createArray(space.dtype, 0).constructor as never;
    this.wide = space instanceof Box && space.dtype === "float64" ? new Float64Array(rows * space.size) : undefined;
  }

  take(actions: A): A {
    const { space, rows, wide } = this;
    const own = actions instanceof this.type;
    if (!(own || (wide !== undefined && (actions as unknown) instanceof Float32Array)) || actions.length !== rows * space.size) {
      throw new EnvError(
        `step: actions are ${show(actions)}, expected a ${space.dtype} array of length ${rows * space.size}, one ${space} action per row.`,
      );
    }
    this.checkValues(actions);
    if (wide === undefined || own) return actions;
    const { low, high, size } = space as unknown as Box<DType>;
    for (let i = 0, j = 0; i < wide.length; i++, j = j + 1 === size ? 0 : j + 1) {
      const action = actions[i]!;
      // A bound as float32 may lie outside: it stands for the bound.
      wide[i] = action === Math.fround(low[j]!) ? low[j]! : action === Math.fround(high[j]!) ? high[j]! : action;
    }
    return wide as TypedArray as A;
  }

  /** Discrete actions are within their space; those of a Box may lie outside (environments clip them, as Gymnasium's do), but are numbers. */
  private checkValues(actions: A): void {
    const { space } = this;
    if (space instanceof Discrete) {
      const { start, n } = space;
      for (let i = 0; i < actions.length; i++) if (!(actions[i]! >= start && actions[i]! < start + n)) this.refuse(i, actions[i]!);
    } else if (space instanceof MultiDiscrete) {
      const { start, nvec, size } = space;
      for (let i = 0, j = 0; i < actions.length; i++, j = j + 1 === size ? 0 : j + 1)
        if (!(actions[i]! >= start[j]! && actions[i]! < start[j]! + nvec[j]!)) this.refuse(i, actions[i]!);
    } else for (let i = 0; i < actions.length; i++) if (Number.isNaN(actions[i])) this.refuse(i, NaN);
  }

  private refuse(i: number, action: number): never {
    const { space } = this;
    const row = Math.floor(i / space.size);
    const element = space.size === 1 ? "the action" : `element ${i % space.size} of the action`;
    const cause = Number.isNaN(action) ? "; look for a division by zero or an overflow in the policy" : "";
    throw new EnvError(`step: ${element} of row ${row} is ${action}, expected a value in ${space}${cause}.`);
  }
}
