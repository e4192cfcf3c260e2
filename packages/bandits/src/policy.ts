/**
 * What a bandit policy is, and the checks that all of them share.
 *
 * One object serves one bandit or many at once: its tables have a row for each of `tasks` independent bandits, and `select` and `update`
 * take the row as their last argument (0 when left out). The testbed runs thousands of rows; an application has one.
 */
import { Generator, type GeneratorState } from "@rl/random";

/** The draws that policies use; a `Generator` is one. Tests and users may give a stream of their own. */
export interface RandomStream {
  random(): number;
  standardNormal(): number;
  state?(): GeneratorState;
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
  /** For policies where it pays: `select` and `update` for all rows at once, in row order. The law of the choices is the same; the draws may be others. */
  selectAll?(chosen: Int32Array): void;
  updateAll?(chosen: Int32Array, rewards: Float64Array): void;
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

const commonKeys = ["arms", "tasks", "seed", "rng"] as const;

type Tables = Record<string, Float64Array | Int32Array>;

/** Arms, rows, stream and saved tables: the part that is the same in every policy. */
export class PolicyBase {
  readonly name: string;
  readonly arms: number;
  readonly tasks: number;
  protected rng: RandomStream;
  private readonly tables: Tables;

  constructor(
    name: string,
    options: CommonOptions,
    keys: readonly string[],
    tables: (size: number, tasks: number, arms: number) => Tables,
  ) {
    refuseUnknown(name, options, [...commonKeys, ...keys]);
    this.name = name;
    this.arms = wholeNumber(name, "arms", options.arms, 1);
    this.tasks = wholeNumber(name, "tasks", options.tasks ?? 1, 1);
    if (options.rng !== undefined && options.seed !== undefined) throw new Error(`${name}: got both rng and seed; give one of them.`);
    this.rng = options.rng ?? new Generator(options.seed ?? 0);
    this.tables = tables(this.arms * this.tasks, this.tasks, this.arms);
  }

  state(): PolicyState {
    const tables = Object.fromEntries(Object.entries(this.tables).map(([key, values]) => [key, Array.from(values)]));
    return { policy: this.name, version: 1, arms: this.arms, tasks: this.tasks, tables, rng: this.rng.state?.() ?? null };
  }

  restore(state: PolicyState): void {
    if (state?.policy !== this.name)
      throw new Error(
        `${this.name}.restore: got a state of policy "${String(state?.policy)}"; expected "${this.name}". Restore it with the policy that saved it.`,
      );
    if (state.version !== 1)
      throw new Error(`${this.name}.restore: got state version ${String(state.version)}; expected 1. Update @rl/bandits to read it.`);
    if (state.arms !== this.arms || state.tasks !== this.tasks) {
      throw new Error(
        `${this.name}.restore: got a state of ${state.arms} arms and ${state.tasks} tasks; expected ${this.arms} and ${this.tasks}. Create the policy with the saved sizes.`,
      );
    }
    const entries = Object.entries(this.tables);
    for (const [key, values] of entries) {
      const got = state.tables?.[key]?.length;
      if (got !== values.length)
        throw new Error(
          `${this.name}.restore: got ${String(got ?? "no")} numbers in table "${key}"; expected ${values.length}. The state is damaged or of other options.`,
        );
    }
    const rng = state.rng === null ? undefined : Generator.fromState(state.rng);
    for (const [key, values] of entries) values.set(state.tables[key]!);
    if (rng !== undefined) this.rng = rng;
    this.restored();
  }

  /** Recomputes what follows from the tables. */
  protected restored(): void {}

  protected checkPull(arm: number, reward: number, row: number): void {
    if (!(arm >= 0 && arm < this.arms) || (arm | 0) !== arm)
      throw new Error(`${this.name}.update: got arm ${arm}; expected a whole number from 0 to ${this.arms - 1}.`);
    if (reward - reward !== 0)
      throw new Error(
        `${this.name}.update: got reward ${reward}; expected a finite number. The policy is unchanged; leave such a pull out.`,
      );
    if (!(row >= 0 && row < this.tasks))
      throw new Error(`${this.name}.update: got row ${row}; expected 0 to ${this.tasks - 1} (option tasks).`);
  }

  /** For policies whose bound needs rewards in [0, 1]. */
  protected checkUnitReward(reward: number): void {
    if (!(reward >= 0 && reward <= 1))
      throw new Error(
        `${this.name}.update: got reward ${reward}; expected a number in [0, 1]. Rescale rewards: (reward − low) / (high − low).`,
      );
  }
}

export function wholeNumber(where: string, name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`${where}: got ${name} = ${String(value)}; expected a whole number ≥ ${least}.`);
  return value;
}

/** Checks that a number lies in a range given as text, such as "(0, 1]" or "[0, ∞)". */
export function inRange(where: string, name: string, value: number, range: string): number {
  const low = Number(range.slice(1, range.indexOf(",")).replace("∞", "Infinity"));
  const high = Number(range.slice(range.indexOf(",") + 1, -1).replace("∞", "Infinity"));
  const above = range.startsWith("[") ? value >= low : value > low;
  const below = range.endsWith("]") ? value <= high : value < high;
  if (!above || !below) throw new Error(`${where}: got ${name} = ${String(value)}; expected a number in ${range}.`);
  return value;
}

/** Refuses option names that are not known, naming the nearest one. */
export function refuseUnknown(where: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new Error(`${where}: got unknown option "${key}"; expected one of ${known.join(", ")}. Did you mean "${nearest(key, known)}"?`);
  }
}

/** The known word with the fewest single-letter edits to `word` (Levenshtein distance; first of equals). */
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
