// Trains in Node and leaves the agent in two files, which the page loads.
import { mkdirSync, writeFileSync } from "node:fs";
import { createPpo } from "@rl/ppo";
import { encodeState } from "@rl/train";
import { options, play } from "./play.js";

const trainer = createPpo(options);
let mean = 0;
for (const metrics of trainer.train()) mean = metrics["rollout/ep_rew_mean"];
console.log(`${options.totalSteps} steps, mean return of the last training episodes ${mean.toFixed(1)}`);

const snapshot = encodeState(trainer.state());
mkdirSync(new URL("agent/", import.meta.url), { recursive: true });
writeFileSync(new URL("agent/tensors.safetensors", import.meta.url), snapshot.tensors);
writeFileSync(new URL("agent/state.json", import.meta.url), JSON.stringify(snapshot.json));
const steps = [...play(snapshot, 7)];
console.log(`an episode from seed 7: ${steps.length} steps, last observation ${steps.at(-1)?.observation.join(" ")}`);
