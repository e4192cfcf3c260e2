import { evaluate } from "@rl/train";
import { evaluationEnv, singleEnv } from "../job.ts";
import { importsOf, revive } from "../revive.ts";
import type { Screen } from "../terminal/screen.ts";
import { show } from "../terminal/theatre.ts";
import { verdict } from "../terminal/verdict.ts";
import { short } from "../values.ts";

export interface EvalOptions {
  readonly episodes: number;
  readonly seed: number;
  readonly checkpoint?: string;
  readonly import?: readonly string[];
  readonly stochastic: boolean;
  readonly json: boolean;
}

export async function evaluateRun(screen: Screen, dir: string, options: EvalOptions): Promise<void> {
  await importsOf(dir, options.import);
  const { trainer, job, checkpoint, progress } = revive(dir, options.checkpoint);
  const { episodes, seed } = options;
  const deterministic = !options.stochastic;
  const result = evaluate(trainer, evaluationEnv(job.env, episodes), { episodes, seed, deterministic });
  if (!options.json) {
    screen.line(
      `${job.algorithm} on ${job.env}, checkpoint ${checkpoint} (step ${short(progress.step)}): ${screen.colors.bold(verdict(result, job.env))}`,
    );
    return;
  }
  const { meanReturn: mean, stdReturn: std, meanLength, returns, lengths } = result;
  screen.line(
    JSON.stringify({
      dir,
      env: job.env,
      checkpoint,
      step: progress.step,
      episodes,
      seed,
      deterministic,
      mean,
      std,
      meanLength,
      returns: [...returns],
      lengths: [...lengths],
    }),
  );
}

export interface WatchOptions {
  readonly episodes: number;
  readonly fps: number;
  readonly seed: number;
  readonly checkpoint?: string;
  readonly import?: readonly string[];
  readonly stochastic: boolean;
}

export async function watch(screen: Screen, dir: string, options: WatchOptions): Promise<void> {
  await importsOf(dir, options.import);
  const { trainer, job, checkpoint, progress } = revive(dir, options.checkpoint);
  screen.line(
    `${job.algorithm} on ${job.env}, checkpoint ${checkpoint} (step ${short(progress.step)})${screen.live ? ". Ctrl-C ends." : ""}`,
  );
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once("SIGINT", end);
  try {
    const { episodes, seed, fps, stochastic } = options;
    // Where pictures are drawn over each other, the results stand below the last one.
    const results: string[] = [];
    await show(screen, trainer, singleEnv(job.env), { episodes, seed, fps, deterministic: !stochastic, signal: stop.signal }, (shown) => {
      const cut = shown.complete ? "" : ", cut off";
      const line = `episode ${shown.episode}: return ${short(shown.return)} in ${shown.steps} steps${cut}`;
      if (screen.live) results.push(line);
      else screen.line(line);
    });
    for (const line of results) screen.line(line);
  } finally {
    process.off("SIGINT", end);
  }
}
