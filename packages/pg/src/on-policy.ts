/** What on-policy algorithms share besides their update: an agent, its policy, and rollouts of the policy's own actions. */
import {
  Agent,
  createPolicy,
  inIteration,
  networkOptions,
  progressOf,
  scheduled,
  StepNoise,
  type AgentConfig,
  type EnvOption,
  type NetworkOptions,
  type Parameters,
  type Policy,
  type PolicyParameters,
  type Run,
} from "@rl/agent";
import { Collector, Rollout, type SelectActions } from "./rollout.ts";

export interface OnPolicyConfig extends AgentConfig, NetworkOptions {
  readonly stepsPerEnv: number;
  /** Steps for which stateDependentExploration "auto" keeps its noise; left out: a whole rollout. */
  readonly autoHold?: number;
}

export class OnPolicy {
  readonly agent: Agent;
  readonly policy: Policy;
  readonly rollout: Rollout;
  readonly collector: Collector;
  private readonly noise: StepNoise;
  private readonly finalChunk: Float32Array;

  /** `where`: the call to name in errors; `givenNumEnvs`: the user's own wish. */
  constructor(where: string, env: EnvOption, givenNumEnvs: number | undefined, config: OnPolicyConfig) {
    this.agent = new Agent(where, env, givenNumEnvs, config);
    const { maskSize, observation } = this.agent;
    const { numEnvs } = this.agent.env;
    this.policy = createPolicy(this.agent, config, config.autoHold);
    const { head } = this.policy;
    this.collector = new Collector(this.agent, head.boxActions);
    this.rollout = new Rollout({
      numEnvs,
      steps: config.stepsPerEnv,
      observationSize: observation.size,
      actionSize: head.actionSize,
      actionDtype: head.actionDtype,
      maskSize,
    });
    this.noise = new StepNoise(head.noise, numEnvs);
    this.finalChunk = new Float32Array(numEnvs * observation.size);
  }

  /** Fills the rollout with the policy's own actions. The noise is a function of the seed, the iteration and the run's progress alone. */
  collect(run: Run, parameters: PolicyParameters, steps: number, wholeEpisodes = false): void {
    const { agent, collector, policy, rollout, noise } = this;
    const { iteration } = run;
    const rng = agent.rng.fork("rollout", iteration);
    noise.restart(rng, scheduled(run, networkOptions, "noisePersistence", progressOf(run)));
    const select: SelectActions = (observations, masks, t) => policy.sample(parameters, observations, masks, noise.at(t, rng));
    inIteration(agent.where, iteration + 1, () => collector.collect(rollout, steps, select, wholeEpisodes));
  }

  /**
   * Values of the rollout's observations ((T + 1) × N, the last N being those after it), of `rowsToRead` rows at least the first (length + 1)·N;
   * and of the final observations, spread to T × N. The array is overwritten by the next call.
   */
  estimateValues(parameters: Parameters, finalValues: Float64Array, rowsToRead: number): Float32Array {
    const { rollout, finalChunk, policy } = this;
    const { env, observation } = this.agent;
    const values = policy.values(parameters, rollout.observations.subarray(0, rowsToRead * observation.size));
    for (let from = 0; from < rollout.finals; from += env.numEnvs) {
      const count = Math.min(env.numEnvs, rollout.finals - from);
      finalChunk.fill(0);
      finalChunk.set(rollout.finalObservations.subarray(from * observation.size, (from + count) * observation.size));
      const chunk = policy.values(parameters, finalChunk);
      for (let i = 0; i < count; i++) finalValues[rollout.finalRows[from + i] as number] = chunk[i] as number;
    }
    return values;
  }

  /** V(s) of raw observations, one per row. */
  values(parameters: Parameters, observations: Float32Array): Float32Array {
    return this.policy.values(parameters, this.agent.rows("values", observations).observations).slice();
  }
}
