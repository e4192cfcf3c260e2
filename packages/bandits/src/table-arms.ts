import { refuseUnknown } from "./policy.ts";
import type { ProblemFactory } from "./problems.ts";

/**
 * Arms whose rewards are a table's columns (`readTable`): each pull is a round of the table, drawn uniformly with replacement, the same round for every
 * arm and policy; with `inOrder` the rounds come as they stand, from the first again after the last. An arm's true value is its column's mean.
 */
export function tableArms(options: { readonly rewards: readonly (readonly number[])[]; readonly inOrder?: boolean }): ProblemFactory {
  refuseUnknown("tableArms", options, ["rewards", "inOrder"]);
  const { rewards: table, inOrder = false } = options;
  if (table.length === 0) throw new Error("tableArms: got a table without rows; expected a row of rewards for each round.");
  table.forEach((row, i) => {
    if (row.length !== table[0]!.length || !row.every(Number.isFinite))
      throw new Error(`tableArms: got [${row.join(", ")}] as row ${i}; expected ${table[0]!.length} finite numbers, one for each arm.`);
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
