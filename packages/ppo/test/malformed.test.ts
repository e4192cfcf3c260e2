/**
 * Ten thousand random environments that are wrong somewhere: each is obeyed, with the very numbers that it returned, or refused in one sentence within its
 * first episode. RL_LONG tries ten times as many, and more of them by training.
 */
import { malformed, playMalformed } from "@rl-tools/test-envs/malformed";
import { Box, defineEnv, Dict, Discrete, resolveEnv, type EnvOption } from "@rl/envs";
import { expect, it } from "vitest";
import { createPpo } from "../src/index.ts";

const LONG = process.env["RL_LONG"] !== undefined;
const COUNT = LONG ? 100_000 : 10_000;
const TRAINED = LONG ? 5000 : 150;

/** What is wrong with how something was refused: it must be one sentence of ours, not an accident further in. */
function badRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const { name, message } = error;
  if (!["EnvError", "Error", "NotFiniteError"].includes(name)) return `${name}: ${message}`;
  const sentence = /^[^\n]{20,900}\.$/.test(message) && /expected|did you mean/.test(message);
  return sentence ? undefined : `no sentence: ${message}`;
}

function outcome(run: () => string | undefined): { readonly refused: boolean; readonly wrong: string | undefined } {
  try {
    return { refused: false, wrong: run() };
  } catch (error) {
    return { refused: true, wrong: badRefusal(error) };
  }
}

it(`${COUNT} of them at the door`, () => {
  const wrong: string[] = [];
  let refused = 0;
  for (let i = 0; i < COUNT; i++) {
    const each = malformed(15, i);
    const result = outcome(() => playMalformed(each, resolveEnv("createPpo", each.given as EnvOption, undefined, 1)));
    if (result.refused) refused++;
    if (result.wrong !== undefined) wrong.push(`${each.what}: ${result.wrong}`);
  }
  expect(wrong.slice(0, 10)).toEqual([]);
  // Most are wrong indeed; what only looks so is obeyed.
  expect(refused).toBeGreaterThan(0.5 * COUNT);
  expect(refused).toBeLessThan(0.95 * COUNT);
});

it(`${TRAINED} of them in training`, () => {
  const wrong: string[] = [];
  for (let i = 0; i < TRAINED; i++) {
    const { given, what } = malformed(16, i);
    const small = { hiddenSizes: [2], numEnvs: 1, stepsPerEnv: 8, minibatchSize: 8, epochs: 1, totalSteps: 8 };
    const result = outcome(() => {
      for (const metrics of createPpo({ env: given as EnvOption, ...small }).train()) void metrics;
      return undefined;
    });
    if (result.wrong !== undefined) wrong.push(`${what}: ${result.wrong}`);
  }
  expect(wrong.slice(0, 10)).toEqual([]);
});

it("actions of whole numbers in a Box are refused when the trainer is made; float64 ones, and observations of several parts, are learned from", () => {
  const own = () =>
    defineEnv({
      observationSpace: new Dict({ z: new Discrete(2), a: new Box({ low: 0, high: 1, shape: [1] }) }),
      actionSpace: new Box({ low: 0, high: 0.1, shape: [1], dtype: "float64" }),
      start: () => ({ t: 0 }),
      step(state, action) {
        if (!(action instanceof Float64Array && action[0]! >= 0 && action[0]! <= 0.1)) throw new Error(`The action is ${String(action)}.`);
        state.t += 1;
        return { reward: action[0]!, terminated: state.t === 5 };
      },
      observe: ({ t }) => ({ z: t % 2, a: Float32Array.of(t / 5) }),
    });
  const small = { hiddenSizes: [4], numEnvs: 2, stepsPerEnv: 8, minibatchSize: 8, epochs: 1, totalSteps: 32 };
  expect([...createPpo({ env: own() as never, ...small }).train()]).toHaveLength(2);
  const whole = new Box({ low: 0, high: 3, shape: [1], dtype: "int32" });
  const env = Object.assign(own()(), { actionSpace: whole });
  expect(() => createPpo({ env: env as never, ...small, numEnvs: 1 })).toThrow(/^createPpo: .*Box\(0, 3, \[1\], int32\).*expected/);
});
