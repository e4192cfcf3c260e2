/**
 * The vine: from a set of states along a trajectory, several actions each, and a short branch per action. All branches of a state use the same noise
 * (common random numbers), so that their returns differ by the action alone. Schulman et al. 2015, section 5.2.
 *
 *   Q̂(s, a) = Σₗ γˡ rₗ over the branch that starts with a in s: to the episode's end, or `vineLength` steps
 *
 * Nothing is bootstrapped and there is no value function: the surrogate's self-normalised weights are the baseline.
 */
import { make, type Env, type EnvState, type TypedArray } from "@rl/envs";
import {
  checkActions,
  checkRewards,
  drawNoise,
  encodeObservations,
  inIteration,
  notFiniteIn,
  toEnvironmentActions,
  type Agent,
  type EnvOption,
  type ActionHead,
  type HeadInput,
  type Policy,
  type PolicyParameters,
} from "@rl/agent";
import type { Generator } from "@rl/random";
import { compile, type Tensor } from "@rl/tensor";
import { overflowCauses, type TrpoConfig } from "./config.ts";
import { boundPenalty, vineSurrogate } from "./losses.ts";
import { trustRegion, type Outputs, type StepMeasures } from "./trust-region.ts";

/** S states, K actions each: observations [S·d], actions [S·K·action size], values Q̂ [S·K]. */
interface VineBatch {
  readonly observations: Float32Array;
  readonly actions: Int32Array | Float32Array;
  readonly values: Float32Array;
}
type Traced<T> = { readonly [K in keyof T]: Tensor };
type AnyEnv = Env<unknown, unknown>;

export interface Vine {
  /** Collects a vine with the policy and hands the step to `take`; returns the penalty C of the lower bound. */
  iterate(
    policy: PolicyParameters,
    iteration: number,
    targetKl: number,
    take: (step: { policy: PolicyParameters; measures: StepMeasures }) => void,
  ): number;
}

/** What a vine is collected with. */
interface Vines {
  readonly agent: Agent;
  readonly head: ActionHead;
  readonly config: TrpoConfig;
  readonly causes: string;
  readonly env: AnyEnv;
  /** Actions tried in each state; `tryAll`: every one there is. */
  readonly tries: number;
  readonly tryAll: boolean;
  readonly sample: (policy: PolicyParameters, observations: Float32Array, noise: Float32Array) => Tensor;
  /** The observation and the noise of the coming action, and the action as the environment takes it. */
  readonly encoded: Float32Array;
  readonly noise: Float32Array;
  readonly envAction: Int32Array | Float32Array;
}

export function createVine(agent: Agent, policy: Policy, envOption: EnvOption, config: TrpoConfig): Vine {
  const { head, network, rows } = policy;
  const { observation, action } = agent;
  const env = oneEnvironment(envOption);
  // The agent's own environments stand still. Were they started only when the state is first asked for, that would change the state.
  agent.restart(0);
  if (agent.maskSize > 0)
    throw new Error('createTrpo: sampling "vine" with an environment that gives action masks; expected none. Use sampling "single-path".');
  // A small discrete choice is tried whole: sampling it would waste branches on repeats.
  const tryAll = action.kind === "discrete" && head.outputs <= config.vineActions;
  const tries = tryAll ? head.outputs : config.vineActions;
  const causes = overflowCauses(config);
  const step = createStep(policy, config, tries, tryAll);
  const vines: Vines = {
    agent,
    head,
    config,
    causes,
    env,
    tries,
    tryAll,
    sample: compile(function sampleVine(parameters: PolicyParameters, observations: Tensor, noise: Tensor) {
      return head.sample(network.policy(parameters, rows(observations)), parameters.head, noise.reshape([-1, head.noise.size]));
    }),
    encoded: new Float32Array(observation.size),
    noise: new Float32Array(head.noise.size),
    envAction: action.kind === "box" ? new Float32Array(action.size) : new Int32Array(action.size),
  };
  return {
    iterate(parameters, iteration, targetKl, take) {
      const batch = inIteration(agent.where, iteration + 1, () => collect(vines, parameters, iteration));
      if (!batch.values.every(Number.isFinite))
        throw notFiniteIn({ where: agent.where, iteration: iteration + 1, causes }, [["the returns of the branches", batch.values]]);
      const spread = center(batch.values, tries, config.normalizeAdvantages);
      take(step(parameters, batch, targetKl));
      return boundPenalty(spread, config.discount);
    },
  };
}

/** Compiles the trust region step of a vine. */
function createStep(
  { head, network, rows }: Policy,
  config: TrpoConfig,
  tries: number,
  tryAll: boolean,
): (policy: PolicyParameters, batch: VineBatch, targetKl: number) => { policy: PolicyParameters; measures: StepMeasures } {
  const repeat = (x: Tensor): Tensor =>
    x
      .unsqueeze(1)
      .expand([x.shape[0]!, tries, x.shape[1]!])
      .reshape([x.shape[0]! * tries, x.shape[1]!]);
  const once = ({ output, features }: Outputs): HeadInput => ({ output, features });
  const each = ({ output, features }: Outputs): HeadInput =>
    tries === 1 ? { output, features } : { output: repeat(output), features: repeat(features) };
  const logProbability = (outputs: Outputs, actions: Tensor): Tensor =>
    head.logProbability(each(outputs), outputs.head, actions.reshape([-1, head.actionSize])).reshape([-1, tries]);
  const region = trustRegion<Traced<VineBatch>>(
    {
      outputs: (policy, { observations }) => ({ ...network.policy(policy, rows(observations)), head: policy.head }),
      kl: (old, now) => head.kl(once(old), old.head, once(now), now.head),
      surrogate(now, old, { actions, values }) {
        const logOld = tryAll ? logProbability(old, actions).mul(0) : logProbability(old, actions);
        return vineSurrogate(logProbability(now, actions), logOld, values.reshape([-1, tries]));
      },
    },
    config,
  );
  return compile(
    function vineStep(policy: PolicyParameters, batch: Traced<VineBatch>, targetKl: Tensor) {
      return region.step(policy, batch, targetKl);
    },
    { donate: [0] },
  );
}

/** States, their actions and the branches' returns. */
function collect(vines: Vines, policy: PolicyParameters, iteration: number): VineBatch {
  const { agent, config, head, tries } = vines;
  const { size } = agent.observation;
  const states = trajectory(vines, policy, iteration);
  const tried = states.length * tries;
  const batch: VineBatch = {
    observations: new Float32Array(states.length * size),
    actions: head.actionDtype === "int32" ? new Int32Array(tried * head.actionSize) : new Float32Array(tried * head.actionSize),
    values: new Float32Array(tried),
  };
  states.forEach((state, i) => {
    batch.observations.set(state.observation, i * size);
    branches(vines, policy, state, iteration * config.vineStates + i, batch, i * tries);
  });
  return batch;
}

interface Saved {
  readonly state: EnvState;
  readonly observation: Float32Array;
}

/** One trajectory of stepsPerEnv steps; returns the states to branch from. */
function trajectory(vines: Vines, policy: PolicyParameters, iteration: number): Saved[] {
  const { agent, config, encoded, env } = vines;
  const { tracker } = agent;
  const rng = agent.rng.fork("rollout", iteration);
  const size = Math.min(config.vineStates, config.stepsPerEnv);
  const chosen = new Set(agent.rng.fork("states", iteration).choice(config.stepsPerEnv, { size, replace: false }));
  const states: Saved[] = [];
  let current = env.reset({ seed: agent.rng.fork("environments", iteration).integers(0, 2 ** 31) }).observation;
  tracker.dropUnfinished();
  for (let t = 0; t < config.stepsPerEnv; t++) {
    encode(vines, current);
    if (chosen.has(t)) states.push({ state: saved(env), observation: encoded.slice() });
    const result = step(vines, act(vines, policy, rng));
    tracker.step([result.reward], [result.terminated ? 1 : 0], [result.truncated ? 1 : 0]);
    current = result.terminated || result.truncated ? env.reset().observation : result.observation;
  }
  return states;
}

/** Q̂ of every action in one state, written into the batch from action `at` on. `name`: the state's number in the run. */
function branches(vines: Vines, policy: PolicyParameters, start: Saved, name: number, batch: VineBatch, at: number): void {
  const { agent, config, encoded, env, head, tries, tryAll } = vines;
  const choices = agent.rng.fork("vine actions", name);
  for (let k = 0; k < tries; k++) {
    encoded.set(start.observation);
    const first = tryAll ? Int32Array.of(k) : act(vines, policy, choices).slice();
    batch.actions.set(first, (at + k) * head.actionSize);
    env.restore(start.state);
    const rng = agent.rng.fork("vine noise", name);
    let result = step(vines, first);
    let value = result.reward;
    let weight = 1;
    for (let l = 1; l < config.vineLength && !result.terminated && !result.truncated; l++) {
      encode(vines, result.observation);
      result = step(vines, act(vines, policy, rng));
      weight *= config.discount;
      value += weight * result.reward;
    }
    batch.values[at + k] = value;
  }
}

function encode({ agent, encoded }: Vines, raw: unknown): void {
  const row = (typeof raw === "number" ? Int32Array.of(raw) : raw) as TypedArray;
  encodeObservations(agent.observation, row, 0, 1, encoded, 0, () => `after step ${agent.steps}`);
}

/** An action for the encoded observation; overwritten by the next. */
function act({ encoded, head, noise, sample }: Vines, policy: PolicyParameters, rng: Generator): Int32Array | Float32Array {
  drawNoise(head.noise, rng, noise);
  return sample(policy, encoded, noise).data() as Int32Array | Float32Array;
}

function step({ agent, causes, env, envAction, head }: Vines, raw: Int32Array | Float32Array): ReturnType<AnyEnv["step"]> {
  checkActions(raw, agent.steps, 1, causes);
  toEnvironmentActions(agent.action, head.boxActions, raw, envAction);
  const result = env.step(agent.action.kind === "discrete" ? envAction[0] : envAction.slice());
  agent.steps += 1;
  checkRewards([result.reward], agent.steps);
  return result;
}

/** Takes each state's mean off its values (the surrogate does not mind), and with `scale` divides all by their deviation; returns the largest size. */
function center(values: Float32Array, K: number, scale: boolean): number {
  let squares = 0;
  for (let at = 0; at < values.length; at += K) {
    let mean = 0;
    for (let k = 0; k < K; k++) mean += values[at + k]! / K;
    for (let k = 0; k < K; k++) squares += square((values[at + k]! -= mean));
  }
  const deviation = Math.sqrt(squares / values.length) + 1e-8;
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    if (scale) values[i]! /= deviation;
    largest = Math.max(largest, Math.abs(values[i]!));
  }
  return largest;
}

function oneEnvironment(env: EnvOption): AnyEnv {
  if (typeof env === "string") return make(env as string);
  if (typeof env === "function") return env() as AnyEnv;
  if ("numEnvs" in env)
    throw new Error(
      'createTrpo: sampling "vine" with a vector environment; expected an id, an Env or a function that makes one, because branches restore single states.',
    );
  return env as AnyEnv;
}

function saved(env: AnyEnv): EnvState {
  try {
    return env.state();
  } catch (cause) {
    throw new Error(
      `createTrpo: sampling "vine" needs an environment that can be saved, and state() failed: ${(cause as Error).message} Implement state() and restore(), or use sampling "single-path".`,
      { cause },
    );
  }
}

const square = (x: number): number => x * x;
