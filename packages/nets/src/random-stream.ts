/** The part of @rl/random's Generator that networks and distributions need. */
export interface RandomStream {
  random(): number;
  standardNormal(): number;
  exponential(scale?: number): number;
  /** An independent stream with a name. */
  fork(name: string, index?: number): RandomStream;
}
