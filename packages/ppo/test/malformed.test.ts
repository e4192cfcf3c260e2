/**
 * Ten thousand random environments that are wrong somewhere: each is obeyed, with the very numbers that it returned, or refused in one sentence within its
 * first episode. RL_LONG tries ten times as many, and more of them by training.
 */
import { malformed, playMalformed } from "@rl-tools/test-envs/malformed";
import { resolveEnv, type EnvOption } from "@rl/envs";
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
