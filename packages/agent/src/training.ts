/** How far a run is, what its schedules say there, and its state as plain data and back. */
import { show } from "@rl/math/options";
import { scheduleValue, type Schedule } from "@rl/nets";
import type { Agent, AgentState } from "./agent.ts";
import { notFiniteIn } from "./not-finite.ts";
import { fixedOptions, settingText, type OptionTable } from "./options/table.ts";
import { expectState, restoreTree, saveTree } from "./saved-tree.ts";

/** A run of any algorithm. */
export interface Run {
  readonly agent: Agent;
  readonly config: { readonly totalSteps: number; readonly iterations: number };
  /** Iterations so far. */
  iteration: number;
}

const settingsOf = ({ config }: Run): Readonly<Record<string, unknown>> => config;

/** Whether another iteration follows. */
export const goesOn = ({ agent, config, iteration }: Run): boolean => agent.steps < config.totalSteps && iteration < config.iterations;

/** The share of a run that so many steps and iterations are, by whichever of totalSteps and iterations ends it first; 0 where neither does. */
export const shareOf = ({ totalSteps, iterations }: Run["config"], steps: number, iteration: number): number =>
  Math.max(totalSteps === Infinity ? 0 : steps / totalSteps, iterations === Infinity ? 0 : iteration / iterations);

/** How far the run is, from 0 at its start to 1. */
export const progressOf = ({ agent, config, iteration }: Run): number => shareOf(config, agent.steps, iteration);

/** The value of the schedule that a setting is, at a progress. What a function gives is held to the option's rule, as numbers given at the start are. */
export function scheduled(run: Run, options: OptionTable, name: string, progress: number): number {
  const schedule = settingsOf(run)[name] as Schedule;
  const value: unknown = scheduleValue(schedule, progress);
  const expected = options[name]?.rule.each?.(value);
  if (expected === undefined) return value as number;
  const { where } = run.agent;
  if (typeof value === "number" && !Number.isFinite(value))
    throw notFiniteIn({ where, iteration: run.iteration + 1 }, [[`the schedule ${name} at progress ${progress}`, [value]]]);
  throw new Error(`${where}: the schedule ${name} gave ${show(value)} at progress ${progress}; expected ${expected}.`);
}

/** What the state of an algorithm's runs holds beside the agent's. */
export interface StateForm<Counter extends string, Tree extends string> {
  readonly algorithm: string;
  readonly version: number;
  /** Whole numbers of the run. */
  readonly counters: readonly Counter[];
  /** Trees of tensors of the run. */
  readonly trees: readonly Tree[];
  readonly options: OptionTable;
}

export type SavedRun<Counter extends string, Tree extends string> = { readonly algorithm: string; readonly version: number } & {
  readonly [Key in Counter]: number;
} & { readonly agent: AgentState } & { readonly [Key in Tree]: unknown } & {
  /** Settings without which the numbers mean something else. States of early releases have none. */
  readonly settings?: Readonly<Record<string, unknown>>;
};

/** Everything that a run goes on from, as plain data. */
export function saveRun<Counter extends string, Tree extends string>(
  { algorithm, version, counters, trees, options }: StateForm<Counter, Tree>,
  run: Run & Readonly<Record<Counter, number>> & Readonly<Record<Tree, unknown>>,
): SavedRun<Counter, Tree> {
  return {
    algorithm,
    version,
    ...Object.fromEntries(counters.map((name) => [name, run[name]])),
    agent: run.agent.state(),
    ...Object.fromEntries(trees.map((name) => [name, saveTree(run[name])])),
    settings: Object.fromEntries(fixedOptions(options).map((name) => [name, settingsOf(run)[name]])),
  } as SavedRun<Counter, Tree>;
}

/** Goes on from a saved run. What does not belong to this algorithm, its environment or its settings is refused before anything changes. */
export function restoreRun<Counter extends string, Tree extends string>(
  where: string,
  { algorithm, version, counters, trees, options }: StateForm<Counter, Tree>,
  run: Run & Record<Counter, number> & Record<Tree, unknown>,
  state: object,
): void {
  const saved = expectState<{ algorithm: string; version: number }>(where, state, algorithm, version) as SavedRun<Counter, Tree>;
  for (const name of counters) {
    const count: unknown = saved[name];
    if (!Number.isSafeInteger(count) || (count as number) < 0)
      throw new Error(`${where}: ${name} of the state is ${show(count)}; expected a whole number of at least 0.`);
  }
  checkSettings(where, run, options, saved.settings);
  const restored = trees.map((name) => [name, restoreTree(where, run[name], saved[name])] as const);
  run.agent.restore(saved.agent);
  Object.assign(run, Object.fromEntries(restored), Object.fromEntries(counters.map((name) => [name, saved[name]])));
}

function checkSettings(where: string, run: Run, options: OptionTable, settings: unknown): void {
  if (settings !== undefined && (typeof settings !== "object" || settings === null))
    throw new Error(`${where}: settings of the state are ${show(settings)}; expected an object.`);
  for (const name of fixedOptions(options)) {
    const known = settings !== undefined && name in settings;
    const before = options[name]?.before;
    if (!known && before === undefined) continue;
    const [saved, own] = [known ? (settings as Record<string, unknown>)[name] : before, settingsOf(run)[name]].map(settingText);
    if (saved !== own)
      throw new Error(
        `${where}: the state was saved with ${name} ${saved}, and this trainer has ${own}; create it with ${name}: ${saved}.`,
      );
  }
}

/**
 * What train() returns: the generator, which only runs when it is walked. Waited for as if it were a promise, it would do nothing without a word; so waiting
 * is refused.
 */
export function walked<M>(where: string, generator: Generator<M, void, void>): Generator<M, void, void> {
  const then = (_: unknown, reject: (reason: Error) => void): void =>
    reject(new TypeError(`${where}: train() was awaited; expected it to be walked. Write for (const metrics of trainer.train()) { … }.`));
  return Object.defineProperty(generator, "then", { value: then });
}
