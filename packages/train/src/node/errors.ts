/** A run folder or checkpoint that cannot be used: the message names it and what to do. */
export class RunError extends Error {
  override readonly name = "RunError";
}
