/** What turns a network's output into actions: the distribution over actions and everything that is asked of it. */
import type { Tensor } from "@rl/tensor";
import type { BoxActions } from "../spaces.ts";

/** What the network computed for B observations. */
export interface HeadInput {
  /** [B, head.outputs]. */
  readonly output: Tensor;
  /** The last hidden layer, [B, width]; only state-dependent exploration reads it. */
  readonly features: Tensor;
  /** 1 where an action is allowed, float32 [B, head.maskSize]; left out: all are. */
  readonly mask?: Tensor | undefined;
}

/** Learned numbers of the distribution that do not come from the network ("logStd"); empty for most. */
export type HeadParameters = Readonly<Record<string, Tensor>>;

/** The noise that one action needs, drawn outside the compiled program so that its bits do not depend on the engine. */
export interface HeadNoise {
  readonly distribution: "exponential" | "normal";
  /** Numbers per row. */
  readonly size: number;
  /** Steps for which a row keeps its noise; 1 draws anew for each, Infinity once per rollout. */
  readonly hold: number;
}

export interface ActionHead {
  readonly kind: string;
  /** Width of the network's last layer. */
  readonly outputs: number;
  /** Numbers per action. */
  readonly actionSize: number;
  readonly actionDtype: "int32" | "float32";
  /** How a Box action reaches the environment. */
  readonly boxActions: BoxActions;
  /** Width of the action mask; 0 where masks make no sense. */
  readonly maskSize: number;
  readonly noise: HeadNoise;
  parameters(): HeadParameters;
  /** Actions [B, actionSize] for noise float32 [B, noise.size]. */
  sample(input: HeadInput, parameters: HeadParameters, noise: Tensor): Tensor;
  /** The most likely actions [B, actionSize]. */
  mode(input: HeadInput, parameters: HeadParameters): Tensor;
  /** log π(a|s) of actions [B, actionSize], as [B]. */
  logProbability(input: HeadInput, parameters: HeadParameters, actions: Tensor): Tensor;
  /** [B]; in nats. For a squashed Gaussian, whose entropy has no closed form, that of the Gaussian before squashing. */
  entropy(input: HeadInput, parameters: HeadParameters): Tensor;
  /** KL(old ‖ new), [B]. */
  kl(old: HeadInput, oldParameters: HeadParameters, input: HeadInput, parameters: HeadParameters): Tensor;
  /** Mean standard deviation of the actions, a scalar; undefined for discrete actions. */
  std?(input: HeadInput, parameters: HeadParameters): Tensor;
}
