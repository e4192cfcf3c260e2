import { builtIns, type BuiltInEnvs } from "./built-ins.ts";
import { explainEnv, isClass } from "./check/results.ts";
import type { Definition, EnvEntry, NamedOptions } from "./definition.ts";
import type { Env } from "./env.ts";
import { EnvError, checkKeys, didYouMean, show } from "./errors.ts";
import { MOST_STEPS, countOption, flagOption, functionOption, numberOption } from "./options.ts";
import { checkAutoreset } from "./row-checks.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import { SyncVectorEnv } from "./sync-vector-env.ts";
import type { AutoresetMode, VecEnv } from "./vec-env.ts";
import { OrderEnforcing } from "./wrappers/order-enforcing.ts";
import { PassiveEnvChecker } from "./wrappers/passive-env-checker.ts";
import { TimeLimit } from "./wrappers/time-limit.ts";

/** Ids and the types behind them. Add your own by declaration merging:
 *  `declare module "@rl/envs" { interface EnvRegistry { "mine/Maze-v0": EnvEntry<Box, Discrete> } }`. */
export interface EnvRegistry extends BuiltInEnvs {}

/** Ids that types know. */
export type EnvId = Extract<keyof EnvRegistry, string>;
type ValueOf<S> = S extends Space<infer T> ? T : never;
type BatchOf<S> = S extends Space<infer _T, infer B> ? B : never;

/** The environment that `make(id)` gives. */
export type EnvOf<Id extends EnvId> =
  EnvRegistry[Id] extends EnvEntry<infer O, infer A, infer _P>
    ? O extends Space<ValueOf<O>>
      ? A extends Space<ValueOf<A>>
        ? Env<ValueOf<O>, ValueOf<A>, O, A>
        : never
      : never
    : never;
/** The vector that `makeVec(id, n)` gives. */
export type VecEnvOf<Id extends EnvId> =
  EnvRegistry[Id] extends EnvEntry<infer O, infer A, infer _P>
    ? O extends Space<unknown, BatchOf<O>>
      ? A extends Space<unknown, BatchOf<A>>
        ? VecEnv<BatchOf<O>, BatchOf<A>, O, A>
        : never
      : never
    : never;
/** The options of an environment. */
export type EnvOptionsOf<Id extends EnvId> = EnvRegistry[Id]["options"];
/** Ids whose actions are of the given kind, e.g. `EnvIdWithActions<number>` for discrete ones. */
export type EnvIdWithActions<T> = { [Id in EnvId]: ValueOf<EnvRegistry[Id]["actionSpace"]> extends T ? Id : never }[EnvId];

// One signature for known and unknown ids: of several overloads the compiler would explain the last one, which says nothing of the option.
type OptionsFor<Id> = Id extends EnvId ? EnvOptionsOf<Id> : NamedOptions;
type EnvFor<Id> = Id extends EnvId ? EnvOf<Id> : Env;
type VecEnvFor<Id> = Id extends EnvId ? VecEnvOf<Id> : VecEnv;

export interface MakeOptions {
  /** Replaces the registered time limit; Infinity for none. */
  readonly maxEpisodeSteps?: number;
  /** Leaves the space check out of the stack (Gymnasium: `disable_env_checker`). */
  readonly disableEnvChecker?: boolean;
}

export interface MakeVecOptions extends MakeOptions {
  /** What happens to rows whose episode ended; default "same-step". */
  readonly autoreset?: AutoresetMode;
  /** "native" (the environment's own vector form), "sync" (single environments in a row); by default native where there is one. */
  readonly vectorization?: "native" | "sync";
  /** Put around each single environment, in order; needs "sync", and chooses it. */
  readonly wrappers?: readonly ((env: Env<unknown, unknown>) => Env<unknown, unknown>)[];
}

const ID = /^(?:[\w:-]+\/)?[\w:.-]+-v\d+$/;
const MAKE_KEYS = ["maxEpisodeSteps", "disableEnvChecker"];
const MAKE_VEC_KEYS = ["maxEpisodeSteps", "disableEnvChecker", "autoreset", "vectorization", "wrappers"];

let definitions: Map<string, Definition> | undefined;
function all(): Map<string, Definition> {
  return (definitions ??= new Map(builtIns().map((d) => [d.id, d])));
}

/** Makes an environment known by its id. Registering an id again replaces it, except for built-in ones. */
export function register(definition: Definition): void {
  checkKeys("register", definition, ["id", "entry", "vectorEntry", "optionNames", "maxEpisodeSteps", "rewardThreshold"]);
  const { id, entry, vectorEntry, optionNames = [], maxEpisodeSteps, rewardThreshold } = definition;
  if (typeof id !== "string" || !ID.test(id)) {
    throw new EnvError(`register: id is ${show(id)}, expected a name with a version, such as "Maze-v0" or "mine/Maze-v0".`);
  }
  if (builtIns().some((d) => d.id === id))
    throw new EnvError(`register: ${show(id)} is built in, expected a new id; register yours as "mine/${id}" or under another version.`);
  const call = `register(${show(id)})`;
  functionOption(call, "entry", entry, `() => new ${isClass(entry) ? entry.name : "Maze"}()`);
  if (vectorEntry !== undefined) functionOption(call, "vectorEntry", vectorEntry, "(numEnvs) => new MazeVector(numEnvs)");
  if (!Array.isArray(optionNames) || !optionNames.every((name) => typeof name === "string"))
    throw new EnvError(`${call}: optionNames is ${show(optionNames)}, expected a list of names, such as ["size"].`);
  if (rewardThreshold !== undefined) numberOption(call, "rewardThreshold", rewardThreshold, 0);
  const taken = optionNames.find((name) => MAKE_VEC_KEYS.includes(name));
  if (taken !== undefined) throw new EnvError(`${call}: the option ${show(taken)} is one of make's own; choose another name.`);
  if (maxEpisodeSteps !== undefined) checkLimit(call, maxEpisodeSteps);
  all().set(id, definition);
}

/** All registered ids, sorted. */
export function registeredIds(): string[] {
  return [...all().keys()].sort();
}

/** What the registry knows about `id`. */
export function spec(id: EnvId | (string & {})): EnvSpec {
  const { maxEpisodeSteps, rewardThreshold } = find("spec", id);
  return { id, maxEpisodeSteps, rewardThreshold, options: {} };
}

/** A single environment in the default stack: time limit around order check around space check, as Gymnasium's `make`. */
export function make<Id extends EnvId | (string & {})>(id: Id, options?: MakeOptions & OptionsFor<Id>): EnvFor<Id>;
export function make(id: string, options: MakeOptions & NamedOptions = {}): Env {
  return makeFrom(`make(${show(id)})`, find("make", id), options, MAKE_KEYS) as unknown as Env;
}

function makeFrom(
  call: string,
  definition: Definition,
  options: MakeOptions & NamedOptions,
  own: readonly string[],
): Env<unknown, unknown> {
  const { envOptions, envSpec } = resolve(call, definition, options, own);
  const checked = !flagOption(call, "disableEnvChecker", options.disableEnvChecker);
  let env: Env<unknown, unknown> = definition.entry(envOptions, envSpec);
  refuseNoEnv(`${call}: what entry made`, env);
  if (checked) env = new PassiveEnvChecker(env);
  env = new OrderEnforcing(env);
  return envSpec.maxEpisodeSteps === undefined ? env : new TimeLimit(env, envSpec.maxEpisodeSteps);
}

/** `numEnvs` environments as one vector. Rows equal single environments with the same seeds. */
export function makeVec<Id extends EnvId | (string & {})>(
  id: Id,
  numEnvs: number,
  options?: MakeVecOptions & OptionsFor<Id>,
): VecEnvFor<Id>;
export function makeVec(id: string, numEnvs: number, options: MakeVecOptions & NamedOptions = {}): VecEnv {
  const call = `makeVec(${show(id)}, ${show(numEnvs)})`;
  const definition = find("makeVec", id);
  countOption(call, "numEnvs", numEnvs);
  const { envOptions, envSpec } = resolve(call, definition, options, MAKE_VEC_KEYS);
  const { autoreset = "same-step", vectorization, wrappers = [], ...single } = options;
  checkAutoreset(call, autoreset);
  if (!Array.isArray(wrappers as unknown))
    throw new EnvError(`${call}: wrappers is ${show(wrappers)}, expected a list of functions such as (env) => new TimeLimit(env, 100).`);
  for (const [i, wrap] of wrappers.entries())
    functionOption(call, `wrappers[${i}]`, wrap, `(env) => new ${isClass(wrap) ? wrap.name : "TimeLimit"}(env)`);
  if (vectorization !== undefined && vectorization !== "native" && vectorization !== "sync") {
    throw new EnvError(`${call}: vectorization is ${show(vectorization)}, expected "native" or "sync".`);
  }
  if (vectorization === "native" && (definition.vectorEntry === undefined || wrappers.length > 0)) {
    throw new EnvError(
      `${call}: vectorization "native" needs an environment with its own vector form and no wrappers; use "sync" or leave it out.`,
    );
  }
  if (definition.vectorEntry !== undefined && vectorization !== "sync" && wrappers.length === 0) {
    return definition.vectorEntry(numEnvs, envOptions, envSpec, autoreset) as unknown as VecEnv;
  }
  const one = (): Env<unknown, unknown> =>
    wrappers.reduce(
      (env, wrap, i) => {
        const wrapped = wrap(env);
        refuseNoEnv(`${call}: what wrappers[${i}] returned`, wrapped);
        return wrapped;
      },
      makeFrom(call, definition, single, MAKE_KEYS),
    );
  return new SyncVectorEnv(
    Array.from({ length: numEnvs }, () => one),
    { autoreset },
  ) as unknown as VecEnv;
}

/** Splits make's own options from the environment's and fixes the spec. */
function resolve(
  call: string,
  definition: Definition,
  options: MakeOptions & NamedOptions,
  own: readonly string[],
): { envOptions: NamedOptions; envSpec: EnvSpec } {
  const { id, optionNames = [], rewardThreshold } = definition;
  checkKeys(call, options, [...optionNames, ...own]);
  if (options.maxEpisodeSteps !== undefined) checkLimit(call, options.maxEpisodeSteps);
  flagOption(call, "disableEnvChecker", options.disableEnvChecker);
  const limit = options.maxEpisodeSteps ?? definition.maxEpisodeSteps ?? Infinity;
  const envOptions = Object.fromEntries(Object.entries(options).filter(([key, value]) => optionNames.includes(key) && value !== undefined));
  return { envOptions, envSpec: { id, maxEpisodeSteps: limit === Infinity ? undefined : limit, rewardThreshold, options: envOptions } };
}

function refuseNoEnv(what: string, env: unknown): void {
  const wrong = explainEnv(env);
  if (wrong !== undefined) throw new EnvError(`${what} is no environment: ${wrong}`);
}

function checkLimit(call: string, limit: number): void {
  if (limit !== Infinity && !(Number.isInteger(limit) && limit >= 1 && limit <= MOST_STEPS)) {
    throw new EnvError(`${call}: maxEpisodeSteps is ${show(limit)}, expected a whole number ≥ 1, or Infinity for no limit.`);
  }
}

function find(call: string, id: string): Definition {
  const found = all().get(id);
  if (found !== undefined) return found;
  if (typeof id !== "string") throw new EnvError(`${call}: id is ${show(id)}, expected a string such as "CartPole-v1".`);
  const known = registeredIds();
  const name = id.replace(/-v\d+$/, "");
  const versions = known.filter((k) => k.replace(/-v\d+$/, "").toLowerCase() === name.toLowerCase());
  const hint = versions.length > 0 ? ` Did you mean ${versions.map((v) => JSON.stringify(v)).join(" or ")}?` : didYouMean(id, known);
  throw new EnvError(
    `${call}: there is no environment ${JSON.stringify(id)}, expected one of ${known.join(", ")}; or register() it first.${hint}`,
  );
}
