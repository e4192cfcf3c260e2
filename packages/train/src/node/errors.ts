/** A run folder or checkpoint that cannot be used: the message names it and what to do. */
export class RunError extends Error {
  override readonly name = "RunError";
}

/** Written by a newer release. That is no damage, and going on from something older would drop what that release did. */
export class NewerError extends RunError {
  constructor(file: string, what: string, got: unknown, known: number) {
    super(
      `${file} is a ${what} of version ${String(got)}, newer than version ${known}, which is the latest that this program knows; update it: npm install @rl/train@latest.`,
    );
  }
}
