/** Values under a creator of their own: aliases, at which gradients begin or end, and results with a gradient rule of their user's. */
import { isGradEnabled, noGrad } from "../mode.ts";
import { shown } from "../ops/common.ts";
import type { Rule } from "../ops/value.ts";
import { stridesOf } from "../shape.ts";
import { sameType } from "./access.ts";
import { creator, type Creator, NO_ATTRIBUTES, type Special, Stored } from "./stored.ts";
import { aliasOf, isTracked, renewHistory } from "./view-history.ts";

/** The same memory, or the same symbol, in a tensor of its own. */
function twin<T extends Stored>(x: T): T {
  const made = x.make(x.shape, x.dtype);
  made._trace = x._trace;
  if (!x._trace) {
    made._base = x._base ?? x;
    made._strides = x._strides ?? stridesOf(x.shape);
    made._offset = x._offset;
  }
  return made;
}

/** The same value, differentiable, as an end of its own. */
export function alias<T extends Stored>(x: T): T {
  renewHistory(x);
  const made = twin(x);
  made._tracked = true;
  made._creator = aliasOf(x);
  made._creator.output = made;
  return made;
}

const STOP: Special = { pull: () => [undefined], redo: (_made, [x]) => stopGradient(x!) };

/** The same memory without history. */
export function detach<T extends Stored>(x: T): T {
  renewHistory(x);
  const made = twin(x);
  if (!x._trace) return made;
  made._creator = creator("stop", [x], NO_ATTRIBUTES, STOP);
  made._creator.stands = x;
  made._creator.output = made;
  return made;
}

/** The same value, with derivative zero. */
export const stopGradient = <T extends Stored>(x: T): T => (isTracked(x) ? detach(x) : x);

/** The value of `forward(...inputs)` with a gradient rule of its own. */
export function customGradient<T extends Stored>(name: string, inputs: readonly T[], forward: (...inputs: T[]) => T, rule: Rule<T>): T {
  const tracked = isGradEnabled() && inputs.some(isTracked);
  const value = noGrad(() => forward(...inputs));
  if (!tracked) return value;
  const result = twin(value);
  const made = creator(
    "custom",
    inputs.map((input) => input._snapshot()),
    NO_ATTRIBUTES,
    {
      pull: (own, [cotangent], needs) =>
        checked(own, rule({ inputs: own.inputs as readonly T[], output: own.output as T, cotangent: cotangent as T, needs })),
      redo: (_made, given, at) => customGradient<T>(name, given as readonly T[], () => at(value) as T, rule),
    },
  );
  made.label = name;
  made.stands = value;
  result._creator = made;
  result._tracked = true;
  made.output = result._snapshot();
  return result;
}

/** Rules of users: a cotangent of another type would be the gradient that is handed out. */
function checked({ label, inputs }: Creator, given: unknown): readonly (Stored | undefined)[] {
  if (!Array.isArray(given) || given.length !== inputs.length)
    throw new TypeError(
      `customGradient: the rule of ${label} returned ${Array.isArray(given) ? `${given.length} cotangents` : shown(given)}; expected a list of ${inputs.length}, one for each input; put undefined where it is zero`,
    );
  inputs.forEach((input, i) => {
    const piece: unknown = given[i];
    if (piece === undefined || (piece instanceof Stored && sameType(input, piece))) return;
    throw new TypeError(
      `customGradient: the rule of ${label} returned ${shown(piece)} for input ${i}; expected ${shown(input)}, the type of the input; sum over what was stretched, or convert`,
    );
  });
  return given as readonly (Stored | undefined)[];
}
