import { expect, test } from "vitest";
import { Box, Discrete } from "@rl/envs";
import { algorithms, checkActions, checkPreset, findAlgorithm, type Algorithm } from "../src/algorithms.ts";
import { UsageError } from "../src/errors.ts";

const continuousOnly: Algorithm = { ...algorithms[0]!, name: "ddpg", actions: "continuous" };
const discreteOnly: Algorithm = { ...algorithms[0]!, name: "dqn", actions: "discrete" };
const known = [algorithms[0]!, continuousOnly, discreteOnly];
const twoChoices = new Discrete(2);
const torque = new Box({ low: -2, high: 2, shape: [1] });

test("a continuous algorithm on discrete actions is refused, and the other way round", () => {
  expect(() => checkActions(continuousOnly, "CartPole-v1", twoChoices, known)).toThrow(
    "ddpg learns continuous actions, but CartPole-v1 takes discrete ones (Discrete(2)); choose another environment (rl list envs) or algorithm (pg, dqn).",
  );
  expect(() => checkActions(discreteOnly, "Pendulum-v1", torque, known)).toThrow(
    "dqn learns discrete actions, but Pendulum-v1 takes continuous ones",
  );
  checkActions(continuousOnly, "Pendulum-v1", torque, known);
  checkActions(discreteOnly, "CartPole-v1", twoChoices, known);
  for (const space of [twoChoices, torque]) checkActions(algorithms[0]!, "any", space, known);
});

test("the nearest name is offered", () => {
  expect(() => findAlgorithm("ddgp", known)).toThrow('There is no algorithm "ddgp"; did you mean "ddpg"?');
  expect(() => checkPreset(algorithms[0]!, "Gae")).toThrow(UsageError);
  expect(findAlgorithm("dqn", known)).toBe(discreteOnly);
});

test("every algorithm's default preset is one of its presets", () => {
  for (const { presets, defaultPreset } of algorithms) expect(Object.keys(presets)).toContain(defaultPreset);
});
