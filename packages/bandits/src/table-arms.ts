import { show } from "@rl/math/options";
import { refuse, refuseUnknown } from "./policy.ts";
import type { ProblemFactory } from "./problems.ts";

/**
 * Arms whose rewards are a table's columns (`readTable`): each pull is a round of the table, drawn uniformly with replacement, the same round for every
 * arm and policy; with `inOrder` the rounds come as they stand, from the first again after the last. An arm's true value is its column's mean.
 */
export function tableArms(options: { readonly rewards: readonly (readonly number[])[]; readonly inOrder?: boolean }): ProblemFactory {
  refuseUnknown("tableArms", options, ["rewards", "inOrder"]);
  const { rewards, inOrder = false } = options;
  if (!Array.isArray(rewards)) refuse("tableArms", `rewards = ${show(rewards)}`, "a list of rows of numbers, as readTable gives");
  if (typeof inOrder !== "boolean") refuse("tableArms", `inOrder = ${show(inOrder)}`, "true or false");
  // Copies: what was checked stays.
  const table = Array.from(rewards as readonly (readonly number[])[], (row) => (Array.isArray(row) ? (Array.from(row) as number[]) : []));
  if (table.length === 0) throw new Error("tableArms: got a table without rows; expected a row of rewards for each round.");
  table.forEach((row, i) => {
    if (row.length === 0 || row.length !== table[0]!.length || !row.every(Number.isFinite))
      throw new Error(
        `tableArms: got ${show((rewards as unknown[])[i])} as row ${i}; expected ${table[0]!.length} finite numbers, one for each arm.`,
      );
  });
  return ({ arms, steps: most, rng }) => {
    if (table[0]!.length !== arms)
      throw new Error(`tableArms: got ${table[0]!.length} columns; expected one for each of the ${arms} arms.`);
    const uniforms = new Float64Array(most);
    const rows = new Int32Array(most);
    let nextRow = 0;
    return {
      values: Float64Array.from({ length: arms }, (_, arm) => table.reduce((sum, row) => sum + row[arm]!, 0) / table.length),
      changes: false,
      next: () => void (nextRow = 0),
      draw(steps) {
        if (!inOrder) rng.fillRandom(uniforms);
        for (let i = 0; i < steps; i++) rows[i] = inOrder ? nextRow++ % table.length : Math.floor(uniforms[i]! * table.length);
      },
      rewards(arm, from, to, out) {
        for (let i = from; i < to; i++) out[i] = table[rows[i]!]![arm]!;
      },
    };
  };
}
