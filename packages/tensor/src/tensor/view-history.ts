/**
 * The history of tensors that share memory. A view's source is the tensor that its elements belong to; a write to one of them rewrites the source's history, and
 * other views derive theirs from it when they are next used.
 */
import type { TypedArray } from "../dtype.ts";
import { isRowMajor, sizeOf, walk } from "../shape.ts";
import { type Creator, creator, NO_ATTRIBUTES, type Special, type Stored } from "./stored.ts";

/** Makes the history of `target`, whose elements are now those of `value`, and of the tensor it is a view of. `before`: the source as it was. */
export function rewriteHistory(name: string, target: Stored, value: Stored, before: Stored): void {
  const source = target._source;
  (source ?? target)._history++;
  if (!source) {
    adopt(target, value._tracked ? copied(name, value) : ruled(name, [before], target, (cotangent) => [cotangent.zerosLike()]));
    return;
  }
  // The source keeps its history outside the view and takes the value's inside.
  const region = positionsIn(before, target);
  const outside = source.concrete(new Uint8Array(source.size).fill(1), [source.size], "bool");
  for (const at of region.data()) outside._array![at] = 0;
  const { shape } = target;
  adopt(
    source,
    ruled("copySlice", [before, value._snapshot()], source, (cotangent) => {
      const flat = cotangent.reshape([-1]);
      return [outside.where(flat, 0).reshape(before.shape), flat.take(region).reshape(shape)];
    }),
  );
  renewHistory(target);
}

/** Derives a view's history from its source's, where that has been rewritten since. */
export function renewHistory(view: Stored): void {
  const source = view._source;
  if (source === undefined || source._history === view._seen || view._creator?.op === "leaf") return;
  view._seen = source._history;
  adopt(view, undefined);
  if (!source._tracked) return;
  const whole = source._snapshot();
  const part = view._snapshot();
  adopt(
    view,
    ruled("slice", [whole], view, (cotangent) => [
      whole
        .zerosLike()
        .reshape([-1])
        .scatterAdd(positionsIn(whole, part), cotangent.reshape([-1]))
        .reshape(whole.shape),
    ]),
  );
}

/** Whether operations on a tensor are recorded for differentiation. */
export function isTracked(x: Stored): boolean {
  renewHistory(x);
  return x._tracked;
}

/** The same value under a creator of its own: gradients pass. */
const ALIAS: Special = { pull: (_made, [cotangent]) => [cotangent], redo: (_made, [x]) => x! };

/** The creator of a value that is another one. */
export function aliasOf(x: Stored): Creator {
  const made = creator("alias", [x._snapshot()], NO_ATTRIBUTES, ALIAS);
  made.stands = made.inputs[0];
  return made;
}

export function adopt(target: Stored, made: Creator | undefined): void {
  target._creator = made;
  target._tracked = made !== undefined;
}

/** The creator of a value that was written; a leaf's own would make the target a leaf. */
function copied(name: string, value: Stored): Creator {
  const made = value._creator!;
  if (made.op !== "leaf") return made;
  const copy = aliasOf(value);
  copy.label = name;
  copy.output = value;
  return copy;
}

function ruled(name: string, inputs: readonly Stored[], value: Stored, rule: (cotangent: Stored) => Stored[]): Creator {
  const made = creator("custom", inputs, NO_ATTRIBUTES, { pull: (_made, [cotangent]) => rule(cotangent!) });
  made.label = name;
  made.output = value;
  return made;
}

/** Positions of a view's elements among those of its source, both in row-major order of their shapes; int32. */
function positionsIn(source: Stored, view: Stored): Stored {
  const positions = memoryOf(view);
  if (!isRowMajor(source.shape, source._stridesNow())) {
    const inverse = new Map<number, number>();
    memoryOf(source).forEach((at, i) => inverse.set(at, i));
    positions.forEach((at, i) => (positions[i] = inverse.get(at)!));
  } else if (source._offset !== 0) positions.forEach((at, i) => (positions[i] = at - source._offset));
  return source.concrete(positions as TypedArray, [positions.length], "int32");
}

/** Where in memory the elements lie, in row-major order of the shape. */
function memoryOf(x: Stored): Int32Array {
  const positions = new Int32Array(sizeOf(x.shape));
  walk(x.shape, x._stridesNow(), x._offset, (start, step, count, at) => {
    for (let i = 0; i < count; i++) positions[at + i] = start + i * step;
  });
  return positions;
}
