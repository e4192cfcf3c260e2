export {
  actionFor,
  evaluate,
  readObservation,
  withMasks,
  type Actor,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationEnv,
} from "./evaluate.ts";
export { consoleLogger, type Logger, type LogRecord } from "./logger.ts";
export {
  run,
  SCORE_METRIC,
  type Checkpoint,
  type CheckpointName,
  type CheckpointPlan,
  type CheckpointStore,
  type EvaluationPlan,
  type RunOptions,
  type RunProgress,
  type RunResult,
  type StopSignal,
} from "./run.ts";
export { decodePolicy, encodePolicy } from "./policy-file.ts";
export { hint, nearest } from "./options.ts";
export { decodeState, encodeState, type Snapshot } from "./snapshot.ts";
export type { ActOptions, Metrics, StateArray, StateValue, Trainer, TrainerState } from "./trainer.ts";
