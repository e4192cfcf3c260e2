/**
 * LinUCB with disjoint linear models: the arm of largest predicted reward plus its uncertainty in this context.
 *
 *   Aₜ = argmax_a θₐᵀx + α √(xᵀAₐ⁻¹x),   θₐ = Aₐ⁻¹bₐ
 *
 * Li, Chu, Langford & Schapire 2010, algorithm 1. Regret Õ(√(T d K)) for the variant analysed by Chu et al. 2011, when rewards are linear in x.
 * Ties go to the lowest index.
 */
import { inRange, type Policy } from "../policy.ts";
import { LinearPolicy, type Context, type LinearOptions } from "../linear-model.ts";

export interface LinUcbOptions extends LinearOptions {
  /** Width α ≥ 0 of the bonus. Default 1. */
  readonly alpha?: number;
}

class LinUcb extends LinearPolicy {
  private readonly alpha: number;

  constructor(options: LinUcbOptions) {
    super("lin-ucb", options, ["alpha"]);
    this.alpha = inRange(this.name, "alpha", options.alpha === undefined ? 1 : options.alpha, "[0, ∞)");
  }

  protected score(mean: number, spread: number): number {
    return mean + this.alpha * spread;
  }
}

/** Makes a LinUCB policy; `select` and `update` need a context of `features` numbers. */
export function linUcb(options: LinUcbOptions): Policy<Context> {
  return new LinUcb(options);
}
