/** Comparisons, logic and choice. */
import { apply } from "../apply.ts";
import { isFloating } from "../elements.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { asTensor, broadcastShapes, castTo, expandTo, pair } from "./common.ts";

/** a = b, element by element → bool. */
export const equal = (a: TensorLike, b: TensorLike): Tensor => apply("equal", pair("equal", a, b));
/** a ≠ b → bool; true where either is NaN. */
export const notEqual = (a: TensorLike, b: TensorLike): Tensor => apply("not", [equal(a, b)]);
/** a < b → bool. */
export const less = (a: TensorLike, b: TensorLike): Tensor => apply("less", pair("less", a, b));
/** a ≤ b → bool. */
export const lessEqual = (a: TensorLike, b: TensorLike): Tensor => apply("lessEqual", pair("lessEqual", a, b));
/** a > b → bool. */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair("greater", a, b);
  return apply("less", [y, x]);
}
/** a ≥ b → bool. */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair("greaterEqual", a, b);
  return apply("lessEqual", [y, x]);
}

/* @__NO_SIDE_EFFECTS__ */
function bits(name: string) {
  return (a: TensorLike, b: TensorLike): Tensor => {
    const [x, y] = pair(name, a, b, { beyond: "wrap" });
    if (isFloating(x.dtype)) throw new TypeError(`${name}: got ${x.dtype}; expected bool or integers; compare first, e.g. x.greater(0)`);
    return apply(name, [x, y]);
  };
}
/** Logical and of bool; bitwise and of integers. */
export const and = bits("and");
/** Logical or of bool; bitwise or of integers. */
export const or = bits("or");
/** Exclusive or. */
export const xor = bits("xor");
/** Logical complement of bool; all bits of integers flipped. */
export const not = (x: TensorLike): Tensor => apply("not", [asTensor("not", x)]);

/** a where the condition holds, else b. Numbers that are not bool count as true where ≠ 0. The branch not taken has no influence, not even as NaN. */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  const chosen = castTo(asTensor("where", condition), "bool");
  const [x, y] = pair("where", a, b);
  const shape = broadcastShapes("where", chosen.shape, x.shape);
  return apply("select", [expandTo(chosen, shape), expandTo(x, shape), expandTo(y, shape)]);
}

/** Whether x is NaN → bool. */
export const isNaN = (x: TensorLike): Tensor => {
  const t = asTensor("isNaN", x);
  return notEqual(t, t);
};
/** Whether x is neither NaN nor infinite → bool. */
export const isFinite = (x: TensorLike): Tensor => {
  const t = asTensor("isFinite", x);
  return less(t.dtype === "bool" ? castTo(t, "int32") : t.abs(), Infinity);
};
