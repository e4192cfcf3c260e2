/** What all operations share: reading arguments, dtypes, broadcasting, axes. */
import type { DType } from "../dtype.ts";
import { checkRange, isFloating, LIMITS, promote, type TensorDType } from "../elements.ts";
import { sameShape, sizeOf } from "../shape.ts";
import { type Like, Value } from "./value.ts";

/** Refuses what is no function, a function's result say. */
export function checkFunction(name: string, fn: unknown): void {
  if (typeof fn !== "function")
    throw new TypeError(`${name}: got ${shown(fn)}; expected a function of tensors; give the function, not its result`);
}

/** A number that is to be an element of a tensor of this dtype; a tensor is converted. */
export function elementFor<T extends Value>(name: string, like: T, value: Like<T>, dtype: TensorDType): T {
  if (typeof value !== "number") return castTo(lifted(name, like, value), dtype);
  checkRange(name, value, dtype);
  return like.scalar(dtype === "bool" ? value !== 0 : value, dtype);
}

/** Any value in a few words. */
export function shown(value: unknown): string {
  if (value instanceof Value) return `${value.dtype}[${value.shape.join(", ")}]`;
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (typeof value === "string") return `"${value}"`;
  return typeof value === "object" && value !== null ? "an object" : typeof value === "function" ? "a function" : String(value);
}

/** Refuses what is no list. */
export function checkList(name: string, what: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`${name}: got ${what} ${shown(value)}; expected a list; write it as [ … ]`);
}

/** Refuses what is neither a tensor nor a number. */
export function checkOperand(name: string, value: unknown): void {
  if (typeof value === "number" || value instanceof Value || typeof value === "boolean") return;
  throw new TypeError(`${name}: got ${shown(value)}; expected a tensor or a number; wrap arrays with tensor(…)`);
}

/** A tensor beside another: a bare number becomes float32, a boolean bool. */
export function lifted<T extends Value>(name: string, like: T, value: Like<T>): T {
  if (value instanceof Value) return value as T;
  checkOperand(name, value);
  return typeof value === "boolean" ? like.scalar(value, "bool") : like.scalar(value as number, "float32");
}

/** A tensor beside one of a floating dtype, which a bare number adopts. */
export function beside<T extends Value>(name: string, like: T, value: Like<T>): T {
  if (value instanceof Value) return value as T;
  checkOperand(name, value);
  return like.scalar(Number(value), like.dtype);
}

/** A tensor that stood for a bare number is one like others from here on. */
export const strong = <T extends Value>(x: T): T => (x.bare === undefined ? x : x.scalar(x.bare, x.dtype));

/** Integers and booleans become float32. */
export const asFloat = <T extends Value>(x: T): T => (isFloating(x.dtype) ? x : castTo(x, "float32"));

/** Applies a primitive of one floating input. */
export function ofFloat<T extends Value>(name: string, x: T): T {
  const t = asFloat(x);
  return t.bind(name, [t]);
}

/** 1, to stand before an operator on x. */
export const oneBeside = <T extends Value>(x: T): T => x.scalar(1, x.dtype);

export function castTo<T extends Value>(x: T, dtype: TensorDType): T {
  return x.dtype === dtype ? x : x.bind("cast", [x], { dtype: dtype as DType });
}

/** The dtype a JavaScript number takes beside a tensor: the tensor's own; float32 for a fraction beside integers, int32 for a whole number beside bool. */
function weakDType(dtype: TensorDType, value: number | boolean): TensorDType {
  if (isFloating(dtype) || (typeof value === "boolean" && dtype !== "bool")) return dtype;
  if (typeof value === "boolean") return "bool";
  if (!Number.isInteger(value)) return "float32";
  return dtype === "bool" ? "int32" : dtype;
}

/** How two operands come to one dtype. */
interface Pairing {
  /** Integers become float32. */
  readonly floats: boolean;
  /** False: bool becomes int32. */
  readonly booleans: boolean;
  /** Numbers that an integer type cannot hold are refused, unless they may wrap, as the operation does, or become the nearest it holds. */
  readonly beyond: "refuse" | "wrap" | "nearest";
}
export const PLAIN: Pairing = { floats: false, booleans: true, beyond: "refuse" };
export const FLOATS: Pairing = { floats: true, booleans: true, beyond: "refuse" };
export const NUMBERS: Pairing = { floats: false, booleans: false, beyond: "refuse" };
export const WRAPPING: Pairing = { floats: false, booleans: false, beyond: "wrap" };
export const WRAPPING_BITS: Pairing = { floats: false, booleans: true, beyond: "wrap" };
export const NEAREST: Pairing = { floats: false, booleans: false, beyond: "nearest" };
export const NEAREST_BITS: Pairing = { floats: false, booleans: true, beyond: "nearest" };

/** A tensor and a second operand, brought to one dtype and one shape. */
export const pair = <T extends Value>(name: string, x: T, b: Like<T>, pairing: Pairing = PLAIN): [T, T] =>
  pairOf(name, x, x.bare ?? x, b, pairing);

/** Of an operand that was checked. */
const isValue = <T extends Value>(operand: Like<T>): operand is T => typeof operand === "object";

/** Brings two operands to one dtype and one shape; `like` makes tensors of bare numbers. */
export function pairOf<T extends Value>(name: string, like: T, a: Like<T>, b: Like<T>, pairing: Pairing = PLAIN): [T, T] {
  checkOperand(name, a);
  checkOperand(name, b);
  let dtype: TensorDType;
  if (isValue(a)) dtype = isValue(b) ? promote(a.dtype, b.dtype) : promote(a.dtype, weakDType(a.dtype, b));
  else if (isValue(b)) dtype = promote(b.dtype, weakDType(b.dtype, a));
  else dtype = typeof a === "boolean" && typeof b === "boolean" ? "bool" : "float32";
  if (pairing.floats && !isFloating(dtype)) dtype = "float32";
  if (!pairing.booleans && dtype === "bool") dtype = "int32";
  const element = (value: Like<T>): T => {
    if (isValue(value)) return castTo(value, dtype);
    if (pairing.beyond === "refuse") checkRange(name, Number(value), dtype);
    const [low, high] = (pairing.beyond === "nearest" && LIMITS[dtype]) || [-Infinity, Infinity];
    return like.scalar(Math.min(Math.max(Number(value), low), high), dtype);
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

export function expandTo<T extends Value>(x: T, shape: readonly number[]): T {
  return sameShape(x.shape, shape) ? x : x.bind("broadcast", [x], { shape });
}

/** An argument stretched to the shape of what it goes with. */
export function stretched<T extends Value>(name: string, what: string, x: T, shape: readonly number[]): T {
  const missing = shape.length - x.rank;
  if (missing < 0 || x.shape.some((n, i) => n !== 1 && n !== shape[missing + i]))
    throw new TypeError(
      `${name}: got ${what} of shape [${x.shape.join(", ")}]; expected one that stretches to [${shape.join(", ")}]; insert axes with .unsqueeze(axis)`,
    );
  return expandTo(x, shape);
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
