/**
 * The k-armed testbed (Sutton & Barto 2018, §2.3): runs policies on many independent bandits side by side and reports, for every step, the
 * mean reward, how often the best arm was chosen and the regret, with standard errors over tasks.
 */
import { Generator } from "@rl/random";
import { BufferedStream } from "./buffered-stream.ts";
import { refuse, refuseUnknown, show, wholeNumber, type Policy, type RandomStream } from "./policy.ts";
import { gaussianArms, type Problem, type ProblemFactory } from "./problems.ts";
import type { Pulls } from "./pulls.ts";

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

/** Pulls that are drawn at once: their noise and rewards fit into the processor's nearest cache. */
const MOST = 1024;

/** One policy's pulls and what is kept of them: sums over tasks for each step; at the end, the three curves. */
class Recorder implements Pulls {
  steps = 0;
  readonly rewards = new Float64Array(MOST);
  private readonly problem: Problem;
  private readonly arms: number;
  /** The largest true value: of the bandit, or of each pull where values change. */
  private readonly best: Float64Array;
  /** For each step: Σ reward, Σ reward², Σ regret so far, Σ (regret so far)². */
  private readonly sums: Float64Array;
  /** By how much the number of tasks whose best arm is pulled changes at each step. */
  private readonly turns: Float64Array;
  private first = 0;
  /** Pulls told of since `open`. */
  told = 0;
  private regret = 0;

  constructor(problem: Problem, arms: number, steps: number, best: Float64Array) {
    this.problem = problem;
    this.arms = arms;
    this.best = best;
    this.sums = new Float64Array(4 * steps);
    this.turns = new Float64Array(steps + 1);
  }

  /** Before `steps` pulls from step `first` on; step 0 begins a new bandit. */
  open(first: number, steps: number): void {
    this.first = first;
    this.steps = steps;
    this.told = 0;
    if (first === 0) this.regret = 0;
  }

  look(arm: number, from: number, to: number): void {
    this.problem.rewards(arm, from, to, this.rewards);
  }

  done(arm: number, from: number, to: number): void {
    this.told += to - from;
    if (this.problem.changes) {
      for (let i = from; i < to; i++) this.add(this.best[i]! - this.problem.values[i * this.arms + arm]!, i, i + 1);
    } else this.add(this.best[0]! - this.problem.values[arm]!, from, to);
  }

  /** Pulls whose arm is `gap` below the best. */
  private add(gap: number, from: number, to: number): void {
    const { sums, rewards, turns, first } = this;
    let { regret } = this;
    let at = 4 * (first + from);
    for (let i = from; i < to; i++) {
      const reward = rewards[i]!;
      regret += gap;
      sums[at]! += reward;
      sums[at + 1]! += reward * reward;
      sums[at + 2]! += regret;
      sums[at + 3]! += regret * regret;
      at += 4;
    }
    this.regret = regret;
    if (gap === 0) {
      turns[first + from]!++;
      turns[first + to]!--;
    }
  }

  result(tasks: number): TestbedResult {
    const { sums, turns } = this;
    const steps = sums.length / 4;
    const reward = new Float64Array(steps);
    const rewardSquares = new Float64Array(steps);
    const regret = new Float64Array(steps);
    const regretSquares = new Float64Array(steps);
    const optimal = new Float64Array(steps);
    for (let step = 0, at = 0, count = 0; step < steps; step++, at += 4) {
      reward[step] = sums[at]!;
      rewardSquares[step] = sums[at + 1]!;
      regret[step] = sums[at + 2]!;
      regretSquares[step] = sums[at + 3]!;
      count += turns[step]!;
      optimal[step] = count;
    }
    // A share's squares are the share itself.
    return {
      reward: curve(reward, rewardSquares, tasks),
      optimal: curve(optimal, optimal, tasks),
      regret: curve(regret, regretSquares, tasks),
    };
  }
}

/** Means over tasks, and their standard errors from the sample variance. */
function curve(sums: Float64Array, squares: Float64Array, tasks: number): Curve {
  const mean = sums.map((sum) => sum / tasks);
  const standardError = mean.map((m, step) =>
    tasks > 1 ? Math.sqrt(Math.max(0, squares[step]! - tasks * m * m) / (tasks - 1) / tasks) : 0,
  );
  return { mean, standardError };
}

/** Runs the testbed. The same options and seed give the same bits. Throws for sizes below 1 and for what the policies refuse. */
export function testbed<Policies extends Readonly<Record<string, PolicyFactory>>>(
  options: TestbedOptions & { readonly policies: Policies },
): Record<keyof Policies & string, TestbedResult> {
  refuseUnknown("testbed", options, ["arms", "tasks", "steps", "policies", "seed", "walk", "problem", "onProgress"]);
  const { arms = 10, tasks = 2000, steps = 1000, seed = 0, walk = 0, policies, problem: factory, onProgress } = options;
  wholeNumber("testbed", "arms", arms, 1);
  wholeNumber("testbed", "tasks", tasks, 1);
  wholeNumber("testbed", "steps", steps, 1);
  if (Math.min(steps, MOST) * arms > 2 ** 26 || steps > 2 ** 26)
    refuse("testbed", `arms = ${arms}, steps = ${steps}`, "numbers that fit into memory");
  for (const [key, value] of Object.entries({ problem: factory, onProgress }))
    if (value !== undefined && typeof value !== "function") refuse("testbed", `${key} = ${show(value)}`, "a function");
  if (typeof policies !== "object" || policies === null)
    refuse("testbed", `policies = ${show(policies)}`, "an object of labels and factories");
  if (options.walk !== undefined && options.problem !== undefined)
    throw new Error("testbed: got both walk and problem; put the walk into the problem: gaussianArms({ walk }).");
  const makeProblem = factory ?? gaussianArms({ walk });
  const factories = Object.values<PolicyFactory>(policies);
  if (factories.length === 0)
    throw new Error(
      'testbed: got no policies; expected at least one, as in { "ε = 0.1": (shared) => epsilonGreedy({ ...shared, epsilon: 0.1 }) }.',
    );
  factories.forEach(checkFactory);
  const rng = new Generator(seed);
  const problem = makeProblem({ arms, steps: Math.min(steps, MOST), rng: rng.fork("problem") });
  checkProblem(problem, arms);
  const best = new Float64Array(problem.changes ? Math.min(steps, MOST) : 1);
  const runs = factories.map((make, i) => ({
    policy: make({ arms, tasks, rng: new BufferedStream(rng.fork("policy", i)) }) as Policy<unknown>,
    recorder: new Recorder(problem, arms, steps, best),
  }));
  for (const { policy } of runs) checkPolicy(policy);
  // One bandit is played from its first pull to its last before the next, so that its table rows stay in the processor's nearest cache.
  for (let task = 0; task < tasks; task++) {
    problem.next();
    for (let first = 0; first < steps; first += MOST) {
      const count = Math.min(MOST, steps - first);
      problem.draw(count);
      fillBest(problem.values, arms, problem.changes ? count : 1, best);
      for (const { policy, recorder } of runs) {
        recorder.open(first, count);
        if (policy.play) policy.play(recorder, task);
        else playOneByOne(policy, recorder, task, problem.contexts);
        if (recorder.told !== count) throw new Error(`testbed: ${policy.name}.play told of ${recorder.told} pulls; expected ${count}.`);
      }
    }
    options.onProgress?.((task + 1) / tasks);
  }
  const labels = Object.keys(options.policies);
  return Object.fromEntries(runs.map(({ recorder }, i) => [labels[i]!, recorder.result(tasks)])) as Record<
    keyof Policies & string,
    TestbedResult
  >;
}

function checkFactory(make: unknown): void {
  if (typeof make !== "function")
    refuse("testbed", `policies with ${show(make)}`, "functions: (shared) => epsilonGreedy({ ...shared, epsilon: 0.1 })");
}

function checkPolicy(policy: Policy<unknown> | undefined): void {
  if (
    typeof policy?.select !== "function" ||
    typeof policy.update !== "function" ||
    (policy.play !== undefined && typeof policy.play !== "function")
  )
    refuse("testbed", `${show(policy)} from a factory`, "a policy with select and update");
}

function playOneByOne(policy: Policy<unknown>, pulls: Pulls, row: number, contexts: readonly Float64Array[] | undefined): void {
  for (let i = 0; i < pulls.steps; i++) {
    const context = contexts?.[i];
    const arm = policy.select(context, row);
    if (!Number.isInteger(arm) || arm < 0 || arm >= policy.arms)
      refuse("testbed", `arm ${show(arm)} from ${policy.name}.select`, `0 to ${policy.arms - 1}`);
    pulls.look(arm, i, i + 1);
    policy.update(arm, pulls.rewards[i]!, context, row);
    pulls.done(arm, i, i + 1);
  }
}

function checkProblem(problem: Problem, arms: number): void {
  const whole = typeof problem === "object" && problem !== null;
  if (
    !whole ||
    ["next", "draw", "rewards"].some((key) => typeof problem[key as "next"] !== "function") ||
    !(problem.values?.length >= arms)
  )
    refuse("testbed", `${show(problem)} from problem`, `values of ${arms} arms, next, draw and rewards`);
}

function fillBest(values: Float64Array, arms: number, count: number, best: Float64Array): void {
  for (let i = 0; i < count; i++) {
    let high = values[i * arms]!;
    for (let arm = 1; arm < arms; arm++) if (values[i * arms + arm]! > high) high = values[i * arms + arm]!;
    best[i] = high;
  }
}
