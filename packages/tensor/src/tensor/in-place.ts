/** Changing tensors in place: memory, version counters and the history of differentiation. Concrete tensors only. */
import { promote } from "../elements.ts";
import { isGradEnabled, noGrad } from "../mode.ts";
import { sameShape, stridesOf, writeStrided } from "../shape.ts";
import type { Stored } from "./stored.ts";
import { adopt, isTracked, rewriteHistory } from "./view-history.ts";

/** The name of the operation that gives a new tensor. */
const plain = (name: string): string => name.replace(/_$| with out$/, "");

/** Writes an operation on `target` into its memory. */
export function changeInPlace<T extends Stored>(name: string, target: T, operation: (x: T) => T): T {
  const result = operation(target);
  return writeInPlace(name, target, result._tracked ? operation(kept(target)) : result);
}

/** The elements as they are, with their history: the gradient of a change in place may need what it overwrites. */
function kept<T extends Stored>(x: T): T {
  const copy = noGrad(() => x.clone());
  copy._creator = x._creator;
  copy._tracked = x._tracked;
  return copy;
}

/** Writes `result` into the memory of `target` and makes target's history that of the result. Returns target. */
export function writeInPlace<T extends Stored>(name: string, target: T, result: T): T {
  checkTarget(name, target);
  if (result._trace)
    throw new Error(
      `${name}: got a traced ${result.dtype}[${result.shape.join(", ")}] to write into a tensor that has elements; expected one that has them, too; inside compile use ${plain(name)} and keep its result`,
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
  const source = target._source ?? target;
  const before = isGradEnabled() && (isTracked(value) || source._tracked) ? source._snapshot() : undefined;
  store(target, value);
  owner(target)._version++;
  if (before) rewriteHistory(name, target, value, before);
  return target;
}

const owner = (t: Stored): Stored => t._base ?? t;

function checkTarget(name: string, target: Stored): void {
  if (target._trace)
    throw new Error(`${name}: got a traced tensor; values inside compile cannot change in place; use ${plain(name)} and keep its result`);
  target._checkReadable(name);
  const leaf = [target, target._source].find((t) => t?._tracked && t._creator?.op === "leaf");
  if (leaf && isGradEnabled())
    throw new Error(
      `${name}: got a tensor made by you with requiresGrad (or a view of one), whose gradient would lose its meaning; change it inside noGrad(() => …), or use ${plain(name)}`,
    );
  if (target.size > 0 && target._strides?.some((stride, axis) => stride === 0 && target.shape[axis]! > 1)) {
    throw new Error(
      `${name}: got an expanded view of shape [${target.shape.join(", ")}], whose elements share memory with each other; change a .clone() or the tensor before .expand`,
    );
  }
}

function store(target: Stored, value: Stored): void {
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

/** Changes shape and strides of a tensor to those of a rearrangement of it, without moving elements. */
export function rearrangeInPlace<T extends Stored>(name: string, target: T, rearranged: T): T {
  if (target._trace)
    throw new Error(`${name}: got a traced tensor; values inside compile cannot change in place; use ${plain(name)} and keep its result`);
  if (target._engine()) throw new Error(`${name}: got a tensor of engine "${target.device}", which has no views; use ${plain(name)}`);
  if (target._tracked && target._creator?.op === "leaf" && isGradEnabled())
    throw new Error(`${name}: got a tensor made by you with requiresGrad; change it inside noGrad(() => …), or use ${plain(name)}`);
  const made = target as { shape: readonly number[] };
  made.shape = rearranged.shape;
  target._strides = rearranged._strides ?? stridesOf(rearranged.shape);
  target._offset = rearranged._offset;
  if (rearranged._tracked) adopt(target, rearranged._creator);
  return target;
}
