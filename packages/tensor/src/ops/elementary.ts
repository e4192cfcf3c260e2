/** Powers, exponentials, logarithms and functions of angles, element by element; integers become float32. */
import { isFloating } from "../elements.ts";
import { Arithmetic } from "./arithmetic.ts";
import { asFloat, castTo, FLOATS, ofFloat, oneBeside, pair } from "./common.ts";
import type { Like } from "./value.ts";

export abstract class Elementary extends Arithmetic {
  /** thisᵇ. Small whole exponents given as numbers are products, so that negative bases and integers work exactly. */
  pow(b: Like<this>): this {
    if (typeof b === "number" && typeof this.bare !== "number") {
      const float = isFloating(this.dtype);
      if (b === 0 && !float) return (this.dtype === "bool" ? castTo(this, "int32") : this).onesLike();
      if (b === 0.5) return this.sqrt().named("pow");
      if (b === 1) return this.mul(1).named("pow");
      if (Number.isInteger(b) && b !== 0 && (Math.abs(b) <= 64 || !float) && (b > 0 || float)) {
        const power = repeated(this, Math.abs(b));
        return (b > 0 ? power : power.reciprocal()).named("pow");
      }
    }
    return this.bind("pow", pair("pow", this, b, FLOATS));
  }
  /** pow in place. */
  pow_(b: Like<this>): this {
    return this.change("pow_", (x) => x.pow(b));
  }
  /** Square root; NaN below 0. */
  sqrt(): this {
    return ofFloat("sqrt", this);
  }
  /** sqrt in place. */
  sqrt_(): this {
    return this.change("sqrt_", (x) => x.sqrt());
  }
  /** eˣ. */
  exp(): this {
    return ofFloat("exp", this);
  }
  /** exp in place. */
  exp_(): this {
    return this.change("exp_", (x) => x.exp());
  }
  /** eˣ − 1, accurate near 0. */
  expm1(): this {
    return ofFloat("expm1", this);
  }
  /** expm1 in place. */
  expm1_(): this {
    return this.change("expm1_", (x) => x.expm1());
  }
  /** Natural logarithm. */
  log(): this {
    return ofFloat("log", this);
  }
  /** log in place. */
  log_(): this {
    return this.change("log_", (x) => x.log());
  }
  /** log(1 + x), accurate near 0. */
  log1p(): this {
    return ofFloat("log1p", this);
  }
  /** log1p in place. */
  log1p_(): this {
    return this.change("log1p_", (x) => x.log1p());
  }
  /** Logarithm to base 2. */
  log2(): this {
    return this.log().mul(1.4426950408889634).named("log2");
  }
  /** log2 in place. */
  log2_(): this {
    return this.change("log2_", (x) => x.log2());
  }
  /** this · log b, with 0 · log b = 0 for every b that is not NaN; there the slope in this is 0 where log b is not finite. */
  xlogy(b: Like<this>): this {
    return this.withRule(
      "xlogy",
      pair("xlogy", this, b, FLOATS),
      (x, y) => x.equal(0).and(y.equal(y)).where(0, x.mul(y.log())),
      ({ inputs: [x, y], cotangent }) => [x!.equal(0).and(y!.lessEqual(0)).where(0, cotangent.mul(y!.log())), cotangent.mul(x!).div(y!)],
    );
  }
  /** xlogy in place. */
  xlogy_(b: Like<this>): this {
    return this.change("xlogy_", (x) => x.xlogy(b));
  }
  /** Logarithm to base 10. */
  log10(): this {
    return this.log().mul(0.4342944819032518).named("log10");
  }
  /** log10 in place. */
  log10_(): this {
    return this.change("log10_", (x) => x.log10());
  }
  /** Sine, radians. */
  sin(): this {
    return ofFloat("sin", this);
  }
  /** sin in place. */
  sin_(): this {
    return this.change("sin_", (x) => x.sin());
  }
  /** Cosine, radians. */
  cos(): this {
    return ofFloat("cos", this);
  }
  /** cos in place. */
  cos_(): this {
    return this.change("cos_", (x) => x.cos());
  }
  /** Tangent: sin x / cos x. */
  tan(): this {
    const t = asFloat(this);
    return t.sin().div(t.cos()).named("tan");
  }
  /** tan in place. */
  tan_(): this {
    return this.change("tan_", (x) => x.tan());
  }
  /** Hyperbolic tangent. */
  tanh(): this {
    return ofFloat("tanh", this);
  }
  /** tanh in place. */
  tanh_(): this {
    return this.change("tanh_", (x) => x.tanh());
  }
  /** Error function: 2/√π ∫₀ˣ e^−t² dt. */
  erf(): this {
    return ofFloat("erf", this);
  }
  /** erf in place. */
  erf_(): this {
    return this.change("erf_", (x) => x.erf());
  }
  /** x². */
  square(): this {
    return this.mul(this).named("square");
  }
  /** square in place. */
  square_(): this {
    return this.change("square_", (x) => x.square());
  }
  /** 1/√x. */
  rsqrt(): this {
    return inverse(this.sqrt()).named("rsqrt");
  }
  /** rsqrt in place. */
  rsqrt_(): this {
    return this.change("rsqrt_", (x) => x.rsqrt());
  }
  /** 1/x. */
  reciprocal(): this {
    return inverse(asFloat(this)).named("reciprocal");
  }
  /** reciprocal in place. */
  reciprocal_(): this {
    return this.change("reciprocal_", (x) => x.reciprocal());
  }
}

const inverse = <T extends Elementary>(x: T): T => oneBeside(x).div(x);

/** xⁿ by squaring. */
function repeated<T extends Elementary>(x: T, n: number): T {
  if (n === 1) return x;
  const half = repeated(x, Math.floor(n / 2));
  const square = half.mul(half);
  return n % 2 === 0 ? square : square.mul(x);
}
