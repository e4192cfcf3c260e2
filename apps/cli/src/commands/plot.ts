import * as path from "node:path";
import { writePicture } from "../picture.ts";
import { terminalChart } from "../terminal/chart.ts";
import { UsageError } from "../errors.ts";
import { openJob, scoreMetricOf } from "../revive.ts";
import { readCurve, thresholdOf } from "../terminal/curve.ts";
import { visible } from "../terminal/guard.ts";
import type { Screen } from "../terminal/screen.ts";

export interface PlotOptions {
  readonly metric?: string;
  readonly out?: string;
}

/** Draws one metric of one run or several: in the terminal, or as SVG. */
export async function plot(screen: Screen, dirs: readonly string[], options: PlotOptions): Promise<void> {
  const { out } = options;
  if (out !== undefined && path.extname(out) !== ".svg")
    throw new UsageError(`--out is "${out}", expected a file name that ends with .svg.`);
  const runs = dirs.map(openJob);
  const jobs = runs.map(({ job }) => job);
  const metric = options.metric ?? commonScore(dirs, runs);
  const series = dirs.map((dir) => ({ name: visible(label(dirs, dir)), ...readCurve(dir, metric) }));
  const first = jobs[0]!;
  const threshold = thresholdOf(first.env, metric);
  const rule =
    threshold !== undefined && jobs.every((job) => job.env === first.env) ? { y: threshold, label: `solved at ${threshold}` } : undefined;
  if (out !== undefined) {
    // Loaded only here: the charting library takes longer to load than everything else together.
    const { lineChart } = await import("@rl/charts");
    const title = visible(`${[...new Set(jobs.map((job) => `${job.algorithm} on ${job.env}`))].join(", ")}`);
    writePicture(
      out,
      await lineChart(series, { title, xLabel: "environment steps", yLabel: visible(metric), ...(rule === undefined ? {} : { rule }) }),
    );
    screen.line(`Wrote ${out}`);
    return;
  }
  const { colors } = screen;
  const paints = [colors.cyan, colors.yellow, colors.magenta, colors.green, colors.blue, colors.red];
  const paint = (text: string, i: number): string => paints[i % paints.length]!(text);
  screen.line(`${metric}${dirs.length > 1 ? `: ${series.map(({ name }, i) => paint(`── ${name}`, i)).join("  ")}` : ` of ${dirs[0]}`}`);
  for (const line of terminalChart(series, {
    width: Math.min(100, screen.columns - 1),
    height: Math.max(8, Math.min(16, screen.rows - 6)),
    xLabel: "steps",
    fromZero: true,
    ...(rule === undefined ? {} : { rule }),
    paint,
  }))
    screen.line(line);
}

/** The score of the runs; they must have the same, or their curves could not be compared. */
function commonScore(dirs: readonly string[], runs: readonly ReturnType<typeof openJob>[]): string {
  const scores = runs.map(({ folder }) => scoreMetricOf(folder));
  const other = scores.findIndex((score) => score !== scores[0]);
  if (other < 0) return scores[0]!;
  throw new UsageError(
    `The runs have different scores: ${dirs[0]} has ${scores[0]}, ${dirs[other]} has ${scores[other]}; choose what to draw with --metric, for example eval/mean_reward.`,
  );
}

/** The part of a path that tells runs apart. */
function label(dirs: readonly string[], dir: string): string {
  const partsOf = (path: string): string[] => path.split(/[\\/]/).filter((part) => part !== "");
  const parts = partsOf(dir);
  for (let count = 1; count < parts.length; count++) {
    const end = parts.slice(-count).join("/");
    if (dirs.every((other) => other === dir || !partsOf(other).join("/").endsWith(end))) return end;
  }
  return dir;
}
