/** One file to make. */
export interface Picture {
  /** From the repository's root. */
  readonly path: string;
  readonly bytes: Uint8Array;
}
