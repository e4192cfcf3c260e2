/** Options that shape the policy and value networks; the same for every policy-gradient algorithm. */
import { rule, type Rules } from "./options.ts";

export const activations = ["tanh", "relu", "elu", "silu", "gelu"] as const;
export type Activation = (typeof activations)[number];

export const initializations = ["orthogonal", "uniform"] as const;

export interface NetworkOptions {
  /** Widths of the hidden layers, policy and value alike. Default [64, 64]. */
  readonly hiddenSizes: readonly number[];
  /** "tanh" (default), "relu", "elu", "silu" or "gelu". */
  readonly activation: Activation;
  /** How many hidden layers, counted from the input, policy and value share. Default 0: separate networks. */
  readonly sharedLayers: number;
  /**
   * Starting weights. "orthogonal" (default): gain √2 in hidden layers (5/3 would suit tanh alone), 0.01 in the policy's last layer, 1 in the value's, biases 0
   * (Engstrom et al. 2020). "uniform": ±1/√inputs for weights and biases, PyTorch's default.
   */
  readonly initialization: (typeof initializations)[number];
  /**
   * Gaussian policies: starting value of log σ; with state-dependent exploration of each feature's σ. null: −1 with state-dependent exploration, else 0. Default 0.
   */
  readonly logStdInit: number | null;
  /** Gaussian policies: σ is a function of the state instead of one learned number per action component. Default false. */
  readonly stateDependentStd: boolean;
  /** Gaussian policies: actions are tanh of the Gaussian, scaled to the action bounds, instead of clipped at them. Default false. */
  readonly squashActions: boolean;
  /**
   * Gaussian policies: generalised state-dependent exploration (gSDE). A number of steps for which its noise is kept, Infinity for a whole rollout; null: off.
   * "auto": for Box actions as long as the algorithm finds best, unless squashActions or stateDependentStd is chosen. Default null.
   */
  readonly stateDependentExploration: number | "auto" | null;
}

export const networkDefaults: NetworkOptions = {
  hiddenSizes: [64, 64],
  activation: "tanh",
  sharedLayers: 0,
  initialization: "orthogonal",
  logStdInit: 0,
  stateDependentStd: false,
  squashActions: false,
  stateDependentExploration: null,
};

export const networkRules = (): Rules<NetworkOptions> => ({
  hiddenSizes: rule.layerSizes,
  activation: rule.oneOf(...activations),
  sharedLayers: rule.integer({ min: 0 }),
  initialization: rule.oneOf(...initializations),
  logStdInit: rule.nullable(rule.number()),
  stateDependentStd: rule.boolean,
  squashActions: rule.boolean,
  stateDependentExploration: (value) =>
    value === null || value === "auto" || value === Infinity || (Number.isInteger(value) && (value as number) >= 1)
      ? undefined
      : 'a whole number of steps of at least 1, Infinity for a whole rollout, "auto", or null',
});

/** Checks what single rules cannot see. */
export function checkNetwork(where: string, options: NetworkOptions, actions: "discrete" | "multi-discrete" | "box"): void {
  if (options.sharedLayers > options.hiddenSizes.length) {
    throw new Error(
      `${where}: sharedLayers is ${options.sharedLayers}; expected at most ${options.hiddenSizes.length}, the number of hiddenSizes.`,
    );
  }
  const gaussian = (["stateDependentStd", "squashActions", "stateDependentExploration"] as const).filter(
    (key) => options[key] !== false && options[key] !== null && options[key] !== "auto",
  );
  if (actions !== "box" && gaussian.length > 0)
    throw new Error(`${where}: ${gaussian[0]} needs continuous (Box) actions, and this environment's are ${actions}; leave it out.`);
  if (gaussian.includes("stateDependentExploration") && gaussian.length > 1) {
    throw new Error(
      `${where}: stateDependentExploration and ${gaussian.find((key) => key !== "stateDependentExploration")} exclude each other; choose one.`,
    );
  }
}

/** How actions are explored and where σ starts, with "auto" and null settled for continuous actions. */
export function exploration(options: NetworkOptions, autoHold = Infinity): { readonly hold: number | null; readonly logStdInit: number } {
  const { stateDependentExploration: chosen, squashActions, stateDependentStd, logStdInit } = options;
  const hold = chosen !== "auto" ? chosen : squashActions || stateDependentStd ? null : autoHold;
  return { hold, logStdInit: logStdInit ?? (hold === null ? 0 : -1) };
}
