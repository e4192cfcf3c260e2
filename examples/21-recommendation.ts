// Recommending articles by context: LinUCB judged on a log of uniformly random recommendations, without running it live.
import { evaluateOffline, linearThompson, linUcb, type LoggedPull } from "@rl/bandits";
import { Generator } from "@rl/random";

// The log: each visitor has three interests; each article appeals to them differently; a random article was shown.
const appeal = [
  [0.6, 0.1, 0.0],
  [0.0, 0.5, 0.3],
  [0.2, 0.0, 0.7],
  [0.3, 0.3, 0.3],
];
const rng = new Generator(3);
const log: LoggedPull[] = Array.from({ length: 40_000 }, () => {
  const context = [rng.random(), rng.random(), rng.random()];
  const arm = rng.integers(0, appeal.length);
  const chance = appeal[arm]!.reduce((sum, weight, i) => sum + weight * context[i]!, 0);
  return { arm, context, reward: rng.random() < chance ? 1 : 0 };
});

const shared = { arms: appeal.length, features: 3, seed: 1 };
const random = log.reduce((sum, { reward }) => sum + reward, 0) / log.length;
console.log(`random articles   ${(100 * random).toFixed(1)} % clicks (the log itself)`);
for (const policy of [linUcb({ ...shared, alpha: 0.5 }), linearThompson({ ...shared, scale: 0.3 })]) {
  const { meanReward, standardError, matched } = evaluateOffline(policy, log);
  console.log(
    `${policy.name.padEnd(17)} ${(100 * meanReward).toFixed(1)} ± ${(100 * standardError).toFixed(1)} % clicks (${matched} of ${log.length} events count)`,
  );
  if (meanReward < random + 0.05) throw new Error("learning should beat random articles");
}
