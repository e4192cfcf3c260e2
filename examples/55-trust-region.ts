// TRPO on CartPole: every step stays within its trust region, and what each one did can be read.
import { makeVec } from "@rl/envs";
import { evaluate } from "@rl/train";
import { createTrpo } from "@rl/trpo";

const trainer = createTrpo({ env: "CartPole-v1", seed: 1, totalSteps: 20_000 });
let largest = 0;
let refused = 0;
for (const metrics of trainer.train()) {
  largest = Math.max(largest, metrics["train/kl_divergence_loss"]);
  if (metrics["train/is_line_search_success"] === 0) refused += 1;
}
console.log("KL ≤ 0.01 in all 20 steps:", largest <= 0.01, "refused:", refused); // → KL ≤ 0.01 in all 20 steps: true refused: 0

const { residuals, cgIterations } = trainer.lastStep!;
console.log("conjugate gradients ran and their residuals are kept:", cgIterations > 0 && residuals.length === 15); // → conjugate gradients ran and their residuals are kept: true

const { meanReturn } = evaluate(trainer, makeVec("CartPole-v1", 20), { episodes: 20, seed: 1000 });
console.log("balances:", meanReturn > 400); // → balances: true

// The vine needs an environment that can save and restore itself; branches count as steps.
const vine = createTrpo({
  env: "CartPole-v1",
  sampling: "vine",
  stepsPerEnv: 200,
  vineStates: 16,
  vineLength: 30,
  seed: 1,
  totalSteps: 10_000,
});
for (const metrics of vine.train()) largest = Math.max(largest, metrics["train/kl_divergence_loss"]);
console.log("the vine keeps to it too:", largest <= 0.01); // → the vine keeps to it too: true
