/** The rules that every trainer keeps, on discrete and on continuous actions. */
import { trainerContract, type Given } from "@rl/agent/testing";
import { describe, expect, it } from "vitest";
import { createTrpo, type TrpoOptions } from "../src/index.ts";

const small = {
  hiddenSizes: [16],
  numEnvs: 4,
  stepsPerEnv: 32,
  valueLearningRate: 1e-2,
  valueMinibatchSize: 32,
  normalizeRewards: false,
} as const;
const create = (given: Given) => createTrpo({ ...small, ...given } as TrpoOptions);

describe("discrete actions", () => {
  it.each([...trainerContract(create, { forever: { iterations: 100, discount: 0.9 } })])("$name", async ({ run }) =>
    expect(await run()).toBeUndefined(),
  );
});

describe("continuous actions", () => {
  const settings = { ...small, normalizeObservations: true, normalizeRewards: true };
  const checks = trainerContract((given) => createTrpo({ ...settings, ...given } as TrpoOptions), { env: "Pendulum-v1", learns: 0 });
  it.each([...checks])("$name", async ({ run }) => expect(await run()).toBeUndefined());
});
