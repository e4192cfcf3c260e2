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
  /** With both of these, a policy's state holds the stream and `restore` sets it. */
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
  /** Continues exactly where `state()` was taken. Throws, changing nothing, when the state is another policy's or another size's. */
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

/** What a state is of. */
const kind = (policy: string, version: number, arms: number, tasks: number): string =>
  `a state of policy "${policy}", version ${version}, ${arms} arms, ${tasks} tasks`;

/** Arms, rows, stream and saved tables: the part that is the same in every policy. */
export class PolicyBase {
  readonly name: string;
  readonly arms: number;
  readonly tasks: number;
  protected readonly rng: RandomStream;
  private readonly tables: Record<string, Float64Array | Int32Array> = {};

  constructor(name: string, options: CommonOptions, keys: readonly string[]) {
    refuseUnknown(name, options, ["arms", "tasks", "seed", "rng", ...keys]);
    this.name = name;
    this.arms = wholeNumber(name, "arms", options.arms, 1);
    this.tasks = wholeNumber(name, "tasks", options.tasks ?? 1, 1);
    if (options.rng !== undefined && options.seed !== undefined) throw new Error(`${name}: got both rng and seed; give one of them.`);
    this.rng = options.rng ?? new Pcg64(options.seed ?? 0);
  }

  /** A table of zeros that `state` saves: `width` numbers for each row. */
  protected floats(key: string, width: number = this.arms): Float64Array {
    return (this.tables[key] = new Float64Array(width * this.tasks));
  }

  protected ints(key: string, width: number = this.arms): Int32Array {
    return (this.tables[key] = new Int32Array(width * this.tasks));
  }

  state(): PolicyState {
    const tables = Object.fromEntries(Object.entries(this.tables).map(([key, values]) => [key, Array.from(values)]));
    return { policy: this.name, version: 1, arms: this.arms, tasks: this.tasks, tables, rng: this.rng.state?.() ?? null };
  }

  restore(state: PolicyState): void {
    const fail = (got: string, expected: string): never => {
      throw new Error(`${this.name}.restore: got ${got}; expected ${expected}.`);
    };
    const got = kind(state?.policy, state?.version, state?.arms, state?.tasks);
    const expected = kind(this.name, 1, this.arms, this.tasks);
    if (got !== expected) fail(got, `${expected}; restore it into what saved it`);
    const entries = Object.entries(this.tables);
    for (const [key, values] of entries) {
      const table = state.tables?.[key];
      const whole = values instanceof Int32Array;
      if (table?.length !== values.length || !table.every(whole ? Number.isInteger : Number.isFinite))
        fail(
          `a table ${key} of ${table?.length ?? "no"} entries`,
          `${values.length} ${whole ? "whole" : "finite"} numbers: the state is damaged or of other options`,
        );
    }
    // The stream refuses a broken state before it changes; nothing after it can fail.
    if (state.rng !== null) this.rng.restore?.(state.rng);
    for (const [key, values] of entries) values.set(state.tables[key]!);
    this.restored();
  }

  /** Recomputes what follows from the tables. */
  protected restored(): void {}

  protected checkRow(call: string, row: number): void {
    if (!(row >= 0 && row < this.tasks) || (row | 0) !== row)
      throw new Error(`${this.name}.${call}: got row ${row}; expected a whole number from 0 to ${this.tasks - 1} (option tasks).`);
  }

  protected checkPull(arm: number, reward: number, row: number): void {
    if (!(arm >= 0 && arm < this.arms) || (arm | 0) !== arm)
      throw new Error(`${this.name}.update: got arm ${arm}; expected a whole number from 0 to ${this.arms - 1}.`);
    if (!Number.isFinite(reward))
      throw new Error(`${this.name}.update: got reward ${reward}; expected a finite number; leave such a pull out.`);
    this.checkRow("update", row);
  }

  /** For policies whose bound needs rewards in [0, high]. */
  protected checkReward(reward: number, high = 1): void {
    if (!(reward >= 0 && reward <= high))
      throw new Error(`${this.name}.update: got reward ${reward}; expected a number in [0, ${high}]. Rescale rewards to that range.`);
  }
}

export function wholeNumber(where: string, name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`${where}: got ${name} = ${value}; expected a whole number ≥ ${least}.`);
  return value;
}

/** Checks that a number lies in a range given as text, such as "(0, 1]" or "[0, ∞)". */
export function inRange(where: string, name: string, value: number, range: string): number {
  const [low, high] = range.slice(1, -1).replaceAll("∞", "Infinity").split(",").map(Number) as [number, number];
  if (!(value >= low && value <= high) || (value === low && range.startsWith("(")) || (value === high && range.endsWith(")")))
    throw new Error(`${where}: got ${name} = ${value}; expected a number in ${range}.`);
  return value;
}

/** Refuses option names that are not known, naming the nearest one. */
export function refuseUnknown(where: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new Error(`${where}: got unknown option "${key}"; did you mean "${nearest(key, known)}"? It knows ${known.join(", ")}.`);
  }
}

/** The known word with the fewest single-letter edits to `word` (first of equals). `@rl/math/options` does this with more care, but one policy is to cost 6 KB. */
function nearest(word: string, known: readonly string[]): string {
  const distance = (a: string, b: string): number => {
    let row = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
      row = next;
    }
    return row[b.length]!;
  };
  return known.reduce((best, candidate) =>
    distance(word.toLowerCase(), candidate.toLowerCase()) < distance(word.toLowerCase(), best.toLowerCase()) ? candidate : best,
  );
}
