// The simplest policy gradient on CartPole-v0: what it prints is all there is to see. The loss is not a measure of progress.
import { createPg } from "@rl/pg";

const agent = createPg({ env: "CartPole-v0", preset: "simplest", seed: 0, iterations: 15 });
for (const m of agent.train()) {
  const epoch = String(m["time/iterations"]).padStart(2);
  console.log(
    `epoch ${epoch}  loss ${m["train/loss"].toFixed(2).padStart(7)}  return ${m["rollout/ep_rew_mean"].toFixed(1).padStart(6)}  length ${m["rollout/ep_len_mean"].toFixed(1)}`,
  );
}
console.log(agent.metricInfo["train/loss"].healthy);
