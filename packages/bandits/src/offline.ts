/**
 * Judging a policy on logged data, without bias: the log must have been made by drawing arms with known probabilities that do not depend on
 * the context, uniform or given.
 *
 * Rejection (Li, Chu, Langford & Wang 2011, algorithm 2): events stream by; when the policy would pull the logged arm, it learns from the event
 * and the reward counts; all other events are skipped. Where arm a was logged with probability p(a), a match counts with probability
 * min p / p(a) only. The counted events are distributed as if the policy had run live, so their mean reward estimates the policy's; one event in
 * 1 / min p counts.
 */
import { Pcg64 } from "@rl/random";
import { refuse, refuseUnknown, show, type Policy } from "./policy.ts";

/** One line of a log: which arm was shown, what it gave, and the context it was shown in. */
export interface LoggedPull {
  readonly arm: number;
  readonly reward: number;
  readonly context?: readonly number[];
}

export interface OfflineResult {
  /** Mean reward of the counted events; NaN when none counted. */
  readonly meanReward: number;
  readonly standardError: number;
  /** Events that counted, and all events. */
  readonly matched: number;
  readonly events: number;
}

export interface OfflineOptions {
  /** Probability with which each arm was logged; left out: all equal. */
  readonly probabilities?: ArrayLike<number>;
  /** Seed of the coins that are tossed where the probabilities differ. Default 0. */
  readonly seed?: number;
}

/** Runs `policy` over a log; it learns as it goes. Throws for arms that the policy does not have and for probabilities that are not a distribution over its arms. */
export function evaluateOffline<Context>(policy: Policy<Context>, log: Iterable<LoggedPull>, options: OfflineOptions = {}): OfflineResult {
  refuseUnknown("evaluateOffline", options, ["probabilities", "seed"]);
  const { probabilities, seed = 0 } = options;
  if (typeof policy?.select !== "function" || typeof policy.update !== "function")
    refuse("evaluateOffline", `policy = ${show(policy)}`, "a policy with select and update");
  if (typeof log !== "object" || log === null || !(Symbol.iterator in log))
    refuse("evaluateOffline", `log = ${show(log)}`, "an iterable of { arm, reward, context? }");
  const least = probabilities === undefined ? 1 : checkProbabilities(probabilities, policy.arms);
  const rng = new Pcg64(seed);
  let events = 0;
  let matched = 0;
  let mean = 0;
  let squares = 0;
  for (const event of log) {
    if (typeof event !== "object" || event === null)
      refuse("evaluateOffline", `${show(event)} as event ${events}`, "{ arm, reward, context? }");
    const { arm, reward, context } = event;
    if (!Number.isFinite(reward)) refuse("evaluateOffline", `reward ${show(reward)} in event ${events}`, "a finite number");
    if (!Number.isInteger(arm) || arm < 0 || arm >= policy.arms)
      throw new Error(`evaluateOffline: got arm ${show(arm)} in event ${events}; expected 0 to ${policy.arms - 1}.`);
    events++;
    if (policy.select(context as Context | undefined) !== arm) continue;
    if (probabilities !== undefined && rng.random() * probabilities[arm]! >= least) continue;
    policy.update(arm, reward, context as Context | undefined);
    const difference = reward - mean;
    mean += difference / ++matched;
    squares += difference * (reward - mean);
  }
  return {
    meanReward: matched === 0 ? NaN : mean,
    standardError: matched > 1 ? Math.sqrt(squares / (matched - 1) / matched) : NaN,
    matched,
    events,
  };
}

/** The smallest of the probabilities of `arms` arms; all must be above 0, or some pulls would never be seen. */
function checkProbabilities(probabilities: ArrayLike<number>, arms: number): number {
  if (typeof probabilities !== "object" || probabilities === null)
    refuse("evaluateOffline", `probabilities = ${show(probabilities)}`, "a list of numbers");
  if (probabilities.length !== arms)
    throw new Error(`evaluateOffline: got ${probabilities.length} probabilities; expected one for each of the ${arms} arms.`);
  let least = Infinity;
  let sum = 0;
  for (let arm = 0; arm < arms; arm++) {
    const p = probabilities[arm]!;
    if (typeof p !== "number" || !(p > 0))
      throw new Error(
        `evaluateOffline: got probability ${show(p)} of arm ${arm}; expected a number above 0: an arm that is never logged cannot be judged.`,
      );
    least = Math.min(least, p);
    sum += p;
  }
  if (Math.abs(sum - 1) > 1e-9) throw new Error(`evaluateOffline: got probabilities with sum ${sum}; expected 1. Divide each by the sum.`);
  return least;
}
