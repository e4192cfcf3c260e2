/** Elementwise arithmetic. Arguments broadcast; integers become float32 where the result is not whole. */
import { apply } from "../apply.ts";
import { stopGradient } from "../autodiff/stop.ts";
import { allocate, DTYPES, isFloating, type TensorDType } from "../elements.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { asFloat, asTensor, castTo, expandTo, named, pair, scalar, shown } from "./common.ts";

const NUMBERS = { booleans: false } as const;
const WRAPPING = { booleans: false, beyond: "wrap" } as const;
const NEAREST = { booleans: false, beyond: "nearest" } as const;
const FLOATS = { floats: true } as const;

/** a + b. */
export const add = (a: TensorLike, b: TensorLike): Tensor => apply("add", pair("add", a, b, WRAPPING));
/** a − b. */
export const sub = (a: TensorLike, b: TensorLike): Tensor => apply("sub", pair("sub", a, b, WRAPPING));
/** a · b, element by element. */
export const mul = (a: TensorLike, b: TensorLike): Tensor => apply("mul", pair("mul", a, b, WRAPPING));
/** a / b; float32 for integers (floorDivide keeps integers). */
export const div = (a: TensorLike, b: TensorLike): Tensor => apply("div", pair("div", a, b, FLOATS));
/** The larger of two; NaN if either is. The gradient is shared half and half where they are equal. */
export const maximum = (a: TensorLike, b: TensorLike): Tensor => apply("maximum", pair("maximum", a, b, NEAREST));
/** The smaller of two; NaN if either is. */
export const minimum = (a: TensorLike, b: TensorLike): Tensor => apply("minimum", pair("minimum", a, b, NEAREST));
/** a − trunc(a/b)·b: has the sign of a. Integers: 0 where b = 0. */
export const fmod = (a: TensorLike, b: TensorLike): Tensor => apply("rem", pair("fmod", a, b, NUMBERS));

/** a − ⌊a/b⌋·b: has the sign of b. */
export function remainder(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair("remainder", a, b, NUMBERS);
  const rest = apply("rem", [x, y]);
  const wrong = rest.notEqual(0).and(rest.less(0).xor(y.less(0)));
  return named("remainder", wrong.where(rest.add(y), rest));
}

/** ⌊a/b⌋, so that a = b·floorDivide(a, b) + remainder(a, b): 1 by 0.1 is 9, because 0.1 is a little more than a tenth. Integers stay integers (0 where b = 0). */
export function floorDivide(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair("floorDivide", a, b, NUMBERS);
  const rest = apply("rem", [x, y]);
  const below = castTo(rest.notEqual(0).and(rest.less(0).xor(y.less(0))), x.dtype);
  if (!isFloating(x.dtype)) return apply("div", [x, y]).sub(below);
  // A whole number but for rounding.
  const whole = round(div(sub(x, rest), y)).sub(below);
  // A zero has the sign of a/b; there is no slope, though that of a/b at b = 0 is infinite.
  const ratio = stopGradient(div(x, y));
  return named("floorDivide", y.equal(0).where(ratio, whole.equal(0).where(ratio.mul(0), whole)));
}

/** aᵇ. Small whole exponents given as numbers are products, so that negative bases and integers work exactly. */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  if (typeof b === "number" && typeof a !== "number") {
    const x = asTensor("pow", a);
    if (b === 0 && !isFloating(x.dtype)) return onesLike(x.dtype === "bool" ? castTo(x, "int32") : x);
    if (b === 0.5) return named("pow", sqrt(x));
    if (b === 1) return named("pow", mul(x, 1));
    if (Number.isInteger(b) && b !== 0 && (Math.abs(b) <= 64 || !isFloating(x.dtype)) && (b > 0 || isFloating(x.dtype))) {
      const power = repeated(x, Math.abs(b));
      return named("pow", b > 0 ? power : div(1, power));
    }
  }
  return apply("pow", pair("pow", a, b, FLOATS));
}

/** xⁿ by squaring. */
function repeated(x: Tensor, n: number): Tensor {
  if (n === 1) return x;
  const half = repeated(x, Math.floor(n / 2));
  const square = mul(half, half);
  return n % 2 === 0 ? square : mul(square, x);
}

/** −x. */
export function neg(x: TensorLike): Tensor {
  const t = asTensor("neg", x);
  return apply("neg", [t.dtype === "bool" ? castTo(t, "int32") : t]);
}

/** |x|. */
export const abs = (x: TensorLike): Tensor => apply("abs", [asTensor("abs", x)]);
/** −1, 0 or 1; zeros and NaN pass through. */
export const sign = (x: TensorLike): Tensor => apply("sign", [asTensor("sign", x)]);

/** Integers are whole already. */
function rounding(name: string, x: TensorLike): Tensor {
  const t = asTensor(name, x);
  return isFloating(t.dtype) ? apply(name, [t]) : t.clone();
}
/** The largest whole number ≤ x. */
export const floor = (x: TensorLike): Tensor => rounding("floor", x);
/** The smallest whole number ≥ x. */
export const ceil = (x: TensorLike): Tensor => rounding("ceil", x);
/** The nearest whole number, halves to even. */
export const round = (x: TensorLike): Tensor => rounding("round", x);
/** x without its fraction. */
export function trunc(x: TensorLike): Tensor {
  const t = asTensor("trunc", x);
  return isFloating(t.dtype) ? named("trunc", t.less(0).where(ceil(t), floor(t))) : t.clone();
}

/* @__NO_SIDE_EFFECTS__ */
const float =
  (name: string) =>
  (x: TensorLike): Tensor =>
    apply(name, [asFloat(name, x)]);
/** √x; NaN below 0. */
export const sqrt = float("sqrt");
/** eˣ. */
export const exp = float("exp");
/** eˣ − 1, accurate near 0. */
export const expm1 = float("expm1");
/** Natural logarithm. */
export const log = float("log");
/** log(1 + x), accurate near 0. */
export const log1p = float("log1p");
/** sin x, radians. */
export const sin = float("sin");
/** cos x, radians. */
export const cos = float("cos");
/** Hyperbolic tangent. */
export const tanh = float("tanh");
/** 2/√π ∫₀ˣ e^−t² dt. */
export const erf = float("erf");

/** sin x / cos x. */
export function tan(x: TensorLike): Tensor {
  const t = asFloat("tan", x);
  return named("tan", div(sin(t), cos(t)));
}
/** Logarithm to base 2. */
export const log2 = (x: TensorLike): Tensor => named("log2", mul(log(x), 1.4426950408889634));
/** Logarithm to base 10. */
export const log10 = (x: TensorLike): Tensor => named("log10", mul(log(x), 0.4342944819032518));
/** x². */
export function square(x: TensorLike): Tensor {
  const t = asTensor("square", x);
  return named("square", mul(t, t));
}
/** 1/√x. */
export const rsqrt = (x: TensorLike): Tensor => named("rsqrt", div(1, sqrt(x)));
/** 1/x. */
export const reciprocal = (x: TensorLike): Tensor => named("reciprocal", div(1, asFloat("reciprocal", x)));

/** x limited to [low, high]; either may be left out (null). The gradient is 1 inside and at the bounds, 0 outside; bounds that are tensors get the rest. */
export function clamp(x: TensorLike, low?: TensorLike | null, high?: TensorLike | null): Tensor {
  let t = asTensor("clamp", x);
  if (low === null || low === undefined) {
    if (high === null || high === undefined)
      throw new TypeError("clamp: got no bounds; expected a low bound, a high bound or both; give null for the one you do not want");
  } else {
    const [value, bound] = pair("clamp", t, low, { beyond: "nearest" });
    t = value.less(bound).where(bound, value);
  }
  if (high !== null && high !== undefined) {
    const [value, bound] = pair("clamp", t, high, { beyond: "nearest" });
    t = bound.less(value).where(bound, value);
  }
  return named("clamp", t);
}

/** a + weight · (b − a). */
export function lerp(a: TensorLike, b: TensorLike, weight: TensorLike): Tensor {
  const [x, y] = pair("lerp", a, b, FLOATS);
  return named("lerp", add(x, mul(weight, sub(y, x))));
}

/** Conversion to another dtype; see the cast primitive for rounding and saturation. The gradient passes between float dtypes. */
export function cast(x: TensorLike, dtype: TensorDType): Tensor {
  if (!DTYPES.includes(dtype)) throw new TypeError(`cast: got dtype ${shown(dtype)}; expected one of ${DTYPES.join(", ")}; choose one`);
  return castTo(asTensor("cast", x), dtype);
}

/** Zeros of the shape and dtype of x. */
export const zerosLike = (x: Tensor): Tensor => filledLike(asTensor("zerosLike", x), 0);

/** Ones of the shape and dtype of x. */
export const onesLike = (x: Tensor): Tensor => filledLike(asTensor("onesLike", x), 1);

/** With memory of its own, which can change in place; inside programs one number that is repeated. */
function filledLike(like: Tensor, value: number): Tensor {
  const element = scalar(value, like.dtype);
  if (like._trace) return expandTo(element, like.shape);
  return Tensor._concrete(allocate(like.dtype, like.size).fill(element._array![0]!), like.shape, like.dtype);
}
