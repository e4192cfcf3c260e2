/** Runs killed with SIGKILL at random moments and resumed, beside the same run left alone: the same files. Needs no Python. */
import { EXACT } from "../compare.ts";
import { defineGenerator } from "../define.ts";
import { int, list, pick } from "../draw.ts";
import { literal } from "../json.ts";
import { outcome, type KillCase } from "../kills.ts";

export const killsGenerator = defineGenerator<KillCase>({
  name: "kills",
  about: "runs killed at random moments and resumed, beside the same run left alone: the same files (no Python)",
  theirs: (input) => outcome(input, []),
  tolerance: EXACT,
  make(rng) {
    const stepsPerEnv = pick(rng, [8, 32, 100]);
    const iterations = int(rng, 5, 60);
    return {
      env: pick(rng, ["CartPole-v1", "MountainCarContinuous-v0", "Pendulum-v1"]),
      seed: int(rng, 0, 1000),
      stepsPerEnv,
      totalSteps: 2 * stepsPerEnv * iterations,
      every: 2 * stepsPerEnv * int(rng, 1, 5),
      kills: list(int(rng, 1, 4), () => int(rng, 200, 2500)),
    };
  },
  valid: ({ stepsPerEnv, totalSteps, every }) => stepsPerEnv > 0 && totalSteps > 0 && every > 0,
  code: (input) => `const input = ${literal(input)};\nreturn outcome(input, input.kills);`,
  scope: { outcome },
  imports: `import { outcome } from "../src/kills.ts";`,
});
