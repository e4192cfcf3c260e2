/** Many pulls of one bandit at once: what the testbed gives to a policy's `play`. */
export interface Pulls {
  /** How many pulls there are. */
  readonly steps: number;
  /** rewards[i] = the reward of pull i, once `look` was asked for it. */
  readonly rewards: Float64Array;
  /** Writes into rewards[from … to − 1] what `arm` gives in these pulls. Only those that `done` then tells of have happened. */
  look(arm: number, from: number, to: number): void;
  /** Tells that `arm` was pulled from … to − 1. Every pull is told of once, in order. */
  done(arm: number, from: number, to: number): void;
}
