import headless from "@xterm/headless";
import { make, type Env } from "@rl/envs";
import pc from "picocolors";
import { expect, test } from "vitest";
import { openScreen, type Screen } from "../src/terminal/screen.ts";
import { Progress } from "../src/terminal/progress.ts";
import { show } from "../src/terminal/theatre.ts";
import { ticks, terminalChart } from "../src/terminal/chart.ts";
import { recorder } from "./recorder.ts";

/** A real terminal emulator, to see what the control codes make of the text. */
function emulator(
  columns: number,
  rows = 24,
): { readonly screen: Screen; readonly lines: () => Promise<string[]>; readonly cursorHidden: () => boolean } {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  let all = "";
  const write = (text: string): void => {
    all += text;
    terminal.write(text);
  };
  return {
    screen: {
      live: true,
      columns,
      rows,
      style: "truecolor",
      colors: pc.createColors(true),
      write,
      line: (text = "") => write(`${text}\n`),
      warn: (sentence) => write(`warning: ${sentence}\n`),
    },
    lines: () =>
      new Promise((resolve) =>
        terminal.write("", () => {
          const { active } = terminal.buffer;
          const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true));
          resolve(lines.slice(0, lines.findLastIndex((line) => line !== "") + 1));
        }),
      ),
    cursorHidden: () => all.lastIndexOf("\x1b[?25l") > all.lastIndexOf("\x1b[?25h"),
  };
}

const goal = { steps: 1000, iterations: Infinity };

test("the live line stays one line, whatever the width", async () => {
  for (const columns of [30, 45, 60, 80, 200]) {
    const { screen, lines, cursorHidden } = emulator(columns);
    let now = 0;
    const progress = new Progress(screen, { goal, from: { step: 0, iteration: 0 }, scoreName: "mean return", now: () => now });
    for (let i = 1; i <= 10; i++) {
      now += 1000;
      progress.update({ step: 100 * i, iteration: i, score: 12.345 * i });
    }
    expect(cursorHidden()).toBe(true);
    progress.stop();
    expect(cursorHidden()).toBe(false);
    const shown = await lines();
    expect(shown, `${columns} columns: ${shown.join("|")}`).toHaveLength(1);
    expect(shown[0]!.length).toBeLessThan(columns);
    expect(shown[0]).toContain("100 %");
    // Never a part of a number: the whole of it, or another part of the line.
    expect(shown[0]).toMatch(/mean return 123\.5(?: ·|$)/);
  }
});

test("what the live line says: bar, percent, steps, speed over the last seconds, mean return, time left", async () => {
  const { screen, lines } = emulator(100);
  let now = 0;
  const progress = new Progress(screen, { goal, from: { step: 0, iteration: 0 }, scoreName: "mean return", now: () => now });
  for (const [time, step] of [
    [8000, 100],
    [8500, 150],
    [12_000, 500],
    [14_000, 700],
  ] as const) {
    now = time;
    progress.update({ step, iteration: 1, score: 123.45 });
  }
  // The last mark that is five seconds old is that of 8.5 s: 550 steps in 5.5 s; 300 are left.
  const [line] = await lines();
  expect(line).toMatch(/^━+─+ {2}70 % · 700\/1,000 steps · 100 steps\/s · mean return 123\.5 · 0:03 left$/);
  expect(line!.match(/━/g)!.length / line!.match(/[━─]/g)!.length).toBeCloseTo(0.7, 1);
});

test("a note stands under the line, and the line goes on below", async () => {
  const { screen, lines } = emulator(80);
  let now = 0;
  const progress = new Progress(screen, { goal, from: { step: 0, iteration: 0 }, scoreName: "mean return", now: () => now });
  for (const step of [250, 500, 750]) {
    now += 1000;
    progress.update({ step, iteration: 1, score: 1 });
    if (step === 500) progress.note("Stopping after this iteration.");
  }
  progress.stop();
  screen.line("Saved.");
  expect((await lines()).map((line) => /(\d+ %|Stop.*|Saved.*)/.exec(line)?.[1])).toEqual([
    "50 %",
    "Stopping after this iteration.",
    "75 %",
    "Saved.",
  ]);
});

test("elsewhere it is twenty plain lines, from where a resumed run begins", () => {
  const { screen, text } = recorder();
  let now = 0;
  const progress = new Progress(screen, {
    goal: { steps: Infinity, iterations: 50 },
    from: { step: 5000, iteration: 20 },
    scoreName: "mean return",
    now: () => now,
  });
  for (let iteration = 21; iteration <= 50; iteration++) {
    now += 1000;
    progress.update({ step: 5000 + 100 * (iteration - 20), iteration, score: iteration });
  }
  progress.stop();
  const lines = text().trimEnd().split("\n");
  expect(lines).toHaveLength(12);
  expect(lines[0]).toBe(" 46 %  step 5,300  mean return 23  100 steps/s  0:27 left");
  expect(lines.at(-1)).toBe("100 %  step 8,000  mean return 50  100 steps/s  0:00 left");
  expect(text()).not.toContain("\x1b");
});

test("frames are drawn over each other, and the cursor comes back", async () => {
  const { screen, lines, cursorHidden } = emulator(60, 20);
  screen.line("before");
  const env = make("CartPole-v1") as unknown as Env<unknown, unknown>;
  const shown: unknown[] = [];
  await show(
    screen,
    { act: () => Int32Array.of(1) },
    env,
    { episodes: 2, seed: 0, fps: 1000, deterministic: true, maxRows: 8 },
    (episode) => shown.push(episode),
  );
  screen.line("after");
  expect(cursorHidden()).toBe(false);
  const text = await lines();
  expect(text[0]).toBe("before");
  expect(text.at(-1)).toBe("after");
  expect(text.length).toBeLessThanOrEqual(1 + 9 + 1);
  expect(text.at(-2)).toMatch(/^episode 2 {2}step \d+ {2}return \d+$/);
  expect(text.join("")).toContain("▀");
  expect(shown).toHaveLength(2);
  expect(shown[0]).toMatchObject({ episode: 1, complete: true });
});

test("watching ends at a signal", async () => {
  const { screen, cursorHidden } = emulator(60, 20);
  const stop = new AbortController();
  const env = make("CartPole-v1") as unknown as Env<unknown, unknown>;
  setTimeout(() => stop.abort(), 50);
  const began = performance.now();
  await show(
    screen,
    { act: () => Int32Array.of(1) },
    env,
    { episodes: 100, seed: 0, fps: 1, deterministic: true, signal: stop.signal },
    () => undefined,
  );
  expect(performance.now() - began).toBeLessThan(900);
  expect(cursorHidden()).toBe(false);
});

test("what standard output can show", () => {
  const stream = (isTTY: boolean, columns = 80): NodeJS.WriteStream =>
    ({ isTTY, columns, rows: 24, write: () => true }) as unknown as NodeJS.WriteStream;
  const look = (isTTY: boolean, env: Record<string, string>): unknown[] => {
    const { live, style, colors } = openScreen(stream(isTTY), env);
    return [live, style, colors.isColorSupported];
  };
  expect(look(true, { TERM: "xterm-256color" })).toEqual([true, "truecolor", true]);
  expect(look(true, { TERM: "xterm", COLORTERM: "truecolor" })).toEqual([true, "truecolor", true]);
  expect(look(true, { TERM: "xterm-256color", NO_COLOR: "1" })).toEqual([true, "blocks", false]);
  expect(look(true, { TERM: "linux", LANG: "C" })).toEqual([true, "ascii", true]);
  expect(look(true, { TERM: "dumb" })).toEqual([false, "blocks", false]);
  expect(look(false, { TERM: "xterm-256color" })).toEqual([false, "blocks", false]);
});

test("charts: every line fits, points are where they belong, the rule is named", () => {
  const x = Array.from({ length: 50 }, (_, i) => i * 100);
  const chart = terminalChart([{ name: "a", x, y: x }], { width: 40, height: 8, xLabel: "steps", rule: { y: 4000, label: "solved" } });
  expect(chart).toHaveLength(10);
  for (const line of chart) expect(line.length).toBeLessThanOrEqual(40);
  expect(chart.join("\n")).toContain("solved");
  expect(chart[0]).toMatch(/[⠀-⣿]$/u);
  expect(chart[7]).toMatch(/^ *0 ┤[⠀-⣿]/u);
  const gap = terminalChart([{ name: "a", x: [0, 1, 2, 3], y: [1, NaN, 1, 1] }], { width: 22, height: 2 });
  expect(gap.join("")).toMatch(/[⠀-⣿] {4,}/u);
});

test("ticks are round and span the range", () => {
  expect(ticks(0, 500, 3)).toEqual([0, 200, 400, 600]);
  expect(ticks(-1600, -150, 4)).toEqual([-2000, -1500, -1000, -500, 0]);
  expect(ticks(0.1, 0.32, 5)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
});
