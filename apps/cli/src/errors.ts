/** Something the user can put right: one line that names the fix, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Ends the program with this code after everything has been said. */
export class ExitError extends Error {
  override readonly name = "ExitError";
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Runs what can only fail through the user's input, so that its errors count as such. */
export function asUsage<T>(body: () => T): T {
  try {
    return body();
  } catch (cause) {
    throw cause instanceof UsageError ? cause : new UsageError((cause as Error).message, { cause });
  }
}
