/** What the algorithms need to know of observation and action spaces, read by their fields so that any package's spaces will do. */
import { tanh } from "@rl/math";
import type { TypedArray } from "@rl/envs";
import { ENVIRONMENT_CAUSES, NotFiniteError } from "./not-finite.ts";

/** The part of a space that is looked at: which fields it has says what it is. */
export interface SpaceLike {
  readonly size: number;
  readonly shape?: readonly number[];
  readonly n?: number;
  readonly start?: number | Int32Array;
  readonly nvec?: Int32Array;
  readonly low?: TypedArray;
  readonly high?: TypedArray;
  toString(): string;
}

/** How observations become rows of float32 numbers: numbers as they are (Box, MultiBinary), whole numbers as one-hot groups (Discrete, MultiDiscrete). */
export interface ObservationKind {
  /** Numbers per row in the environment's batch. */
  readonly rawSize: number;
  /** Numbers per row after encoding: the width of the network's input. */
  readonly size: number;
  /** Sizes and starts of the one-hot groups; undefined for plain numbers. */
  readonly groups?: { readonly sizes: readonly number[]; readonly starts: readonly number[] };
}

export type ActionKind =
  | { readonly kind: "discrete"; readonly size: 1; readonly sizes: readonly [number]; readonly starts: readonly [number] }
  | { readonly kind: "multi-discrete"; readonly size: number; readonly sizes: readonly number[]; readonly starts: readonly number[] }
  | { readonly kind: "box"; readonly size: number; readonly low: Float32Array; readonly high: Float32Array };

const startsOf = (space: SpaceLike, count: number): number[] =>
  typeof space.start === "number" ? [space.start] : space.start === undefined ? new Array<number>(count).fill(0) : Array.from(space.start);

export function observationKind(where: string, space: SpaceLike): ObservationKind {
  if (space.n !== undefined && space.nvec === undefined && space.low === undefined && space.size === 1) {
    return { rawSize: 1, size: space.n, groups: { sizes: [space.n], starts: startsOf(space, 1) } };
  }
  if (space.nvec !== undefined) {
    const sizes = Array.from(space.nvec);
    return { rawSize: space.size, size: sizes.reduce((a, b) => a + b, 0), groups: { sizes, starts: startsOf(space, sizes.length) } };
  }
  // A dense network that takes pixels for a list of numbers in [0, 255] learns nothing from them, and would not say so.
  if (space.low instanceof Uint8Array && (space.shape?.length ?? 0) >= 3)
    throw new Error(
      `${where}: the observation space is ${space}, images; expected rows of numbers, since policies here are dense networks. Encode the images in TransformObservation, or flatten them there: (pixels) => Float32Array.from(pixels, (x) => x / 255), new Box({ low: 0, high: 1, shape: [${space.size}] }).`,
    );
  if (typeof space.size === "number" && space.size >= 1) return { rawSize: space.size, size: space.size };
  throw new Error(
    `${where}: the observation space is ${space}; expected Box, Discrete, MultiDiscrete or MultiBinary. Flatten other spaces into a Box first.`,
  );
}

export function actionKind(where: string, space: SpaceLike): ActionKind {
  if (space.nvec !== undefined) {
    const sizes = Array.from(space.nvec);
    return { kind: "multi-discrete", size: sizes.length, sizes, starts: startsOf(space, sizes.length) };
  }
  if (space.low !== undefined && space.high !== undefined) {
    if (!(space.low instanceof Float32Array || space.low instanceof Float64Array))
      throw new Error(
        `${where}: the action space is ${space}, of whole numbers; expected a Box of float32 or float64, Discrete or MultiDiscrete. Make it a MultiDiscrete, or a float Box whose actions step rounds.`,
      );
    return { kind: "box", size: space.size, low: Float32Array.from(space.low), high: Float32Array.from(space.high) };
  }
  if (space.n !== undefined && space.size === 1)
    return { kind: "discrete", size: 1, sizes: [space.n], starts: [startsOf(space, 1)[0] ?? 0] };
  throw new Error(`${where}: the action space is ${space}; expected Discrete, MultiDiscrete or Box.`);
}

/**
 * Writes rows of observations as float32 rows of `kind.size` numbers. Throws when a number is NaN, infinite or outside its space, with its
 * environment and element; `when` says when it came ("after step 12").
 */
export function encodeObservations(
  kind: ObservationKind,
  source: TypedArray,
  sourceRow: number,
  rows: number,
  target: Float32Array,
  targetRow: number,
  when: () => string,
): void {
  const { rawSize, size, groups } = kind;
  const from = sourceRow * rawSize;
  const to = targetRow * size;
  if (source.length < from + rows * rawSize || source.length % rawSize !== 0) {
    throw new Error(
      `The environment gave ${source.length} observation numbers ${when()}; expected at least ${sourceRow + rows} rows of ${rawSize}. Its observation space must not change.`,
    );
  }
  if (groups === undefined) {
    let bad = 0;
    for (let i = 0; i < rows * rawSize; i++) {
      const value = source[from + i] as number;
      bad += value - value;
      target[to + i] = value;
    }
    if (bad !== 0) refuse(kind, source, from, rows, when);
    return;
  }
  const { sizes, starts } = groups;
  target.fill(0, to, to + rows * size);
  let column = to;
  for (let i = 0; i < rows * rawSize; i++) {
    const group = i % rawSize;
    const index = (source[from + i] as number) - (starts[group] as number);
    if (!(index >= 0 && index < (sizes[group] as number) && Number.isInteger(index))) refuse(kind, source, from, rows, when);
    target[column + index] = 1;
    column += sizes[group] as number;
  }
}

/** Throws for the first number that cannot be. */
function refuse({ rawSize, groups }: ObservationKind, source: TypedArray, from: number, rows: number, when: () => string): never {
  for (let i = 0; i < rows * rawSize; i++) {
    const value = source[from + i] as number;
    const group = i % rawSize;
    const start = groups?.starts[group] ?? 0;
    const size = groups?.sizes[group] ?? Infinity;
    const fine = groups === undefined ? Number.isFinite(value) : value >= start && value < start + size && Number.isInteger(value);
    if (fine) continue;
    const row = Math.floor((from + i) / rawSize);
    const what = `Element ${group} of the observation of environment ${row} is ${value} ${when()}`;
    if (!Number.isFinite(value))
      throw new NotFiniteError({ tensor: "observations", what: `${what}; expected a finite number`, causes: ENVIRONMENT_CAUSES });
    throw new Error(`${what}; expected a whole number from ${start} to ${start + size - 1}. Run checkEnv on the environment.`);
  }
  throw new Error(`The observations ${when()} are not finite.`);
}

/**
 * How a Box action reaches the environment: "scale" from [−1, 1] to the space's bounds and clip there (components without finite bounds are in the space's own
 * units); "clip": all are; "squash": tanh, then scale.
 */
export type BoxActions = "scale" | "clip" | "squash";

/** Actions as a policy gives them → as the environment takes them, written into `out`: whole numbers shifted to the space's start, Box actions brought within bounds. */
export function toEnvironmentActions(
  action: ActionKind,
  boxActions: BoxActions,
  actions: Int32Array | Float32Array,
  out: Int32Array | Float32Array,
): void {
  if (action.kind !== "box") {
    const { starts, size } = action;
    for (let i = 0; i < out.length; i++) out[i] = (actions[i] as number) + (starts[i % size] as number);
    return;
  }
  if (boxActions === "squash") squash(action, actions, out);
  else bound(action, boxActions === "scale", actions, out);
}

/** The same in a fresh array. */
export function freshEnvironmentActions(
  action: ActionKind,
  boxActions: BoxActions,
  actions: Int32Array | Float32Array,
): Int32Array | Float32Array {
  const taken = action.kind === "box" ? new Float32Array(actions.length) : new Int32Array(actions.length);
  toEnvironmentActions(action, boxActions, actions, taken);
  return taken;
}

type BoxKind = Extract<ActionKind, { readonly kind: "box" }>;

/** tanh, then from [−1, 1] to the bounds. In a loop of its own, where V8 has room for tanh itself: a number that it is called with, and gives, would be boxed. */
function squash({ low, high, size }: BoxKind, actions: Int32Array | Float32Array, out: Int32Array | Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    const lowest = low[i % size] as number;
    const highest = high[i % size] as number;
    const value = lowest + 0.5 * (tanh(actions[i] as number) + 1) * (highest - lowest);
    out[i] = Math.max(lowest, Math.min(highest, value));
  }
}

/** Brought within the bounds; `scale`: components with finite bounds are first stretched from [−1, 1] to them. */
function bound({ low, high, size }: BoxKind, scale: boolean, actions: Int32Array | Float32Array, out: Int32Array | Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    const lowest = low[i % size] as number;
    const highest = high[i % size] as number;
    let value = actions[i] as number;
    if (scale && highest - lowest < Infinity) value = 0.5 * (lowest + highest) + 0.5 * (highest - lowest) * value;
    out[i] = Math.max(lowest, Math.min(highest, value));
  }
}
