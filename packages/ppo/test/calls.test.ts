/** How often the engine and the environment are called, and what a step leaves to the garbage collector. */
import { garbageOf } from "@rl-tools/test-envs/garbage";
import { makeVec, type VecEnv } from "@rl/envs";
import { createWasmEngine, setDefaultEngine } from "@rl/tensor";
import { afterEach, describe, expect, it } from "vitest";
import { createPpo, type PpoOptions } from "../src/index.ts";

afterEach(() => setDefaultEngine("wasm"));

/** Makes an engine the default that counts the calls of each of its programs, in the order in which they were compiled. */
function countingEngine(): number[] {
  const engine = createWasmEngine("counting");
  const compile = engine.compile.bind(engine);
  const calls: number[] = [];
  engine.compile = (graph) => {
    const program = compile(graph);
    const run = program.run.bind(program);
    const index = calls.push(0) - 1;
    program.run = (inputs, into) => {
      calls[index]! += 1;
      return run(inputs, into);
    };
    return program;
  };
  setDefaultEngine(engine);
  return calls;
}

describe("calls into the engine", () => {
  it.each([
    ["CartPole-v1", {}],
    ["CartPole-v1", { targetKl: 0.01, sharedLayers: 1, valueClipRange: 0.2 }],
    ["Pendulum-v1", { stateDependentExploration: 4 }],
    ["Pendulum-v1", { squashActions: true }],
  ] as const)("%s %j: the policy once per step, the values once, the whole update once", (env, more) => {
    const calls = countingEngine();
    const vec = makeVec(env, 5) as VecEnv;
    let steps = 0;
    const step = vec.step.bind(vec);
    vec.step = (actions) => {
      steps += 1;
      return step(actions);
    };
    const options: PpoOptions = { env: vec, ...more, stepsPerEnv: 40, minibatchSize: 30, epochs: 7, iterations: 3, totalSteps: Infinity };
    for (const _ of createPpo(options).train());
    expect(steps).toBe(3 * 40);
    // Programs appear in the order in which they are needed; no episode is truncated within 40 steps.
    expect(calls).toEqual([3 * 40, 3, 3]);
  });

  it("values of final observations of truncated episodes take further calls, one for as many as there are environments", () => {
    const calls = countingEngine();
    // Pendulum's episodes are cut after 200 steps, all at once.
    for (const _ of createPpo({ env: "Pendulum-v1", numEnvs: 3, stepsPerEnv: 200, iterations: 2, totalSteps: Infinity }).train());
    expect(calls.reduce((a, b) => a + b)).toBe(2 * (200 + 1 + 1 + 1));
  });
});

describe("garbage of a step of 8 environments", () => {
  const fixture = new URL("fixtures/garbage.ts", import.meta.url);
  it.each([
    "categorical",
    "categorical, not normalised",
    "multi-discrete, masks",
    "Gaussian",
    "Gaussian, not normalised",
    "Gaussian, deviation from the network",
    "Gaussian, squashed",
    "gSDE, kept for 4 steps",
    "gSDE, kept for a rollout",
  ])("%s: none", (name) => {
    // One boxed number in a hundred steps would be 0.16 bytes a step.
    expect(garbageOf(fixture, name, 0.1)).toBeLessThan(0.1);
  });
  it("would notice an object in a hundred steps", () =>
    expect(garbageOf(fixture, "an object in a hundred steps", 0.1, 1)).toBeGreaterThan(0.1));
});
