/**
 * The k-armed testbed (Sutton & Barto 2018, §2.3): runs policies on many independent bandits side by side and reports, for every step, the
 * mean reward, how often the best arm was chosen and the regret, with standard errors over tasks.
 */
import { Generator } from "@rl/random";
import { BufferedStream } from "./buffered-stream.ts";
import { refuseUnknown, wholeNumber, type Policy, type RandomStream } from "./policy.ts";
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
  /** Told the share that is done, 0 to 1, for progress bars. */
  readonly onProgress?: (share: number) => void;
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

/** Tasks that run together. Their tables fit into the processor's nearest cache, which is worth more than longer rows. */
const BLOCK = 100;

/** Sums over tasks for each step; at the end, the three curves. */
class Recorder {
  private readonly tasks: number;
  private readonly sums: Record<"reward" | "rewardSquares" | "optimal" | "regret" | "regretSquares", Float64Array>;
  /** Each task's regret so far, for the block that is running. */
  private readonly regretSoFar: Float64Array;

  constructor(steps: number, tasks: number) {
    this.tasks = tasks;
    const zeros = (): Float64Array => new Float64Array(steps);
    this.sums = { reward: zeros(), rewardSquares: zeros(), optimal: zeros(), regret: zeros(), regretSquares: zeros() };
    this.regretSoFar = new Float64Array(Math.min(BLOCK, tasks));
  }

  startBlock(): void {
    this.regretSoFar.fill(0);
  }

  record(step: number, values: Float64Array, arms: number, chosen: Int32Array, rewards: Float64Array, best: Float64Array): void {
    const { regretSoFar, sums } = this;
    let reward = 0;
    let rewardSquares = 0;
    let optimal = 0;
    let regret = 0;
    let regretSquares = 0;
    for (let task = 0; task < chosen.length; task++) {
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
    sums.reward[step]! += reward;
    sums.rewardSquares[step]! += rewardSquares;
    sums.optimal[step]! += optimal;
    sums.regret[step]! += regret;
    sums.regretSquares[step]! += regretSquares;
  }

  result(): TestbedResult {
    const { reward, rewardSquares, optimal, regret, regretSquares } = this.sums;
    // A share's squares are the share itself.
    return { reward: this.curve(reward, rewardSquares), optimal: this.curve(optimal, optimal), regret: this.curve(regret, regretSquares) };
  }

  /** Means, and standard errors of the means from the sample variance over tasks. */
  private curve(sums: Float64Array, squares: Float64Array): Curve {
    const { tasks } = this;
    const mean = sums.map((sum) => sum / tasks);
    const standardError = mean.map((m, step) =>
      tasks > 1 ? Math.sqrt(Math.max(0, squares[step]! - tasks * m * m) / (tasks - 1) / tasks) : 0,
    );
    return { mean, standardError };
  }
}

/** Runs the testbed. The same options and seed give the same bits. Throws for sizes below 1 and for what the policies refuse. */
export function testbed<Policies extends Readonly<Record<string, PolicyFactory>>>(
  options: TestbedOptions & { readonly policies: Policies },
): Record<keyof Policies & string, TestbedResult> {
  refuseUnknown("testbed", options, ["arms", "tasks", "steps", "policies", "seed", "walk", "problem", "onProgress"]);
  const arms = wholeNumber("testbed", "arms", options.arms ?? 10, 1);
  const tasks = wholeNumber("testbed", "tasks", options.tasks ?? 2000, 1);
  const steps = wholeNumber("testbed", "steps", options.steps ?? 1000, 1);
  if (options.walk !== undefined && options.problem !== undefined)
    throw new Error("testbed: got both walk and problem; put the walk into the problem: gaussianArms({ walk }).");
  const makeProblem = options.problem ?? gaussianArms({ walk: options.walk ?? 0 });
  const factories = Object.values<PolicyFactory>(options.policies);
  if (factories.length === 0)
    throw new Error(
      'testbed: got no policies; expected at least one, as in { "ε = 0.1": (shared) => epsilonGreedy({ ...shared, epsilon: 0.1 }) }.',
    );
  const recorders = factories.map(() => new Recorder(steps, tasks));
  const rng = new Generator(options.seed ?? 0);

  const blocks = Math.ceil(tasks / BLOCK);
  for (let block = 0; block < blocks; block++) {
    const rows = Math.min(BLOCK, tasks - block * BLOCK);
    const stream = rng.fork("block", block);
    const problem = makeProblem({ arms, tasks: rows, rng: stream.fork("problem") });
    const runs = factories.map((make, i) => ({
      policy: make({ arms, tasks: rows, rng: new BufferedStream(stream.fork("policy", i)) }),
      recorder: recorders[i]!,
    }));
    const chosen = new Int32Array(rows);
    const rewards = new Float64Array(rows);
    const best = new Float64Array(rows);
    for (const { recorder } of runs) recorder.startBlock();
    for (let step = 0; step < steps; step++) {
      problem.step();
      if (step === 0 || problem.changes) fillBest(problem.values, arms, best);
      for (const { policy, recorder } of runs) {
        selectAll(policy, chosen, problem.contexts);
        problem.rewards(chosen, rewards);
        updateAll(policy, chosen, rewards, problem.contexts);
        recorder.record(step, problem.values, arms, chosen, rewards, best);
      }
    }
    options.onProgress?.((block + 1) / blocks);
  }
  return Object.fromEntries(Object.keys(options.policies).map((label, i) => [label, recorders[i]!.result()])) as Record<
    keyof Policies & string,
    TestbedResult
  >;
}

function selectAll(policy: Policy<unknown>, chosen: Int32Array, contexts: readonly Float64Array[] | undefined): void {
  if (policy.selectAll) policy.selectAll(chosen);
  else if (contexts === undefined) for (let row = 0; row < chosen.length; row++) chosen[row] = policy.select(undefined, row);
  else for (let row = 0; row < chosen.length; row++) chosen[row] = policy.select(contexts[row], row);
}

function updateAll(
  policy: Policy<unknown>,
  chosen: Int32Array,
  rewards: Float64Array,
  contexts: readonly Float64Array[] | undefined,
): void {
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
