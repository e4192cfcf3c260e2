/** What the program and its training thread say to each other. */
import type { CheckpointName, LogRecord, RunProgress } from "@rl/train";
import type { Job } from "../job.ts";

export interface Plans {
  /** Folder of all runs. */
  readonly root: string;
  /** Name of the run; default "seed-N". */
  readonly name?: string | undefined;
  readonly evaluateEvery?: number | undefined;
  readonly evaluateEpisodes: number;
  readonly saveEvery?: number | undefined;
  readonly keepEvery?: number | undefined;
}

/** What to do: given when the thread starts. `command` is what was typed, `imports` are modules that register environments. */
export type Order = (
  | { readonly kind: "new"; readonly job: Job; readonly plans: Plans; readonly command: string }
  | { readonly kind: "resume"; readonly dir: string; readonly checkpoint?: CheckpointName; readonly imports: readonly string[] }
) & {
  /** True for a report of every iteration, with its metrics. */
  readonly verbose?: boolean;
};

export type Report =
  | {
      readonly kind: "started";
      readonly dir: string;
      readonly from: RunProgress | undefined;
      /** What the run is scored by, as people read it. */
      readonly scoreName: string;
    }
  | {
      readonly kind: "progress";
      readonly step: number;
      readonly iteration: number;
      readonly score: number;
      readonly metrics?: LogRecord["metrics"];
    }
  /** What the environment has to say and training goes on after: sentences, each once. */
  | { readonly kind: "warnings"; readonly sentences: readonly string[] }
  | { readonly kind: "done"; readonly dir: string; readonly progress: RunProgress; readonly stopped: boolean }
  | { readonly kind: "failed"; readonly usage: boolean; readonly message: string; readonly stack: string };

/** The one message to the thread: end after this iteration. */
export const STOP = "stop";
