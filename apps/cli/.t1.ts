import { createTrpo } from "../../packages/trpo/src/index.ts";
import { evaluate } from "/work/main/packages/train/src/index.ts";
import { makeVec } from "/work/main/packages/envs/src/index.ts";
import * as wide from "@rl/tensor/node";
if ("enableWideVectors" in wide) console.log(JSON.stringify((wide as any).enableWideVectors()));
const [env, preset, seed, extra] = process.argv.slice(2) as string[];
const t0 = performance.now();
const tr = createTrpo({ env: env as never, preset: preset as never, seed: Number(seed), ...(extra ? JSON.parse(extra) : {}) });
let n = 0;
let m: any;
for (m of tr.train()) {
  n++;
  if (n % 8 === 0)
    console.log(
      m["time/total_timesteps"],
      m["rollout/ep_rew_mean"]?.toFixed(1),
      "ev",
      m["train/explained_variance"].toFixed(2),
      "kl",
      m["train/kl_divergence_loss"].toFixed(4),
      "std",
      m["train/std"]?.toFixed(2),
      "cg",
      m["train/cg_iterations"],
      m["train/cg_residual"].toExponential(1),
    );
}
const s = (performance.now() - t0) / 1000;
const e = evaluate(tr as never, makeVec(env as never, 100), { episodes: 100, seed: 1_000_000 });
console.log(env, preset, "seed", seed, "s", s.toFixed(2), "eval", e.meanReturn.toFixed(2), e.stdReturn.toFixed(2));
