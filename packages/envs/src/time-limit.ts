/** Counts one step in every row and writes `truncated`: 1 where the count has reached `limit` (0 for no limit).
 *  The only place in the project that makes a truncation: single environments call it with one row. */
export function countSteps(elapsed: Int32Array, limit: number, truncated: Uint8Array): void {
  for (let i = 0; i < elapsed.length; i++) {
    const steps = elapsed[i]! + 1;
    elapsed[i] = steps;
    truncated[i] = limit > 0 && steps >= limit ? 1 : 0;
  }
}
