/** Elementwise arithmetic. Arguments broadcast; integers become float32 where the result is not whole. */
import { DTYPES, isFloating, type TensorDType } from "../elements.ts";
import { beside, castTo, FLOATS, NEAREST, NEAREST_BITS, NUMBERS, pair, shown, strong, WRAPPING } from "./common.ts";
import { Logic } from "./logic.ts";
import type { Like } from "./value.ts";

export abstract class Arithmetic extends Logic {
  /** this + b. */
  add(b: Like<this>): this {
    return this.bind("add", pair("add", this, b, WRAPPING));
  }
  /** add in place. */
  add_(b: Like<this>): this {
    return this.change("add_", (x) => x.add(b));
  }
  /** this − b. */
  sub(b: Like<this>): this {
    return this.bind("sub", pair("sub", this, b, WRAPPING));
  }
  /** sub in place. */
  sub_(b: Like<this>): this {
    return this.change("sub_", (x) => x.sub(b));
  }
  /** this · b, element by element. */
  mul(b: Like<this>): this {
    return this.bind("mul", pair("mul", this, b, WRAPPING));
  }
  /** mul in place. */
  mul_(b: Like<this>): this {
    return this.change("mul_", (x) => x.mul(b));
  }
  /** this / b; float32 for integers (floorDivide keeps integers). */
  div(b: Like<this>): this {
    return this.bind("div", pair("div", this, b, FLOATS));
  }
  /** div in place. */
  div_(b: Like<this>): this {
    return this.change("div_", (x) => x.div(b));
  }
  /** The larger of two; NaN if either is. The gradient is shared half and half where they are equal. */
  maximum(b: Like<this>): this {
    return this.bind("maximum", pair("maximum", this, b, NEAREST));
  }
  /** maximum in place. */
  maximum_(b: Like<this>): this {
    return this.change("maximum_", (x) => x.maximum(b));
  }
  /** The smaller of two; NaN if either is. The gradient is shared half and half where they are equal. */
  minimum(b: Like<this>): this {
    return this.bind("minimum", pair("minimum", this, b, NEAREST));
  }
  /** minimum in place. */
  minimum_(b: Like<this>): this {
    return this.change("minimum_", (x) => x.minimum(b));
  }
  /** this − trunc(this/b)·b: has the sign of this. Integers: 0 where b = 0. */
  fmod(b: Like<this>): this {
    return this.bind("rem", pair("fmod", this, b, NUMBERS));
  }
  /** fmod in place. */
  fmod_(b: Like<this>): this {
    return this.change("fmod_", (x) => x.fmod(b));
  }
  /** this − ⌊this/b⌋·b: has the sign of b. */
  remainder(b: Like<this>): this {
    const [x, y] = pair("remainder", this, b, NUMBERS);
    const rest = this.bind("rem", [x, y]);
    const wrong = rest.notEqual(0).and(rest.less(0).xor(y.less(0)));
    return wrong.where(rest.add(y), rest).named("remainder");
  }
  /** remainder in place. */
  remainder_(b: Like<this>): this {
    return this.change("remainder_", (x) => x.remainder(b));
  }
  /**
   * ⌊this/b⌋, so that this = b·floorDivide(b) + remainder(b): 1 by 0.1 is 9, because 0.1 is a little more than a tenth. Integers stay integers (0 where
   * b = 0).
   */
  floorDivide(b: Like<this>): this {
    const [x, y] = pair("floorDivide", this, b, NUMBERS);
    const rest = this.bind("rem", [x, y]);
    const below = castTo(rest.notEqual(0).and(rest.less(0).xor(y.less(0))), x.dtype);
    if (!isFloating(x.dtype)) return this.bind("div", [x, y]).sub(below);
    // A whole number but for rounding.
    const whole = x.sub(rest).div(y).round().sub(below);
    // A zero has the sign of x/y; there is no slope, though that of x/y at y = 0 is infinite.
    const ratio = x.div(y).stopped();
    return y
      .equal(0)
      .where(ratio, whole.equal(0).where(ratio.mul(0), whole))
      .named("floorDivide");
  }
  /** floorDivide in place. */
  floorDivide_(b: Like<this>): this {
    return this.change("floorDivide_", (x) => x.floorDivide(b));
  }

  /** −this. */
  neg(): this {
    const t = this.dtype === "bool" ? castTo(this, "int32") : this;
    return this.bind("neg", [t]);
  }
  /** neg in place. */
  neg_(): this {
    return this.change("neg_", (x) => x.neg());
  }
  /** |this|. */
  abs(): this {
    return this.bind("abs", [this]);
  }
  /** abs in place. */
  abs_(): this {
    return this.change("abs_", (x) => x.abs());
  }
  /** −1, 0 or 1; zeros and NaN pass through. */
  sign(): this {
    return this.bind("sign", [this]);
  }
  /** sign in place. */
  sign_(): this {
    return this.change("sign_", (x) => x.sign());
  }
  /** The largest whole number ≤ this. */
  floor(): this {
    return rounded("floor", this);
  }
  /** floor in place. */
  floor_(): this {
    return this.change("floor_", (x) => x.floor());
  }
  /** The smallest whole number ≥ this. */
  ceil(): this {
    return rounded("ceil", this);
  }
  /** ceil in place. */
  ceil_(): this {
    return this.change("ceil_", (x) => x.ceil());
  }
  /** The nearest whole number, halves to even. */
  round(): this {
    return rounded("round", this);
  }
  /** round in place. */
  round_(): this {
    return this.change("round_", (x) => x.round());
  }
  /** Without the fraction. */
  trunc(): this {
    return isFloating(this.dtype) ? this.less(0).where(this.ceil(), this.floor()).named("trunc") : this.clone();
  }
  /** trunc in place. */
  trunc_(): this {
    return this.change("trunc_", (x) => x.trunc());
  }

  /** Limited to [low, high]; either may be left out (null). The gradient is 1 inside and at the bounds, 0 outside; bounds that are tensors get the rest. */
  clamp(low?: Like<this> | null, high?: Like<this> | null): this {
    let t = strong(this);
    if (low === null || low === undefined) {
      if (high === null || high === undefined)
        throw new TypeError("clamp: got no bounds; expected a low bound, a high bound or both; give null for the one you do not want");
    } else {
      const [value, bound] = pair("clamp", t, low, NEAREST_BITS);
      t = orNaN(value.less(bound), low, bound).where(bound, value);
    }
    if (high !== null && high !== undefined) {
      const [value, bound] = pair("clamp", t, high, NEAREST_BITS);
      t = orNaN(bound.less(value), high, bound).where(bound, value);
    }
    return t.named("clamp");
  }
  /** clamp in place. */
  clamp_(low?: Like<this> | null, high?: Like<this> | null): this {
    return this.change("clamp_", (x) => x.clamp(low, high));
  }
  /** this + weight · (b − this), from the nearer end, so that weights 0 and 1 give the ends themselves. */
  lerp(b: Like<this>, weight: Like<this>): this {
    const [x, y] = pair("lerp", this, b, FLOATS);
    const way = y.sub(x);
    const w = beside("lerp", way, weight);
    const fromThis = (): this => x.add(w.mul(way));
    const fromOther = (): this => y.sub(w.scalar(1, w.dtype).sub(w).mul(way));
    if (typeof weight !== "object") return (Number(weight) < 0.5 ? fromThis() : fromOther()).named("lerp");
    return w.less(0.5).where(fromThis(), fromOther()).named("lerp");
  }
  /** lerp in place. */
  lerp_(b: Like<this>, weight: Like<this>): this {
    return this.change("lerp_", (x) => x.lerp(b, weight));
  }

  /** Conversion to another dtype; see the cast primitive for rounding and saturation. The gradient passes between float dtypes. */
  cast(dtype: TensorDType): this {
    if (!DTYPES.includes(dtype)) throw new TypeError(`cast: got dtype ${shown(dtype)}; expected one of ${DTYPES.join(", ")}; choose one`);
    return castTo(strong(this), dtype);
  }
  /** Zeros of this shape and dtype. */
  zerosLike(): this {
    return this.filled(0);
  }
  /** Ones of this shape and dtype. */
  onesLike(): this {
    return this.filled(1);
  }
}

/** Whether a value is beyond a bound, or the bound is NaN; of a number that is known beforehand. */
function orNaN<T extends Logic>(beyond: T, given: Like<T>, bound: T): T {
  if (!isFloating(bound.dtype) || (typeof given !== "object" && !Number.isNaN(given))) return beyond;
  return beyond.or(bound.isNaN());
}

/** Integers are whole already. */
const rounded = <T extends Arithmetic>(name: string, x: T): T => (isFloating(x.dtype) ? x.bind(name, [x]) : x.clone());
