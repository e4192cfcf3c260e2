export {
  cgWorkspace,
  conjugateGradient,
  type CgIteration,
  type CgOptions,
  type CgResult,
  type CgWorkspace,
  type Reason,
} from "./conjugate-gradient.ts";
export { jacobiPreconditioner, type LinearOperator } from "./operators.ts";
export { lineSearch, type LineSearchOptions, type LineSearchResult } from "./line-search.ts";
export {
  nonlinearConjugateGradient,
  type Gradient,
  type NonlinearIteration,
  type NonlinearMethod,
  type NonlinearOptions,
  type NonlinearReason,
  type NonlinearResult,
} from "./nonlinear.ts";
export { newton, steepestDescent, type NewtonOptions, type NewtonResult, type SteepestDescentOptions } from "./compare.ts";
export type { Vector } from "./vectors.ts";
