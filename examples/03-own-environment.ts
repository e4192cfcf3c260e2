// An environment of your own: written, checked, registered, stepped as a vector of eight.
import { Box, checkEnv, Discrete, makeVec, register, type Env, type EnvEntry, type EnvState, type ResetOptions } from "@rl/envs";
import { Generator, type GeneratorState } from "@rl/random";

/** Walk on 0 … 10 over ice: a step succeeds with probability 0.8. The goal is 10; every step costs 1. */
class IceWalk implements Env<Float32Array, number, Box, Discrete> {
  readonly observationSpace = new Box({ low: 0, high: 10, shape: [1] });
  readonly actionSpace = new Discrete(2);
  readonly spec = undefined;
  private position = 0;
  private rng = new Generator();
  reset({ seed }: ResetOptions = {}) {
    if (seed !== undefined) this.rng = new Generator(seed);
    this.position = this.rng.integers(0, 5);
    return { observation: Float32Array.of(this.position), info: {} };
  }
  step(action: number) {
    if (this.rng.random() < 0.8) this.position = Math.min(10, Math.max(0, this.position + 2 * action - 1));
    return { observation: Float32Array.of(this.position), reward: -1, terminated: this.position === 10, truncated: false, info: {} };
  }
  scene = () => undefined; // or what to draw
  state = (): EnvState => ({ position: this.position, rng: this.rng.state() });
  restore(state: EnvState) {
    this.position = state["position"] as number;
    this.rng = Generator.fromState(state["rng"] as GeneratorState);
  }
}
declare module "@rl/envs" {
  interface EnvRegistry {
    "example/IceWalk-v0": EnvEntry<Box, Discrete>;
  }
}
register({ id: "example/IceWalk-v0", entry: () => new IceWalk(), maxEpisodeSteps: 50 });
checkEnv(new IceWalk()); // throws with what to change; take `position` out of state() and run again
const vec = makeVec("example/IceWalk-v0", 8); // its types come from EnvRegistry
vec.reset({ seed: 1 });
let arrived = 0;
for (let t = 0; t < 1000; t++) arrived += vec.step(new Int32Array(8).fill(1)).terminated.reduce((a, b) => a + b, 0);
console.log(`always right: ${((8 * 1000) / arrived).toFixed(1)} steps to the goal`); // about (10 − 2) / 0.8
