/** Comparisons, logic and choice. */
import { isFloating } from "../elements.ts";
import { broadcastShapes, castTo, expandTo, pair, pairOf, WRAPPING_BITS } from "./common.ts";
import { type Like, Value } from "./value.ts";

function bits<T extends Value>(name: string, a: T, b: Like<T>): T {
  const [x, y] = pair(name, a, b, WRAPPING_BITS);
  if (isFloating(x.dtype)) throw new TypeError(`${name}: got ${x.dtype}; expected bool or integers; compare first, e.g. x.greater(0)`);
  return a.bind(name, [x, y]);
}

export abstract class Logic extends Value {
  /** this = b, element by element → bool. */
  equal(b: Like<this>): this {
    return this.bind("equal", pair("equal", this, b));
  }
  /** this ≠ b → bool; true where either is NaN. */
  notEqual(b: Like<this>): this {
    return this.bind("not", [this.bind("equal", pair("notEqual", this, b))]);
  }
  /** this < b → bool. */
  less(b: Like<this>): this {
    return this.bind("less", pair("less", this, b));
  }
  /** this ≤ b → bool. */
  lessEqual(b: Like<this>): this {
    return this.bind("lessEqual", pair("lessEqual", this, b));
  }
  /** this > b → bool. */
  greater(b: Like<this>): this {
    const [x, y] = pair("greater", this, b);
    return this.bind("less", [y, x]);
  }
  /** this ≥ b → bool. */
  greaterEqual(b: Like<this>): this {
    const [x, y] = pair("greaterEqual", this, b);
    return this.bind("lessEqual", [y, x]);
  }

  /** Logical and of bool; bitwise and of integers. */
  and(b: Like<this>): this {
    return bits("and", this, b);
  }
  /** and in place. */
  and_(b: Like<this>): this {
    return this.change("and_", (x) => x.and(b));
  }
  /** Logical or of bool; bitwise or of integers. */
  or(b: Like<this>): this {
    return bits("or", this, b);
  }
  /** or in place. */
  or_(b: Like<this>): this {
    return this.change("or_", (x) => x.or(b));
  }
  /** Exclusive or. */
  xor(b: Like<this>): this {
    return bits("xor", this, b);
  }
  /** xor in place. */
  xor_(b: Like<this>): this {
    return this.change("xor_", (x) => x.xor(b));
  }
  /** Logical complement of bool; all bits of integers flipped. */
  not(): this {
    return this.bind("not", [this]);
  }
  /** not in place. */
  not_(): this {
    return this.change("not_", (x) => x.not());
  }

  /** a where this holds, else b. Numbers that are not bool count as true where ≠ 0. The branch not taken has no influence, not even as NaN. */
  where(a: Like<this>, b: Like<this>): this {
    const chosen = castTo(this, "bool");
    const [x, y] = pairOf("where", this, a, b);
    const shape = broadcastShapes("where", chosen.shape, x.shape);
    return this.bind("select", [expandTo(chosen, shape), expandTo(x, shape), expandTo(y, shape)]);
  }

  /** Whether NaN → bool. */
  isNaN(): this {
    return this.notEqual(this);
  }
  /** Whether neither NaN nor infinite → bool. */
  isFinite(): this {
    return (this.dtype === "bool" ? castTo(this, "int32") : this.bind("abs", [this])).less(Infinity);
  }
}
