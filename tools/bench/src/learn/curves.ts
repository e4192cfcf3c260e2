// Learning curves of many seeds: mean with its 95 % bootstrap interval, and the interquartile mean.
import { lineCharts, type Series } from "@rl/charts";
import type { RunRecord } from "./run.ts";
import { bootstrapInterval, interquartileMean, mean } from "./statistics.ts";

export interface CurveGroup {
  readonly name: string;
  readonly env: string;
  readonly steps: number;
  readonly records: readonly RunRecord[];
}

const POINTS = 100;

/** One panel per environment, in the order of first appearance. Returns SVG text. */
export function drawCurves(groups: readonly CurveGroup[]): Promise<string> {
  const envs = [...new Set(groups.map(({ env }) => env))];
  return lineCharts(
    envs.map((env) => ({
      series: groups.filter((group) => group.env === env).flatMap(seriesOf),
      options: { title: env, xLabel: "environment steps", yLabel: "return of training episodes", width: 560, height: 200 },
    })),
  );
}

function seriesOf({ name, steps, records }: CurveGroup): Series[] {
  const curves = records.map(({ curve }) => curve).filter((curve) => curve.length > 0);
  const x: number[] = [];
  const [middle, low, high, quartile]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let i = 1; i <= POINTS; i++) {
    const step = (steps * i) / POINTS;
    const levels = curves.map((curve) => curve.findLast(([at]) => at <= step)?.[1]).filter((level) => level !== undefined);
    // A mean over other seeds at each point would tell a wrong story.
    if (levels.length === 0 || levels.length < curves.length) continue;
    const [from, to] = bootstrapInterval(levels, mean, 500);
    x.push(step);
    middle.push(mean(levels));
    quartile.push(interquartileMean(levels));
    low.push(from);
    high.push(to);
  }
  return [
    { name: `${name}: mean, 95 %`, x, y: middle, low, high },
    { name: `${name}: interquartile`, x, y: quartile, dashed: true },
  ];
}
