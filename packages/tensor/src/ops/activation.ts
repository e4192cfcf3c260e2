/** Activation functions, all elementwise but the softmaxes. */
import { asFloat, axisIn, castTo, ofFloat, oneBeside } from "./common.ts";
import { largest, Reducing } from "./reduce.ts";

export abstract class Activation extends Reducing {
  /** max(x, 0); derivative 0 at 0. */
  relu(): this {
    return ofFloat("relu", this);
  }
  /** relu in place. */
  relu_(): this {
    return this.change("relu_", (x) => x.relu());
  }
  /** 1/(1 + e^−x). */
  sigmoid(): this {
    return ofFloat("sigmoid", this);
  }
  /** sigmoid in place. */
  sigmoid_(): this {
    return this.change("sigmoid_", (x) => x.sigmoid());
  }
  /** log(1 + eˣ). */
  softplus(): this {
    return ofFloat("softplus", this);
  }
  /** softplus in place. */
  softplus_(): this {
    return this.change("softplus_", (x) => x.softplus());
  }
  /** log sigmoid(x): log(1/(1 + e^−x)) = −softplus(−x). */
  logsigmoid(): this {
    return asFloat(this).neg().softplus().neg().named("logsigmoid");
  }
  /** logsigmoid in place. */
  logsigmoid_(): this {
    return this.change("logsigmoid_", (x) => x.logsigmoid());
  }
  /** x · sigmoid(x), also called swish. */
  silu(): this {
    return this.mul(this.sigmoid()).named("silu");
  }
  /** silu in place. */
  silu_(): this {
    return this.change("silu_", (x) => x.silu());
  }
  /** x/2 · (1 + erf(x/√2)). */
  gelu(): this {
    const half = this.mul(0.5);
    const e = this.mul(0.7071067811865476).erf();
    return half.mul(oneBeside(e).add(e)).named("gelu");
  }
  /** gelu in place. */
  gelu_(): this {
    return this.change("gelu_", (x) => x.gelu());
  }
  /** x where x > 0, else alpha·(eˣ − 1). */
  elu(alpha = 1): this {
    const t = asFloat(this);
    const positive = t.greater(0);
    const negative = positive.where(0, t).expm1();
    return positive.where(t, negative.scalar(alpha, negative.dtype).mul(negative)).named("elu");
  }
  /** elu in place. */
  elu_(alpha?: number): this {
    return this.change("elu_", (x) => x.elu(alpha));
  }
  /** x where x > 0, else negativeSlope · x. */
  leakyRelu(negativeSlope = 0.01): this {
    const t = asFloat(this);
    return t.greater(0).where(t, t.mul(negativeSlope)).named("leakyRelu");
  }
  /** leakyRelu in place. */
  leakyRelu_(negativeSlope?: number): this {
    return this.change("leakyRelu_", (x) => x.leakyRelu(negativeSlope));
  }
  /** x/(1 + |x|). */
  softsign(): this {
    const t = asFloat(this);
    return t.div(oneBeside(t).add(t.abs())).named("softsign");
  }
  /** softsign in place. */
  softsign_(): this {
    return this.change("softsign_", (x) => x.softsign());
  }
  /** Limited to [−1, 1]; derivative 0 at the ends. */
  hardtanh(): this {
    const t = this.dtype === "bool" ? castTo(this, "int32") : this;
    return t.abs().less(1).where(t, t.sign()).named("hardtanh");
  }
  /** hardtanh in place. */
  hardtanh_(): this {
    return this.change("hardtanh_", (x) => x.hardtanh());
  }

  /** e^xᵢ / Σⱼ e^xⱼ along an axis (the last unless given). The largest element is subtracted first, so no overflow. */
  softmax(axis = -1): this {
    const t = asFloat(this);
    const at = axisIn("softmax", axis, t.rank);
    const forward = (x: this): this => {
      const powers = x.sub(largest(x, [at])).exp();
      return powers.div(powers.sum(at, true));
    };
    // yᵢ·(cᵢ − Σⱼ yⱼcⱼ). In float32 the cotangent of the likeliest class is taken off c first: Σy = 1, so nothing changes, but nothing cancels when that y is near 1.
    return t.withRule("softmax", [t], forward, ({ output: y, cotangent }) => {
      if (y.size === 0) return [cotangent];
      const likeliest = (): this => cotangent.gather(y.stopped().argmax(at, true), at).stopped();
      const d = t.dtype === "float32" ? cotangent.sub(likeliest()) : cotangent;
      return [y.mul(d.sub(y.mul(d).sum(at, true)))];
    });
  }

  /**
   * log softmax along an axis (the last unless given): (x − m) − log Σ e^(x−m), m the largest element. Subtracting m first keeps all digits however large the
   * elements are.
   */
  logSoftmax(axis = -1): this {
    const t = asFloat(this);
    const at = axisIn("logSoftmax", axis, t.rank);
    const shifted = t.sub(largest(t, [at]).stopped());
    return shifted.sub(shifted.exp().sum(at, true).log()).named("logSoftmax");
  }
}
