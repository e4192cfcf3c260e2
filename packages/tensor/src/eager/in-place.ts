/** Changing tensors in place: memory, version counters and the history of differentiation. Concrete tensors only. */
import { isGradEnabled } from "../autodiff/mode.ts";
import { promote } from "../elements.ts";
import type { TypedArray } from "../dtype.ts";
import { creator, NO_ATTRIBUTES, type Creator } from "../graph-node.ts";
import { sameShape, sizeOf, stridesOf, walk, writeStrided } from "../primitives/primitive.ts";
import { Tensor } from "../tensor.ts";

/** Writes `result` into the memory of `target` and makes target's history that of the result. Returns target. */
export function writeInPlace(name: string, target: Tensor, result: Tensor): Tensor {
  checkTarget(name, target);
  if (result._trace)
    throw new Error(
      `${name}: got a traced ${result.dtype}[${result.shape.join(", ")}] to write into a tensor that has elements; expected one that has them, too; inside compile use ${name.replace(/_$/, "")} and keep its result`,
    );
  if (!sameShape(target.shape, result.shape)) {
    throw new TypeError(
      `${name}: got a result of shape [${result.shape.join(", ")}] for a tensor of shape [${target.shape.join(", ")}]; expected the same shape; use the form without underscore where the result is larger`,
    );
  }
  if (promote(target.dtype, result.dtype) !== target.dtype) {
    throw new TypeError(
      `${name}: got a result of dtype ${result.dtype} for a tensor of dtype ${target.dtype}, which cannot hold it; use the form without underscore, or convert with .cast("${result.dtype}") first`,
    );
  }
  const value = result.dtype === target.dtype ? result : result.cast(target.dtype);
  const before = target._tracked || value._tracked || (target._base?._tracked ?? false) ? historyBefore(target) : undefined;
  store(target, value);
  owner(target)._version++;
  if (before && isGradEnabled()) rewriteHistory(target, value, before);
  return target;
}

const owner = (t: Tensor): Tensor => t._base ?? t;

function checkTarget(name: string, target: Tensor): void {
  if (target._trace)
    throw new Error(
      `${name}: got a traced tensor; values inside compile cannot change in place; use ${name.replace(/_$/, "")} and keep its result`,
    );
  target._checkReadable(name);
  const base = owner(target);
  const leaf = [target, base].find((t) => t._tracked && t._creator?.op === "leaf");
  if (leaf && isGradEnabled())
    throw new Error(
      `${name}: got a tensor made by you with requiresGrad (or a view of one), whose gradient would lose its meaning; change it inside noGrad(() => …), or use ${name.replace(/_$/, "")}`,
    );
  if (target._strides?.some((stride, axis) => stride === 0 && target.shape[axis]! > 1)) {
    throw new Error(
      `${name}: got an expanded view of shape [${target.shape.join(", ")}], whose elements share memory with each other; change a .clone() or the tensor before .expand`,
    );
  }
}

function store(target: Tensor, value: Tensor): void {
  const base = owner(target);
  const engine = base._buffer?.engine;
  if (engine) {
    const storage =
      value._engine() === engine ? value._storageFor(engine, "in place") : engine.upload(value._local(), target.dtype as never);
    if (!ArrayBuffer.isView(storage)) base._buffer = storage;
    return;
  }
  const memory = base._array!;
  const source = value._local();
  const elements = source.buffer === memory.buffer ? source.slice() : source;
  if (!target._strides) memory.set(elements);
  else writeStrided(memory, elements, target.shape, target._strides, target._offset);
}

interface Before {
  readonly base: Tensor | undefined;
}

/** The base as it was, for the part of it that a write to a view leaves alone. */
function historyBefore(target: Tensor): Before {
  return { base: target._base?._snapshot() };
}

function rewriteHistory(target: Tensor, value: Tensor, before: Before): void {
  const base = target._base;
  if (!base || !before.base) {
    target._history++;
    adopt(target, value._tracked ? value._creator : undefined);
    return;
  }
  // A view: the base keeps its history outside the view and takes the value's inside; the view is that part of the new base.
  const region = positionsOf(target);
  const whole = base.shape;
  const outside = Tensor._concrete(new Float32Array(base.size).fill(1), [base.size], "float32");
  for (const at of region.data()) outside._array![at] = 0;
  adopt(
    base,
    customCreator("copySlice", [before.base, value._snapshot()], base, (cotangent) => [
      cotangent.reshape([-1]).mul(outside).reshape(whole),
      cotangent.reshape([-1]).take(region).reshape(target.shape),
    ]),
  );
  base._history++;
  target._seen = base._history;
  adopt(
    target,
    customCreator("slice", [base._snapshot()], target, (cotangent) => [
      Tensor._concrete(new (base._array!.constructor as new (n: number) => TypedArray)(base.size), [base.size], base.dtype)
        .scatterAdd(region, cotangent.reshape([-1]))
        .reshape(whole),
    ]),
  );
}

function adopt(target: Tensor, made: Creator | undefined): void {
  target._creator = made;
  target._tracked = made !== undefined;
}

function customCreator(name: string, inputs: readonly Tensor[], value: Tensor, rule: (cotangent: Tensor) => Tensor[]): Creator {
  const made = creator("custom", inputs, NO_ATTRIBUTES);
  made.label = name;
  made.custom = { value, rule: ({ cotangent }) => rule(cotangent) };
  made.output = value;
  return made;
}

/** Positions in the base's memory of the elements of a view, int32. */
function positionsOf(view: Tensor): Tensor {
  const positions = new Int32Array(sizeOf(view.shape));
  walk(view.shape, view._stridesNow(), view._offset, (start, step, count, at) => {
    for (let i = 0; i < count; i++) positions[at + i] = start + i * step;
  });
  return Tensor._concrete(positions, [positions.length], "int32");
}

/** Changes shape and strides of a tensor to those of a rearrangement of it, without moving elements. */
export function rearrangeInPlace(name: string, target: Tensor, rearranged: Tensor): Tensor {
  if (target._trace)
    throw new Error(
      `${name}: got a traced tensor; values inside compile cannot change in place; use ${name.replace(/_$/, "")} and keep its result`,
    );
  if (target._engine())
    throw new Error(`${name}: got a tensor of engine "${target.device}", which has no views; use ${name.replace(/_$/, "")}`);
  if (target._tracked && target._creator?.op === "leaf" && isGradEnabled())
    throw new Error(
      `${name}: got a tensor made by you with requiresGrad; change it inside noGrad(() => …), or use ${name.replace(/_$/, "")}`,
    );
  const made = target as { shape: readonly number[] };
  made.shape = rearranged.shape;
  target._strides = rearranged._strides ?? stridesOf(rearranged.shape);
  target._offset = rearranged._offset;
  if (rearranged._tracked) adopt(target, rearranged._creator);
  return target;
}
