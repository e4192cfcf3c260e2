// One training run and its evaluation, as plain data that a thread can be given and a file can keep.

export interface RunJob {
  readonly algorithm: string;
  readonly env: string;
  readonly preset: string;
  readonly seed: number;
  readonly steps: number;
  /** Settings beside the preset's. */
  readonly set: Readonly<Record<string, unknown>>;
}

export interface RunRecord {
  readonly job: RunJob;
  /** Every setting in force, so that a record made with other presets is not taken for this job's. */
  readonly settings: string;
  /** What stopped the run; undefined when it ended well. */
  readonly error?: string | undefined;
  /** Return of each evaluation episode. */
  readonly returns: readonly number[];
  readonly score: number;
  /** Environment steps that training took. */
  readonly steps: number;
  /** Seconds of training, evaluation not counted. */
  readonly seconds: number;
  /** [environment steps, mean return of recent training episodes]. */
  readonly curve: readonly (readonly [number, number])[];
}

export const EPISODES = 100;
/** Far from every training seed: trainers draw theirs from [0, 2³¹). */
export const EVALUATION_SEED = 2 ** 31 + 1_000_000;
