/** Discrete actions: one categorical distribution, or several independent ones side by side (MultiDiscrete). */
import { categorical, multiCategorical } from "@rl/nets";
import type { Tensor } from "@rl/tensor";
import type { ActionHead, HeadInput } from "./head.ts";

/**
 * What a forbidden action's logit becomes: its probability is exactly 0 in float32, and no infinity arises in logarithms (Huang & Ontañón 2022,
 * arXiv 2006.14171). Far below what a network gives even while it diverges: there −1e8 would be the likeliest action.
 */
const FORBIDDEN = -1e30;

/** Exp(1) may round to 0 in float32; its logarithm must stay far above FORBIDDEN. */
const LEAST_NOISE = 1e-30;

const masked = ({ output, mask }: HeadInput): Tensor => (mask === undefined ? output : mask.greater(0.5).where(output, FORBIDDEN));

/** Categorical policy over `sizes.length` choices, choice i among sizes[i] actions, counted from 0. The network gives logits. */
export function categoricalHead(sizes: readonly number[]): ActionHead {
  const outputs = sizes.reduce((a, b) => a + b, 0);
  const shared = {
    outputs,
    actionSize: sizes.length,
    actionDtype: "int32",
    boxActions: "clip",
    maskSize: outputs,
    noise: { distribution: "exponential", size: outputs, hold: 1 },
    parameters: () => ({}),
  } as const;
  if (sizes.length === 1) {
    const of = (input: HeadInput) => categorical(masked(input));
    return {
      kind: "categorical",
      ...shared,
      sample: (input, _, noise) => of(input).sample(noise.maximum(LEAST_NOISE)).unsqueeze(-1),
      mode: (input) => of(input).mode().unsqueeze(-1),
      logProbability: (input, _, actions) => of(input).logProbability(actions.squeeze(-1)),
      entropy: (input) => of(input).entropy(),
      kl: (old, _, input) => of(old).kl(of(input)),
    };
  }
  const of = (input: HeadInput) => multiCategorical(masked(input), sizes);
  return {
    kind: "multi-categorical",
    ...shared,
    sample: (input, _, noise) => of(input).sample(noise.maximum(LEAST_NOISE)),
    mode: (input) => of(input).mode(),
    logProbability: (input, _, actions) => of(input).logProbability(actions),
    entropy: (input) => of(input).entropy(),
    kl: (old, _, input) => of(old).kl(of(input)),
  };
}
