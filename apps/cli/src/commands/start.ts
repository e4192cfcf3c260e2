/** What `npm start` shows: an agent that learns to balance a pole, in one go. */
import { evaluate, SCORE_METRIC } from "@rl/train";
import { evaluationEnv, prepare, singleEnv, type Job } from "../job.ts";
import { commandText, shellPath } from "../program-name.ts";
import { revive } from "../revive.ts";
import { drawCurve } from "../terminal/curve.ts";
import type { Screen } from "../terminal/screen.ts";
import { show } from "../terminal/theatre.ts";
import { verdict } from "../terminal/verdict.ts";
import { trainInThread } from "../training/train.ts";
import { grouped } from "../values.ts";

export interface StartOptions {
  readonly seed: number;
  readonly steps?: number;
  readonly dir: string;
}

const ENV = "CartPole-v1";
const STEPS = 200_000;
/** Where the cart and its pole are, in the scene's pixels. */
const BAND = { top: 150, height: 200 };

export async function start(screen: Screen, options: StartOptions, command: string): Promise<void> {
  const { bold, dim } = screen.colors;
  const steps = options.steps ?? STEPS;
  const job: Job = { algorithm: "pg", env: ENV, preset: "gae", seed: options.seed, totalSteps: steps, options: {} };
  screen.line(bold(`Teaching an agent to balance a pole: ${ENV}, policy gradient with GAE, seed ${job.seed}.`));
  const began = performance.now();
  const dir = await trainInThread(
    screen,
    { kind: "new", job, plans: { root: options.dir, evaluateEpisodes: 20 }, command },
    prepare(job).goal,
  );
  const seconds = (performance.now() - began) / 1000;

  screen.line();
  screen.line(`Mean return of training episodes (the most is 500), ${grouped(steps)} steps in ${seconds.toFixed(1)} s:`);
  for (const line of drawCurve(screen, dir, ENV, SCORE_METRIC)) screen.line(line);

  const { trainer } = revive(dir);
  screen.line();
  screen.line(`Evaluation: ${bold(verdict(evaluate(trainer, evaluationEnv(ENV, 100), { episodes: 100, seed: 10_000 }), ENV))}`);
  if (screen.live) {
    screen.line();
    await show(
      screen,
      trainer,
      singleEnv(ENV),
      { episodes: 1, seed: 10_000, fps: 50, deterministic: true, maxFrames: 150, maxRows: 18, band: BAND },
      () => undefined,
    );
  }
  screen.line();
  screen.line(`Run folder: ${dir}`);
  screen.line("Next:");
  const next = [
    [commandText("watch", shellPath(dir)), "watch it balance"],
    [commandText("train pg --env Pendulum-v1 --steps 300000"), "teach another task"],
    [commandText("list envs"), "see all tasks"],
  ] as const;
  const width = Math.max(...next.map(([text]) => text.length));
  const beside = width + Math.max(...next.map(([, what]) => what.length)) + 5 <= screen.columns;
  for (const [command, what] of next) {
    if (beside) screen.line(`  ${command.padEnd(width)}  ${dim(what)}`);
    else for (const line of [`  ${command}`, `    ${dim(what)}`]) screen.line(line);
  }
}
