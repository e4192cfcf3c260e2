/** Options that shape the policy and value networks; the same for every policy-gradient algorithm. */
import { rule, ruleOf } from "./rules.ts";
import { defaultsOf, fixed, option, type SettingsOf } from "./table.ts";

export const activations = ["tanh", "relu", "elu", "silu", "gelu"] as const;
export type Activation = (typeof activations)[number];

const holdRule = /* @__PURE__ */ ruleOf<number | "auto" | null>(
  (value) => value === null || value === "auto" || value === Infinity || (Number.isInteger(value) && (value as number) >= 1),
  'a whole number of steps of at least 1, Infinity for a whole rollout, "auto", or null',
  'whole ≥ 1, ∞, "auto", null',
);

export const networkOptions = /* @__PURE__ */ (() => ({
  hiddenSizes: option(rule.layerSizes, [64, 64], "widths of the hidden layers, policy and value alike"),
  activation: fixed(option(rule.oneOf(...activations), "tanh", "between them")),
  sharedLayers: option(rule.integer({ min: 0 }), 0, "how many hidden layers, counted from the input, policy and value share"),
  // Gain √2 in hidden layers (5/3 would suit tanh alone), 0.01 in the policy's last layer, 1 in the value's, biases 0 (Engstrom et al. 2020).
  initialization: option(rule.oneOf("orthogonal", "uniform"), "orthogonal", '"uniform": ±1/√inputs, as PyTorch starts'),
  logStdInit: option(
    rule.nullable(rule.number()),
    0,
    "Box actions: where log σ starts, with gSDE of each feature's σ; null: −1 with gSDE, else 0",
  ),
  stateDependentStd: option(
    rule.boolean,
    false,
    "Box actions: σ from the network instead of one learned number per component; not with gSDE",
  ),
  squashActions: fixed(
    option(rule.boolean, false, "Box actions: tanh of the Gaussian, scaled to the bounds, instead of clipping at them; not with gSDE"),
  ),
  scaleActions: fixed(
    option(
      rule.boolean,
      true,
      "Box actions: learned in [−1, 1] and scaled to the space's bounds, each component with finite ones; false: in the space's own units. Clipped at the bounds either way",
    ),
    false,
  ),
  // Hollenstein, Martius & Piater 2024, arXiv 2312.11091, on correlated noise for on-policy learning.
  noisePersistence: option(
    rule.schedule(rule.number({ min: 0, max: 1 })),
    0,
    "Box actions: share of the noise's variance that is drawn once per rollout and kept, so that exploration goes somewhere; the rest is drawn anew",
  ),
  stateDependentExploration: option(
    holdRule,
    null,
    'Box actions: gSDE, steps for which its noise is kept, ∞: a whole rollout; "auto": as long as the algorithm finds best; null: off',
  ),
}))();

export interface NetworkOptions extends SettingsOf<typeof networkOptions> {}

export const networkDefaults: NetworkOptions = /* @__PURE__ */ defaultsOf(networkOptions);

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
