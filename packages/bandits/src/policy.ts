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

function refuse(where: string, got: string, expected: string): never {
  throw new Error(`${where}: got ${got}; expected ${expected}.`);
}

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
    if (options.rng !== undefined && options.seed !== undefined) refuse(name, "both rng and seed", "one of them");
    this.rng = options.rng ?? new Pcg64(options.seed ?? 0);
  }

  /** A table of zeros that `state` saves: `width` numbers for each row. */
  protected floats(key: string, width: number = this.arms): Float64Array {
    return (this.tables[key] = new Float64Array(width * this.tasks));
  }

  protected ints(key: string, width: number = this.arms): Int32Array {
    return (this.tables[key] = new Int32Array(width * this.tasks));
  }

  /** Whether a saved number can stand in that table. */
  protected fits(key: string, value: number): boolean {
    return this.tables[key] instanceof Int32Array ? (value | 0) === value : Number.isFinite(value);
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
    for (const [key, values] of entries) {
      const table = state.tables?.[key];
      if (table?.length !== values.length || !table.every((value) => this.fits(key, value)))
        refuse(
          where,
          `a table ${key} of ${table?.length ?? "no"} entries`,
          `${values.length} numbers in range; the state is damaged or of other options`,
        );
    }
    if (state.rng !== null) {
      if (!rng.restore) return refuse(where, "a state with a stream", "an rng with restore to take it over, such as a Generator");
      // The stream refuses a broken state before it changes; nothing after it can fail.
      rng.restore(state.rng);
    }
    for (const [key, values] of entries) values.set(state.tables[key]!);
    this.restored();
  }

  /** Recomputes what follows from the tables. */
  protected restored(): void {}

  // These throw by themselves: with a call of `refuse` in them engines do not inline them, and each reward is boxed.
  protected checkRow(call: string, row: number): void {
    if ((row | 0) !== row || row < 0 || row >= this.tasks)
      throw new Error(`${this.name}.${call}: got row ${row}; expected a whole number from 0 to ${this.tasks - 1} (option tasks).`);
  }

  protected checkPull(arm: number, reward: number, row: number): void {
    if ((arm | 0) !== arm || arm < 0 || arm >= this.arms)
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

/** Text in quotes, so that "1" does not look like a number. */
const show = (value: unknown): string => (typeof value === "string" ? `"${value}"` : String(value));

export function wholeNumber(where: string, name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least) refuse(where, `${name} = ${show(value)}`, `a whole number ≥ ${least}`);
  return value;
}

/** Checks that a number lies in a range given as text, such as "(0, 1]" or "[0, ∞)". */
export function inRange(where: string, name: string, value: number, range: string): number {
  const [low, high] = range.slice(1, -1).split(",").map(Number) as [number, number];
  // ∞ becomes NaN, and no comparison with that holds.
  if (
    !Number.isFinite(value) ||
    value < low ||
    value > high ||
    (value === low && range.startsWith("(")) ||
    (value === high && range.endsWith(")"))
  )
    refuse(where, `${name} = ${show(value)}`, `a number in ${range}`);
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
function nearest(word: string, known: readonly string[]): string | undefined {
  const distance = (other: string): number => {
    // One row of the table of distances: to the first j + 1 letters of `other`.
    const row = Array.from(other, (_, j) => j + 1);
    let left = 0;
    [...word].forEach((letter, i) => {
      let corner = i;
      left = i + 1;
      row.forEach((above, j) => {
        row[j] = left = Math.min(above + 1, left + 1, corner + (letter === other[j] ? 0 : 1));
        corner = above;
      });
    });
    return left;
  };
  return known.toSorted((one, other) => distance(one) - distance(other))[0];
}
