/** The rules that every trainer keeps, on discrete and on continuous actions. */
import { trainerContract } from "@rl/agent/testing";
import { processContract } from "@rl/agent/node";
import { describe, expect, it } from "vitest";
import { create, createNormalized } from "./fixtures/create.ts";

describe("discrete actions", () => {
  it.each([...trainerContract(create, { forever: { iterations: 100, discount: 0.9 } })])("$name", async ({ run }) =>
    expect(await run()).toBeUndefined(),
  );
});

describe("continuous actions", () => {
  const checks = trainerContract(createNormalized, { env: "Pendulum-v1", learns: 0 });
  it.each([...checks])("$name", async ({ run }) => expect(await run()).toBeUndefined());
});

describe.each([
  ["CartPole-v1", create],
  ["Pendulum-v1", createNormalized],
])("in other processes: %s", (env, made) => {
  const module = new URL("fixtures/create.ts", import.meta.url);
  const checks = processContract({ create: made, module, name: made.name, execArgv: ["--conditions=@rl/source"], env });
  it.each([...checks])("$name", async ({ run }) => expect(await run()).toBeUndefined());
});
