/**
 * Thompson sampling with linear models: weights are drawn from each arm's posterior, the arm of the largest prediction is pulled.
 *
 *   θ̃ₐ ~ N(θₐ, v² Aₐ⁻¹),   Aₜ = argmax_a θ̃ₐᵀx
 *
 * Agrawal & Goyal 2013; regret Õ(d^{3/2} √T) for rewards linear in x. Only θ̃ᵀx matters, and θ̃ᵀx ~ N(θᵀx, v² xᵀA⁻¹x), so one
 * normal per arm is drawn, whatever the number of features. Arms have separate models.
 */
import { inRange, type Policy } from "../policy.ts";
import { sampleNormal } from "../samplers.ts";
import { LinearPolicy, type Context, type LinearOptions } from "../linear-model.ts";

export interface LinearThompsonOptions extends LinearOptions {
  /** Scale v ≥ 0 of the posterior's spread, the standard deviation of the reward's noise. Default 1. */
  readonly scale?: number;
}

class LinearThompson extends LinearPolicy {
  private readonly scale: number;

  constructor(options: LinearThompsonOptions) {
    super("linear-thompson", options, ["scale"]);
    this.scale = inRange(this.name, "scale", options.scale === undefined ? 1 : options.scale, "[0, ∞)");
  }

  protected score(mean: number, spread: number): number {
    return mean + this.scale * spread * sampleNormal(this.rng);
  }
}

/** Makes a linear Thompson sampling policy; `select` and `update` need a context of `features` numbers. */
export function linearThompson(options: LinearThompsonOptions): Policy<Context> {
  return new LinearThompson(options);
}
