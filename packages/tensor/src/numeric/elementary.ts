/** Elementary functions, in one place until @rl/math has them all. */
export const { exp, expm1, log, log1p, sin, cos, tanh, pow } = Math;
