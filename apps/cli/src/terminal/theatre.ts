/** An agent at work, drawn frame by frame. */
import { setTimeout as wait } from "node:timers/promises";
import { paintTerminal } from "@rl/envs/paint";
import { withMasks, type Actor } from "@rl/train";
import { SyncVectorEnv, type Env, type Point, type Scene, type Shape, type VecEnv } from "@rl/envs";
import { short } from "../values.ts";
import { HIDE_CURSOR, SHOW_CURSOR, upLines, type Screen } from "./screen.ts";

export interface ShowOptions {
  readonly episodes: number;
  readonly seed: number;
  readonly fps: number;
  readonly deterministic: boolean;
  /** Frames after which the curtain falls; default none. */
  readonly maxFrames?: number;
  /** Most lines a picture takes; default what the terminal has. */
  readonly maxRows?: number;
  /** Only this band of the scene, in its own pixels; default all of it. */
  readonly band?: { readonly top: number; readonly height: number };
  readonly signal?: AbortSignal;
}

export interface ShownEpisode {
  readonly episode: number;
  readonly return: number;
  readonly steps: number;
  /** False where it was cut off by `maxFrames` or the signal. */
  readonly complete: boolean;
}

/** Plays episodes; on a terminal each step is a frame. Calls `onEpisode` after each. */
export async function show(
  screen: Screen,
  actor: Actor,
  env: Env<unknown, unknown>,
  options: ShowOptions,
  onEpisode: (episode: ShownEpisode) => void,
): Promise<void> {
  // A vector of one, which checks what the environment returns and flattens it, as in training.
  const stage = new SyncVectorEnv([() => env], { autoreset: "disabled" }) as unknown as VecEnv;
  const row = new Float32Array(stage.singleObservationSpace.size);
  const frame = screen.live ? new Frame(screen, options) : undefined;
  let frames = 0;
  try {
    for (let episode = 1; episode <= options.episodes; episode++) {
      let { observations, infos } = stage.reset({ seed: options.seed + episode - 1 });
      let sum = 0;
      let steps = 0;
      let over = false;
      let due = performance.now();
      while (!over) {
        if (options.signal?.aborted === true || frames === options.maxFrames) break;
        if (frame !== undefined) {
          frame.draw(env, `episode ${episode}  step ${steps}  return ${short(sum)}`);
          due = Math.max(due + 1000 / options.fps, performance.now());
          await wait(Math.max(0, due - performance.now()), undefined, { signal: options.signal }).catch(() => undefined);
        } else if (steps % 1000 === 0) await wait(0);
        frames++;
        row.set(observations as ArrayLike<number>);
        const step = stage.step(actor.act(row, withMasks({ deterministic: options.deterministic }, stage, infos)));
        ({ observations, infos } = step);
        sum += step.rewards[0]!;
        steps++;
        over = step.terminated[0] === 1 || step.truncated[0] === 1;
      }
      frame?.draw(env, `episode ${episode}  step ${steps}  return ${short(sum)}`);
      onEpisode({ episode, return: sum, steps, complete: over });
      if (!over) return;
    }
  } finally {
    frame?.close();
  }
}

/** Pictures drawn over each other. */
class Frame {
  private readonly screen: Screen;
  private readonly options: ShowOptions;
  private height = 0;

  constructor(screen: Screen, options: ShowOptions) {
    this.screen = screen;
    this.options = options;
    screen.write(HIDE_CURSOR);
  }

  draw(env: Env<unknown, unknown>, caption: string): void {
    const { band, maxRows = Infinity } = this.options;
    const whole = env.scene();
    const scene = whole === undefined || band === undefined ? whole : cutBand(whole, band.top, band.height);
    const columns = Math.max(1, Math.min(100, this.screen.columns - 1));
    const rows = Math.max(1, Math.min(maxRows, this.screen.rows - 3));
    const picture =
      scene === undefined ? "(this environment cannot be drawn)" : paintTerminal(scene, { columns, rows, style: this.screen.style });
    const lines = [...picture.split("\n"), caption.slice(0, columns)];
    this.screen.write(`${upLines(this.height)}\r${lines.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J`);
    this.height = lines.length;
  }

  close(): void {
    this.screen.write(SHOW_CURSOR);
  }
}

/** A horizontal band of a scene. */
export function cutBand(scene: Scene, top: number, height: number): Scene {
  const up = ([x, y]: Point): Point => [x, y - top];
  const shapes = scene.shapes.map((shape): Shape => {
    switch (shape.kind) {
      case "polygon":
      case "polyline":
        return { ...shape, points: shape.points.map(up) };
      case "circle":
        return { ...shape, center: up(shape.center) };
      case "line":
        return { ...shape, from: up(shape.from), to: up(shape.to) };
      default:
        return { ...shape, at: up(shape.at) };
    }
  });
  return { ...scene, height, shapes };
}
