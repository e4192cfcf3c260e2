export { checkpointFiles, CHECKPOINT_VERSION, type FoundCheckpoint } from "./checkpoints.ts";
export { RunError } from "./errors.ts";
export { createRunFolder, openRunFolder, RunFolder, RUN_VERSION, type RunConfig } from "./folder.ts";
export { csvLogger, jsonlLogger, tensorboardLogger, type FileLoggerOptions, type TensorboardOptions } from "./loggers.ts";
export { resume, run, type FolderRunOptions, type FolderRunResult, type LoggerChoice, type ResumeOptions, type Revived } from "./run.ts";
export { toPath, type PathLike } from "./paths.ts";
