/** rl bandits: the figures of the bandit chapter, as SVG files and in the terminal. */
import * as path from "node:path";
import { hint } from "@rl/train";
import { drawFigures } from "../bandits/drawing.ts";
import { figures, type Panel } from "../bandits/figures.ts";
import { makePictureFolder, writePicture } from "../picture.ts";
import { terminalChart } from "../terminal/chart.ts";
import { ExitError, UsageError } from "../errors.ts";
import { onInterrupt } from "../stop.ts";
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
  const { figure, all = false, out, tasks, seed } = options;
  if (all === (figure !== undefined))
    throw new UsageError(`rl bandits needs either --figure NAME or --all; figures: ${Object.keys(figures).join(", ")}.`);
  if (figure !== undefined && !Object.hasOwn(figures, figure)) {
    throw new UsageError(`--figure is "${figure}"${hint(figure, Object.keys(figures))} Choose one of ${Object.keys(figures).join(", ")}.`);
  }
  if (out !== undefined && (path.extname(out) === ".svg") !== (figure !== undefined))
    throw new UsageError(`--out is "${out}", expected ${all ? "the name of a folder with --all" : "a file name that ends with .svg"}.`);
  const fileOf = (name: string): string | undefined => (all ? path.join(out ?? "figures", `bandits-${name}.svg`) : out);
  const names = figure === undefined ? Object.keys(figures) : [figure];
  const first = fileOf(names[0]!);
  if (first !== undefined) makePictureFolder(first);

  const stop = onInterrupt(screen, () => undefined);
  const bar = progressBar(screen, names);
  const drawing = drawFigures(names, { tasks, seed }, bar.update, ({ name, panels, svg }) => {
    bar.clear();
    if (!all) draw(screen, panels);
    const file = fileOf(name);
    if (file !== undefined) write(screen, file, svg);
  });
  const interrupted = new Promise<never>((_, reject) => {
    stop.signal.addEventListener("abort", () => reject(new ExitError(stop.exitCode)));
  });
  try {
    await Promise.race([drawing.done, interrupted]);
  } finally {
    drawing.stop();
    bar.stop();
    stop.release();
  }
}

function write(screen: Screen, file: string, svg: string): void {
  writePicture(file, svg);
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

/** A bar over all the work that is redrawn on a terminal; elsewhere one plain line at the start. */
function progressBar(
  screen: Screen,
  names: readonly string[],
): { readonly update: (fraction: number, running: readonly string[]) => void; readonly clear: () => void; readonly stop: () => void } {
  if (!screen.live) {
    const what = names.length === 1 ? `${names[0]!}  ${figures[names[0]!]!.title}` : `${names.length} figures: ${names.join(", ")}`;
    screen.line(what);
    return { update: () => undefined, clear: () => undefined, stop: () => undefined };
  }
  const width = 24;
  let shown = "";
  const update = (fraction: number, running: readonly string[]): void => {
    const filled = Math.round(fraction * width);
    const what = running.length === 1 ? `${running[0]!}  ${figures[running[0]!]!.title}` : running.join(", ");
    const text = ` ${`${Math.floor(100 * fraction)} %`.padStart(5)}  ${what}`;
    if (text === shown) return;
    shown = text;
    const { cyan, dim } = screen.colors;
    // Never as wide as the terminal: a full line would wrap, and could not be redrawn.
    const room = Math.max(0, screen.columns - width - 1);
    screen.write(`${HIDE_CURSOR}${CLEAR_LINE}${cyan("━".repeat(filled))}${dim("─".repeat(width - filled))}${text.slice(0, room)}`);
  };
  const clear = (): void => {
    shown = "";
    screen.write(CLEAR_LINE);
  };
  return { update, clear, stop: () => screen.write(`${CLEAR_LINE}${SHOW_CURSOR}`) };
}
