/** The rules that every trainer keeps, on discrete and on continuous actions. */
import { trainerContract, type Given } from "@rl/agent/testing";
import { describe, expect, it } from "vitest";
import { createPg, type PgOptions } from "../src/index.ts";

const small = { hiddenSizes: [16], numEnvs: 4, stepsPerEnv: 20, learningRate: 1e-2, valueUpdates: 10, normalizeRewards: false } as const;
const create = (given: Given) => createPg({ ...small, ...given } as PgOptions);

describe("discrete actions", () => {
  it.each([...trainerContract(create, { forever: { iterations: 150, discount: 0.9 } })])("$name", async ({ run }) =>
    expect(await run()).toBeUndefined(),
  );
});

describe("continuous actions", () => {
  const settings = { ...small, normalizeObservations: true, normalizeRewards: true };
  const checks = trainerContract((given) => createPg({ ...settings, ...given } as PgOptions), { env: "Pendulum-v1", learns: 0 });
  it.each([...checks])("$name", async ({ run }) => expect(await run()).toBeUndefined());
});
