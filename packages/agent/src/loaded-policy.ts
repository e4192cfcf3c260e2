/**
 * A policy without its trainer and environment: what it takes to play, as plain data of some 20 KB, and back.
 *
 *   const snapshot = policySnapshot(trainer);        // where it was trained
 *   const policy = loadPolicy(snapshot);             // anywhere else, with the same bits
 *   policy.act(observations, { deterministic: true });
 */
import { show } from "@rl/math/options";
import { Generator } from "@rl/random";
import type { Actions, AgentConfig, AgentState } from "./agent.ts";
import type { PolicyParameters } from "./network.ts";
import { ObservationNormalizer } from "./normalize.ts";
import { networkDefaults, networkOptions, type NetworkOptions } from "./options/network.ts";
import { checkOptions, rule } from "./options/rules.ts";
import { createPolicy, type ActOptions, type PolicyHost } from "./policy.ts";
import { rowsOf, type Rows } from "./rows.ts";
import { restoreTree } from "./saved-tree.ts";
import { actionKind, freshEnvironmentActions, observationKind, type ActionKind, type BoxActions, type ObservationKind } from "./spaces.ts";

const FORMAT = "rl-policy";
const VERSION = 1;

/** Plain data: numbers, strings, lists, objects, typed arrays. */
export interface PolicySnapshot {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly observation: ObservationKind;
  readonly action: ActionKind;
  /** Numbers of an action mask; 0 for agents that were trained without masks. */
  readonly maskSize: number;
  /** What shapes the network and the distribution over actions. */
  readonly network: Omit<NetworkOptions, "initialization" | "logStdInit">;
  /** Moments of the observations as they stood, float64; null where observations are taken as they are. */
  readonly normalizer: { readonly mean: Float64Array; readonly variance: Float64Array; readonly clip: number } | null;
  /** The policy's tree of tensors. */
  readonly parameters: unknown;
}

/** The part of a trainer that its policy is read from; those of this project have it. */
export interface PolicySource {
  readonly config: AgentConfig & NetworkOptions;
  readonly env: PolicyEnv;
  state(): { readonly agent: AgentState; readonly parameters: unknown };
}
interface PolicyEnv {
  readonly numEnvs: number;
  readonly singleObservationSpace: Parameters<typeof observationKind>[1];
  readonly singleActionSpace: Parameters<typeof actionKind>[1];
}

const NETWORK = [
  "hiddenSizes",
  "activation",
  "sharedLayers",
  "stateDependentStd",
  "squashActions",
  "scaleActions",
  "stateDependentExploration",
] as const;

/** A trainer's policy as it stands. Nothing of it changes. */
export function policySnapshot(trainer: PolicySource): PolicySnapshot {
  const { config, env } = trainer;
  if (typeof trainer.state !== "function" || config === undefined || env === undefined)
    throw new TypeError(`policySnapshot: got ${show(trainer)}, expected a trainer such as createPpo({ env: "CartPole-v1" }) gives.`);
  const { agent, parameters } = trainer.state();
  const { observations } = agent;
  return {
    format: FORMAT,
    version: VERSION,
    observation: observationKind("policySnapshot", env.singleObservationSpace),
    action: actionKind("policySnapshot", env.singleActionSpace),
    maskSize: agent.masks.length / env.numEnvs,
    network: Object.fromEntries(NETWORK.map((key) => [key, config[key]])) as unknown as PolicySnapshot["network"],
    normalizer:
      observations === null
        ? null
        : { mean: observations.mean, variance: observations.variance, clip: new ObservationNormalizer(observations.mean.length).clip },
    parameters: (parameters as { readonly policy: unknown }).policy,
  };
}

/** A policy that acts. */
export interface LoadedPolicy {
  readonly observation: ObservationKind;
  readonly action: ActionKind;
  /** Actions for raw observations (rows × observation size), as the environment takes them; the same bits as the trainer's where `deterministic` is true. */
  act(observations: Float32Array, options?: ActOptions): Actions;
}

/** A policy from its snapshot. `seed`: of the actions that are drawn; default 0. Refuses, by name, what does not fit together. */
export function loadPolicy(snapshot: object, options: { readonly seed?: number } = {}): LoadedPolicy {
  checkOptions("loadPolicy", options, { seed: rule.integer({ min: 0 }) });
  const checked = checkSnapshot(snapshot);
  const host = new Host(checked, options.seed ?? 0);
  // The weights that the network begins with are only a form to fill: the quickest will do.
  const policy = createPolicy(host, { ...networkDefaults, ...checked.network, logStdInit: 0, initialization: "uniform" });
  const parameters: PolicyParameters = restoreTree("loadPolicy", policy.initialParameters().policy, checked.parameters);
  return {
    observation: host.observation,
    action: host.action,
    act: (observations, actOptions) => policy.act(parameters, observations, actOptions),
  };
}

/** What a policy needs of an agent, without environments. */
class Host implements PolicyHost {
  readonly where = "loadPolicy";
  readonly observation: ObservationKind;
  readonly action: ActionKind;
  readonly maskSize: number;
  readonly rng: Generator;
  private readonly normalizer: ObservationNormalizer | undefined;
  private actCalls = 0;

  constructor({ observation, action, maskSize, normalizer }: PolicySnapshot, seed: number) {
    this.observation = observation;
    this.action = action;
    this.maskSize = maskSize;
    this.rng = new Generator(seed);
    if (normalizer === null) return;
    this.normalizer = new ObservationNormalizer(observation.size, normalizer.clip);
    this.normalizer.restore({ count: 1, mean: normalizer.mean, variance: normalizer.variance });
  }

  rows(call: string, observations: Float32Array, masks?: ArrayLike<number>): Rows {
    const { observation, action, maskSize, normalizer } = this;
    return rowsOf(call, { observation, action, maskSize, normalizer }, observations, masks);
  }

  actStream(): Generator {
    return this.rng.fork("act", this.actCalls++);
  }

  environmentActions(actions: Actions, boxActions: BoxActions): Actions {
    return freshEnvironmentActions(this.action, boxActions, actions);
  }
}

/** The snapshot, known to be whole: each part is what it must be, and they fit each other. */
function checkSnapshot(snapshot: object): PolicySnapshot {
  const wrong = (what: string, got: unknown, expected: string): never => {
    throw new Error(`loadPolicy: ${what} is ${show(got)}; expected ${expected}. Make the snapshot by policySnapshot(trainer).`);
  };
  if (typeof snapshot !== "object" || snapshot === null) return wrong("the snapshot", snapshot, "an object");
  const { format, version, observation, action, maskSize, network, normalizer } = snapshot as Partial<PolicySnapshot>;
  if (format !== FORMAT) wrong("format", format, `"${FORMAT}"`);
  if (version !== VERSION) wrong("version", version, `${VERSION}; another release wrote it`);
  const whole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;
  const sizes = (value: unknown): value is readonly number[] => Array.isArray(value) && value.length > 0 && value.every(whole);
  const starts = (value: unknown, count: number): boolean =>
    Array.isArray(value) && value.length === count && value.every((start) => Number.isSafeInteger(start));
  const groups = observation?.groups;
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  if (
    !whole(observation?.rawSize) ||
    !whole(observation?.size) ||
    (groups === undefined
      ? observation!.size !== observation!.rawSize
      : !sizes(groups.sizes) ||
        groups.sizes.length !== observation!.rawSize ||
        sum(groups.sizes) !== observation!.size ||
        !starts(groups.starts, groups.sizes.length))
  )
    wrong("observation", observation, "the kind of a space");
  const bounds = (value: unknown): boolean => value instanceof Float32Array && value.length === (action as { size?: number }).size;
  if (
    !whole(action?.size) ||
    (action!.kind === "box"
      ? !bounds(action!.low) || !bounds(action!.high)
      : !["discrete", "multi-discrete"].includes(action!.kind) ||
        !sizes(action!.sizes) ||
        action!.sizes.length !== action!.size ||
        !starts(action!.starts, action!.size))
  )
    wrong("action", action, "the kind of a space");
  const most = action!.kind === "box" ? 0 : sum(action!.sizes);
  if (maskSize !== 0 && maskSize !== most) wrong("maskSize", maskSize, most === 0 ? "0" : `0 or ${most}`);
  if (typeof network !== "object" || network === null) return wrong("network", network, "an object");
  for (const key of NETWORK) {
    const expected = networkOptions[key].rule(network[key]);
    if (expected !== undefined) wrong(`network.${key}`, network[key], expected);
  }
  if (normalizer !== null) {
    const moments = (value: unknown): boolean =>
      value instanceof Float64Array && value.length === observation!.size && value.every((one) => Number.isFinite(one));
    if (
      !moments(normalizer?.mean) ||
      !moments(normalizer?.variance) ||
      !normalizer!.variance.every((one) => one >= 0) ||
      !(normalizer!.clip > 0)
    )
      wrong("normalizer", normalizer, `null, or mean and variance of ${observation!.size} finite numbers and clip`);
  }
  return snapshot as PolicySnapshot;
}
