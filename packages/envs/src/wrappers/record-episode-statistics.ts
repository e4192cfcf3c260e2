import type { Env, EnvState, Json, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError, checkKeys, show } from "../errors.ts";
import { countOption } from "../options.ts";
import type { TypedArray } from "../spaces/dtype.ts";
import { countAt, decodeInto, decodeNumber, encodeArray, encodeNumber } from "../state-json.ts";
import type { VecEnv, VecResetOptions, VecResetResult, VecStepResult } from "../vec-env.ts";
import { PlainVecWrapper } from "../vec-wrapper.ts";
import { PlainWrapper } from "../wrapper.ts";

export interface RecordOptions {
  /** How many past episodes `recentReturns` and `recentLengths` remember (Gymnasium: `buffer_length`), default 100. */
  readonly bufferLength?: number;
}

/** The last `capacity` numbers in order. */
class Recent {
  private readonly values: Float64Array;
  private total = 0;

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
  }
  push(value: number): void {
    this.values[this.total++ % this.values.length] = value;
  }
  /** Oldest first. */
  list(): number[] {
    const size = Math.min(this.total, this.values.length);
    return Array.from({ length: size }, (_, i) => this.values[(this.total - size + i) % this.values.length]!);
  }
  load(saved: unknown, name: string): void {
    if (!Array.isArray(saved))
      throw new EnvError(`restore: ${name} is ${show(saved)}, expected a list of numbers; pass what state() returned, unchanged.`);
    const values = saved.map((value, i) => decodeNumber(value, `${name}[${i}]`));
    this.total = 0;
    for (const value of values) this.push(value);
  }
}

/** What both forms keep of past episodes. */
class History {
  episodeCount = 0;
  readonly returns: Recent;
  readonly lengths: Recent;

  constructor(wrapper: string, options: RecordOptions) {
    checkKeys(wrapper, options, ["bufferLength"]);
    const bufferLength = countOption(wrapper, "bufferLength", options.bufferLength, 100);
    this.returns = new Recent(bufferLength);
    this.lengths = new Recent(bufferLength);
  }
  add(episodeReturn: number, episodeLength: number): void {
    this.episodeCount++;
    this.returns.push(episodeReturn);
    this.lengths.push(episodeLength);
  }
  save(): { readonly [key: string]: Json } {
    return { episodeCount: this.episodeCount, returns: encodeArray(this.returns.list()), lengths: encodeArray(this.lengths.list()) };
  }
  load(saved: EnvState): void {
    this.episodeCount = countAt(saved, "episodeCount");
    this.returns.load(saved["returns"], "returns");
    this.lengths.load(saved["lengths"], "lengths");
  }
}

/** Adds `info.episode = { r, l }`, the return and the length of the episode, to its last step. (Gymnasium's `t`, seconds, is left out: no clock here.) */
export class RecordEpisodeStatistics<O, A> extends PlainWrapper<O, A> {
  protected readonly kind = "RecordEpisodeStatistics";
  private readonly history: History;
  private episodeReturn = 0;
  private episodeLength = 0;

  constructor(env: Env<O, A>, options: RecordOptions = {}) {
    super(env);
    this.history = new History("RecordEpisodeStatistics", options);
  }
  /** Episodes ended so far. */
  get episodeCount(): number {
    return this.history.episodeCount;
  }
  /** Returns of the last episodes, oldest first. */
  recentReturns(): number[] {
    return this.history.returns.list();
  }
  /** Lengths of the last episodes, oldest first. */
  recentLengths(): number[] {
    return this.history.lengths.list();
  }

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    this.episodeReturn = 0;
    this.episodeLength = 0;
    return result;
  }
  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    this.episodeReturn += result.reward;
    this.episodeLength++;
    if (!result.terminated && !result.truncated) return result;
    if ("episode" in result.info)
      throw new EnvError(
        'RecordEpisodeStatistics: info already has the key "episode", expected it to be free; leave out one of the two wrappers, or rename the key in the environment.',
      );
    this.history.add(this.episodeReturn, this.episodeLength);
    return { ...result, info: { ...result.info, episode: { r: this.episodeReturn, l: this.episodeLength } } };
  }

  protected override save(): { readonly [key: string]: Json } {
    return { ...this.history.save(), episodeReturn: encodeNumber(this.episodeReturn), episodeLength: this.episodeLength };
  }
  protected override load(saved: EnvState): void {
    this.history.load(saved);
    this.episodeReturn = decodeNumber(saved["episodeReturn"], "episodeReturn");
    this.episodeLength = countAt(saved, "episodeLength");
  }
}

/** `RecordEpisodeStatistics` for vectors: `infos["episode.r"]` and `infos["episode.l"]`, 0 except in rows whose episode ended
 *  (`infos["_episode.r"]` is 1 there). */
export class VecRecordEpisodeStatistics<O extends TypedArray, A extends TypedArray> extends PlainVecWrapper<O, A> {
  protected readonly kind = "VecRecordEpisodeStatistics";
  private readonly history: History;
  private readonly returns: Float64Array;
  private readonly lengths: Int32Array;
  private readonly ended: Uint8Array;
  private readonly infos: Record<string, TypedArray>;
  private readonly own: readonly string[];
  private inner: VecStepResult<O> | undefined;
  private result: VecStepResult<O> | undefined;

  constructor(vec: VecEnv<O, A>, options: RecordOptions = {}) {
    super(vec);
    this.history = new History("VecRecordEpisodeStatistics", options);
    this.returns = new Float64Array(vec.numEnvs);
    this.lengths = new Int32Array(vec.numEnvs);
    this.ended = new Uint8Array(vec.numEnvs);
    const flags = new Uint8Array(vec.numEnvs);
    this.infos = {
      "episode.r": new Float64Array(vec.numEnvs),
      "episode.l": new Int32Array(vec.numEnvs),
      "_episode.r": flags,
      "_episode.l": flags,
    };
    this.own = Object.keys(this.infos);
  }
  /** Episodes ended so far, over all rows. */
  get episodeCount(): number {
    return this.history.episodeCount;
  }
  /** Returns of the last episodes, oldest first. */
  recentReturns(): number[] {
    return this.history.returns.list();
  }
  /** Lengths of the last episodes, oldest first. */
  recentLengths(): number[] {
    return this.history.lengths.list();
  }

  override reset(options?: VecResetOptions): VecResetResult<O> {
    const result = this.vec.reset(options);
    for (let row = 0; row < this.numEnvs; row++) {
      if (options?.mask === undefined || options.mask[row] !== 0) this.clearRow(row);
    }
    return result;
  }
  private clearRow(row: number): void {
    this.returns[row] = 0;
    this.lengths[row] = 0;
    this.ended[row] = 0;
  }

  override step(actions: A): VecStepResult<O> {
    const inner = this.vec.step(actions);
    const { returns, lengths, ended, infos } = this;
    const nextStep = this.autoreset === "next-step";
    const r = infos["episode.r"]!;
    const l = infos["episode.l"]!;
    const flags = infos["_episode.r"]!;
    for (let row = 0; row < this.numEnvs; row++) {
      if (ended[row] === 1) {
        // The step before ended this row: the sums start again, and in next-step mode this step was only the reset.
        this.clearRow(row);
        if (nextStep) {
          r[row] = l[row] = flags[row] = 0;
          continue;
        }
      }
      returns[row] = returns[row]! + inner.rewards[row]!;
      lengths[row] = lengths[row]! + 1;
      const over = inner.terminated[row]! | inner.truncated[row]!;
      ended[row] = over;
      flags[row] = over;
      r[row] = over === 1 ? returns[row]! : 0;
      l[row] = over === 1 ? lengths[row]! : 0;
      if (over === 1) this.history.add(returns[row]!, lengths[row]!);
    }
    for (const key in inner.infos) {
      if (this.own.includes(key))
        throw new EnvError(
          `VecRecordEpisodeStatistics: infos already has the key ${JSON.stringify(key)}, expected it to be free; leave out one of the two wrappers.`,
        );
      infos[key] = inner.infos[key]!;
    }
    if (this.result === undefined || inner !== this.inner) {
      this.inner = inner;
      this.result = { ...inner, infos };
    }
    return this.result;
  }

  protected override save(): { readonly [key: string]: Json } {
    return { ...this.history.save(), sums: encodeArray(this.returns), steps: encodeArray(this.lengths), ended: encodeArray(this.ended) };
  }
  protected override load(saved: EnvState): void {
    this.history.load(saved);
    decodeInto(this.returns, saved["sums"], "sums");
    decodeInto(this.lengths, saved["steps"], "steps", { least: 0 });
    decodeInto(this.ended, saved["ended"], "ended", { most: 1 });
  }
}
