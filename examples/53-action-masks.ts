// PPO in your own environment where not every action is allowed: nim. Take 1 to 3 sticks, never more than there are; whoever takes the last one wins.
import { Box, Discrete, type Env, type EnvState } from "@rl/envs";
import { createPpo } from "@rl/ppo";
import { Generator, type GeneratorState } from "@rl/random";

const oneHot = (sticks: number): Float32Array => Float32Array.from({ length: 22 }, (_, i) => (i === sticks ? 1 : 0));
const allowed = (sticks: number): number[] => [1, 2, 3].map((take) => (take <= sticks ? 1 : 0)); // action 0 takes one stick

class Nim implements Env<Float32Array, number, Box<"float32">, Discrete> {
  readonly observationSpace = new Box<"float32">({ low: 0, high: 1, shape: [22] });
  readonly actionSpace = new Discrete(3);
  readonly spec = undefined;
  private sticks = 21;
  private rng = new Generator();
  reset({ seed }: { readonly seed?: number } = {}) {
    if (seed !== undefined) this.rng = new Generator(seed);
    this.sticks = this.rng.integers(10, 22);
    return { observation: oneHot(this.sticks), info: {} };
  }
  step(action: number) {
    this.sticks -= action + 1;
    const won = this.sticks === 0; // if not, the other one plays: well in 7 of 10 moves, where that is possible
    if (!won) this.sticks -= (this.rng.random() < 0.7 && this.sticks % 4) || this.rng.integers(1, Math.min(this.sticks, 3) + 1);
    return { observation: oneHot(this.sticks), reward: won ? 1 : 0, terminated: this.sticks === 0, truncated: false, info: {} };
  }
  actionMasks = () => allowed(this.sticks); // or info: { actionMask } in every reset and step
  scene = () => undefined;
  state = (): EnvState => ({ sticks: this.sticks, rng: this.rng.state() });
  restore(state: EnvState) {
    this.sticks = state["sticks"] as number;
    this.rng = Generator.fromState(state["rng"] as GeneratorState);
  }
}

const trainer = createPpo({ env: () => new Nim(), seed: 1, totalSteps: 60_000, normalizeObservations: false, normalizeRewards: false });
const share = [...trainer.train()].at(-1)!["rollout/ep_rew_mean"];
const taken = (n: number): number => 1 + trainer.act(oneHot(n), { deterministic: true, masks: allowed(n) })[0]!;
console.log(
  `wins ${(100 * share).toFixed(0)} % of its games; of 5, 6, 7, 2 it takes ${[5, 6, 7, 2].map(taken).join(", ")}; best are 1, 2, 3, 2`,
);
