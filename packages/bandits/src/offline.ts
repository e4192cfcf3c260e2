/**
 * Judging a contextual policy on logged data, without bias: the log must have been made by choosing arms uniformly at random.
 *
 * Rejection (Li, Chu, Langford & Wang 2011, algorithm 2): events stream by; when the policy would pull the logged arm, it learns from the event
 * and the reward counts; all other events are skipped. The counted events are distributed as if the policy had run live, so their mean
 * reward estimates the policy's; about one event in K counts.
 */
import type { Policy } from "./policy.ts";

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

/** Runs `policy` over a log; it learns as it goes. Throws for arms that the policy does not have. */
export function evaluateOffline<Context>(policy: Policy<Context>, log: Iterable<LoggedPull>): OfflineResult {
  let events = 0;
  let matched = 0;
  let mean = 0;
  let squares = 0;
  for (const { arm, reward, context } of log) {
    if (!Number.isInteger(arm) || arm < 0 || arm >= policy.arms)
      throw new Error(`evaluateOffline: got arm ${arm} in event ${events}; expected 0 to ${policy.arms - 1}.`);
    events++;
    if (policy.select(context as Context | undefined) !== arm) continue;
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

/**
 * Reads a log from text. CSV: a header with `arm`, `reward` and any number of context columns, one pull a line, numbers only. JSON: an array of
 * `{ arm, reward, context? }`. Throws naming the line or item, what was there and what was expected.
 */
export function readLog(text: string): LoggedPull[] {
  return text.trimStart().startsWith("[") ? readJson(text) : readCsv(text);
}

function readJson(text: string): LoggedPull[] {
  const items = JSON.parse(text) as unknown[];
  return items.map((item, i) => {
    const { arm, reward, context } = (item ?? {}) as Record<string, unknown>;
    const numbers = [arm, reward, ...(Array.isArray(context) ? (context as unknown[]) : [])];
    if (
      (context !== undefined && !Array.isArray(context)) ||
      !numbers.every((value) => typeof value === "number" && Number.isFinite(value))
    ) {
      throw new Error(`readLog: got ${JSON.stringify(item)} as item ${i}; expected { arm, reward, context? } of finite numbers.`);
    }
    return { arm: arm as number, reward: reward as number, ...(context === undefined ? {} : { context: context as number[] }) };
  });
}

function readCsv(text: string): LoggedPull[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const header = (lines[0] ?? "").split(",").map((name) => name.trim());
  const arm = header.indexOf("arm");
  const reward = header.indexOf("reward");
  if (arm < 0 || reward < 0)
    throw new Error(`readLog: got header "${lines[0] ?? ""}"; expected columns named arm and reward (others are the context).`);
  return lines.slice(1).map((line, i) => {
    const cells = line.split(",").map((cell) => (cell.trim() === "" ? NaN : Number(cell)));
    if (cells.length !== header.length || !cells.every(Number.isFinite))
      throw new Error(`readLog: got "${line}" on line ${i + 2}; expected ${header.length} numbers separated by commas.`);
    const context = cells.filter((_, column) => column !== arm && column !== reward);
    return { arm: cells[arm]!, reward: cells[reward]!, ...(context.length > 0 ? { context } : {}) };
  });
}
