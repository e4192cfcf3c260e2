/** What all operations share: reading arguments, dtypes, broadcasting, axes. */
import { apply } from "../apply.ts";
import { allocate, checkRange, isFloating, LIMITS, promote, type TensorDType } from "../elements.ts";
import { isGradEnabled } from "../autodiff/mode.ts";
import { stopGradient } from "../autodiff/stop.ts";
import { sameShape, sizeOf } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";

/** Refuses what is no function, a function's result say. */
export function checkFunction(name: string, fn: unknown): void {
  if (typeof fn !== "function")
    throw new TypeError(`${name}: got ${shown(fn)}; expected a function of tensors; give the function, not its result`);
}

/** A rank 0 tensor. */
export function scalar(value: number | boolean, dtype: TensorDType): Tensor {
  const array = allocate(dtype, 1);
  if (dtype === "int64") (array as unknown as BigInt64Array)[0] = BigInt(Math.trunc(Number(value)));
  else array[0] = Number(value);
  return Tensor._concrete(array, [], dtype);
}

/** A number that is to be an element of a tensor of this dtype; a tensor is converted. */
export function elementFor(name: string, value: TensorLike, dtype: TensorDType): Tensor {
  if (typeof value !== "number") return castTo(asTensor(name, value), dtype);
  checkRange(name, value, dtype);
  return scalar(dtype === "bool" ? value !== 0 : value, dtype);
}

/** Any value in a few words. */
export function shown(value: unknown): string {
  if (value instanceof Tensor) return `${value.dtype}[${value.shape.join(", ")}]`;
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (typeof value === "string") return `"${value}"`;
  return typeof value === "object" && value !== null ? "an object" : typeof value === "function" ? "a function" : String(value);
}

/** Refuses what is no list. */
export function checkList(name: string, what: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`${name}: got ${what} ${shown(value)}; expected a list; write it as [ … ]`);
}

function check(name: string, value: unknown): void {
  if (value instanceof Tensor || typeof value === "number" || typeof value === "boolean") return;
  throw new TypeError(`${name}: got ${shown(value)}; expected a tensor or a number; wrap arrays with tensor(…)`);
}

/** A bare number becomes float32, a boolean becomes bool. */
export function asTensor(name: string, value: TensorLike): Tensor {
  if (value instanceof Tensor) return value;
  check(name, value);
  return typeof value === "boolean" ? scalar(value, "bool") : scalar(value as number, "float32");
}

/** As asTensor; integers and booleans become float32. */
export function asFloat(name: string, value: TensorLike): Tensor {
  const x = asTensor(name, value);
  return isFloating(x.dtype) ? x : castTo(x, "float32");
}

export function castTo(x: Tensor, dtype: TensorDType): Tensor {
  return x.dtype === dtype ? x : apply("cast", [x], { dtype: dtype as never });
}

/** The dtype a JavaScript number takes beside a tensor: the tensor's own; float32 for a fraction beside integers, int32 for a whole number beside bool. */
function weakDType(dtype: TensorDType, value: number | boolean): TensorDType {
  if (isFloating(dtype) || (typeof value === "boolean" && dtype !== "bool")) return dtype;
  if (typeof value === "boolean") return "bool";
  if (!Number.isInteger(value)) return "float32";
  return dtype === "bool" ? "int32" : dtype;
}

interface PairOptions {
  /** Integers become float32. */
  readonly floats?: boolean;
  /** False: bool becomes int32. */
  readonly booleans?: boolean;
  /** Numbers that an integer type cannot hold are refused, unless they may wrap, as the operation does, or become the nearest it holds. */
  readonly beyond?: "wrap" | "nearest";
}

/** Brings two arguments to one dtype and one shape. */
export function pair(name: string, a: TensorLike, b: TensorLike, options: PairOptions = {}): [Tensor, Tensor] {
  check(name, a);
  check(name, b);
  let dtype: TensorDType;
  if (a instanceof Tensor) dtype = b instanceof Tensor ? promote(a.dtype, b.dtype) : promote(a.dtype, weakDType(a.dtype, b));
  else if (b instanceof Tensor) dtype = promote(b.dtype, weakDType(b.dtype, a));
  else dtype = typeof a === "boolean" && typeof b === "boolean" ? "bool" : "float32";
  if (options.floats && !isFloating(dtype)) dtype = "float32";
  if (options.booleans === false && dtype === "bool") dtype = "int32";
  const element = (value: TensorLike): Tensor => {
    if (value instanceof Tensor) return castTo(value, dtype);
    if (options.beyond === undefined) checkRange(name, Number(value), dtype);
    const [low, high] = (options.beyond === "nearest" && LIMITS[dtype]) || [-Infinity, Infinity];
    return scalar(Math.min(Math.max(Number(value), low), high), dtype);
  };
  const x = element(a);
  const y = element(b);
  if (sameShape(x.shape, y.shape)) return [x, y];
  const shape = broadcastShapes(name, x.shape, y.shape);
  return [expandTo(x, shape), expandTo(y, shape)];
}

/** The common shape: aligned at the right, each pair of extents equal or one of them 1. */
export function broadcastShapes(name: string, a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const m = a[a.length - i] ?? 1;
    const n = b[b.length - i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new TypeError(
        `${name}: got shapes [${a.join(", ")}] and [${b.join(", ")}], which do not broadcast: axis −${i} has extents ${m} and ${n}; expected equal extents or 1; insert axes with .unsqueeze(axis) or check the operand`,
      );
    }
    shape[rank - i] = m === 1 ? n : m;
  }
  return shape;
}

export function expandTo(x: Tensor, shape: readonly number[]): Tensor {
  return sameShape(x.shape, shape) ? x : apply("broadcast", [x], { shape });
}

/** An axis counted from the end when negative, as 0 … rank − 1. */
export function axisIn(name: string, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (typeof axis !== "number" || !Number.isInteger(at) || at < 0 || at >= rank)
    throw new TypeError(
      `${name}: got axis ${shown(axis)} for a tensor of ${rank} ax${rank === 1 ? "is" : "es"}; expected ${rank === 0 ? "no axis; leave it out" : `${-rank} to ${rank - 1}; negative ones count from the end`}`,
    );
  return at;
}

/** One axis, several, or (undefined) all; each at most once, in ascending order. */
export function axesIn(name: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_v, i) => i);
  if (typeof axes !== "number") checkList(name, "axes", axes);
  const list = (typeof axes === "number" ? [axes] : axes).map((axis) => axisIn(name, axis, rank));
  if (new Set(list).size !== list.length)
    throw new TypeError(`${name}: got axes [${String(axes)}], one of them twice; expected each at most once; leave one out`);
  return list.sort((a, b) => a - b);
}

/** Refuses extents that are negative, fractional or not finite. */
export function checkShape(name: string, shape: readonly number[]): void {
  if (!Array.isArray(shape) || shape.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    throw new TypeError(`${name}: got shape ${shown(shape)}; expected a list of whole numbers ≥ 0; round or correct it`);
  }
  if (sizeOf(shape) > 2 ** 31)
    throw new RangeError(
      `${name}: got shape [${shape.join(", ")}], which has ${sizeOf(shape)} elements; expected at most 2^31; split the work into parts`,
    );
}

/**
 * What an operation that changes nothing may give back instead of doing it: a traced or engine's tensor itself, without history inside noGrad. A view of other
 * tensors is a tensor of its own, so that changing the shape of one in place leaves the other alone.
 */
export function unchanged(x: Tensor): Tensor | undefined {
  if (x._trace === undefined && x._engine() === undefined) return undefined;
  return isGradEnabled() ? x : stopGradient(x);
}

/** Names the result after the operation the user called, for gradFn. */
export function named(name: string, result: Tensor): Tensor {
  if (result._creator && result._tracked && isGradEnabled()) result._creator.label = name;
  return result;
}
