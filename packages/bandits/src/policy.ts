/**
 * What a bandit policy is, and the checks that all of them share.
 *
 * One object serves one bandit or many at once: its tables have a row for each of `tasks` independent bandits, and `select` and `update`
 * take the row as their last argument (0 when left out). The testbed runs thousands of rows; an application has one.
 */
import { Pcg64, type GeneratorState } from "@rl/random";
import type { Pulls } from "./pulls.ts";

/** The draws that policies use; a `Generator` is one, and so is any object with `random()`. */
export interface RandomStream {
  /** Uniform in [0, 1). */
  random(): number;
  /** Left out, normals are made of `random()`. */
  standardNormal?(): number;
  /** How many tosses miss before one hits, each with probability p. Left out, coins are tossed with `random()`. */
  geometric?(p: number): number;
  /** With both of these, a policy's state holds the stream and `restore` sets it; without, the stream is the caller's to keep. */
  state?(): GeneratorState;
  restore?(state: GeneratorState): void;
}

/** Plain JSON. `policy` and `version` say what wrote it; `tables` holds the numbers that were learned. */
export interface PolicyState {
  readonly policy: string;
  readonly version: 1;
  readonly arms: number;
  readonly tasks: number;
  readonly tables: Readonly<Record<string, readonly number[]>>;
  readonly rng: GeneratorState | null;
}

export interface Policy<Context = undefined> {
  readonly name: string;
  readonly arms: number;
  readonly tasks: number;
  /** The arm to pull next, 0 … arms − 1. */
  select(context?: Context, row?: number): number;
  /** Learns from one reward. A refused reward leaves the policy as it was. */
  update(arm: number, reward: number, context?: Context, row?: number): void;
  /** Where it pays: plays all of `pulls` at once. The law is that of `select` and `update` in turn; the draws may be others. */
  play?(pulls: Pulls, row?: number): void;
  state(): PolicyState;
  /** Continues exactly where `state()` was taken; without a stream in the state (`rng: null`) the policy's own goes on. Throws, changing nothing, when the
   *  state is another policy's or another size's, is damaged, or holds a stream that the policy's `rng` cannot take over. */
  restore(state: PolicyState): void;
}

/** What every policy's options begin with. */
export interface CommonOptions {
  /** Number of arms, at least 1. */
  readonly arms: number;
  /** Number of independent bandits, one table row each. Default 1. */
  readonly tasks?: number;
  /** Seed of the policy's own stream (default 0) … */
  readonly seed?: number;
  /** … or the stream itself. */
  readonly rng?: RandomStream;
}

export function refuse(where: string, got: string, expected: string): never {
  throw new Error(`${where}: got ${got}; expected ${expected}.`);
}

/** Arms, rows, stream and saved tables: the part that is the same in every policy. */
export class PolicyBase {
  readonly name: string;
  readonly arms: number;
  readonly tasks: number;
  protected readonly rng: RandomStream;
  private readonly tables: Record<string, Float64Array | Int32Array> = {};
  private readonly limits: Record<string, readonly [low: number, high: number]> = {};

  constructor(name: string, options: CommonOptions, keys: readonly string[]) {
    refuseUnknown(name, options, ["arms", "tasks", "seed", "rng", ...keys]);
    this.name = name;
    this.arms = wholeNumber(name, "arms", options.arms, 1);
    this.tasks = wholeNumber(name, "tasks", options.tasks === undefined ? 1 : options.tasks, 1);
    const { seed, rng = new Pcg64(seed === undefined ? 0 : seed) } = options;
    if (options.rng !== undefined && seed !== undefined) refuse(name, "both rng and seed", "one of them");
    if (typeof rng?.random !== "function") refuse(name, `rng = ${show(rng)}`, "a stream such as a Generator");
    this.rng = rng;
  }

  /** A table of zeros that `state` saves: `width` numbers for each row, each from `low` to `high` in any state that `restore` takes. */
  protected floats(key: string, width: number = this.arms, low = -1e300, high = 1e300): Float64Array {
    return (this.tables[key] = new Float64Array(this.sized(key, width, low, high)));
  }

  protected ints(key: string, width: number = this.arms, low = 0, high = 2 ** 31 - 1): Int32Array {
    return (this.tables[key] = new Int32Array(this.sized(key, width, low, high)));
  }

  private sized(key: string, width: number, low: number, high: number): number {
    this.limits[key] = [low, high];
    return inRange(this.name, `the size of table ${key}`, width * this.tasks, "[1, 268435456]");
  }

  /** Whether saved tables whose numbers are each in range make sense together. */
  protected fit(_tables: Readonly<Record<string, readonly number[]>>): boolean {
    return true;
  }

  state(): PolicyState {
    const tables: Record<string, readonly number[]> = {};
    for (const key in this.tables) tables[key] = Array.from(this.tables[key]!);
    return {
      policy: this.name,
      version: 1,
      arms: this.arms,
      tasks: this.tasks,
      tables,
      rng: (this.rng.restore && this.rng.state?.()) ?? null,
    };
  }

  restore(state: PolicyState): void {
    const { name, arms, tasks, rng } = this;
    const where = `${name}.restore`;
    for (const [key, expected] of Object.entries({ policy: name, version: 1, arms, tasks })) {
      const got: unknown = state?.[key as "policy"];
      if (got !== expected) refuse(where, `a state with ${key} = ${show(got)}`, `${show(expected)}; restore it into what saved it`);
    }
    const entries = Object.entries(this.tables);
    // A copy, so that what was checked is what is taken.
    const saved: Record<string, number[]> = {};
    for (const [key, values] of entries) {
      const table: unknown = state.tables?.[key];
      const numbers = (saved[key] = Array.isArray(table) ? Array.from(table as number[]) : []);
      const [low, high] = this.limits[key]!;
      const wrong = (value: number): boolean =>
        typeof value !== "number" || !(value >= low && value <= high) || (values instanceof Int32Array && !Number.isInteger(value));
      if (numbers.length !== values.length || numbers.some(wrong))
        refuse(
          where,
          `a table ${key} of ${Array.isArray(table) ? numbers.length : show(table)} entries`,
          `${values.length} numbers in range; the state is damaged or of other options`,
        );
    }
    if (!this.fit(saved)) refuse(where, "tables that do not agree", "those of state()");
    if (state.rng !== null) {
      if (!rng.restore) return refuse(where, "a state with a stream", "an rng with restore to take it over, such as a Generator");
      // The stream refuses a broken state before it changes; nothing after it can fail.
      rng.restore(state.rng);
    }
    for (const [key, values] of entries) values.set(saved[key]!);
    this.restored();
  }

  /** Recomputes what follows from the tables. */
  protected restored(): void {}

  // These throw by themselves: with a call of `refuse` in them engines do not inline them, and each reward is boxed (test/allocation.test.ts).
  protected checkRow(call: string, row: number): void {
    if ((row | 0) !== row || row < 0 || row >= this.tasks)
      throw new Error(`${this.name}.${call}: got row ${row}; expected a whole number from 0 to ${this.tasks - 1} (option tasks).`);
  }

  protected checkPull(arm: number, reward: number, row: number): void {
    if (typeof arm !== "number" || (arm | 0) !== arm || arm < 0 || arm >= this.arms)
      throw new Error(`${this.name}.update: got arm ${show(arm)}; expected a whole number from 0 to ${this.arms - 1}.`);
    if (!Number.isFinite(reward) || Math.abs(reward) > 1e100)
      throw new Error(`${this.name}.update: got reward ${show(reward)}; expected a finite number of at most 1e100; leave such a pull out.`);
    this.checkRow("update", row);
  }

  /** For policies whose bound needs rewards in [0, high]. */
  protected checkReward(reward: number, high = 1): void {
    if (!(reward >= 0 && reward <= high))
      throw new Error(`${this.name}.update: got reward ${reward}; expected a number in [0, ${high}]. Rescale rewards to that range.`);
  }
}

/** Text in quotes, so that "1" does not look like a number; short, whatever the value. */
export const show = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(value.slice(0, 60)).replace(/[\x7f-\x9f]/g, "?")
    : typeof value === "object" && value !== null
      ? "an object"
      : typeof value === "function"
        ? "a function"
        : String(value).slice(0, 60);

/** A uniform draw; a stream may be the caller's own. */
export function uniform(rng: RandomStream): number {
  const value = rng.random();
  return typeof value === "number" && value >= 0 && value < 1 ? value : inRange("rng", "random()", value, "[0, 1)");
}

export function wholeNumber(where: string, name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) refuse(where, `${name} = ${show(value)}`, `a whole number ≥ ${least}`);
  return value;
}

/** Checks that a number lies in a range given as text, such as "(0, 1]" or "[0, ∞)". */
export function inRange(where: string, name: string, value: number, range: string): number {
  // No sum of squares of numbers up to 1e100 overflows, whatever it is scaled by.
  const limits = range.replaceAll("∞", "1e100");
  const [low, high] = limits.slice(1, -1).split(",").map(Number) as [number, number];
  if (
    !Number.isFinite(value) ||
    value < low ||
    value > high ||
    (value === low && range.startsWith("(")) ||
    (value === high && range.endsWith(")"))
  )
    refuse(where, `${name} = ${show(value)}`, `a number in ${limits}`);
  return value;
}

/** Refuses what is no object, and option names that are not known. One that begins alike is named; `@rl/math/options` does this with more care, but one policy is to cost 6 KB. */
export function refuseUnknown(where: string, options: object, known: readonly string[]): void {
  if (Object.prototype.toString.call(options) !== "[object Object]") refuse(where, show(options), "an object of options");
  for (const key in options) {
    if (known.includes(key)) continue;
    const meant = known.find((name) => name.startsWith(key.slice(0, 4)) || (name.length > 2 && key.startsWith(name)));
    throw new Error(`${where}: got unknown option ${show(key)}${meant ? `; did you mean "${meant}"?` : "."} It knows ${known.join(", ")}.`);
  }
}
