// The agent at play, in Node and in a page: the same code, the same bits.
import { make } from "@rl/envs";
import { createPpo } from "@rl/ppo";
import { decodeState } from "@rl/train";

/** @satisfies {import("@rl/ppo").PpoOptions} */
export const options = /** @type {const} */ ({ env: "CartPole-v1", preset: "CartPole-v1", seed: 1, totalSteps: 50_000 });

/**
 * One episode of an agent, step by step.
 * @param {import("@rl/train").Snapshot} snapshot the contents of tensors.safetensors and state.json
 * @param {number} seed of the episode
 */
export function* play(snapshot, seed) {
  const agent = createPpo(options);
  agent.restore(decodeState(snapshot));
  const env = make(options.env);
  let { observation } = env.reset({ seed });
  for (let ended = false; !ended;) {
    const [action = 0] = agent.act(observation, { deterministic: true });
    const step = env.step(action);
    observation = step.observation;
    ended = step.terminated || step.truncated;
    yield { action, observation, scene: env.scene() };
  }
}
