/** What episodes returned and how long they were. */
export interface EpisodeTrackerState {
  readonly runningReturns: Float64Array;
  readonly runningLengths: Int32Array;
  readonly returns: Float64Array;
  readonly lengths: Float64Array;
  readonly episodes: number;
}

/** Undiscounted returns and lengths of finished episodes; means are over the last `window` of them. */
export class EpisodeTracker {
  readonly runningReturns: Float64Array;
  readonly runningLengths: Int32Array;
  /** Rings of the last `window` episodes. */
  readonly returns: Float64Array;
  readonly lengths: Float64Array;
  /** Episodes finished since the start. */
  episodes = 0;

  constructor(numEnvs: number, window = 100) {
    this.runningReturns = new Float64Array(numEnvs);
    this.runningLengths = new Int32Array(numEnvs);
    this.returns = new Float64Array(window);
    this.lengths = new Float64Array(window);
  }

  /** One step of all environments: rewards and flags, N each. */
  step(rewards: ArrayLike<number>, terminated: ArrayLike<number>, truncated: ArrayLike<number>): void {
    const { runningReturns, runningLengths, returns, lengths } = this;
    for (let n = 0; n < runningReturns.length; n++) {
      runningReturns[n] = (runningReturns[n] as number) + (rewards[n] as number);
      runningLengths[n] = (runningLengths[n] as number) + 1;
      if (terminated[n] === 0 && truncated[n] === 0) continue;
      const slot = this.episodes % returns.length;
      returns[slot] = runningReturns[n] as number;
      lengths[slot] = runningLengths[n] as number;
      runningReturns[n] = 0;
      runningLengths[n] = 0;
      this.episodes += 1;
    }
  }

  /** Forgets the episodes that are under way; those that ended stay. */
  dropUnfinished(): void {
    this.runningReturns.fill(0);
    this.runningLengths.fill(0);
  }

  /** Means over the last `count` episodes (at most the window); NaN before the first. */
  meanReturn(count = this.returns.length): number {
    return this.meanOfLast(this.returns, count);
  }

  meanLength(count = this.lengths.length): number {
    return this.meanOfLast(this.lengths, count);
  }

  private meanOfLast(ring: Float64Array, count: number): number {
    const available = Math.min(count, this.episodes, ring.length);
    let sum = 0;
    for (let k = 1; k <= available; k++) sum += ring[(this.episodes - k) % ring.length] as number;
    return available === 0 ? NaN : sum / available;
  }

  state(): EpisodeTrackerState {
    const { runningReturns, runningLengths, returns, lengths, episodes } = this;
    return {
      runningReturns: runningReturns.slice(),
      runningLengths: runningLengths.slice(),
      returns: returns.slice(),
      lengths: lengths.slice(),
      episodes,
    };
  }

  restore(state: EpisodeTrackerState): void {
    this.runningReturns.set(state.runningReturns);
    this.runningLengths.set(state.runningLengths);
    this.returns.set(state.returns);
    this.lengths.set(state.lengths);
    this.episodes = state.episodes;
  }
}
