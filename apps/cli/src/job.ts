/** What a run is made from: read from the command line or from a run folder's config.json, turned into a trainer. */
import * as os from "node:os";
import { engineInfo } from "@rl/tensor";
import { makeVec, make, registeredIds, type Env, type VecEnv } from "@rl/envs";
import { hint, type Metrics, type Trainer } from "@rl/train";
import type { RunConfig } from "@rl/train/node";
import { quote, show } from "@rl/math/options";
import { environmentHabits } from "./habits.ts";
import { checkActions, checkPreset, findAlgorithm, type Algorithm, type CommonOptions } from "./algorithms.ts";
import { asUsage, UsageError } from "./errors.ts";
import { version } from "./version.ts";
import type { Goal } from "./terminal/progress.ts";

export interface Job {
  readonly algorithm: string;
  readonly env: string;
  readonly preset: string;
  readonly seed: number;
  readonly totalSteps?: number | undefined;
  /** The algorithm's own settings, as given by --set. */
  readonly options: Readonly<Record<string, unknown>>;
  /** All settings that were in force when the run was made: another release may have other defaults and presets. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Modules that register environments, by their paths. */
  readonly imports?: readonly string[] | undefined;
}

export interface Prepared {
  readonly algorithm: Algorithm;
  readonly trainer: Trainer<Metrics>;
  readonly goal: Goal;
}

/** Names that --set may not change, because an option of the command does. */
export const RESERVED: Readonly<Record<string, string>> = { env: "--env", preset: "--preset", seed: "--seed", totalSteps: "--steps" };

/** Checks a job from end to end and creates its trainer; nothing is written. Every error names what to change. */
export function prepare(job: Job): Prepared {
  const algorithm = findAlgorithm(job.algorithm);
  checkEnvId(job.env);
  checkPreset(algorithm, job.preset);
  for (const key of Object.keys(job.options)) {
    if (Object.hasOwn(RESERVED, key)) throw new UsageError(`--set ${key}: use ${RESERVED[key]} instead.`);
  }
  const { singleActionSpace } = asUsage(() => makeVec(job.env, 1));
  checkActions(algorithm, job.env, singleActionSpace as { readonly n?: unknown; readonly low?: unknown });
  const options: CommonOptions = {
    env: job.env,
    preset: job.preset,
    seed: job.seed,
    ...settingsOf(job, algorithm),
    ...(job.totalSteps === undefined ? {} : { totalSteps: job.totalSteps }),
    ...job.options,
  };
  return asUsage(() => ({ algorithm, trainer: algorithm.create(options), goal: algorithm.goal(options) }));
}

/** The recorded settings that the algorithm still has. */
function settingsOf({ settings = {} }: Job, { options }: Algorithm): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([key]) => key !== "seed" && Object.hasOwn(options, key))
      .map(([key, value]) => [key, NUMBERS[String(value)] ?? value]),
  );
}

/** What JSON has no numbers for. */
const NUMBERS: Readonly<Record<string, number>> = { Infinity, "-Infinity": -Infinity, NaN };

export function checkEnvId(id: string): void {
  const ids = registeredIds();
  if (ids.includes(id)) return;
  throw new UsageError(`There is no environment ${quote(id)}${hint(id, ids, environmentHabits)} rl list envs shows all.`);
}

/** Environments for evaluating: apart from the trainer's, one row per episode as far as that is sensible. */
export const evaluationEnv = (id: string, episodes: number): VecEnv => makeVec(id, Math.min(episodes, 1000)) as VecEnv;
export const singleEnv = (id: string): Env<unknown, unknown> => make(id) as unknown as Env<unknown, unknown>;

/** config.json: the job, and a record of what ran it; the run adds the settings in force. */
export function configOf(job: Job, command: string): RunConfig {
  const { algorithm, env, preset, seed, totalSteps, options, imports = [] } = job;
  return {
    algorithm,
    env,
    preset,
    seed,
    ...(totalSteps === undefined ? {} : { totalSteps }),
    options,
    ...(imports.length === 0 ? {} : { imports }),
    record: {
      created: new Date().toISOString(),
      command,
      rl: version(),
      node: process.version,
      v8: process.versions.v8,
      system: `${os.platform()} ${os.arch()}`,
      processor: os.cpus()[0]?.model ?? "unknown",
      engine: engineInfo(),
    },
  };
}

/** The job of a run folder, checked: the file may have been edited. */
export function jobOf(config: RunConfig, dir: string): Job {
  const { algorithm, env, preset, seed, totalSteps, options, settings, imports } = config;
  const wrong = (key: string, value: unknown, expected: string): never => {
    throw new UsageError(`${dir}/config.json: ${key} is ${show(value)}, expected ${expected}. Was the run made by rl?`);
  };
  if (typeof algorithm !== "string") return wrong("algorithm", algorithm, "a name such as pg");
  if (typeof env !== "string") return wrong("env", env, "an environment id");
  if (typeof preset !== "string") return wrong("preset", preset, "a name");
  if (!Number.isSafeInteger(seed)) return wrong("seed", seed, "a whole number");
  if (totalSteps !== undefined && !(typeof totalSteps === "number" && totalSteps > 0))
    return wrong("totalSteps", totalSteps, "a whole number");
  if (typeof options !== "object" || options === null) return wrong("options", options, "an object");
  // Runs of earlier releases have neither.
  if (settings !== undefined && (typeof settings !== "object" || settings === null || Array.isArray(settings)))
    return wrong("settings", settings, "an object");
  if (imports !== undefined && !(Array.isArray(imports) && imports.every((file) => typeof file === "string")))
    return wrong("imports", imports, "a list of paths");
  return {
    algorithm,
    env,
    preset,
    seed: seed as number,
    totalSteps,
    options: options as Record<string, unknown>,
    settings: settings as Record<string, unknown> | undefined,
    imports: imports as string[] | undefined,
  };
}
