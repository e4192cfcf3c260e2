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
  encodeObservations,
  inIteration,
  notFiniteIn,
  toEnvironmentActions,
  type Agent,
  type EnvOption,
  type HeadInput,
  type Policy,
  type PolicyParameters,
} from "@rl/agent";
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

export function createVine(agent: Agent, { head, network, rows }: Policy, envOption: EnvOption, config: TrpoConfig): Vine {
  const env = oneEnvironment(envOption);
  // The agent's own environments stand still. Were they started only when the state is first asked for, that would change the state.
  agent.restart(0);
  const { observation, action, tracker } = agent;
  const { vineStates, vineLength, stepsPerEnv, discount } = config;
  if (agent.maskSize > 0)
    throw new Error('createTrpo: sampling "vine" with an environment that gives action masks; expected none. Use sampling "single-path".');
  // A small discrete choice is tried whole: sampling it would waste branches on repeats.
  const tryAll = action.kind === "discrete" && head.outputs <= config.vineActions;
  const K = tryAll ? head.outputs : config.vineActions;

  const inputOf = ({ output, features }: Outputs, times: number): HeadInput =>
    times === 1 ? { output, features } : { output: repeat(output, times), features: repeat(features, times) };
  const repeat = (x: Tensor, times: number): Tensor =>
    x
      .unsqueeze(1)
      .expand([x.shape[0]!, times, x.shape[1]!])
      .reshape([x.shape[0]! * times, x.shape[1]!]);
  const logProbability = (outputs: Outputs, actions: Tensor): Tensor =>
    head.logProbability(inputOf(outputs, K), outputs.head, actions.reshape([-1, head.actionSize])).reshape([-1, K]);
  const region = trustRegion<Traced<VineBatch>>(
    {
      outputs: (policy, { observations }) => ({ ...network.policy(policy, rows(observations)), head: policy.head }),
      kl: (old, now) => head.kl(inputOf(old, 1), old.head, inputOf(now, 1), now.head),
      surrogate(now, old, { actions, values }) {
        const logOld = tryAll ? logProbability(old, actions).mul(0) : logProbability(old, actions);
        return vineSurrogate(logProbability(now, actions), logOld, values.reshape([-1, K]));
      },
    },
    config,
  );
  const step = compile(
    function vineStep(policy: PolicyParameters, batch: Traced<VineBatch>, targetKl: Tensor) {
      return region.step(policy, batch, targetKl);
    },
    { donate: [0] },
  );
  const sample = compile(function sampleVine(policy: PolicyParameters, observations: Tensor, noise: Tensor) {
    return head.sample(network.policy(policy, rows(observations)), policy.head, noise.reshape([-1, head.noise.size]));
  });

  const encoded = new Float32Array(observation.size);
  const noise = new Float32Array(head.noise.size);
  const envAction = action.kind === "box" ? new Float32Array(action.size) : new Int32Array(action.size);
  const causes = overflowCauses(config);
  const when = (): string => `after step ${agent.steps}`;

  function encode(raw: unknown): void {
    encodeObservations(observation, (typeof raw === "number" ? Int32Array.of(raw) : raw) as TypedArray, 0, 1, encoded, 0, when);
  }
  const act = (policy: PolicyParameters): Int32Array | Float32Array => sample(policy, encoded, noise).data() as Int32Array | Float32Array;
  function stepEnv(raw: Int32Array | Float32Array): ReturnType<AnyEnv["step"]> {
    checkActions(raw, agent.steps, 1, causes);
    toEnvironmentActions(action, head.boxActions, raw, envAction);
    const result = env.step(action.kind === "discrete" ? envAction[0] : envAction.slice());
    agent.steps += 1;
    checkRewards([result.reward], agent.steps);
    return result;
  }
  const draw = (rng: { fillExponential(out: Float32Array): unknown; fillStandardNormal(out: Float32Array): unknown }): void => {
    if (head.noise.distribution === "exponential") rng.fillExponential(noise);
    else rng.fillStandardNormal(noise);
  };

  /** One trajectory of stepsPerEnv steps; returns the states to branch from. */
  function trajectory(policy: PolicyParameters, iteration: number): { readonly state: EnvState; readonly observation: Float32Array }[] {
    const rng = agent.rng.fork("rollout", iteration);
    const chosen = new Set(
      agent.rng.fork("states", iteration).choice(stepsPerEnv, { size: Math.min(vineStates, stepsPerEnv), replace: false }),
    );
    const states: { state: EnvState; observation: Float32Array }[] = [];
    let current = env.reset({ seed: agent.rng.fork("environments", iteration).integers(0, 2 ** 31) }).observation;
    tracker.runningReturns.fill(0);
    tracker.runningLengths.fill(0);
    for (let t = 0; t < stepsPerEnv; t++) {
      encode(current);
      if (chosen.has(t)) states.push({ state: saved(env), observation: encoded.slice() });
      draw(rng);
      const result = stepEnv(act(policy));
      tracker.step([result.reward], [result.terminated ? 1 : 0], [result.truncated ? 1 : 0]);
      current = result.terminated || result.truncated ? env.reset().observation : result.observation;
    }
    return states;
  }

  /** Q̂ of every action in one state. */
  function branches(
    policy: PolicyParameters,
    start: { state: EnvState; observation: Float32Array },
    name: number,
    actions: Int32Array | Float32Array,
    values: Float32Array,
    at: number,
  ): void {
    const choices = agent.rng.fork("vine actions", name);
    for (let k = 0; k < K; k++) {
      let first: Int32Array | Float32Array;
      if (tryAll) first = Int32Array.of(k);
      else {
        encoded.set(start.observation);
        draw(choices);
        first = act(policy).slice();
      }
      actions.set(first, (at + k) * head.actionSize);
      env.restore(start.state);
      const rng = agent.rng.fork("vine noise", name);
      let result = stepEnv(first);
      let value = result.reward;
      let weight = 1;
      for (let l = 1; l < vineLength && !result.terminated && !result.truncated; l++) {
        encode(result.observation);
        draw(rng);
        result = stepEnv(act(policy));
        weight *= discount;
        value += weight * result.reward;
      }
      values[at + k] = value;
    }
  }

  /** States, their actions and the branches' returns. */
  function collect(policy: PolicyParameters, iteration: number): VineBatch {
    const states = trajectory(policy, iteration);
    const tried = states.length * K;
    const batch: VineBatch = {
      observations: new Float32Array(states.length * observation.size),
      actions: head.actionDtype === "int32" ? new Int32Array(tried * head.actionSize) : new Float32Array(tried * head.actionSize),
      values: new Float32Array(tried),
    };
    states.forEach((state, i) => {
      batch.observations.set(state.observation, i * observation.size);
      branches(policy, state, iteration * vineStates + i, batch.actions, batch.values, i * K);
    });
    return batch;
  }

  return {
    iterate(policy, iteration, targetKl, take) {
      const batch = inIteration(agent.where, iteration + 1, () => collect(policy, iteration));
      if (!batch.values.every(Number.isFinite))
        throw notFiniteIn({ where: agent.where, iteration: iteration + 1, causes }, [["the returns of the branches", batch.values]]);
      const spread = center(batch.values, K, config.normalizeAdvantages);
      take(step(policy, batch, targetKl));
      return boundPenalty(spread, discount);
    },
  };
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
  if (typeof env === "string") return make(env as string) as unknown as AnyEnv;
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
