/** Options of createTrpo: what may be given, what holds when nothing is, named settings, and what follows from them. */
import { checkGiven, defaultsOf, fixed, option, rule, withDefaults, type EnvOption, type SettingsOf } from "@rl/agent";
import { onPolicyOptions } from "@rl/pg";

export const trpoOptions = /* @__PURE__ */ (() => ({
  ...withDefaults(
    onPolicyOptions,
    { numEnvs: 2, stepsPerEnv: 500, normalizeObservations: true, normalizeRewards: true, stateDependentExploration: "auto" },
    {
      totalSteps: "environment steps after which training ends, branches of the vine counted in",
      normalizeObservations:
        "observations are shifted and scaled by running moments, saved with the agent, still in `act`; false with the vine",
      normalizeRewards: "rewards are scaled by the running deviation of their discounted sums; false with the vine",
      sharedLayers: "must be 0: the trust region holds for the policy alone",
      stateDependentExploration:
        'Box actions: gSDE, steps for which its noise is kept, ∞: a whole rollout; "auto": 8, unless the two above are chosen; null: off, as with the vine',
    },
  ),
  advantage: option(rule.oneOf("gae", "return"), "gae", "the second: discounted sums to the end of the rollout, continued by V, minus V"),
  targetKl: option(
    rule.schedule(rule.number({ above: 0 })),
    0.01,
    "δ, the largest mean KL divergence of one step; falling, it learns faster at first and settles at the end",
  ),
  cgIterations: option(rule.integer({ min: 1 }), 15, "most iterations of conjugate gradients per step"),
  cgTolerance: option(rule.number({ min: 0, max: 1 }), 1e-5, "relative residual at which they stop"),
  cgDamping: option(rule.number({ min: 0 }), 0.1, "λ added to the Fisher matrix's diagonal"),
  lineSearchSteps: option(
    rule.integer({ min: 1 }),
    10,
    "points tried at most; where none is accepted, the old parameters stay, bit for bit",
  ),
  lineSearchShrink: option(rule.number({ above: 0, max: 0.99 }), 0.8, "factor between them"),
  valueEpochs: option(rule.integer({ min: 1 }), 20, "passes of the value network over the rollout"),
  valueMinibatchSize: option(
    rule.integer({ min: 1 }),
    125,
    "rows per step of the value network, at most the batch; those that fill none sit out that epoch, others each time",
  ),
  valueLearningRate: option(rule.schedule(rule.number({ min: 0 })), 1e-3, "Adam's step size for the value network"),
  sampling: fixed(
    option(
      rule.oneOf("single-path", "vine"),
      "single-path",
      "the second: short branches from saved states; the environment needs `state()` and `restore()`",
    ),
  ),
  vineStates: option(rule.integer({ min: 1 }), 64, "vine: states to branch from, per iteration"),
  vineActions: option(rule.integer({ min: 2 }), 4, "vine: actions tried in each; discrete ones with no more choices are all tried"),
  vineLength: option(rule.integer({ min: 1 }), 50, "vine: most steps of a branch"),
}))();

export interface TrpoConfig extends SettingsOf<typeof trpoOptions> {}

export interface TrpoOptions extends Partial<TrpoConfig> {
  readonly env: EnvOption;
  /** "default", "paper", or an environment's id for settings tuned to it. */
  readonly preset?: TrpoPreset;
}

export const trpoDefaults: TrpoConfig = /* @__PURE__ */ defaultsOf(trpoOptions);

/** Named settings per environment; each is one setting for all seeds, and its iterations fill totalSteps exactly. */
export const trpoPresets = {
  default: {},
  /** The paper's practical algorithm: δ = 0.01, halving, one learned σ per action component, nothing normalised but the advantages. */
  paper: {
    targetKl: 0.01,
    lineSearchShrink: 0.5,
    gaeLambda: 0.98,
    stateDependentExploration: null,
    normalizeObservations: false,
    normalizeRewards: false,
  },
  // The defaults: a region that falls from 0.06 learned no more here, and lost a seed.
  "CartPole-v1": {},
  "Acrobot-v1": { gaeLambda: 0.9, targetKl: { linear: [0.06, 0.001] }, valueLearningRate: { linear: [3e-3, 1e-3] } },
  // The first steps must be long: who reaches the goal by chance has to remember it.
  "MountainCar-v0": { discount: 0.995, targetKl: { linear: [0.1, 0.001] }, valueLearningRate: { linear: [3e-3, 1e-3] } },
  // Kept for longer, the noise teaches swinging up but not standing still.
  "Pendulum-v1": { discount: 0.95, gaeLambda: 0.9, targetKl: { linear: [0.06, 0.001] }, stateDependentExploration: 8 },
  // Kept for a whole rollout, the noise reaches the goal on every seed even where the first steps are this long.
  "MountainCarContinuous-v0": { totalSteps: 50_000, targetKl: { linear: [0.06, 0.001] }, stateDependentExploration: Infinity },
} as const satisfies Readonly<Record<string, Partial<TrpoConfig>>>;

export type TrpoPreset = keyof typeof trpoPresets;

/** Branches start from saved states, which running moments and noise that is kept do not belong to. */
const vineDefaults = { normalizeObservations: false, normalizeRewards: false, stateDependentExploration: null } as const;

/** Checks the options and fills in what was left out: with the vine what it needs, then the preset, then defaults. */
export function resolveTrpoConfig(options: TrpoOptions): TrpoConfig {
  const where = "createTrpo";
  const { given, preset } = checkGiven(where, options, trpoOptions, trpoPresets, "default");
  const config: TrpoConfig = { ...trpoDefaults, ...trpoPresets[preset], ...(given.sampling === "vine" ? vineDefaults : {}), ...given };
  if (config.sharedLayers > 0) {
    throw new Error(
      `${where}: sharedLayers is ${config.sharedLayers}; expected 0. The trust region holds for the policy alone: a value function that moves its layers would break it.`,
    );
  }
  if (config.sampling === "vine") {
    for (const key of ["normalizeObservations", "normalizeRewards", "squashActions"] as const) {
      if (config[key])
        throw new Error(
          `${where}: ${key} with sampling "vine"; expected false. Branches start from saved states, which running moments do not belong to.`,
        );
    }
    if (config.stateDependentExploration !== null)
      throw new Error(`${where}: stateDependentExploration with sampling "vine"; expected null.`);
  }
  return config;
}

/** What usually makes TRPO's numbers overflow, for NotFiniteError. */
export function overflowCauses({ sampling }: TrpoConfig): string {
  return sampling === "vine"
    ? "a targetKl that is too high, observations or rewards of very large or different sizes (scale them in the environment: the vine takes no normalisers)"
    : "a valueLearningRate or targetKl that is too high, observations or rewards of very large or different sizes (normalizeObservations, normalizeRewards)";
}
