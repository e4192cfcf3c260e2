import { resolveEnv, sharesEnv, SyncVectorEnv, type Env, type VecEnv } from "@rl/envs";
import { checkCount, checkKeys, show } from "./options.ts";
import type { ActOptions } from "./trainer.ts";

/** Anything that acts on a batch of observations: a Trainer, or a policy of your own. */
export interface Actor {
  act(observations: Float32Array, options?: ActOptions): Int32Array | Float32Array;
}

/** One environment or a vector of them, of any kind. any: Env is invariant in its observation and action, and spaces are told apart at run time. */
// eslint-disable-next-line typescript/no-explicit-any -- as above
type AnyEnv = VecEnv<any, any> | Env<any, any>;

/** An id such as "CartPole-v1", an environment, a vector of them, or a function that makes either: as trainers take them. */
export type EvaluationEnv = string | AnyEnv | (() => AnyEnv);

/** Rows of a vector that is made from an id: one for each episode is the fastest, as far as memory is no matter. */
const MOST_ROWS = 1000;

/** The environment to evaluate in, made where only its id or its maker is given. Refuses what cannot be played in, and what the trainer itself plays in. */
export function openEvaluation(call: string, actor: object, env: EvaluationEnv, episodes: number): AnyEnv {
  const made: unknown = typeof env === "function" && !isClass(env) ? env() : env;
  if (sharesEnv(actor, made)) {
    throw new TypeError(
      `${call}: env is the environment that the trainer learns in, and evaluating there would change how its training goes on; give one of its own, such as makeVec("CartPole-v1", 10).`,
    );
  }
  const rows = typeof made === "string" ? Math.min(episodes, MOST_ROWS) : undefined;
  const vec = resolveEnv(call, made as VecEnv, rows, 1);
  return isVector(made) || typeof made === "string" ? vec : (made as Env);
}

const isVector = (env: unknown): env is VecEnv => typeof env === "object" && env !== null && "singleObservationSpace" in env;
const isClass = (value: object): boolean => /^class\b/.test(Function.prototype.toString.call(value));

export interface EvaluateOptions {
  /** Episodes to play; default 100. */
  readonly episodes?: number;
  /** Episode i starts from seed + i (as far as the environments have rows); default 0. */
  readonly seed?: number;
  /** Default true: the most likely action. False draws from the trainer's own stream, which changes how its training goes on. */
  readonly deterministic?: boolean;
  /** Longest episode before it is an error; default 1 000 000. For environments without a time limit. */
  readonly maxEpisodeSteps?: number;
}

export interface Evaluation {
  /** Undiscounted return of each episode. */
  readonly returns: Float64Array;
  readonly lengths: Int32Array;
  readonly meanReturn: number;
  /** Standard deviation of the returns (of the population, as NumPy's `std`). */
  readonly stdReturn: number;
  readonly meanLength: number;
}

/**
 * Plays whole episodes and reports their returns. With a vector, every row plays its share of the episodes from the start, so that short episodes
 * do not crowd out long ones; give it one row per episode for the fastest evaluation. The environment is reset first and left in the middle.
 */
export function evaluate(actor: Actor, env: EvaluationEnv, options: EvaluateOptions = {}): Evaluation {
  checkKeys("evaluate", options, ["episodes", "seed", "deterministic", "maxEpisodeSteps"]);
  const { episodes = 100, seed = 0, deterministic = true, maxEpisodeSteps = 1_000_000 } = options;
  checkCount("evaluate", "episodes", episodes);
  checkCount("evaluate", "seed", seed, 0);
  checkCount("evaluate", "maxEpisodeSteps", maxEpisodeSteps);
  if (typeof deterministic !== "boolean") throw new TypeError(`evaluate: deterministic is ${show(deterministic)}, expected true or false.`);
  if (typeof (actor as Partial<Actor> | null | undefined)?.act !== "function")
    throw new TypeError(`evaluate: the first argument is ${show(actor)}, expected a trainer, or an object with a method act.`);
  const played = openEvaluation("evaluate", actor, env, episodes);
  const tally = { returns: new Float64Array(episodes), lengths: new Int32Array(episodes), maxEpisodeSteps };
  if (isVector(played)) playVector(actor, played, seed, { deterministic }, tally);
  else playOne(actor, played as Env<unknown, unknown>, seed, { deterministic }, tally);
  return summarize(tally.returns, tally.lengths);
}

interface Tally {
  readonly returns: Float64Array;
  readonly lengths: Int32Array;
  readonly maxEpisodeSteps: number;
}

function summarize(returns: Float64Array, lengths: Int32Array): Evaluation {
  const n = returns.length;
  let sum = 0;
  let steps = 0;
  for (let i = 0; i < n; i++) {
    sum += returns[i]!;
    steps += lengths[i]!;
  }
  const meanReturn = sum / n;
  let squares = 0;
  for (const value of returns) squares += (value - meanReturn) * (value - meanReturn);
  return { returns, lengths, meanReturn, stdReturn: Math.sqrt(squares / n), meanLength: steps / n };
}

function tooLong(steps: number): never {
  throw new RangeError(
    `evaluate: an episode has run for ${steps} steps without an end; give the environment a time limit, or raise maxEpisodeSteps.`,
  );
}

function playVector(actor: Actor, env: VecEnv, seed: number, act: ActOptions, { returns, lengths, maxEpisodeSteps }: Tally): void {
  const rows = env.numEnvs;
  const episodes = returns.length;
  const sums = new Float64Array(rows);
  const steps = new Int32Array(rows);
  // Row r plays episodes r, r + rows, r + 2·rows, …
  const episode = Int32Array.from({ length: rows }, (_, row) => row);
  const waiting = new Uint8Array(rows);
  const mask = new Uint8Array(rows);
  let left = episodes;
  const start = env.reset({ seed });
  let { observations } = start;
  let masks = masksOf(env, start.infos);
  const buffer = observations instanceof Float32Array ? undefined : new Float32Array(observations.length);
  while (left > 0) {
    buffer?.set(observations as ArrayLike<number>);
    const step = env.step(actor.act(buffer ?? (observations as Float32Array), masks === undefined ? act : { ...act, masks }));
    ({ observations } = step);
    masks = masksOf(env, step.infos);
    let ended = false;
    for (let row = 0; row < rows; row++) {
      if (waiting[row] === 1) {
        // "next-step": this step only started the next episode.
        waiting[row] = 0;
        continue;
      }
      sums[row]! += step.rewards[row]!;
      steps[row]!++;
      if (step.terminated[row] === 0 && step.truncated[row] === 0) {
        if (steps[row]! >= maxEpisodeSteps && episode[row]! < episodes) tooLong(maxEpisodeSteps);
        continue;
      }
      const i = episode[row]!;
      if (i < episodes) {
        returns[i] = sums[row]!;
        lengths[i] = steps[row]!;
        left--;
      }
      episode[row] = i + rows;
      sums[row] = steps[row] = 0;
      mask[row] = 1;
      ended = true;
      if (env.autoreset === "next-step") waiting[row] = 1;
    }
    if (ended && env.autoreset === "disabled") {
      const again = env.reset({ mask });
      ({ observations } = again);
      // Its infos are of the rows that were reset; the others keep their masks.
      const fresh = masksOf(env, again.infos);
      mask.forEach((reset, row) => {
        if (reset === 1 && fresh !== undefined) masks?.set(rowOf(fresh, row, rows), (row * masks.length) / rows);
      });
    }
    // Nothing may be allowed after an episode's end, and the action of a row that waits for its next one is not used: any will do.
    if (masks !== undefined) for (let row = 0; row < rows; row++) if (waiting[row] === 1) rowOf(masks, row, rows).fill(1);
    if (ended) mask.fill(0);
  }
}

/** As a vector of one row, which checks and flattens what the environment returns; each episode starts from its own seed. */
function playOne(
  actor: Actor,
  env: Env<unknown, unknown>,
  seed: number,
  act: ActOptions,
  { returns, lengths, maxEpisodeSteps }: Tally,
): void {
  const vec = new SyncVectorEnv([() => env], { autoreset: "disabled" }) as unknown as VecEnv;
  const row = new Float32Array(vec.singleObservationSpace.size);
  for (let i = 0; i < returns.length; i++) {
    let { observations, infos } = vec.reset({ seed: seed + i });
    for (;;) {
      row.set(observations as ArrayLike<number>);
      const step = vec.step(actor.act(row, withMasks(act, vec, infos)));
      ({ observations, infos } = step);
      returns[i]! += step.rewards[0]!;
      lengths[i]!++;
      if (step.terminated[0] === 1 || step.truncated[0] === 1) break;
      if (lengths[i]! >= maxEpisodeSteps) tooLong(maxEpisodeSteps);
    }
  }
}

type Infos = Readonly<Record<string, unknown>>;
interface Masking {
  actionMasks(): ArrayLike<number>;
}
const masking = (env: unknown): env is Masking => typeof (env as Partial<Masking>).actionMasks === "function";

/**
 * The options of `act` with the action masks of an environment that has some: from the `actionMask` of its last infos (a row without one allows everything),
 * or from its method `actionMasks()`.
 */
export function withMasks(act: ActOptions, env: object, infos: Infos): ActOptions {
  const masks = masksOf(env, infos);
  return masks === undefined ? act : { ...act, masks };
}

/** A copy of the masks of all rows, one after the other; undefined where there are none. */
function masksOf(env: object, infos: Infos): Uint8Array | undefined {
  const { actionMask, _actionMask: given } = infos as { readonly actionMask?: ArrayLike<number>; readonly _actionMask?: Uint8Array };
  if (actionMask === undefined) return masking(env) ? Uint8Array.from(env.actionMasks()) : undefined;
  const masks = Uint8Array.from(actionMask);
  given?.forEach((here, row) => {
    if (here === 0) rowOf(masks, row, given.length).fill(1);
  });
  return masks;
}

const rowOf = (masks: Uint8Array, row: number, rows: number): Uint8Array =>
  masks.subarray((row * masks.length) / rows, ((row + 1) * masks.length) / rows);

/** Writes what one environment shows into a row of numbers. */
export function readObservation(observation: unknown, row: Float32Array): void {
  if (typeof observation === "number") row[0] = observation;
  else if (ArrayBuffer.isView(observation) && (observation as Float32Array).length === row.length) row.set(observation as Float32Array);
  else
    throw new TypeError(
      `The observation is ${typeof observation === "object" ? "an object" : String(observation)}; expected a number or a typed array of ${row.length} numbers. Flatten other observations into a Box first.`,
    );
}

/** The action a single environment takes, from a row of a batch of one: a number for discrete actions, else a copy. */
export function actionFor(
  env: { readonly actionSpace: { readonly n?: unknown } | object },
  actions: Int32Array | Float32Array,
): number | Int32Array | Float32Array {
  return "n" in env.actionSpace && actions.length === 1 ? actions[0]! : actions.slice();
}
