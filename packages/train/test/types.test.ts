import type { PgMetrics, PgTrainer } from "@rl/pg";
import { createPg } from "@rl/pg";
import { expect, expectTypeOf, test } from "vitest";
import type { Actor, Metrics, Trainer, TrainerState } from "../src/index.ts";
import { encodeState } from "../src/index.ts";
import type { ToyTrainer } from "./fixtures/toy-trainer.ts";

test("algorithms are trainers by structure alone", () => {
  expectTypeOf<PgTrainer>().toExtend<Trainer<PgMetrics>>();
  expectTypeOf<PgTrainer>().toExtend<Trainer>();
  expectTypeOf<ToyTrainer>().toExtend<Trainer>();
  expectTypeOf<PgTrainer>().toExtend<Actor>();
  expectTypeOf<PgMetrics>().toExtend<Metrics>();
  expectTypeOf<ReturnType<PgTrainer["state"]>>().toExtend<TrainerState>();
  // What does not count its steps, or cannot be saved, is none.
  expectTypeOf<{ readonly loss: number }>().not.toExtend<Metrics>();
  expectTypeOf<Omit<PgTrainer, "restore">>().not.toExtend<Trainer>();
});

test("their states are plain data", () => {
  expect(() => encodeState(createPg({ env: "CartPole-v1", numEnvs: 1, hiddenSizes: [4] }).state())).not.toThrow();
});
