// Any environment will do: a function that makes one is enough. A corridor of eight cells; the right end pays 1, each step costs 0.01.
import { Box, Discrete, type Env, TimeLimit } from "@rl/envs";
import { createPg } from "@rl/pg";

function corridor(): Env<Float32Array, number> {
  let cell = 0;
  const observe = (): Float32Array => Float32Array.from({ length: 8 }, (_, i) => (i === cell ? 1 : 0));
  const env: Env<Float32Array, number> = {
    observationSpace: new Box<"float32">({ low: 0, high: 1, shape: [8] }),
    actionSpace: new Discrete(2),
    spec: undefined,
    reset: () => ((cell = 0), { observation: observe(), info: {} }),
    step(action) {
      cell = Math.max(0, cell + (action === 1 ? 1 : -1));
      const arrived = cell === 7;
      return { observation: observe(), reward: arrived ? 1 : -0.01, terminated: arrived, truncated: false, info: {} };
    },
    scene: () => undefined,
    state: () => ({ cell }),
    restore: (state) => void (cell = state.cell as number),
  };
  return new TimeLimit(env, 100);
}

const agent = createPg({ env: corridor, seed: 0, totalSteps: 20_000, normalizeRewards: false });
let last = 0;
for (const metrics of agent.train()) last = metrics["rollout/ep_rew_mean"];
console.log(`mean return ${last.toFixed(3)}; the best is 0.94`);
