/**
 * The k-armed testbed (Sutton & Barto 2018, §2.3): runs policies on many independent bandits side by side and reports, for every step, the
 * mean reward, how often the best arm was chosen and the regret, with standard errors over tasks.
 */
import { Generator } from "@rl/random";
import { BufferedStream } from "./buffered-stream.ts";
import { wholeNumber, type Policy, type RandomStream } from "./policy.ts";
import { gaussianArms, type ProblemFactory } from "./problems.ts";

/** Makes a policy for the testbed's sizes: `(shared) => epsilonGreedy({ ...shared, epsilon: 0.1 })`. */
export type PolicyFactory = (shared: { readonly arms: number; readonly tasks: number; readonly rng: RandomStream }) => Policy<never>;

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

/** Turns each step's pulls into the three curves. */
class Recorder implements TestbedResult {
  readonly reward: Curve;
  readonly optimal: Curve;
  readonly regret: Curve;
  private readonly regretSoFar: Float64Array;

  constructor(steps: number, tasks: number) {
    const curve = (): Curve => ({ mean: new Float64Array(steps), standardError: new Float64Array(steps) });
    this.reward = curve();
    this.optimal = curve();
    this.regret = curve();
    this.regretSoFar = new Float64Array(tasks);
  }

  record(step: number, values: Float64Array, chosen: Int32Array, rewards: Float64Array, best: Float64Array): void {
    const { regretSoFar } = this;
    const tasks = chosen.length;
    const arms = values.length / tasks;
    let reward = 0;
    let rewardSquares = 0;
    let optimal = 0;
    let regret = 0;
    let regretSquares = 0;
    for (let task = 0; task < tasks; task++) {
      const value = rewards[task]!;
      const gap = best[task]! - values[task * arms + chosen[task]!]!;
      const total = regretSoFar[task]! + gap;
      regretSoFar[task] = total;
      reward += value;
      rewardSquares += value * value;
      if (gap === 0) optimal++;
      regret += total;
      regretSquares += total * total;
    }
    finish(this.reward, step, tasks, reward, rewardSquares);
    finish(this.optimal, step, tasks, optimal, optimal);
    finish(this.regret, step, tasks, regret, regretSquares);
  }

  result(): TestbedResult {
    return { reward: this.reward, optimal: this.optimal, regret: this.regret };
  }
}

/** Mean and standard error (of the mean, sample variance) from a sum and a sum of squares. */
function finish(curve: Curve, step: number, tasks: number, sum: number, squares: number): void {
  const mean = sum / tasks;
  curve.mean[step] = mean;
  const variance = tasks > 1 ? Math.max(0, squares - tasks * mean * mean) / (tasks - 1) : 0;
  curve.standardError[step] = Math.sqrt(variance / tasks);
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
    recorder: new Recorder(steps, tasks),
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
      run.recorder.record(step, problem.values, chosen, rewards, best);
    }
    options.onStep?.(step);
  }
  const results = runs.map((run, i) => [labels[i]!, run.recorder.result()] as const);
  return Object.fromEntries(results) as Record<keyof Policies & string, TestbedResult>;
}

function selectAll(policy: Policy<unknown>, chosen: Int32Array, contexts: readonly Float64Array[] | undefined): void {
  if (policy.selectAll) policy.selectAll(chosen);
  else if (contexts === undefined) for (let row = 0; row < chosen.length; row++) chosen[row] = policy.select(undefined, row);
  else for (let row = 0; row < chosen.length; row++) chosen[row] = policy.select(contexts[row], row);
}

function updateAll(policy: Policy<unknown>, chosen: Int32Array, rewards: Float64Array, contexts: readonly Float64Array[] | undefined): void {
  if (policy.updateAll) policy.updateAll(chosen, rewards);
  else if (contexts === undefined) for (let row = 0; row < chosen.length; row++) policy.update(chosen[row]!, rewards[row]!, undefined, row);
  else for (let row = 0; row < chosen.length; row++) policy.update(chosen[row]!, rewards[row]!, contexts[row], row);
}

function fillBest(values: Float64Array, arms: number, best: Float64Array): void {
  for (let task = 0; task < best.length; task++) {
    let high = values[task * arms]!;
    for (let arm = 1; arm < arms; arm++) high = Math.max(high, values[task * arms + arm]!);
    best[task] = high;
  }
}
