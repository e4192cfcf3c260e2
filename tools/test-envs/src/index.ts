/** Environments that can be learned in seconds, with known best returns. */
import { Box as AnyBox, Discrete, MultiDiscrete, TimeLimit, type Env, type EnvState, type Space } from "@rl/envs";
import { Generator } from "@rl/random";

const Box = AnyBox<"float32">;

interface Task<O, A> {
  readonly observationSpace: Space<O>;
  readonly actionSpace: Space<A>;
  /** Observation of hidden state s. */
  readonly observe: (s: number) => O;
  readonly states: number;
  readonly reward: (s: number, action: A) => number;
  /** Steps after which the task itself ends. */
  readonly length: number;
  readonly mask?: (s: number) => Uint8Array;
}

/** A hidden state is drawn at each step; the reward depends on it and the action. */
function contextual<O, A>(task: Task<O, A>): Env<O, A> {
  let rng = new Generator(0);
  let s = 0;
  let t = 0;
  const draw = (): void => void (s = rng.integers(0, task.states));
  const info = (): Record<string, unknown> => (task.mask === undefined ? {} : { actionMask: task.mask(s) });
  return {
    observationSpace: task.observationSpace,
    actionSpace: task.actionSpace,
    spec: undefined,
    reset(options) {
      if (options?.seed !== undefined) rng = new Generator(options.seed);
      t = 0;
      draw();
      return { observation: task.observe(s), info: info() };
    },
    step(action) {
      const reward = task.reward(s, action);
      t += 1;
      draw();
      return { observation: task.observe(s), reward, terminated: t >= task.length, truncated: false, info: info() };
    },
    scene: () => undefined,
    state: () => ({ rng: rng.state() as never, s, t }),
    restore(state: EnvState) {
      rng = Generator.fromState(state.rng as never);
      s = state.s as number;
      t = state.t as number;
    },
  };
}

/** Two states; the right action is the state's number. Best return 10 in 10 steps, chance gives 5. */
export const twoStates = (): Env<number, number> =>
  contextual({
    observationSpace: new Discrete(2),
    actionSpace: new Discrete(2),
    observe: (s) => s,
    states: 2,
    reward: (s, a) => (a === s ? 1 : 0),
    length: 10,
  });

/** Two choices at once, of 2 and 3 actions; each right one gives ½. Best return 10. */
export const twoChoices = (): Env<Float32Array, Int32Array> =>
  contextual({
    observationSpace: new Box({ low: -1, high: 1, shape: [2] }),
    actionSpace: new MultiDiscrete([2, 3]),
    states: 6,
    observe: (s) => Float32Array.of((s % 2) * 2 - 1, Math.floor(s / 2) - 1),
    reward: (s, a) => ((a[0] === s % 2 ? 1 : 0) + (a[1] === Math.floor(s / 2) ? 1 : 0)) / 2,
    length: 10,
  });

/** The action should be 1.5 times the observation, within ±2: reward −(a − target)². Best return 0; standing still gives about −10. */
export const follow = (): Env<Float32Array, Float32Array> =>
  contextual({
    observationSpace: new Box({ low: -1, high: 1, shape: [1] }),
    actionSpace: new Box({ low: -2, high: 2, shape: [1] }),
    states: 5,
    observe: (s) => Float32Array.of(s / 2 - 1),
    reward: (s, a) => -((a[0]! - 1.5 * (s / 2 - 1)) ** 2),
    length: 10,
  });

/** Four actions, of which only the state's and the next are allowed; the next gives 1, a forbidden one −100. Best return 10. */
export const masked = (): Env<number, number> =>
  contextual({
    observationSpace: new Discrete(4),
    actionSpace: new Discrete(4),
    states: 4,
    observe: (s) => s,
    length: 10,
    mask: (s) => Uint8Array.from({ length: 4 }, (_, a) => (a === s || a === (s + 1) % 4 ? 1 : 0)),
    reward: (s, a) => (a === (s + 1) % 4 ? 1 : a === s ? 0 : -100),
  });

/** Reward 1 for ever, whatever is done; a time limit cuts it after 20 steps. V = 1/(1 − γ). */
export const forever = (): Env<Float32Array, number> =>
  new TimeLimit(
    contextual({
      observationSpace: new Box({ low: -1, high: 1, shape: [1] }),
      actionSpace: new Discrete(2),
      states: 1,
      observe: () => Float32Array.of(1),
      reward: () => 1,
      length: Infinity,
    }),
    20,
  );

/** Mean return of the deterministic policy over `episodes` episodes of ten steps. */
export function meanReturn(
  make: () => unknown,
  act: (row: Float32Array, mask: Uint8Array | undefined) => Int32Array | Float32Array,
  episodes = 50,
): number {
  const env = make() as unknown as Env<number | Float32Array, unknown>;
  let sum = 0;
  for (let episode = 0; episode < episodes; episode++) {
    let { observation, info } = env.reset({ seed: 1000 + episode });
    for (;;) {
      const action = act(
        typeof observation === "number" ? Float32Array.of(observation) : observation,
        info.actionMask as Uint8Array | undefined,
      );
      const step = env.step("n" in env.actionSpace ? action[0] : action);
      sum += step.reward;
      observation = step.observation;
      info = step.info;
      if (step.terminated || step.truncated) break;
    }
  }
  return sum / episodes;
}
