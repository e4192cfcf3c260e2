/** rl bandits: the figures of the bandit chapter, as SVG files and in the terminal. */
import * as fs from "node:fs";
import * as path from "node:path";
import { nearest } from "@rl/train";
import { figures, figureSvg, type Figure, type Panel } from "../bandits/figures.ts";
import { terminalChart } from "../charts/terminal.ts";
import { UsageError } from "../errors.ts";
import type { Screen } from "../terminal/screen.ts";
import { CLEAR_LINE, HIDE_CURSOR, SHOW_CURSOR } from "../terminal/screen.ts";

export interface BanditsOptions {
  readonly figure?: string;
  readonly all?: boolean;
  readonly out?: string;
  readonly tasks: number;
  readonly seed: number;
}

export async function bandits(screen: Screen, options: BanditsOptions): Promise<void> {
  const { figure, all = false, out } = options;
  if (all === (figure !== undefined))
    throw new UsageError(`rl bandits needs --figure NAME or --all; figures: ${Object.keys(figures).join(", ")}.`);
  if (figure !== undefined && !(figure in figures)) {
    throw new UsageError(
      `--figure is "${figure}"; did you mean "${nearest(figure, Object.keys(figures))}"? Choose one of ${Object.keys(figures).join(", ")}.`,
    );
  }
  if (figure !== undefined && out !== undefined && path.extname(out) !== ".svg")
    throw new UsageError(`--out is "${out}", expected a file name that ends with .svg.`);
  const names = figure === undefined ? Object.keys(figures) : [figure];
  for (const name of names) {
    const file = figure === undefined ? path.join(out ?? "figures", `bandits-${name}.svg`) : out;
    const chosen = figures[name]!;
    const bar = progressBar(screen, `${name}  ${chosen.title}`);
    const sizes = { tasks: options.tasks, seed: options.seed, onProgress: bar.update };
    const panels = chosen.panels(sizes);
    bar.stop();
    if (figure !== undefined) draw(screen, panels);
    if (file !== undefined) await write(screen, file, chosen, panels, sizes);
  }
}

async function write(
  screen: Screen,
  file: string,
  figure: Figure,
  panels: readonly Panel[],
  sizes: Parameters<Figure["panels"]>[0],
): Promise<void> {
  const svg = await figureSvg(figure, panels, sizes);
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  fs.writeFileSync(`${file}.part`, svg);
  fs.renameSync(`${file}.part`, file);
  screen.line(`Wrote ${file}`);
}

function draw(screen: Screen, panels: readonly Panel[]): void {
  const { colors } = screen;
  const paints = [colors.cyan, colors.yellow, colors.magenta, colors.green, colors.blue, colors.red];
  const paint = (text: string, i: number): string => paints[i % paints.length]!(text);
  for (const { series, options } of panels) {
    const logarithm = options.xScale === "log" ? Math.log10 : options.xScale === "log2" ? Math.log2 : undefined;
    const shown = series.map(({ name, x, y }) => ({ name, x: logarithm ? Array.from(x, logarithm) : x, y }));
    screen.line(`${options.title === "" ? "" : `${options.title}: `}${options.yLabel}`);
    screen.line(series.map(({ name }, i) => paint(`── ${name}`, i)).join("  "));
    const xLabel = logarithm ? `${options.xScale} of ${options.xLabel}` : options.xLabel;
    for (const line of terminalChart(shown, { width: Math.min(100, screen.columns - 1), height: 14, xLabel, paint })) screen.line(line);
    screen.line("");
  }
}

/** A bar that is redrawn on a terminal; elsewhere one plain line at the start. */
function progressBar(screen: Screen, title: string): { readonly update: (fraction: number) => void; readonly stop: () => void } {
  if (!screen.live) {
    screen.line(title);
    return { update: () => undefined, stop: () => undefined };
  }
  const width = 24;
  let shown = -1;
  const update = (fraction: number): void => {
    const filled = Math.round(fraction * width);
    const percent = Math.floor(100 * fraction);
    if (percent === shown) return;
    shown = percent;
    screen.write(
      `${HIDE_CURSOR}${CLEAR_LINE}${screen.colors.cyan("━".repeat(filled))}${screen.colors.dim("─".repeat(width - filled))} ${String(percent).padStart(3)} %  ${title}`.slice(
        0,
        screen.columns + 40,
      ),
    );
  };
  update(0);
  return { update, stop: () => screen.write(`${CLEAR_LINE}${SHOW_CURSOR}`) };
}
