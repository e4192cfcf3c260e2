import { div, inner, tree, type Tensor } from "@rl/tensor";

/** √Σg² over all leaves. */
export function globalNorm(gradients: unknown): Tensor {
  return inner(gradients, gradients).sqrt();
}

/** Scales all gradients by min(1, maxNorm/(norm + 1e-6)), norm being their common Euclidean length (PyTorch's form; Pascanu et al. 2013). Returns the norm before clipping too. */
export function clipGradNorm<T>(gradients: T, maxNorm: number | Tensor): { readonly gradients: T; readonly norm: Tensor } {
  const norm = globalNorm(gradients);
  const factor = div(maxNorm, norm.add(1e-6)).minimum(1);
  return { gradients: tree.map((gradient) => gradient.mul(factor.cast(gradient.dtype)), gradients) as T, norm };
}

/** Limits every element to [−limit, limit]. */
export function clipGradValue<T>(gradients: T, limit: number): T {
  return tree.map((gradient) => gradient.clamp(-limit, limit), gradients) as T;
}
