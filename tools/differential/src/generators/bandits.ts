/** Bandit policies beside plain NumPy formulas: the arms chosen, or the tables after given rewards. */
import * as bandits from "@rl/bandits";
import { defineGenerator } from "../define.ts";
import { int, list, pick } from "../draw.ts";
import { literal, type Json } from "../json.ts";

type Options = { readonly [key: string]: Json };

const choosing: Readonly<Record<string, readonly Options[]>> = {
  epsilonGreedy: [{ epsilon: 0 }, { epsilon: 0, stepSize: 0.1 }, { epsilon: 0, initial: 2 }, { epsilon: 0, stepSize: 0.5, initial: -1 }],
  ucb: [{ c: 2 }, { c: 0.3 }, { c: 1, stepSize: 0.1 }],
  ucb1: [{}],
  ucbTuned: [{}],
  klUcb: [{}, { c: 3 }],
  discountedUcb: [{ discount: 0.9 }, { discount: 0.99, xi: 0.2 }],
  slidingWindowUcb: [{ window: 5 }, { window: 20, xi: 1 }],
  exploreThenCommit: [{ pulls: 2 }, { pulls: 5 }],
};

export const banditsGenerator = defineGenerator<{
  policy: string;
  arms: number;
  options: Options;
  rewards: readonly (readonly number[])[];
}>({
  name: "bandits",
  about: "deterministic bandit policies and LinUCB beside NumPy formulas: the arms they choose",
  python: "bandits_peer",
  tolerance: { relative: 1e-9, absolute: 1e-9 },
  // The peer refuses cases in which two arms are equally good up to rounding.
  lenient: true,
  make(rng) {
    const policy = pick(rng, [...Object.keys(choosing), "linUcb"]);
    const arms = int(rng, 1, 5);
    const options: Options =
      policy === "linUcb"
        ? { features: int(rng, 1, 4), alpha: pick(rng, [0, 0.5, 2]), ridge: pick(rng, [0.1, 1, 5]) }
        : pick(rng, choosing[policy]!);
    return { policy, arms, options, rewards: list(int(rng, 1, 60), () => list(arms, () => Math.round(rng.random() * 1e6) / 1e6)) };
  },
  valid: ({ arms, rewards, options }) =>
    arms > 0 &&
    rewards.every((row) => row.length >= arms) &&
    Object.entries(options).every(([key, x]) => key === "epsilon" || key === "initial" || key === "alpha" || Number(x) > 0),
  code: ({ policy, arms, options, rewards }) => {
    const linear = policy === "linUcb";
    const context = linear
      ? `, rewards.map((_, i) => Math.cos(t + 3 * i)).concat([1, t % 3, -1, 0.5]).slice(0, ${literal(options["features"]!)}).map((x) => Math.round(x * 1e3) / 1e3)`
      : "";
    return [
      `const policy = bandits.${policy}(${literal({ arms, seed: 1, ...options, ...(linear ? {} : { ties: "first" }) })});`,
      `const chosen = [];`,
      `${literal(rewards)}.forEach((rewards, t) => {`,
      ...(linear ? [`  const context = ${context.slice(2)};`] : []),
      `  const arm = policy.select(${linear ? "context" : ""});`,
      `  chosen.push(arm);`,
      `  policy.update(arm, rewards[arm]${linear ? ", context" : ""});`,
      `});`,
      `return chosen;`,
    ].join("\n");
  },
  scope: { bandits },
  imports: `import * as bandits from "@rl/bandits";`,
});
