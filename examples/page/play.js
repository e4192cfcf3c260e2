// The agent at play, in Node and in a page: the same code, the same bits. It needs no trainer: the file holds all that acts.
import { loadPolicy } from "@rl/agent";
import { make } from "@rl/envs";
import { decodePolicy } from "@rl/train";

/**
 * One episode of an agent, step by step.
 * @param {Uint8Array} file the bytes of policy.safetensors
 * @param {number} seed of the episode
 */
export function* play(file, seed) {
  const policy = loadPolicy(decodePolicy(file));
  const env = make("CartPole-v1");
  let { observation } = env.reset({ seed });
  for (let ended = false; !ended;) {
    const [action = 0] = policy.act(observation, { deterministic: true });
    const step = env.step(action);
    observation = step.observation;
    ended = step.terminated || step.truncated;
    yield { action, observation, scene: env.scene() };
  }
}
