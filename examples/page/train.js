// Trains in Node and leaves the agent in one file of 20 KB, which the page loads.
import { writeFileSync } from "node:fs";
import { policySnapshot } from "@rl/agent";
import { createPpo } from "@rl/ppo";
import { encodePolicy } from "@rl/train";
import { play } from "./play.js";

const trainer = createPpo({ env: "CartPole-v1", preset: "CartPole-v1", seed: 1, totalSteps: 50_000 });
let mean = 0;
for (const metrics of trainer.train()) mean = metrics["rollout/ep_rew_mean"];
console.log(`50000 steps, mean return of the last training episodes ${mean.toFixed(1)}`);

const file = encodePolicy(policySnapshot(trainer));
writeFileSync(new URL("policy.safetensors", import.meta.url), file);
const steps = [...play(file, 7)];
console.log(`an episode from seed 7: ${steps.length} steps, last observation ${steps.at(-1)?.observation.join(" ")}`);
