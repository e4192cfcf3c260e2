import type { Tensor } from "../../tensor.ts";

/** The cotangent where winner > loser, half of it where they are equal, 0 elsewhere. */
export function shareOfWinner(cotangent: Tensor, winner: Tensor, loser: Tensor): Tensor {
  return winner.greater(loser).where(cotangent, winner.equal(loser).where(cotangent.mul(0.5), 0));
}
