/** Numbers of a saved agent that cannot be are named, and nothing changes. */
import { expect, it } from "vitest";
import { createPg } from "../src/index.ts";

const options = {
  env: "CartPole-v1",
  numEnvs: 2,
  stepsPerEnv: 8,
  normalizeObservations: true,
  normalizeRewards: true,
  iterations: 3,
} as const;

it.each([
  ["steps", -1, "steps of the state is -1; expected a whole number of at least 0"],
  ["actCalls", "3", 'actCalls of the state is "3"; expected a whole number of at least 0'],
  ["episodes.episodes", 1.5, "episodes.episodes of the state is 1.5; expected a whole number"],
  ["episodes.runningLengths.0", -1, "episodes.runningLengths[0] of the state is -1; expected a finite number of at least 0"],
  ["episodes.returns", new Float64Array(3), "episodes.returns of the state has 3 numbers; expected 100"],
  ["observations.count", Infinity, "observations.count of the state is Infinity"],
  ["observations.mean.2", NaN, "observations.mean[2] of the state is NaN; expected a finite number"],
  ["rewards.moments.variance.0", -1, "rewards.moments.variance[0] of the state is -1"],
  ["rewards.returns.1", NaN, "rewards.returns[1] of the state is NaN"],
] as const)("%s", (path, value, words) => {
  const trainer = createPg(options);
  trainer.train().next();
  const before = structuredClone(trainer.state());
  const other = createPg(options);
  for (const _ of other.train());
  const bad = structuredClone(other.state());
  const keys = path.split(".");
  const last = keys.pop()!;
  let at: object = bad.agent;
  for (const key of keys) at = Reflect.get(at, key) as object;
  Reflect.set(at, last, value);
  expect(() => trainer.restore(bad)).toThrow(words);
  expect(trainer.state()).toEqual(before);
});
