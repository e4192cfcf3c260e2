/**
 * Charts as SVG text, drawn by Vega-Lite, which renders without a browser. Colours are chosen to read on white and on black; text, axes and
 * grid follow the reader's colour scheme through a style sheet inside the file.
 */
import type { Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";

/** One line; `low` and `high` draw a band around it. */
export interface Series {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly low?: ArrayLike<number>;
  readonly high?: ArrayLike<number>;
  readonly dashed?: boolean;
}

export interface ChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Pixels of the plotting area. Default 620 × 340. */
  readonly width?: number;
  readonly height?: number;
  readonly xScale?: "linear" | "log" | "log2";
  readonly yScale?: "linear" | "log";
  readonly xDomain?: readonly [number, number];
  readonly yDomain?: readonly [number, number];
  /** Format of the y ticks in d3's notation, for example ".0%". */
  readonly yFormat?: string;
  /** A labelled horizontal line, such as the score at which a task counts as solved. */
  readonly rule?: { readonly y: number; readonly label: string };
}

export const palette = ["#3b82c4", "#d9822b", "#2f9e6e", "#c44e8a", "#8a6fd1", "#a08030", "#4c9aa8", "#c0504d", "#7f8c5a", "#6b7fd7"];

// Stand-ins that the style sheet below recolours.
export const ink = "#24292e";
const grid = "#d8dee3";
const style = (): string =>
  `<style>@media (prefers-color-scheme: dark) { [fill="${ink}"] { fill: #e6edf3 } [stroke="${ink}"] { stroke: #e6edf3 } [stroke="${grid}"] { stroke: #3a424b } }</style>`;

// Without a canvas Vega takes every letter for 0.8 em wide and leaves room for it: legends and titles then push the picture apart. These are the widths of
// Helvetica's letters, in thousandths of an em, by groups, with a tenth more for the wider fonts that may take its place.
const narrow = /* @__PURE__ */ new Set("ijltfrI.,:;'|!()[]{}/ -");
const wide = /* @__PURE__ */ new Set("mwMWOQGCD%@—");
function widthOf(item: { readonly fontSize?: number }, text: unknown): number {
  let width = 0;
  for (const letter of String(text)) width += narrow.has(letter) ? 310 : wide.has(letter) ? 800 : /[A-Z]/.test(letter) ? 680 : 560;
  return (1.1 * width * (item.fontSize ?? 11)) / 1000;
}

/** At most `most` evenly spaced points of a series; a picture shows no more. */
function thin(series: Series, most: number, index: number): Record<string, number | string>[] {
  const every = Math.max(1, Math.ceil(series.x.length / most));
  const rows: Record<string, number | string>[] = [];
  for (let i = 0; i < series.x.length; i++) {
    if (i % every !== 0 && i !== series.x.length - 1) continue;
    rows.push({
      x: series.x[i]!,
      y: series.y[i]!,
      series: series.name,
      order: index,
      ...(series.low && series.high ? { low: series.low[i]!, high: series.high[i]! } : {}),
    });
  }
  return rows;
}

/** Draws lines with optional bands. Returns SVG text. */
export async function lineChart(series: readonly Series[], options: ChartOptions): Promise<string> {
  return render(lineSpec(series, options));
}

/** Draws several line charts below each other. Returns SVG text. */
export async function lineCharts(
  panels: readonly { readonly series: readonly Series[]; readonly options: ChartOptions }[],
): Promise<string> {
  return render({
    vconcat: panels.map(({ series, options }) => lineSpec(series, options)),
    resolve: { scale: { color: "independent", strokeDash: "independent" } },
  });
}

/** The scale of an axis. */
const scale = (kind: ChartOptions["xScale"], domain: readonly [number, number] | undefined): object => ({
  type: kind === "log2" ? "log" : (kind ?? "linear"),
  ...(kind === "log2" ? { base: 2 } : {}),
  ...(kind === undefined || kind === "linear" ? { zero: false } : {}),
  nice: domain === undefined,
  ...(domain ? { domain } : {}),
});

/** A level that is drawn across, and its label. */
function ruleLayers({ y, label }: NonNullable<ChartOptions["rule"]>): object[] {
  const data = { values: [{ level: y, label }] };
  const level = { field: "level", type: "quantitative" };
  return [
    { data, mark: { type: "rule", color: ink, strokeDash: [4, 4], opacity: 0.7 }, encoding: { y: level } },
    {
      data,
      mark: { type: "text", color: ink, align: "left", baseline: "bottom", dx: 4, dy: -2, x: 0 },
      encoding: { y: level, text: { field: "label" } },
    },
  ];
}

function lineSpec(series: readonly Series[], options: ChartOptions): object {
  const color = {
    field: "series",
    type: "nominal",
    title: null,
    sort: null,
    scale: { domain: series.map((s) => s.name), range: series.map((_, i) => palette[i % palette.length]) },
    legend:
      series.length > 1
        ? {
            orient: "bottom",
            columns: Math.max(...series.map((s) => s.name.length)) > 24 ? 2 : 3,
            labelLimit: 400,
            symbolType: "stroke",
            symbolStrokeWidth: 2.5,
            symbolSize: 300,
            symbolOpacity: 1,
          }
        : null,
  };
  // Powers of two below 1 as the fractions that they are.
  const halves = { labelExpr: "datum.value < 1 ? '1/' + format(1 / datum.value, '.0f') : format(datum.value, '.0f')" };
  const x = {
    field: "x",
    type: "quantitative",
    title: options.xLabel,
    scale: scale(options.xScale, options.xDomain),
    ...(options.xScale === "log2" ? { axis: halves } : {}),
  };
  const y = {
    field: "y",
    type: "quantitative",
    title: options.yLabel,
    scale: scale(options.yScale, options.yDomain),
    ...(options.yFormat ? { axis: { format: options.yFormat } } : {}),
  };
  const values = series.flatMap((s, i) => thin(s, 250, i));
  const dashes = {
    field: "series",
    type: "nominal",
    legend: color.legend,
    title: null,
    sort: null,
    scale: { domain: series.map((s) => s.name), range: series.map((s) => (s.dashed ? [6, 4] : [1, 0])) },
  };
  const layers: object[] = [];
  if (series.some((s) => s.low)) {
    layers.push({
      transform: [{ filter: "isValid(datum.low)" }],
      mark: { type: "area", opacity: 0.18, clip: true },
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
    });
  }
  layers.push({ mark: { type: "line", strokeWidth: 1.8, clip: true }, encoding: { x, y, color, strokeDash: dashes } });
  if (options.rule) layers.push(...ruleLayers(options.rule));
  return { title: options.title, width: options.width ?? 620, height: options.height ?? 340, data: { values }, layer: layers };
}

/** Draws one violin per group: the density of its samples, mirrored, with a tick at its mean. */
export async function violinChart(
  groups: readonly { readonly name: string; readonly samples: ArrayLike<number>; readonly mean: number }[],
  options: ChartOptions,
): Promise<string> {
  const values = groups.flatMap((group) => Array.from(group.samples, (value) => ({ group: group.name, value, mean: group.mean })));
  const column = (options.width ?? 620) / groups.length;
  const scale = { zero: false, ...(options.yDomain ? { domain: options.yDomain } : {}) };
  return render({
    title: options.title,
    spacing: 0,
    data: { values },
    facet: {
      column: {
        field: "group",
        type: "nominal",
        sort: groups.map((group) => group.name),
        title: options.xLabel,
        header: { titleOrient: "bottom", labelOrient: "bottom", labelPadding: 2, labelColor: ink, titleColor: ink },
      },
    },
    spec: {
      width: column,
      height: options.height ?? 340,
      layer: [
        {
          transform: [{ density: "value", groupby: ["group"], as: ["value", "density"] }],
          mark: { type: "area", orient: "horizontal", color: palette[0], opacity: 0.75 },
          encoding: {
            y: { field: "value", type: "quantitative", title: options.yLabel, scale },
            x: { field: "density", type: "quantitative", stack: "center", impute: null, title: null, axis: null },
          },
        },
        {
          mark: { type: "tick", color: palette[1], thickness: 2.5, width: column * 0.6 },
          encoding: { y: { aggregate: "mean", field: "mean", type: "quantitative", scale } },
        },
      ],
    },
  });
}

/** Renders a Vega-Lite specification in the house style. Returns SVG text. */
export async function render(spec: object): Promise<string> {
  const font = "Helvetica, Arial, sans-serif";
  const config = {
    background: null,
    view: { stroke: null },
    font,
    title: { color: ink, fontSize: 14, anchor: "start", fontWeight: 600 },
    axis: {
      labelColor: ink,
      titleColor: ink,
      gridColor: grid,
      tickColor: ink,
      domainColor: ink,
      labelFontSize: 11,
      titleFontSize: 12,
      titleFontWeight: 500,
    },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 11 },
  };
  // Only now: Vega waits for a canvas when it is loaded, and what waits there cannot be had by require.
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const { textMetrics, resetSVGDefIds } = vega as unknown as { textMetrics: { width: typeof widthOf }; resetSVGDefIds: () => void };
  textMetrics.width = widthOf;
  // Names inside the file are counted anew, so that it does not depend on what was drawn before it.
  resetSVGDefIds();
  const view = new vega.View(vega.parse(compile({ ...spec, padding: 12, config } as unknown as TopLevelSpec).spec as Spec), {
    renderer: "none",
  });
  const svg = await view.toSVG();
  view.finalize();
  return svg.replace(/(<svg[^>]*>)/, `$1${style()}`);
}
