/** Generalised state-dependent exploration (gSDE): noise that is a function of the state and stays the same for several steps, so that exploration is smooth. */
import { gaussian, type Gaussian } from "@rl/nets";
import { full, stopGradient, type Tensor } from "@rl/tensor";
import type { BoxActions } from "../spaces.ts";
import type { ActionHead, HeadInput, HeadParameters } from "./head.ts";

export interface StateDependentOptions {
  /** Width of the last hidden layer. */
  readonly width: number;
  /** Starting value of log σ. */
  readonly logStdInit: number;
  /** Steps for which the exploration matrix is kept. */
  readonly sampleEvery: number;
  /** How actions reach the environment. */
  readonly boxActions: BoxActions;
}

/**
 * Raffin, Kober & Stulp 2021, arXiv 2005.05719, eq. 3–5. With the last hidden layer z(s) [width] and a matrix θ [width, size], θ ~ N(0, σ²) elementwise:
 *
 *   a = μ(s) + z(s)ᵀθ,   so that given s   a ~ N(μ(s), Σ_w z_w² σ_w² + 1e-6)
 *
 * The deviation does not train the features: z is a constant in it.
 */
export function stateDependentHead(size: number, { width, logStdInit, sampleEvery, boxActions }: StateDependentOptions): ActionHead {
  const features = (input: HeadInput): Tensor => stopGradient(input.features);
  /** Log of the deviation in each state, [B, size]. */
  const logStd = (input: HeadInput, parameters: HeadParameters): Tensor =>
    features(input).square().matmul(parameters.logStd!.mul(2).exp()).add(1e-6).log().mul(0.5);
  const of = (input: HeadInput, parameters: HeadParameters): Gaussian => gaussian(input.output, logStd(input, parameters));
  return {
    kind: "state-dependent-gaussian",
    outputs: size,
    actionSize: size,
    actionDtype: "float32",
    boxActions,
    maskSize: 0,
    noise: { distribution: "normal", size: width * size, hold: sampleEvery },
    parameters: () => ({ logStd: full([width, size], logStdInit) }),
    sample(input, parameters, noise) {
      const theta = noise.reshape([-1, width, size]).mul(parameters.logStd!.exp());
      return input.output.add(features(input).unsqueeze(2).mul(theta).sum(1));
    },
    mode: ({ output }) => output,
    logProbability: (input, parameters, actions) => of(input, parameters).logProbability(actions),
    entropy: (input, parameters) => of(input, parameters).entropy(),
    kl: (old, oldParameters, input, parameters) => of(old, oldParameters).kl(of(input, parameters)),
    std: (input, parameters) => logStd(input, parameters).exp().mean(),
  };
}
