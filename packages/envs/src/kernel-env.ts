import { Generator } from "@rl/random";
import type { Env, EnvState, ResetOptions, ResetResult, StepResult } from "./env.ts";
import { EnvError, checkKeys, show } from "./errors.ts";
import type { Kernel, StartBox } from "./kernel.ts";
import type { Scene } from "./scene.ts";
import { checkSeed } from "./seeds.ts";
import { checkBox, drawStart } from "./start-box.ts";
import { Discrete } from "./spaces/discrete.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import { checkKind, checkList, decodeInto, decodeRng, encodeArray, encodeRng, recordAt } from "./state-json.ts";

const NO_INFO = /* @__PURE__ */ Object.freeze({});

/** A kernel with one row as a single environment. Observations are fresh arrays, the caller's to keep. */
export class KernelEnv<A extends number | Float32Array> implements Env<Float32Array, A> {
  readonly observationSpace: Space<Float32Array>;
  readonly actionSpace: Space<A>;
  readonly spec: EnvSpec | undefined;
  readonly kernel: Kernel;
  private readonly defaultStart: StartBox;
  private readonly start: Float64Array;
  private readonly actions: Int32Array | Float32Array;
  /** Number of discrete actions, 0 for a Box. */
  private readonly actionCount: number;
  /** One stream, there after the first reset. */
  private readonly streams: Generator[] = [];

  constructor(kernel: Kernel, spec?: EnvSpec) {
    this.kernel = kernel;
    this.spec = spec;
    this.observationSpace = kernel.observationSpace;
    this.actionSpace = kernel.actionSpace as unknown as Space<A>;
    this.actions = this.actionSpace.createBatch(1) as Int32Array | Float32Array;
    this.actionCount = kernel.actionSpace instanceof Discrete ? kernel.actionSpace.n : 0;
    this.defaultStart = kernel.startBox();
    this.start = new Float64Array(this.defaultStart.low.length);
  }

  reset(options?: ResetOptions): ResetResult<Float32Array> {
    let box = this.defaultStart;
    let rng = this.streams[0];
    if (options !== undefined) {
      checkKeys("reset", options, ["seed", "options"]);
      if (options.options !== undefined) box = this.kernel.startBox(options.options);
      if (options.seed !== undefined) rng = new Generator(checkSeed("reset", options.seed));
    }
    // Up to here nothing has changed.
    checkBox(box, this.start.length);
    this.streams[0] = rng ?? new Generator();
    drawStart(this.streams[0], box, this.start);
    this.kernel.reset(0, this.start);
    return { observation: this.kernel.observations.slice(), info: NO_INFO };
  }

  step(action: A): StepResult<Float32Array> {
    const { kernel, actions } = this;
    if (typeof action === "number" && action >>> 0 === action && action < this.actionCount) actions[0] = action;
    else this.takeBoxAction(action);
    if (this.streams.length === 0) this.streams[0] = new Generator();
    kernel.step(actions, this.streams);
    return {
      observation: kernel.observations.slice(),
      reward: kernel.rewards[0]!,
      terminated: kernel.terminated[0] === 1,
      truncated: false,
      info: NO_INFO,
    };
  }

  /** Box actions may lie outside the bounds (the physics clips them, as Gymnasium's), but must be numbers. */
  private takeBoxAction(action: A): void {
    if (this.actionCount > 0)
      throw new EnvError(`step(${show(action)}): the action is not in ${this.actionSpace}: ${this.actionSpace.explain(action)}.`);
    const values = action as Float32Array;
    if (!(values instanceof Float32Array) || values.length !== this.actions.length) {
      throw new EnvError(
        `step: the action is ${show(action)}, expected a Float32Array of length ${this.actions.length} for ${this.actionSpace}.`,
      );
    }
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isNaN(value))
        throw new EnvError(
          `step: element ${i} of the action is NaN, expected a number in ${this.actionSpace}; look for a division by zero or an overflow in the policy.`,
        );
      this.actions[i] = value;
    }
  }

  scene(): Scene {
    return this.kernel.scene(0);
  }

  state(): EnvState {
    const columns = Object.fromEntries(Object.entries(this.kernel.columns).map(([name, column]) => [name, encodeArray(column)]));
    return { kind: "kernel", columns, rng: encodeRng(this.streams[0]) };
  }

  restore(state: EnvState): void {
    checkKind(state, "kernel");
    const columns = recordAt(state, "columns");
    const rng = decodeRng(state["rng"]);
    checkColumns(this.kernel, columns);
    for (const name in this.kernel.columns) decodeInto(this.kernel.columns[name]!, columns[name], name);
    if (rng === undefined) this.streams.length = 0;
    else this.streams[0] = rng;
    this.kernel.observe(0);
  }
}

/** Refuses saved columns that are not whole. */
export function checkColumns({ columns, unset = [] }: Kernel, saved: EnvState): void {
  for (const name in columns) checkList(columns[name]!, saved[name], `columns.${name}`, { finite: !unset.includes(name) });
}
