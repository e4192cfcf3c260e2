/** An evaluation in a line: "487.2 ± 21.0 over 100 episodes, mean length 487.2, solved (475)". */
import { spec } from "@rl/envs";
import type { Evaluation } from "@rl/train";

export function verdict({ meanReturn, stdReturn, meanLength, returns }: Evaluation, env: string): string {
  const threshold = spec(env).rewardThreshold;
  const solved = threshold === undefined ? "" : meanReturn >= threshold ? `, solved (${threshold})` : `, not solved yet (${threshold})`;
  return `${meanReturn.toFixed(1)} ± ${stdReturn.toFixed(1)} over ${returns.length} episodes, mean length ${meanLength.toFixed(1)}${solved}`;
}
