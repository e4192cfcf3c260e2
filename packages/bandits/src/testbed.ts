/**
 * The k-armed testbed (Sutton & Barto 2018, §2.3): runs policies on many independent bandits side by side and reports, for every step, the
 * mean reward, how often the best arm was chosen and the regret, with standard errors over tasks.
 */
import { Generator } from "@rl/random";
import { BufferedStream } from "./buffered-stream.ts";
import { wholeNumber, type Policy, type RandomStream } from "./policy.ts";
import { gaussianArms, type ProblemFactory } from "./problems.ts";

/** Makes a policy for the testbed's sizes: `(shared) => epsilonGreedy({ ...shared, epsilon: 0.1 })`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a policy's context type is the problem's affair
export type PolicyFactory = (shared: { readonly arms: number; readonly tasks: number; readonly rng: RandomStream }) => Policy<any>;

export interface TestbedOptions {
  /** Arms per bandit. Default 10. */
  readonly arms?: number;
  /** Independent bandits. Default 2000. */
  readonly tasks?: number;
  /** Pulls in each bandit. Default 1000. */
  readonly steps?: number;
  /** Label → factory. */
  readonly policies: Readonly<Record<string, PolicyFactory>>;
  /** Default 0. */
  readonly seed?: number;
  /** Standard deviation of the random walk of the true values; default 0, stationary. Shorthand for `problem: gaussianArms({ walk })`. */
  readonly walk?: number;
  /** What is pulled. Default `gaussianArms()`. */
  readonly problem?: ProblemFactory;
  /** Called after each step, for progress bars. */
  readonly onStep?: (step: number) => void;
}

/** One number per step, and its standard error over tasks. */
export interface Curve {
  readonly mean: Float64Array;
  readonly standardError: Float64Array;
}

export interface TestbedResult {
  /** Reward of the pull. */
  readonly reward: Curve;
  /** Share of tasks whose best arm was pulled, in [0, 1]. */
  readonly optimal: Curve;
  /** Cumulative pseudo-regret Σ (max_a q(a) − q(Aₜ)). */
  readonly regret: Curve;
}

class Recorder {
  private readonly curve: Curve;
  private sum = 0;
  private squares = 0;

  constructor(steps: number) {
    this.curve = { mean: new Float64Array(steps), standardError: new Float64Array(steps) };
  }
  add(value: number): void {
    this.sum += value;
    this.squares += value * value;
  }
  finish(step: number, tasks: number): void {
    const mean = this.sum / tasks;
    this.curve.mean[step] = mean;
    const variance = tasks > 1 ? Math.max(0, this.squares - tasks * mean * mean) / (tasks - 1) : 0;
    this.curve.standardError[step] = Math.sqrt(variance / tasks);
    this.sum = this.squares = 0;
  }
  result(): Curve {
    return this.curve;
  }
}

/** Runs the testbed. The same options and seed give the same bits. Throws for sizes below 1 and for what the policies refuse. */
export function testbed<Policies extends Readonly<Record<string, PolicyFactory>>>(options: TestbedOptions & { readonly policies: Policies }): Record<keyof Policies & string, TestbedResult> {
  const arms = wholeNumber("testbed", "arms", options.arms ?? 10, 1);
  const tasks = wholeNumber("testbed", "tasks", options.tasks ?? 2000, 1);
  const steps = wholeNumber("testbed", "steps", options.steps ?? 1000, 1);
  if (options.walk !== undefined && options.problem !== undefined) throw new Error("testbed: got both walk and problem; put the walk into the problem: gaussianArms({ walk }).");
  const rng = new Generator(options.seed ?? 0);
  const problem = (options.problem ?? gaussianArms({ walk: options.walk ?? 0 }))({ arms, tasks, rng: rng.fork("problem") });
  const labels = Object.keys(options.policies);
  if (labels.length === 0) throw new Error('testbed: got no policies; expected at least one, as in { "ε = 0.1": (shared) => epsilonGreedy({ ...shared, epsilon: 0.1 }) }.');
  const runs = labels.map((label) => ({
    policy: options.policies[label]!({ arms, tasks, rng: new BufferedStream(rng.fork("policy", labels.indexOf(label))) }),
    reward: new Recorder(steps),
    optimal: new Recorder(steps),
    regret: new Recorder(steps),
    regretSoFar: new Float64Array(tasks),
  }));

  const chosen = new Int32Array(tasks);
  const rewards = new Float64Array(tasks);
  const best = new Float64Array(tasks);
  for (let step = 0; step < steps; step++) {
    problem.step();
    if (step === 0 || problem.changes) fillBest(problem.values, arms, best);
    for (const run of runs) {
      selectAll(run.policy, chosen, problem.contexts);
      problem.rewards(chosen, rewards);
      updateAll(run.policy, chosen, rewards, problem.contexts);
      for (let task = 0; task < tasks; task++) {
        const gap = best[task]! - problem.values[task * arms + chosen[task]!]!;
        run.reward.add(rewards[task]!);
        run.optimal.add(gap === 0 ? 1 : 0);
        run.regret.add((run.regretSoFar[task]! += gap));
      }
      run.reward.finish(step, tasks);
      run.optimal.finish(step, tasks);
      run.regret.finish(step, tasks);
    }
    options.onStep?.(step);
  }
  const results = runs.map((run, i) => [labels[i]!, { reward: run.reward.result(), optimal: run.optimal.result(), regret: run.regret.result() }] as const);
  return Object.fromEntries(results) as Record<keyof Policies & string, TestbedResult>;
}

function selectAll(policy: Policy<unknown>, chosen: Int32Array, contexts: readonly Float64Array[] | undefined): void {
  if (contexts === undefined) for (let row = 0; row < chosen.length; row++) chosen[row] = policy.select(undefined, row);
  else for (let row = 0; row < chosen.length; row++) chosen[row] = policy.select(contexts[row], row);
}

function updateAll(policy: Policy<unknown>, chosen: Int32Array, rewards: Float64Array, contexts: readonly Float64Array[] | undefined): void {
  if (contexts === undefined) for (let row = 0; row < chosen.length; row++) policy.update(chosen[row]!, rewards[row]!, undefined, row);
  else for (let row = 0; row < chosen.length; row++) policy.update(chosen[row]!, rewards[row]!, contexts[row], row);
}

function fillBest(values: Float64Array, arms: number, best: Float64Array): void {
  for (let task = 0; task < best.length; task++) {
    let high = values[task * arms]!;
    for (let arm = 1; arm < arms; arm++) high = Math.max(high, values[task * arms + arm]!);
    best[task] = high;
  }
}
