// A grid of 5 × 5 with a pit in the way: small enough to be solved in seconds, and wet enough underfoot that luck hides what an action does.
import { Discrete, TimeLimit, type Env, type EnvState } from "@rl/envs";
import { Generator } from "@rl/random";

const SIZE = 5;
const GOAL = SIZE * SIZE - 1;
const PITS = new Set([7, 11, 12, 18]);
/** Chance that the step goes to one side instead. */
const SLIP = 0.2;
const MOVES = [
  [-1, 0],
  [0, 1],
  [1, 0],
  [0, -1],
] as const;

/** Start at the upper left, goal at the lower right: −1 per step, −20 in a pit, +20 at the goal, both of which end the episode; at most 100 steps. */
export function slipperyGrid(): Env<number, number> {
  let rng = new Generator(0);
  let cell = 0;
  const env: Env<number, number> = {
    observationSpace: new Discrete(SIZE * SIZE),
    actionSpace: new Discrete(4),
    spec: undefined,
    reset(options) {
      if (options?.seed !== undefined) rng = new Generator(options.seed);
      cell = 0;
      return { observation: cell, info: {} };
    },
    step(action) {
      const luck = rng.random();
      const turn = luck < SLIP / 2 ? 1 : luck < SLIP ? 3 : 0;
      const [down, right] = MOVES[(action + turn) % 4]!;
      const row = Math.max(0, Math.min(SIZE - 1, Math.floor(cell / SIZE) + down));
      const column = Math.max(0, Math.min(SIZE - 1, (cell % SIZE) + right));
      cell = row * SIZE + column;
      const fell = PITS.has(cell);
      return {
        observation: cell,
        reward: fell ? -20 : cell === GOAL ? 20 : -1,
        terminated: fell || cell === GOAL,
        truncated: false,
        info: {},
      };
    },
    scene: () => undefined,
    state: () => ({ cell, rng: rng.state() }) as unknown as EnvState,
    restore(state) {
      const saved = state as unknown as { cell: number; rng: Parameters<typeof Generator.fromState>[0] };
      cell = saved.cell;
      rng = Generator.fromState(saved.rng);
    },
  } as Env<number, number>;
  return new TimeLimit(env as never, 100) as unknown as Env<number, number>;
}
