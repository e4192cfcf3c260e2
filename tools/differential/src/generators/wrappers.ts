/** Environments in random stacks of wrappers beside Gymnasium's: observations, rewards and flags of whole episodes. */
import * as envs from "@rl/envs";
import type { Generator } from "@rl/random";
import { defineGenerator } from "../define.ts";
import { chance, int, list, normal, pick } from "../draw.ts";
import { literal, type Json } from "../json.ts";

type Layer = readonly [name: string, ...args: Json[]];

const continuous = ["MountainCarContinuous-v0", "Pendulum-v1"];

function layer(rng: Generator, id: string): Layer {
  const name = pick(rng, [
    ...["TimeLimit", "TransformReward", "NormalizeObservation", "NormalizeReward", "FrameStackObservation", "TimeAwareObservation"],
    ...(continuous.includes(id) ? ["ClipAction", "RescaleAction"] : []),
  ]);
  if (name === "TimeLimit") return [name, int(rng, 1, 30)];
  if (name === "TransformReward") return [name, normal(rng), normal(rng)];
  if (name === "NormalizeReward") return [name, pick(rng, [0.9, 0.99, 0.5])];
  if (name === "FrameStackObservation") return [name, int(rng, 1, 4), pick(rng, ["reset", "zero"])];
  if (name === "TimeAwareObservation") return [name, chance(rng, 0.5)];
  if (name === "RescaleAction") return [name, -Math.abs(normal(rng)) - 0.1, Math.abs(normal(rng)) + 0.1];
  return [name];
}

function wrap([name, a, b]: Layer): string {
  const args: Readonly<Record<string, string>> = {
    TransformReward: `, (reward) => reward * ${a} + ${b}`,
    NormalizeReward: `, { discount: ${a} }`,
    FrameStackObservation: `, ${a}, { padding: ${literal(b ?? null)} }`,
    TimeAwareObservation: `, { normalizeTime: ${a} }`,
    RescaleAction: `, ${a}, ${b}`,
    TimeLimit: `, ${a}`,
  };
  return `env = new envs.${name}(env${args[name] ?? ""});`;
}

export const wrappersGenerator = defineGenerator<{ id: string; layers: readonly Layer[]; seed: number; actions: readonly number[] }>({
  name: "wrappers",
  about: "environments in stacks of wrappers beside Gymnasium: 1e-5 of the largest number of an observation, 1e-2 where normalised",
  python: "wrappers_peer",
  // Gymnasium keeps the moments of NormalizeObservation in float32, ours are float64 (a documented deviation).
  tolerance: ({ layers }) =>
    layers.some(([name]) => name === "NormalizeObservation") ? { relative: 1e-2, absolute: 5e-3 } : { relative: 1e-5, absolute: 1e-6 },
  make(rng) {
    const id = pick(rng, ["CartPole-v1", "CartPole-v0", "MountainCar-v0", ...continuous]);
    return {
      id,
      // Gymnasium keeps float32 moments, ours are float64: normalised twice, the difference grows beyond any tolerance.
      layers: list(int(rng, 0, 4), () => layer(rng, id)).filter(
        ([name], i, all) => name !== "NormalizeObservation" || all.findIndex(([other]) => other === name) === i,
      ),
      seed: int(rng, 0, 1e6),
      actions: list(int(rng, 1, 40), () => (continuous.includes(id) ? normal(rng, 2) : int(rng, 0, id === "MountainCar-v0" ? 2 : 1))),
    };
  },
  code: ({ id, layers, seed, actions }) =>
    [
      `let env = envs.make(${literal(id)});`,
      ...layers.map(wrap),
      `const rows = [[...env.reset({ seed: ${seed} }).observation]];`,
      `for (const action of ${literal(actions)}) {`,
      `  const { observation, reward, terminated, truncated } = env.step(${continuous.includes(id) ? "Float32Array.of(action)" : "action"});`,
      `  rows.push([...observation], [reward], terminated, truncated);`,
      `  if (terminated || truncated) rows.push([...env.reset().observation]);`,
      `}`,
      `return rows;`,
    ].join("\n"),
  scope: { envs },
  imports: `import * as envs from "@rl/envs";`,
});
