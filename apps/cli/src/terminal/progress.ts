/** How training goes: one line that is redrawn on a terminal, a plain line every so often elsewhere. */
import { compact, duration, grouped, short } from "../values.ts";
import { visible } from "./guard.ts";
import { CLEAR_LINE, HIDE_CURSOR, SHOW_CURSOR, type Screen } from "./screen.ts";

/** Where a run ends: by steps, by iterations, or whichever is first. */
export interface Goal {
  readonly steps: number;
  readonly iterations: number;
}

export interface Standing {
  readonly step: number;
  readonly iteration: number;
  /** What the run is scored by. */
  readonly score: number;
}

export interface ProgressOptions {
  readonly goal: Goal;
  readonly from: { readonly step: number; readonly iteration: number };
  /** What stands before the score. */
  readonly scoreName: string;
  readonly now?: () => number;
}

const PLAIN_LINES = 20;
const REDRAW_MS = 80;
/** Speed is measured over about this long, so that it follows what happens now. */
const WINDOW_MS = 5000;

export class Progress {
  private readonly screen: Screen;
  private readonly goal: Goal;
  private readonly scoreName: string;
  private readonly now: () => number;
  private marks: { readonly time: number; readonly step: number; readonly fraction: number }[];
  private drawn = -Infinity;
  private printed: number;
  private open = false;

  constructor(screen: Screen, { goal, from, scoreName, now = () => performance.now() }: ProgressOptions) {
    this.screen = screen;
    this.goal = goal;
    this.scoreName = visible(scoreName);
    this.now = now;
    const fraction = fractionOf(goal, from);
    this.marks = [{ time: now(), step: from.step, fraction }];
    this.printed = Math.floor(fraction * PLAIN_LINES);
  }

  update(standing: Standing): void {
    const time = this.now();
    const fraction = fractionOf(this.goal, standing);
    this.marks.push({ time, step: standing.step, fraction });
    while (this.marks.length > 2 && this.marks[1]!.time < time - WINDOW_MS) this.marks.shift();
    if (this.screen.live) {
      if (time - this.drawn < REDRAW_MS && fraction < 1) return;
      this.drawn = time;
      this.screen.write(`${this.open ? "" : HIDE_CURSOR}${CLEAR_LINE}${this.liveLine(standing, fraction)}`);
      this.open = true;
    } else if (Math.floor(fraction * PLAIN_LINES) > this.printed) {
      this.printed = Math.floor(fraction * PLAIN_LINES);
      this.screen.line(this.plainLine(standing, fraction));
    }
  }

  /** Says something under the line; the line goes on below. */
  note(text: string): void {
    this.breakLine();
    this.screen.line(text);
  }

  /** Leaves the line as it stands; the next one is drawn below what is said meanwhile. */
  breakLine(): void {
    if (this.open) this.screen.write("\n");
    this.open = false;
  }

  /** Leaves the line as it stands and gives the cursor back. */
  stop(): void {
    this.breakLine();
    if (this.screen.live) this.screen.write(SHOW_CURSOR);
  }

  private pace(fraction: number): { readonly perSecond: number; readonly left: number } {
    const first = this.marks[0]!;
    const last = this.marks.at(-1)!;
    const seconds = (last.time - first.time) / 1000;
    return {
      perSecond: seconds > 0 ? (last.step - first.step) / seconds : NaN,
      left: last.fraction > first.fraction ? ((1 - fraction) * seconds) / (last.fraction - first.fraction) : NaN,
    };
  }

  private liveLine(standing: Standing, fraction: number): string {
    const { bold, cyan, dim } = this.screen.colors;
    const { perSecond, left } = this.pace(fraction);
    const percent = `${Math.floor(100 * fraction)} %`.padStart(6);
    const steps = Number.isFinite(this.goal.steps)
      ? `${compact(standing.step)}/${compact(this.goal.steps)} steps`
      : `${compact(standing.step)} steps`;
    const rest = [
      steps,
      `${Number.isNaN(perSecond) ? "–" : grouped(perSecond)} steps/s`,
      `${this.scoreName} ${short(standing.score)}`,
      `${duration(left)} left`,
    ];
    const length = percent.length + rest.reduce((sum, part) => sum + part.length + 3, 0) + 2;
    // Never as wide as the terminal: a full line would wrap, and could not be redrawn.
    const width = Math.min(30, this.screen.columns - length - 1);
    const shown = rest.map((part, i) => (i === 2 ? bold(part) : part)).join(dim(" · "));
    if (width >= 5) return `${bar(fraction, width, cyan, dim)}${percent}${dim(" · ")}${shown}`;
    // Whole parts are left out, the speed first: half a number is another number.
    const [, speed, score, time] = rest as [string, string, string, string];
    const room = this.screen.columns - 1;
    const choices = [[speed, score, time], [score, time], [score], []].map((parts) => [percent.trim(), ...parts].join(" · "));
    return choices.find((line) => line.length <= room) ?? choices.at(-1)!.slice(0, room);
  }

  private plainLine(standing: Standing, fraction: number): string {
    const { perSecond, left } = this.pace(fraction);
    return `${`${Math.floor(100 * fraction)} %`.padStart(5)}  step ${grouped(standing.step)}  ${this.scoreName} ${short(standing.score)}  ${Number.isNaN(perSecond) ? "–" : grouped(perSecond)} steps/s  ${duration(left)} left`;
  }
}

function fractionOf(goal: Goal, at: { readonly step: number; readonly iteration: number }): number {
  return Math.min(1, Math.max(at.step / goal.steps, at.iteration / goal.iterations));
}

function bar(fraction: number, width: number, full: (text: string) => string, rest: (text: string) => string): string {
  const filled = Math.round(fraction * width);
  return `${full("━".repeat(filled))}${rest("─".repeat(width - filled))}`;
}
