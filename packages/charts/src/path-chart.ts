/** Charts of minimisers at work: paths over level curves, and convergence beside its bound. */
import { ink, palette, render, type Series } from "./chart.ts";

export interface PathPanel {
  readonly title: string;
  /** Closed curves f = constant. */
  readonly levels: readonly { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> }[];
  /** Points visited, in order; the first is the start. */
  readonly paths: readonly Series[];
  readonly minimum: readonly [x: number, y: number];
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  /** Pixels of the plotting area; the height follows from the domains, so that both axes have one scale. */
  readonly width: number;
}

/** Draws paths in the plane over level curves, one panel beside the other. Returns SVG text. */
export async function pathChart(panels: readonly PathPanel[]): Promise<string> {
  return tenths(await render({ hconcat: panels.map(panelSpec), resolve: { legend: { color: "shared" }, scale: { color: "shared" } } }));
}

/** The same picture with coordinates to a tenth of a pixel: a third of the size. */
const tenths = (svg: string): string => svg.replace(/\d+\.\d{2,}/g, (digits) => String(Math.round(Number(digits) * 10) / 10));

function panelSpec({ title, levels, paths, minimum, xDomain, yDomain, width }: PathPanel): object {
  const x = { field: "x", type: "quantitative", title: "x₁", scale: { domain: xDomain }, axis: { grid: false } };
  const y = { field: "y", type: "quantitative", title: "x₂", scale: { domain: yDomain }, axis: { grid: false } };
  const order = { field: "k", type: "quantitative" };
  const points = (series: Pick<Series, "x" | "y">, name: string): object[] =>
    Array.from(series.x, (value, k) => ({ x: value, y: series.y[k]!, k, name }));
  const names = paths.map((path) => path.name);
  const color = {
    field: "name",
    type: "nominal",
    title: null,
    sort: null,
    scale: { domain: names, range: names.map((_, i) => palette[i % palette.length]) },
    legend: { orient: "bottom", columns: 3, labelLimit: 400, symbolType: "stroke", symbolStrokeWidth: 2.5, symbolSize: 300 },
  };
  const data = { values: paths.flatMap((path) => points(path, path.name)) };
  const first = paths[0]!;
  return {
    title,
    width,
    height: Math.round((width * (yDomain[1] - yDomain[0])) / (xDomain[1] - xDomain[0])),
    layer: [
      {
        data: { values: levels.flatMap((level, i) => points(level, String(i))) },
        mark: { type: "line", color: "#9aa4ad", strokeWidth: 0.8, opacity: 0.8, clip: true },
        encoding: { x, y, order, detail: { field: "name", type: "nominal" } },
      },
      // The first path is wider, to be seen where another covers it.
      ...paths.map((path, i) => ({
        data: { values: points(path, path.name) },
        mark: { type: "line", strokeWidth: i === 0 ? 4 : 1.6, clip: true },
        encoding: { x, y, order, color },
      })),
      { data, mark: { type: "point", filled: true, size: 22, opacity: 1, clip: true }, encoding: { x, y, color } },
      {
        data: {
          values: [
            { x: first.x[0], y: first.y[0], text: "start" },
            { x: minimum[0], y: minimum[1], text: "minimum" },
          ],
        },
        layer: [
          { mark: { type: "point", filled: true, size: 50, color: ink, opacity: 1 }, encoding: { x, y } },
          { mark: { type: "text", color: ink, align: "left", dx: 8, dy: 12, fontSize: 11 }, encoding: { x, y, text: { field: "text" } } },
        ],
      },
    ],
  };
}

export interface ConvergencePair {
  readonly name: string;
  /** By iteration, from 0. */
  readonly measured: ArrayLike<number>;
  readonly bound: ArrayLike<number>;
}

/** Draws measured values (solid) and their bounds (dashed, the same colour) on a logarithmic scale. Returns SVG text. */
export async function convergenceChart(
  pairs: readonly ConvergencePair[],
  options: { readonly title: string; readonly yLabel: string; readonly yDomain: readonly [number, number] },
): Promise<string> {
  const rows = (pair: ConvergencePair, values: ArrayLike<number>, kind: string): object[] =>
    Array.from(values, (value, k) => ({ k, value, kind, name: pair.name })).filter(({ value }) => value >= options.yDomain[0] / 10);
  const names = pairs.map((pair) => pair.name);
  const legend = { orient: "bottom", symbolType: "stroke", symbolStrokeWidth: 2.5, symbolSize: 300, labelLimit: 400 };
  return render({
    title: options.title,
    width: 620,
    height: 380,
    data: { values: pairs.flatMap((pair) => [...rows(pair, pair.measured, "measured"), ...rows(pair, pair.bound, "bound")]) },
    mark: { type: "line", strokeWidth: 1.8, clip: true },
    encoding: {
      x: { field: "k", type: "quantitative", title: "iteration k" },
      y: {
        field: "value",
        type: "quantitative",
        title: options.yLabel,
        scale: { type: "log", domain: options.yDomain },
        axis: { format: "~e" },
      },
      color: {
        field: "name",
        type: "nominal",
        title: null,
        sort: null,
        scale: { domain: names, range: names.map((_, i) => palette[i % palette.length]) },
        legend,
      },
      strokeDash: {
        field: "kind",
        type: "nominal",
        title: null,
        sort: null,
        scale: {
          domain: ["measured", "bound"],
          range: [
            [1, 0],
            [5, 4],
          ],
        },
        legend,
      },
    },
  });
}
