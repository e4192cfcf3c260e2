export type { ActOptions, Metrics, StateArray, StateValue, Trainer, TrainerState } from "./trainer.ts";
