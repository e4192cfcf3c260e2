// Stop in the middle, keep the state, go on elsewhere: the same bits as never having stopped.
import { createPg } from "@rl/pg";

const options = { env: "CartPole-v1", seed: 4, totalSteps: 20_480, normalizeObservations: true } as const;
const returns: number[] = [];
const whole = createPg(options);
for (const metrics of whole.train()) returns.push(metrics["rollout/ep_rew_mean"]);

const first = createPg(options);
for (const metrics of first.train()) if (metrics["time/iterations"] === 17) break;
const saved = structuredClone(first.state()); // plain data and typed arrays: write it where you like

const second = createPg(options);
second.restore(saved);
const rest: number[] = [];
for (const metrics of second.train()) rest.push(metrics["rollout/ep_rew_mean"]);
console.log(`${returns.length} iterations; the last return ${returns.at(-1)!.toFixed(2)}, resumed ${rest.at(-1)!.toFixed(2)}`);
console.log(
  "equal:",
  rest.every((value, i) => Object.is(value, returns[i + 17])),
);
