/** The whole update on the reference engine and on the WebAssembly engine: the same rollout, nearly the same parameters. */
import { setDefaultEngine } from "@rl/tensor";
import { afterEach, describe, expect, it } from "vitest";
import { createPpo, type PpoOptions } from "../src/index.ts";

function parameters(engine: string, options: PpoOptions): [path: string, values: Float32Array][] {
  setDefaultEngine(engine);
  const trainer = createPpo(options);
  for (const _ of trainer.train());
  const found: [string, Float32Array][] = [];
  const visit = (value: unknown, path: string): void => {
    if (value instanceof Float32Array) found.push([path, value]);
    else if (typeof value === "object" && value !== null) for (const [key, item] of Object.entries(value)) visit(item, `${path}.${key}`);
  };
  visit({ parameters: trainer.state().parameters, optimizer: trainer.state().optimizer }, "");
  return found;
}

describe("reference and wasm agree", () => {
  afterEach(() => setDefaultEngine("wasm"));
  const base = {
    env: "CartPole-v1",
    iterations: 1,
    totalSteps: Infinity,
    numEnvs: 4,
    stepsPerEnv: 64,
    minibatchSize: 64,
    epochs: 2,
    seed: 1,
  } as const;
  it.each([
    ["defaults", {}],
    ["no clipping of gradients", { maxGradNorm: null, hiddenSizes: [100] }],
    ["three layers of ReLU, no clipping", { maxGradNorm: null, hiddenSizes: [36, 36, 36], activation: "relu" }],
    ["shared layers and value clipping", { sharedLayers: 1, valueClipRange: 0.2 }],
    ["early stop", { targetKl: 1e-4, learningRate: 1e-2 }],
    ["Gaussian", { env: "Pendulum-v1" }],
    ["squashed Gaussian", { env: "Pendulum-v1", squashActions: true, stateDependentStd: true }],
    ["gSDE", { env: "Pendulum-v1", stateDependentExploration: 4 }],
  ] as const)("%s", (_, options) => {
    const reference = parameters("reference", { ...base, ...options });
    const wasm = parameters("wasm", { ...base, ...options });
    expect(wasm.map(([path]) => path)).toEqual(reference.map(([path]) => path));
    reference.forEach(([path, values], i) => {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
      const worst = values.reduce((most, value, k) => Math.max(most, Math.abs(value - wasm[i]![1][k]!)), 0);
      expect(worst / largest, path).toBeLessThan(5e-3);
    });
  });
});
