import type { Operations } from "../../ops/operations.ts";

/** The part of the cotangent that an operand gets: all where it is ahead of the other, half where they are equal, NaN where it is NaN, else none. */
export const shareOf = (cotangent: Operations, own: Operations, other: Operations, ahead: Operations): Operations =>
  ahead.where(cotangent, own.equal(other).where(cotangent.mul(0.5), own.isNaN().where(NaN, 0)));
