import { comingFrom } from "@rl/math/coming-from";
import { nearest, unknownOption } from "@rl/math/options";

export { show } from "@rl/math/options";

/** A wrong use of an environment: says which call, what it got, what it expected and what to do. */
export class EnvError extends Error {
  override readonly name = "EnvError";
}

/** ` Did you mean "x"?` or an empty string. */
export function didYouMean(name: string, known: readonly string[]): string {
  const found = nearest(name, known);
  return found === undefined ? "" : ` Did you mean ${JSON.stringify(found)}?`;
}

/** Refuses keys of `options` that are not in `known`. `call` names the call for the message, e.g. `make("CartPole-v1")`. */
export function checkKeys(call: string, options: object | undefined, known: readonly string[]): void {
  const problem = options === undefined ? undefined : unknownOption(call, options, known, comingFrom);
  if (problem !== undefined) throw new EnvError(problem);
}
