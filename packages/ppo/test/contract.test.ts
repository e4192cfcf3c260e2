/** The rules that every trainer keeps, on discrete and on continuous actions. */
import { trainerContract, type Given } from "@rl/agent/testing";
import { describe, expect, it } from "vitest";
import { createPpo, type PpoOptions } from "../src/index.ts";

const small = {
  hiddenSizes: [16],
  numEnvs: 4,
  stepsPerEnv: 32,
  minibatchSize: 32,
  epochs: 4,
  learningRate: 1e-2,
  normalizeRewards: false,
} as const;
const create = (given: Given) => createPpo({ ...small, ...given } as PpoOptions);

describe("discrete actions", () => {
  it.each([...trainerContract(create, { forever: { iterations: 100, discount: 0.9 } })])("$name", async ({ run }) =>
    expect(await run()).toBeUndefined(),
  );
});

describe("continuous actions", () => {
  const settings = { ...small, normalizeObservations: true, normalizeRewards: true };
  const checks = trainerContract((given) => createPpo({ ...settings, ...given } as PpoOptions), { env: "Pendulum-v1", learns: 0 });
  it.each([...checks])("$name", async ({ run }) => expect(await run()).toBeUndefined());
});
