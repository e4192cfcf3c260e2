/**
 * Optimisers as pure functions of trees: init(params) → state, update(gradients, state, params) → new params and state. Both work inside compile, where state and
 * parameters can be donated so that they change in place. A state is a plain tree of tensors; save it like parameters. Formulas are PyTorch's, step for step.
 */
import { log } from "@rl/math";
import { sub, tensor, tree, zeros, type Tensor } from "@rl/tensor";
import { comingFrom } from "@rl/math/coming-from";
import { checkKeys } from "@rl/math/options";

export interface Optimizer<S> {
  readonly name: string;
  init<P>(params: P): S;
  /** One step downhill. `learningRate` replaces the optimiser's own for this step (a number or a scalar tensor, so that a schedule needs no new program). */
  update<P>(
    gradients: P,
    state: S,
    params: P,
    options?: { readonly learningRate?: number | Tensor },
  ): { readonly params: P; readonly state: S };
}

/** A tree of the form of the parameters. */
export type Moments = unknown;

const zerosOf = (params: unknown): Moments => tree.map((p) => zeros(p.shape, { dtype: p.dtype }), params);
const counter = (): Tensor => tensor(0, { dtype: "int32" });

type Leafwise = (
  gradient: Tensor,
  param: Tensor,
  moments: readonly Tensor[],
) => { readonly param: Tensor; readonly moments: readonly Tensor[] };

/** Applies `step` at each leaf of gradients, parameters and moment trees, and sorts the results back into trees. */
function leafwise<P>(
  gradients: P,
  params: P,
  moments: readonly Moments[],
  step: Leafwise,
): { readonly params: P; readonly moments: readonly Moments[] } {
  const results: { readonly param: Tensor; readonly moments: readonly Tensor[] }[] = [];
  tree.map((param, gradient, ...m) => (results.push(step(gradient!, param, m)), param), params, gradients, ...moments);
  return {
    params: tree.unflatten(
      params,
      results.map(({ param }) => param),
    ),
    moments: moments.map((_m, i) =>
      tree.unflatten<unknown>(
        params,
        results.map((result) => result.moments[i]!),
      ),
    ),
  };
}

const decayed = (gradient: Tensor, param: Tensor, weightDecay: number): Tensor =>
  weightDecay === 0 ? gradient : gradient.add(param.mul(weightDecay));

function checkNumber(where: string, name: string, value: number, low: number, high = Infinity): void {
  if (!(value >= low && value <= high))
    throw new TypeError(
      `${where}: got ${name} ${String(value)}; expected a number ${high === Infinity ? `≥ ${low}` : `in [${low}, ${high}]`}; change it`,
    );
}

/** A learning rate in the parameter's dtype, which must not change by a step. */
const rateFor = (rate: number | Tensor, dtype: Tensor["dtype"]): number | Tensor => (typeof rate === "number" ? rate : rate.cast(dtype));

/** f(dtype), computed once per dtype. */
function perDType<T>(f: (dtype: Tensor["dtype"]) => T): (dtype: Tensor["dtype"]) => T {
  const known = new Map<string, T>();
  return (dtype) => {
    let value = known.get(dtype);
    if (value === undefined) known.set(dtype, (value = f(dtype)));
    return value;
  };
}

/** 1 − βᵗ for the step counter t, as −expm1(t·log β): exact enough in float32 however large t. */
function biasCorrection(beta: number, step: Tensor, dtype: Tensor["dtype"]): Tensor {
  return step.cast(dtype).mul(log(beta)).expm1().neg();
}

export interface SgdOptions {
  readonly learningRate: number;
  /** μ ≥ 0; default 0. */
  readonly momentum?: number;
  /** Default false; needs momentum. */
  readonly nesterov?: boolean;
  /** Adds weightDecay·p to the gradient; default 0. */
  readonly weightDecay?: number;
}

/** b ← μb + g;  p ← p − lr·b  (Nesterov: p ← p − lr·(g + μb)). Sutskever et al. 2013. */
export function sgd(options: SgdOptions): Optimizer<{ readonly momentum: Moments }> {
  checkKeys("sgd", options, ["learningRate", "momentum", "nesterov", "weightDecay"], comingFrom);
  const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options;
  checkNumber("sgd", "learningRate", learningRate, 0);
  checkNumber("sgd", "momentum", momentum, 0);
  checkNumber("sgd", "weightDecay", weightDecay, 0);
  if (nesterov && momentum === 0)
    throw new TypeError("sgd: got nesterov without momentum; expected momentum > 0; give one, such as 0.9, or leave nesterov out");
  return {
    name: "sgd",
    init: (params) => ({ momentum: momentum === 0 ? [] : zerosOf(params) }),
    update(gradients, state, params, { learningRate: rate = learningRate } = {}) {
      const stepped = leafwise(gradients, params, momentum === 0 ? [] : [state.momentum], (gradient, param, [buffer]) => {
        const g = decayed(gradient, param, weightDecay);
        if (!buffer) return { param: param.sub(g.mul(rateFor(rate, param.dtype))), moments: [] };
        const b = buffer.mul(momentum).add(g);
        return { param: param.sub((nesterov ? g.add(b.mul(momentum)) : b).mul(rateFor(rate, param.dtype))), moments: [b] };
      });
      return { params: stepped.params, state: { momentum: momentum === 0 ? [] : stepped.moments[0] } };
    },
  };
}

export interface AdamOptions {
  readonly learningRate: number;
  /** Decay of the two moments, each in [0, 1); default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to √v̂; default 1e-8. */
  readonly eps?: number;
  /** Adam: adds weightDecay·p to the gradient (default 0). AdamW: p ← p − lr·weightDecay·p apart from it (default 0.01). */
  readonly weightDecay?: number;
}

export interface AdamState {
  /** Steps taken, int32. */
  readonly step: Tensor;
  /** Running mean of gradients, and of their squares. */
  readonly mean: Moments;
  readonly square: Moments;
}

function adamLike(name: string, options: AdamOptions, decoupled: boolean): Optimizer<AdamState> {
  checkKeys(name, options, ["learningRate", "betas", "eps", "weightDecay"], comingFrom);
  const { learningRate, betas = [0.9, 0.999], eps = 1e-8, weightDecay = decoupled ? 0.01 : 0 } = options;
  checkNumber(name, "learningRate", learningRate, 0);
  for (const beta of betas)
    if (!(beta >= 0 && beta < 1))
      throw new TypeError(`${name}: got betas [${betas.join(", ")}]; expected two numbers in [0, 1); [0.9, 0.999] is usual`);
  checkNumber(name, "eps", eps, 0);
  checkNumber(name, "weightDecay", weightDecay, 0);
  const [beta1, beta2] = betas;
  return {
    name,
    init: (params) => ({ step: counter(), mean: zerosOf(params), square: zerosOf(params) }),
    update(gradients, state, params, { learningRate: rate = learningRate } = {}) {
      const step = state.step.add(1);
      // lr/(1 − β₁ᵗ), and 1/√(1 − β₂ᵗ) so that √v̂ = √v · that: the divisions are of scalars.
      const scalars = perDType((dtype) => ({
        size: biasCorrection(beta1, step, dtype).reciprocal().mul(rateFor(rate, dtype)),
        spread: biasCorrection(beta2, step, dtype).rsqrt(),
      }));
      const { params: next, moments } = leafwise(gradients, params, [state.mean, state.square], (gradient, param, [m, v]) => {
        const g = decoupled ? gradient : decayed(gradient, param, weightDecay);
        const mean = m!.mul(beta1).add(g.mul(1 - beta1));
        const square = v!.mul(beta2).add(g.mul(g).mul(1 - beta2));
        const { size, spread } = scalars(param.dtype);
        const scale = square.sqrt().mul(spread).add(eps);
        const start =
          decoupled && weightDecay !== 0
            ? param.mul(
                sub(
                  1,
                  typeof rate === "number" ? tensor(rate * weightDecay, { dtype: param.dtype }) : rate.cast(param.dtype).mul(weightDecay),
                ),
              )
            : param;
        return { param: start.sub(mean.mul(size).div(scale)), moments: [mean, square] };
      });
      return { params: next, state: { step, mean: moments[0], square: moments[1] } };
    },
  };
}

/** m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²;  p ← p − lr·m̂/(√v̂ + ε), m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ). Kingma and Ba 2015. */
export const adam = (options: AdamOptions): Optimizer<AdamState> => adamLike("adam", options, false);
/** Adam with weight decay apart from the gradient: p ← p·(1 − lr·weightDecay) first. Loshchilov and Hutter 2019. */
export const adamw = (options: AdamOptions): Optimizer<AdamState> => adamLike("adamw", options, true);

export interface RmspropOptions {
  readonly learningRate: number;
  /** Decay of the mean square; default 0.99. */
  readonly alpha?: number;
  /** Added to √v; default 1e-8. */
  readonly eps?: number;
  /** μ ≥ 0; default 0. */
  readonly momentum?: number;
  /** Subtracts the squared mean gradient from the mean square; default false. */
  readonly centered?: boolean;
  /** Adds weightDecay·p to the gradient; default 0. */
  readonly weightDecay?: number;
}

/** v ← αv + (1−α)g²;  p ← p − lr·g/(√v + ε), with momentum b ← μb + g/(√v + ε), p ← p − lr·b. Tieleman and Hinton 2012. */
export function rmsprop(
  options: RmspropOptions,
): Optimizer<{ readonly square: Moments; readonly mean: Moments; readonly momentum: Moments }> {
  checkKeys("rmsprop", options, ["learningRate", "alpha", "eps", "momentum", "centered", "weightDecay"], comingFrom);
  const { learningRate, alpha = 0.99, eps = 1e-8, momentum = 0, centered = false, weightDecay = 0 } = options;
  checkNumber("rmsprop", "learningRate", learningRate, 0);
  checkNumber("rmsprop", "alpha", alpha, 0, 1);
  checkNumber("rmsprop", "eps", eps, 0);
  checkNumber("rmsprop", "momentum", momentum, 0);
  checkNumber("rmsprop", "weightDecay", weightDecay, 0);
  return {
    name: "rmsprop",
    init: (params) => ({ square: zerosOf(params), mean: centered ? zerosOf(params) : [], momentum: momentum === 0 ? [] : zerosOf(params) }),
    update(gradients, state, params, { learningRate: rate = learningRate } = {}) {
      const kept = [state.square, ...(centered ? [state.mean] : []), ...(momentum === 0 ? [] : [state.momentum])];
      const { params: next, moments } = leafwise(gradients, params, kept, (gradient, param, m) => {
        const g = decayed(gradient, param, weightDecay);
        const square = m[0]!.mul(alpha).add(g.mul(g).mul(1 - alpha));
        const mean = centered ? m[1]!.lerp(g, 1 - alpha) : undefined;
        const spread = mean ? square.sub(mean.mul(mean)) : square;
        const direction = g.div(spread.sqrt().add(eps));
        const buffer = momentum === 0 ? undefined : m[centered ? 2 : 1]!.mul(momentum).add(direction);
        return {
          param: param.sub((buffer ?? direction).mul(rateFor(rate, param.dtype))),
          moments: [square, ...(mean ? [mean] : []), ...(buffer ? [buffer] : [])],
        };
      });
      return {
        params: next,
        state: { square: moments[0], mean: centered ? moments[1] : [], momentum: momentum === 0 ? [] : moments[centered ? 2 : 1] },
      };
    },
  };
}

export interface AdagradOptions {
  readonly learningRate: number;
  /** Added to √s; default 1e-10. */
  readonly eps?: number;
  /** Adds weightDecay·p to the gradient; default 0. */
  readonly weightDecay?: number;
}

/** s ← s + g²;  p ← p − lr·g/(√s + ε). Duchi et al. 2011. */
export function adagrad(options: AdagradOptions): Optimizer<{ readonly square: Moments }> {
  checkKeys("adagrad", options, ["learningRate", "eps", "weightDecay"], comingFrom);
  const { learningRate, eps = 1e-10, weightDecay = 0 } = options;
  checkNumber("adagrad", "learningRate", learningRate, 0);
  checkNumber("adagrad", "eps", eps, 0);
  checkNumber("adagrad", "weightDecay", weightDecay, 0);
  return {
    name: "adagrad",
    init: (params) => ({ square: zerosOf(params) }),
    update(gradients, state, params, { learningRate: rate = learningRate } = {}) {
      const { params: next, moments } = leafwise(gradients, params, [state.square], (gradient, param, [s]) => {
        const g = decayed(gradient, param, weightDecay);
        const square = s!.add(g.mul(g));
        return { param: param.sub(g.div(square.sqrt().add(eps)).mul(rateFor(rate, param.dtype))), moments: [square] };
      });
      return { params: next, state: { square: moments[0] } };
    },
  };
}
