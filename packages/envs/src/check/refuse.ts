import { EnvError } from "../errors.ts";

/** Throws the sentence, if there is one. */
export function refuse(wrong: string | undefined): void {
  if (wrong !== undefined) throw new EnvError(wrong);
}
