/**
 * What a step of a rollout leaves to the garbage collector, measured in the middle of real training. A package names its cases in a file that does nothing
 * but call `garbageMain`; its test asks `garbageOf` for each of them.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { getHeapStatistics } from "node:v8";
import { Box, makeVec, MultiDiscrete, type VecEnv } from "@rl/envs";

/** Steps of a rollout, which a case's trainer must be told. */
export const ROLLOUT = 2000;
/** Steps between two readings of the heap, the last ones of a rollout. */
const SPAN = 1900;
/** Code that is not optimised yet boxes its numbers; rare branches take longest until they are. */
const ROLLOUTS = 120;
const LAST = 40;
/** So many readings that are good enough show that the code is optimised, and leaves nothing. */
const GOOD = 20;

export interface GarbageCase {
  readonly env: () => VecEnv;
  readonly create: (env: VecEnv) => { train(): Iterable<unknown> };
}
export type GarbageCases = Readonly<Record<string, GarbageCase>>;

const used = (): number => getHeapStatistics().used_heap_size;

/** Bytes per step of all environments: the lower quarter of the last readings, of which a collection can make some worthless. */
function bytesPerStep({ env, create }: GarbageCase, enough: number): number {
  const vec = env();
  const readings: number[] = [];
  const step = vec.step.bind(vec);
  let steps = 0;
  let before = 0;
  let ofReading = 0;
  let good = 0;
  vec.step = (actions) => {
    const at = steps++ % ROLLOUT;
    if (at === ROLLOUT - SPAN - 1) {
      before = used();
      ofReading = used() - before;
    } else if (at === ROLLOUT - 1) {
      const grown = used() - before - 2 * ofReading;
      readings.push(grown);
      if (grown > -SPAN && grown < enough * SPAN) good += 1;
    }
    return step(actions);
  };
  for (const _ of create(vec).train()) if (readings.length === ROLLOUTS || good === GOOD) break;
  const last = readings.slice(-LAST).filter((grown) => grown > -SPAN);
  return last.toSorted((a, b) => a - b)[last.length >> 2]! / SPAN;
}

/** Prints the bytes per step of the case that the command line names, and after it what is good enough. */
export function garbageMain(cases: GarbageCases): void {
  const [name, enough] = process.argv.slice(2) as [string, string];
  console.log(bytesPerStep(cases[name]!, Number(enough)));
}

/**
 * Bytes per step of a case, in a process of its own, where no other test has shaped the code. Up to three processes, until one takes less than `enough`:
 * V8 boxes a number in a few of a hundred because it optimised at an unlucky moment, while what the code makes is made in each.
 */
export function garbageOf(fixture: URL, name: string, enough: number, attempts = 3): number {
  let least = Infinity;
  for (let attempt = 0; attempt < attempts && !(least < enough); attempt++) {
    const words = ["--conditions=@rl/source", fileURLToPath(fixture), name, String(enough)];
    const output = execFileSync(process.execPath, words, { encoding: "utf8" });
    least = Math.min(least, Number(output));
  }
  return least;
}

export const cartPole = (): VecEnv => makeVec("CartPole-v1", 8) as VecEnv;
export const pendulum = (): VecEnv => makeVec("Pendulum-v1", 8) as VecEnv;

/** CartPole that makes an object at every hundredth step. */
export function wasteful(): VecEnv {
  const vec = cartPole();
  const step = vec.step.bind(vec);
  const kept: unknown[] = [];
  let steps = 0;
  vec.step = (actions) => {
    if (++steps % 100 === 0) kept[(steps / 100) & 1023] = { actions };
    return step(actions);
  };
  return vec;
}

/** Two choices at once, of 3 and 4 actions, one of the seven forbidden at each step. */
export function maskedChoices(): VecEnv {
  const numEnvs = 8;
  const observations = new Float32Array(numEnvs * 2);
  const masks = new Uint8Array(numEnvs * 7);
  const result = {
    observations,
    rewards: new Float64Array(numEnvs),
    terminated: new Uint8Array(numEnvs),
    truncated: new Uint8Array(numEnvs),
    finalObservations: new Float32Array(numEnvs * 2),
    infos: {},
  };
  let t = 0;
  const show = (): void => {
    masks.fill(1);
    for (let n = 0; n < numEnvs; n++) {
      observations[2 * n] = ((t + n) % 3) - 1;
      observations[2 * n + 1] = ((t + n) % 4) / 2 - 1;
      masks[7 * n + ((t + n) % 7)] = 0;
    }
  };
  show();
  return {
    numEnvs,
    autoreset: "same-step",
    spec: undefined,
    observations,
    singleObservationSpace: new Box({ low: -1, high: 1, shape: [2] }),
    singleActionSpace: new MultiDiscrete([3, 4]),
    reset: () => ({ observations, infos: {} }),
    step(actions: Int32Array) {
      for (let n = 0; n < numEnvs; n++) {
        result.rewards[n] = (actions[2 * n] === (t + n) % 3 ? 0.5 : 0) + (actions[2 * n + 1] === (t + n) % 4 ? 0.5 : 0);
        result.terminated[n] = (t + n) % 50 === 0 ? 1 : 0;
      }
      t += 1;
      show();
      return result;
    },
    actionMasks: () => masks,
    scene: () => undefined,
    state: () => ({}),
    restore: () => undefined,
  } as unknown as VecEnv;
}
