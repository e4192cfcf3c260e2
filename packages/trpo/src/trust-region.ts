/**
 * The trust region step, as traced functions: a direction by conjugate gradients on the Fisher matrix, its longest length that the trust region allows,
 * and a backtracking line search. All of it is one call into the engine.
 *
 *   maximise L(θ) = mean[ π_θ(a|s)/π_old(a|s) · Â ]   subject to   D̄(θ) = mean KL(π_old(·|s) ‖ π_θ(·|s)) ≤ δ        (Schulman et al. 2015, eq. 14)
 *   g = ∇L,  F = ∇²D̄ at θ_old,  s = F⁻¹g (conjugate gradients),  step = √(2δ / sᵀFs) · s                             (appendix C)
 *
 * F is never formed. At θ_old the gradient of D̄ is zero, so with the network's outputs z(θ) and their Jacobian J, F = Jᵀ (∂²D̄/∂z²) J exactly, and
 *   F v = Jᵀ · ∂²D̄/∂z² · (J v): one derivative forward and one backward.
 */
import { full, grad, inner, loop, ravel, scan, stopGradient, tree, valueAndGrad, vjp, where, type Tensor } from "@rl/tensor";
import type { HeadParameters, PolicyParameters } from "@rl/agent";

/** What the distribution over actions is made from: z(θ), a tree of tensors. */
export interface Outputs {
  /** [states, head.outputs]. */
  readonly output: Tensor;
  /** The last hidden layer, [states, width]. */
  readonly features: Tensor;
  /** Learned numbers that do not come from the network, such as log σ. */
  readonly head: HeadParameters;
}

/** What the step needs to know of policy and sampling scheme. */
export interface TrustRegionProblem<B> {
  outputs(policy: PolicyParameters, batch: B): Outputs;
  /** KL(old ‖ now) of each state, [states]. */
  kl(old: Outputs, now: Outputs, batch: B): Tensor;
  /** L(θ), a scalar to maximise. `old` are the outputs of the policy that sampled. */
  surrogate(now: Outputs, old: Outputs, batch: B): Tensor;
}

export interface TrustRegionOptions {
  readonly cgIterations: number;
  /** Residual norm, relative to g's, at which conjugate gradients stop. */
  readonly cgTolerance: number;
  /** λ: F + λI is inverted. */
  readonly cgDamping: number;
  readonly lineSearchSteps: number;
  readonly lineSearchShrink: number;
}

export interface StepMeasures {
  /** L(θ_old). */
  readonly objective: Tensor;
  /** L(θ) after the step minus L(θ_old). */
  readonly improvement: Tensor;
  /** D̄ after the step. */
  readonly kl: Tensor;
  /** 1 when the line search accepted a point, else 0: the parameters are then the old ones, bit for bit. */
  readonly accepted: Tensor;
  /** Fraction of the longest step that was accepted; 0 when none was. */
  readonly fraction: Tensor;
  /** ‖g − (F + λI)s‖ / ‖g‖ after each iteration of conjugate gradients, [cgIterations]; 0 where it had stopped. */
  readonly residuals: Tensor;
  readonly cgIterations: Tensor;
  readonly gradientNorm: Tensor;
}

export interface TrustRegion<B> {
  /** g = ∇L at the policy, flat. */
  gradient(policy: PolicyParameters, batch: B): Tensor;
  /** (F + λI) v. */
  fisherProduct(policy: PolicyParameters, batch: B, vector: Tensor): Tensor;
  /** s ≈ (F + λI)⁻¹ g by conjugate gradients inside the program, and the residuals. */
  solve(
    policy: PolicyParameters,
    batch: B,
    gradient: Tensor,
  ): { readonly solution: Tensor; readonly residuals: Tensor; readonly iterations: Tensor };
  /** The whole step; targetKl: δ, a scalar. */
  step(policy: PolicyParameters, batch: B, targetKl: Tensor): { readonly policy: PolicyParameters; readonly measures: StepMeasures };
}

export function trustRegion<B>(problem: TrustRegionProblem<B>, options: TrustRegionOptions): TrustRegion<B> {
  const damping = options.cgDamping;
  return {
    gradient: (policy, batch) => gradientOf(problem, policy, batch),
    fisherProduct: (policy, batch, vector) => fisher(problem, damping, policy, batch)(vector),
    solve: (policy, batch, g) => conjugateGradients(fisher(problem, damping, policy, batch), g, options),
    step: (policy, batch, targetKl) => stepWithin(problem, options, policy, batch, targetKl),
  };
}

const detached = (outputs: Outputs): Outputs => tree.map((leaf) => stopGradient(leaf), outputs);

function gradientOf<B>(problem: TrustRegionProblem<B>, policy: PolicyParameters, batch: B): Tensor {
  const old = detached(problem.outputs(policy, batch));
  const { gradient: slope } = valueAndGrad((own: PolicyParameters) => problem.surrogate(problem.outputs(own, batch), old, batch))(policy);
  return ravel(slope).vector;
}

/**
 * v ↦ (F + λI) v. What does not depend on v (activations, probabilities) is computed here, once, not in every iteration of conjugate gradients.
 * J v is the gradient of u ↦ uᵀJ, which is linear; the Hessian of KL is symmetric, so that its product is its own transpose's.
 */
function fisher<B>(problem: TrustRegionProblem<B>, damping: number, policy: PolicyParameters, batch: B): (vector: Tensor) => Tensor {
  const { value, pullback } = vjp((own: PolicyParameters): Outputs => problem.outputs(own, batch), policy);
  const old = detached(value);
  const { pullback: push } = vjp(
    (cotangent: Outputs): PolicyParameters => pullback(cotangent)[0],
    tree.map((leaf) => leaf.mul(0), old),
  );
  const slope = grad((now: Outputs) => problem.kl(old, now, batch).mean());
  const { pullback: curve } = vjp((now: Outputs): Outputs => slope(now) as Outputs, old);
  const { unravel } = ravel(policy);
  return (vector) => {
    const [tangent] = push(unravel(vector));
    const [curved] = curve(tangent);
    return ravel(pullback(curved)[0]).vector.add(vector.mul(damping));
  };
}

interface Solution {
  readonly solution: Tensor;
  readonly residuals: Tensor;
  readonly iterations: Tensor;
}

/** A⁻¹g for a positive definite A, given by its product; starts at 0. */
function conjugateGradients(product: (vector: Tensor) => Tensor, g: Tensor, { cgTolerance, cgIterations }: TrustRegionOptions): Solution {
  const rr0 = inner(g, g);
  const target = rr0.mul(cgTolerance * cgTolerance);
  interface Carry {
    readonly x: Tensor;
    readonly r: Tensor;
    readonly d: Tensor;
    readonly rr: Tensor;
    readonly count: Tensor;
  }
  const body = ({ x, r, d, rr, count }: Carry): readonly [Carry, Tensor] => {
    const image = product(d);
    const curvature = inner(d, image);
    // Past the solution, or where rounding leaves no curvature, the step is zero rather than anything over nothing.
    const usable = curvature.greater(0).and(rr.greater(target));
    const alpha = where(usable, rr.div(where(usable, curvature, 1)), 0);
    const next = r.sub(image.mul(alpha));
    const rrNext = inner(next, next);
    const beta = where(usable, rrNext.div(where(usable, rr, 1)), 0);
    const left = where(usable, rrNext, rr);
    const carry = {
      x: x.add(d.mul(alpha)),
      r: where(usable, next, r),
      d: where(usable, next.add(d.mul(beta)), d),
      rr: left,
      count: count.add(where(usable, 1, 0)),
    };
    return [carry, left.div(where(rr0.greater(0), rr0, 1)).sqrt()];
  };
  const start: Carry = { x: g.mul(0), r: g, d: g, rr: rr0, count: full([], 0) };
  const [last, residuals] = scan(body, start, null, { length: cgIterations, stop: ({ rr }: Carry) => rr.lessEqual(target) });
  return { solution: last.x, residuals, iterations: last.count };
}

interface Point {
  /** Share of the longest step. */
  readonly fraction: Tensor;
  readonly accepted: Tensor;
  readonly improvement: Tensor;
  readonly kl: Tensor;
}

/** Backtracks from the whole step until the surrogate improves within the trust region. `at`: the policy after that share of the step. */
function searchLine<B>(
  problem: TrustRegionProblem<B>,
  { lineSearchSteps, lineSearchShrink }: TrustRegionOptions,
  at: (share: Tensor) => PolicyParameters,
  old: Outputs,
  batch: B,
  targetKl: Tensor,
): Point {
  const before = problem.surrogate(old, old, batch);
  return loop(
    lineSearchSteps,
    ({ fraction }: Point, i): Point => {
      const share = where(i.equal(0), fraction, fraction.mul(lineSearchShrink));
      const now = problem.outputs(at(share), batch);
      const improvement = problem.surrogate(now, old, batch).sub(before);
      const kl = problem.kl(old, now, batch).mean();
      // NaN compares false, so a point that is not finite is never accepted.
      const accepted = improvement.greater(0).and(kl.lessEqual(targetKl)).cast("float32");
      return { fraction: share, accepted, improvement, kl };
    },
    { fraction: full([], 1), accepted: full([], 0), improvement: full([], 0), kl: full([], 0) },
    { stop: ({ accepted }) => accepted.greater(0) },
  );
}

function stepWithin<B>(
  problem: TrustRegionProblem<B>,
  options: TrustRegionOptions,
  policy: PolicyParameters,
  batch: B,
  targetKl: Tensor,
): { policy: PolicyParameters; measures: StepMeasures } {
  const { vector: start, unravel } = ravel(policy);
  const old = detached(problem.outputs(policy, batch));
  const objective = problem.surrogate(old, old, batch);
  const g = gradientOf(problem, policy, batch);
  const { solution, residuals, iterations } = conjugateGradients(fisher(problem, options.cgDamping, policy, batch), g, options);
  // sᵀ(F + λI)s, so that damping shortens the step too, as Schulman's code has it.
  const curvature = inner(solution, fisher(problem, options.cgDamping, policy, batch)(solution));
  const usable = curvature.greater(0);
  const longest = where(usable, where(usable, curvature, 1).pow(-0.5).mul(targetKl.mul(2).sqrt()), 0);
  const at = (share: Tensor): Tensor => start.add(solution.mul(longest.mul(share)));
  const tried = searchLine(problem, options, (share) => unravel(at(share)), old, batch, targetKl);
  const took = tried.accepted.greater(0);
  const when = (value: Tensor): Tensor => where(took, value, 0);
  return {
    policy: unravel(where(took, at(tried.fraction), start)),
    measures: {
      objective,
      improvement: when(tried.improvement),
      kl: when(tried.kl),
      accepted: tried.accepted,
      fraction: when(tried.fraction),
      residuals,
      cgIterations: iterations,
      gradientNorm: inner(g, g).sqrt(),
    },
  };
}
