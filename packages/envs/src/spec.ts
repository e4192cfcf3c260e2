/** What the registry knows about an environment. */
export interface EnvSpec {
  /** e.g. `"CartPole-v1"` or `"mine/Maze-v0"`. */
  readonly id: string;
  /** Steps after which the time limit truncates an episode; undefined for none. */
  readonly maxEpisodeSteps: number | undefined;
  /** Mean return at which the task counts as solved; undefined for none. */
  readonly rewardThreshold: number | undefined;
  /** The environment's own options with the values in force. */
  readonly options: Readonly<Record<string, unknown>>;
}
