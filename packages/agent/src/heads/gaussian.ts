/** Continuous actions: a Gaussian with independent components, as it is or squashed by tanh into the action bounds. */
import { gaussian, squashedGaussian, type Gaussian } from "@rl/nets";
import { full, type Tensor } from "@rl/tensor";
import type { BoxActions } from "../spaces.ts";
import type { ActionHead, HeadInput, HeadParameters } from "./head.ts";

export interface GaussianOptions {
  /** Starting value of log σ. */
  readonly logStdInit: number;
  /** Whether σ is a function of the state (a second half of the network's output) or one learned number per action component. */
  readonly stateDependentStd: boolean;
  /** How actions reach the environment; "squash" makes the distribution that of tanh of the Gaussian. */
  readonly boxActions: BoxActions;
}

/** Bounds of a state-dependent log σ: beyond them one step of the optimiser could make σ vanish or explode. */
const LEAST_LOG_STD = -20;
const MOST_LOG_STD = 2;

/**
 * Diagonal Gaussian policy over `size` action components; the network gives the mean. The squashed policy keeps u, the value before tanh, as its
 * action, so that no precision is lost near the bounds; its entropy and KL are those of the Gaussian before squashing (KL does not change by it).
 */
export function gaussianHead(size: number, { logStdInit, stateDependentStd, boxActions }: GaussianOptions): ActionHead {
  const mean = ({ output }: HeadInput): Tensor => (stateDependentStd ? output.narrow(1, 0, size) : output);
  /** [B, size] or [size]. */
  const logStd = ({ output }: HeadInput, parameters: HeadParameters): Tensor =>
    stateDependentStd
      ? output
          .narrow(1, size, 2 * size)
          .add(logStdInit)
          .clamp(LEAST_LOG_STD, MOST_LOG_STD)
      : parameters.logStd!;
  const of = (input: HeadInput, parameters: HeadParameters): Gaussian => gaussian(mean(input), logStd(input, parameters));
  const squash = boxActions === "squash";
  return {
    kind: squash ? "squashed-gaussian" : "gaussian",
    outputs: stateDependentStd ? 2 * size : size,
    actionSize: size,
    actionDtype: "float32",
    boxActions,
    maskSize: 0,
    noise: { distribution: "normal", size, hold: 1 },
    parameters: (): HeadParameters => (stateDependentStd ? {} : { logStd: full([size], logStdInit) }),
    sample: (input, parameters, noise) => of(input, parameters).sample(noise),
    mode: (input) => mean(input),
    logProbability: (input, parameters, actions) =>
      squash
        ? squashedGaussian(mean(input), logStd(input, parameters)).logProbability(actions)
        : of(input, parameters).logProbability(actions),
    entropy: (input, parameters) => of(input, parameters).entropy().expand([input.output.shape[0]!]),
    kl: (old, oldParameters, input, parameters) => of(old, oldParameters).kl(of(input, parameters)),
    std: (input, parameters) => logStd(input, parameters).exp().mean(),
  };
}
