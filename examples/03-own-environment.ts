// An environment of your own: its rules, checked, registered, stepped as a vector of eight.
import { Box, checkEnv, defineEnv, Discrete, makeVec, register, type EnvEntry } from "@rl/envs";

/** Walk on 0 … 10 over ice: a step succeeds with probability 0.8. The goal is 10; every step costs 1. */
const iceWalk = defineEnv({
  observationSpace: new Box({ low: 0, high: 10, shape: [1] }),
  actionSpace: new Discrete(2),
  start: (rng) => ({ position: rng.integers(0, 5) }), // all that changes; seeding, saving and restoring come from it
  step(state, action, rng) {
    if (rng.random() < 0.8) state.position = Math.min(10, Math.max(0, state.position + 2 * action - 1));
    return { reward: -1, terminated: state.position === 10 };
  },
  observe: ({ position }) => Float32Array.of(position),
});

declare module "@rl/envs" {
  interface EnvRegistry {
    "example/IceWalk-v0": EnvEntry<Box, Discrete>;
  }
}
register({ id: "example/IceWalk-v0", entry: iceWalk, maxEpisodeSteps: 50 });
checkEnv(iceWalk()); // throws with what to change; draw from new Generator() instead of rng and run again
const vec = makeVec("example/IceWalk-v0", 8); // its types come from EnvRegistry
vec.reset({ seed: 1 });
let arrived = 0;
for (let t = 0; t < 1000; t++) arrived += vec.step(new Int32Array(8).fill(1)).terminated.reduce((a, b) => a + b, 0);
console.log(`always right: ${((8 * 1000) / arrived).toFixed(1)} steps to the goal`); // about (10 − 2) / 0.8
