/** The learning curve of a run, from its metrics.jsonl. */
import * as fs from "node:fs";
import * as path from "node:path";
import { registeredIds, spec } from "@rl/envs";
import { parseJson } from "@rl/math/json";
import { quote } from "@rl/math/options";
import { hint, SCORE_METRIC } from "@rl/train";
import { terminalChart } from "./chart.ts";
import { UsageError } from "../errors.ts";
import type { Screen } from "./screen.ts";

export interface Curve {
  readonly x: number[];
  readonly y: number[];
}

const METRICS = "metrics.jsonl";
export const hasMetrics = (dir: string): boolean => fs.statSync(path.join(dir, METRICS), { throwIfNoEntry: false })?.isFile() ?? false;

/** Lines as they were logged; an unfinished last line is left out. */
export function readMetrics(dir: string): Record<string, number | null>[] {
  const file = path.join(dir, METRICS);
  if (!hasMetrics(dir))
    throw new UsageError(`${dir} has no metrics.jsonl; nothing was logged there, or the run was made without the "jsonl" logger.`);
  const records: Record<string, number | null>[] = [];
  const lines = fs.readFileSync(file, "utf8").split("\n");
  lines.forEach((line, i) => {
    if (line === "") return;
    try {
      const record = parseJson(line);
      if (typeof record !== "object" || record === null || Array.isArray(record)) throw new SyntaxError("is no object");
      records.push(record as Record<string, number | null>);
    } catch (error) {
      if (i < lines.length - 1) throw new UsageError(`${file}, line ${i + 1} ${(error as Error).message}; repair or remove that line.`);
    }
  });
  return records;
}

export function readCurve(dir: string, metric: string): Curve {
  const records = readMetrics(dir);
  const tags = [...new Set(records.flatMap((record) => Object.keys(record)))];
  if (records.length > 0 && !tags.includes(metric))
    throw new UsageError(`${dir} has no metric ${quote(metric)}${hint(metric, tags)} It has ${tags.join(", ")}.`);
  const x: number[] = [];
  const y: number[] = [];
  for (const record of records) {
    const value = record[metric];
    if (typeof value !== "number") continue;
    x.push(record["time/total_timesteps"] ?? x.length);
    y.push(value);
  }
  return { x, y };
}

/** What an environment counts as solved by, where the metric is the return of whole episodes. */
export function thresholdOf(env: string, metric: string): number | undefined {
  // A plot needs no environment, so it may be one that only a module of the user's own registers.
  const known = registeredIds().includes(env) && (metric === SCORE_METRIC || metric === "eval/mean_reward");
  return known ? spec(env).rewardThreshold : undefined;
}

/** The run's score over its steps; the line at which the environment counts as solved where the score is the return of whole episodes. */
export function drawCurve(screen: Screen, dir: string, env: string, metric: string): string[] {
  const { x, y } = readCurve(dir, metric);
  if (y.length < 2) return [];
  const threshold = thresholdOf(env, metric);
  return terminalChart([{ name: metric, x, y }], {
    width: Math.min(78, screen.columns - 1),
    height: 10,
    xLabel: "steps",
    fromZero: true,
    ...(threshold === undefined ? {} : { rule: { y: threshold, label: `solved at ${threshold}` } }),
    paint: (text) => screen.colors.cyan(text),
  });
}
