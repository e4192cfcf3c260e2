import { Generator } from "@rl/random";
import type { EnvState } from "./env.ts";
import { EnvError, checkKeys, show } from "./errors.ts";
import type { Kernel, StartBox } from "./kernel.ts";
import { checkColumns } from "./kernel-env.ts";
import { checkMask, refuseEnded } from "./row-checks.ts";
import type { Scene } from "./scene.ts";
import { rowSeeds } from "./seeds.ts";
import { checkBox, drawStart } from "./start-box.ts";
import { Discrete } from "./spaces/discrete.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import { checkKind, checkList, decodeInto, decodeRng, encodeArray, encodeRng, flagAt, listAt, recordAt } from "./state-json.ts";
import { countSteps } from "./time-limit.ts";
import type { AutoresetMode, VecEnv, VecResetOptions, VecResetResult, VecStepResult } from "./vec-env.ts";

const NO_INFOS = /* @__PURE__ */ Object.freeze({});

/** A kernel as a vector environment: time limit, per-row streams and autoreset around the kernel's one loop. */
export class KernelVecEnv<A extends Int32Array | Float32Array> implements VecEnv<Float32Array, A> {
  readonly numEnvs: number;
  readonly singleObservationSpace: Space<unknown, Float32Array>;
  readonly singleActionSpace: Space<unknown, A>;
  readonly autoreset: AutoresetMode;
  readonly spec: EnvSpec | undefined;
  readonly observations: Float32Array;
  readonly kernel: Kernel;
  private readonly size: number;
  private readonly actionCount: number;
  private readonly limit: number;
  private readonly defaultStart: StartBox;
  private readonly start: Float64Array;
  private readonly streams: (Generator | undefined)[];
  private readonly drawing: Generator[] = [];
  private vain: Generator | undefined;
  private readonly elapsed: Int32Array;
  /** Rows whose episode ended in the last step and that nobody has reset. */
  private readonly ended: Uint8Array;
  private started = false;
  private readonly result: VecStepResult<Float32Array>;

  constructor(kernel: Kernel, autoreset: AutoresetMode, spec: EnvSpec | undefined) {
    this.kernel = kernel;
    this.numEnvs = kernel.numEnvs;
    this.autoreset = autoreset;
    this.spec = spec;
    this.singleObservationSpace = kernel.observationSpace;
    this.singleActionSpace = kernel.actionSpace as unknown as Space<unknown, A>;
    this.observations = kernel.observations;
    this.size = kernel.observationSpace.size;
    this.actionCount = kernel.actionSpace instanceof Discrete ? kernel.actionSpace.n : 0;
    this.limit = spec?.maxEpisodeSteps ?? 0;
    this.defaultStart = kernel.startBox();
    this.start = new Float64Array(this.defaultStart.low.length);
    this.streams = new Array<Generator | undefined>(this.numEnvs).fill(undefined);
    this.elapsed = new Int32Array(this.numEnvs);
    this.ended = new Uint8Array(this.numEnvs);
    this.result = {
      observations: kernel.observations,
      rewards: kernel.rewards,
      terminated: kernel.terminated,
      truncated: new Uint8Array(this.numEnvs),
      // Outside same-step mode the final observation is simply still there.
      finalObservations: autoreset === "same-step" ? new Float32Array(kernel.observations.length) : kernel.observations,
      infos: NO_INFOS,
    };
  }

  reset(options?: VecResetOptions): VecResetResult<Float32Array> {
    checkKeys("reset", options, ["seed", "mask", "options"]);
    const seeds = rowSeeds(options?.seed, this.numEnvs);
    const box = options?.options === undefined ? this.defaultStart : this.kernel.startBox(options.options);
    const mask = checkMask(options?.mask, this.numEnvs, this.started);
    checkBox(box, this.start.length);
    // Up to here nothing has changed.
    for (let row = 0; row < this.numEnvs; row++) {
      if (mask !== undefined && mask[row] === 0) continue;
      const seed = seeds[row];
      if (seed !== undefined) this.streams[row] = new Generator(seed);
      this.resetRow(row, box);
      this.ended[row] = 0;
    }
    this.started = true;
    return { observations: this.observations, infos: NO_INFOS };
  }

  private resetRow(row: number, box: StartBox): void {
    drawStart((this.streams[row] ??= new Generator()), box, this.start);
    this.kernel.reset(row, this.start);
    this.elapsed[row] = 0;
  }

  step(actions: A): VecStepResult<Float32Array> {
    if (!this.started) throw new EnvError("step was called before reset; call reset({ seed }) first.");
    this.checkActions(actions);
    if (this.autoreset === "disabled") refuseEnded(this.ended);
    this.kernel.step(actions, this.autoreset === "next-step" ? this.playing() : (this.streams as readonly Generator[]));
    countSteps(this.elapsed, this.limit, this.result.truncated);
    if (this.autoreset === "same-step") this.resetEndedNow();
    else this.resetEndedBefore();
    return this.result;
  }

  /** Next-step: rows that only begin in this step are moved by the kernel in vain; what they draw must not come from their streams. */
  private playing(): readonly Generator[] {
    const { streams, ended, drawing } = this;
    for (let row = 0; row < this.numEnvs; row++) drawing[row] = ended[row] === 1 ? (this.vain ??= new Generator(0)) : streams[row]!;
    return drawing;
  }

  /** Same-step: keep where each ended episode stopped, then start the next one in its place. */
  private resetEndedNow(): void {
    const { numEnvs, size, observations } = this;
    const { terminated, truncated, finalObservations } = this.result;
    for (let row = 0; row < numEnvs; row++) {
      if ((terminated[row]! | truncated[row]!) === 0) continue;
      for (let i = row * size; i < (row + 1) * size; i++) finalObservations[i] = observations[i]!;
      this.resetRow(row, this.defaultStart);
    }
  }

  /** Next-step: rows that ended one step ago begin now; their step did not count. */
  private resetEndedBefore(): void {
    const { numEnvs, ended, autoreset } = this;
    const { terminated, truncated, rewards } = this.result;
    for (let row = 0; row < numEnvs; row++) {
      if (autoreset === "next-step" && ended[row] === 1) {
        this.resetRow(row, this.defaultStart);
        rewards[row] = 0;
        terminated[row] = 0;
        truncated[row] = 0;
        ended[row] = 0;
      } else {
        ended[row] = terminated[row]! | truncated[row]!;
      }
    }
  }

  private checkActions(actions: A): void {
    const { actionCount, numEnvs } = this;
    const float = actionCount === 0;
    if (!(actions instanceof (float ? Float32Array : Int32Array)) || actions.length !== numEnvs) {
      throw new EnvError(
        `step: actions are ${show(actions)}, expected ${float ? "a Float32Array" : "an Int32Array"} of length ${numEnvs}, one ${this.singleActionSpace} action per row.`,
      );
    }
    for (let row = 0; row < numEnvs; row++) {
      const action = actions[row]!;
      // One comparison refuses negative and too large discrete actions; NaN is not equal to itself.
      if (float ? action !== action : action >>> 0 >= actionCount) this.refuseAction(row, action);
    }
  }

  private refuseAction(row: number, action: number): never {
    throw new EnvError(
      `step: the action of row ${row} is ${action}, expected a value in ${this.singleActionSpace}${Number.isNaN(action) ? "; look for a division by zero or an overflow in the policy" : ""}.`,
    );
  }

  scene(row = 0): Scene {
    return this.kernel.scene(row);
  }

  state(): EnvState {
    const columns = Object.fromEntries(Object.entries(this.kernel.columns).map(([name, column]) => [name, encodeArray(column)]));
    return {
      kind: "kernel-vector",
      numEnvs: this.numEnvs,
      autoreset: this.autoreset,
      started: this.started,
      columns,
      elapsed: encodeArray(this.elapsed),
      ended: encodeArray(this.ended),
      streams: this.streams.map(encodeRng),
    };
  }

  restore(state: EnvState): void {
    checkKind(state, "kernel-vector");
    if (state["autoreset"] !== this.autoreset) {
      throw new EnvError(
        `restore: the state was saved with autoreset ${show(state["autoreset"])}, expected ${show(this.autoreset)}; make the vector with the same mode.`,
      );
    }
    if (state["numEnvs"] !== this.numEnvs) {
      throw new EnvError(
        `restore: the state is of ${show(state["numEnvs"])} rows, expected ${this.numEnvs}; make the vector with as many.`,
      );
    }
    const streams = Array.from(listAt(state, "streams", this.numEnvs), decodeRng);
    const columns = recordAt(state, "columns");
    const started = flagAt(state, "started");
    if (started && streams.includes(undefined))
      throw new EnvError(`restore: streams[${streams.indexOf(undefined)}] is null, expected a stream in every row that has started.`);
    checkColumns(this.kernel, columns);
    checkList(this.elapsed, state["elapsed"], "elapsed", { least: 0 });
    checkList(this.ended, state["ended"], "ended", { most: 1 });
    // Up to here nothing has changed.
    for (const name in this.kernel.columns) decodeInto(this.kernel.columns[name]!, columns[name], name);
    decodeInto(this.elapsed, state["elapsed"], "elapsed");
    decodeInto(this.ended, state["ended"], "ended");
    streams.forEach((stream, row) => {
      this.streams[row] = stream;
    });
    this.started = started;
    for (let row = 0; row < this.numEnvs; row++) this.kernel.observe(row);
  }
}
