import type { Operations } from "../../ops/operations.ts";

/** The cotangent where winner > loser, half of it where they are equal, 0 elsewhere. */
export function shareOfWinner(cotangent: Operations, winner: Operations, loser: Operations): Operations {
  return winner.greater(loser).where(cotangent, winner.equal(loser).where(cotangent.mul(0.5), 0));
}
