/** The sentences about an environment and about what its `reset` and `step` returned: checkEnv, the registry's check, vectors and all that trains
 *  or evaluates say the same. `where` names the row and the step in parentheses, or nothing. */
import { show } from "../errors.ts";
import { Box } from "../spaces/box.ts";
import { Space } from "../spaces/space.ts";

const RESET = "{ observation, info }";
const STEP = "{ observation, reward, terminated, truncated, info }";

/** Whether a value belongs to a space, but for numbers of a float Box that are not finite: who reads those stops at them, and knows more to say. */
export function holds(space: Space, value: unknown): boolean {
  if (!(space instanceof Box)) return space.contains(value);
  const { low, high, size } = space as Box;
  if (!(value instanceof low.constructor) || (value as Float32Array).length !== size) return false;
  const array = value as Float32Array;
  for (let i = 0; i < size; i++) {
    const number = array[i]!;
    if ((number < low[i]! || number > high[i]!) && number - number === 0) return false;
  }
  return true;
}

/** Whether an info is a record. Lists, maps and arrays of numbers are none: what they hold, a mask too, would be read by nobody. */
export const isInfo = (info: unknown): info is Readonly<Record<string, unknown>> =>
  typeof info === "object" && info !== null && !(Symbol.iterator in info);

export const isPromise = (value: unknown): boolean =>
  typeof value === "object" && value !== null && typeof (value as { readonly then?: unknown }).then === "function";

/** What is wrong with the form of a result that is not even an object with an observation. */
function explainForm(call: string, result: unknown, form: string, fields: string): string | undefined {
  if (isPromise(result)) {
    return `${call} returned a promise, expected ${form} at once; take async away and await what it needs before the environment is made.`;
  }
  if (typeof result === "object" && result !== null && "observation" in result) return undefined;
  if (Array.isArray(result))
    return `${call} returned the list ${show(result)}, expected ${form}; return an object with these ${fields} fields.`;
  return `${call} returned ${show(result)}, expected ${form}; return an object with these ${fields} fields.`;
}

function explainObservation(call: string, observation: unknown, space: Space): string | undefined {
  const wrong = space.explain(observation);
  if (wrong === undefined) return undefined;
  const advice =
    Array.isArray(observation) && space instanceof Box
      ? `Return ${(space as Box).low.constructor.name}.from(list), of a nested list with .flat() first.`
      : "Correct the observation, or change observationSpace to hold it.";
  return `${call} returned an observation outside of observationSpace ${space}: ${wrong}. ${advice}`;
}

/** What is wrong with what `reset` returned, or undefined. */
export function explainReset(result: unknown, space: Space, where = ""): string | undefined {
  const call = `reset()${where}`;
  const form = explainForm(call, result, RESET, "two");
  if (form !== undefined) return form;
  const { observation, info } = result as { observation: unknown; info?: unknown };
  return explainObservation(call, observation, space) ?? explainInfo(call, info);
}

/** What is wrong with what `step` returned, or undefined. `action` is shown in the message. */
export function explainStep(result: unknown, action: unknown, space: Space, where = ""): string | undefined {
  const call = `step(${show(action)})${where}`;
  const form = explainForm(call, result, STEP, "five");
  if (form !== undefined) return form;
  const step = result as Record<string, unknown>;
  if ("done" in step && !("terminated" in step)) {
    return `${call} returned a field "done", expected "terminated" and "truncated"; set terminated when the task itself ended and truncated when it was cut off.`;
  }
  const observation = explainObservation(call, step["observation"], space);
  if (observation !== undefined) return observation;
  if (typeof step["reward"] !== "number" || !Number.isFinite(step["reward"])) {
    return `${call} returned the reward ${show(step["reward"])}, expected a finite number; check the formula of the reward.`;
  }
  for (const flag of ["terminated", "truncated"]) {
    if (typeof step[flag] !== "boolean") return `${call} returned ${flag} = ${show(step[flag])}, expected true or false; return a boolean.`;
  }
  return explainInfo(call, step["info"]);
}

function explainInfo(call: string, info: unknown): string | undefined {
  return isInfo(info)
    ? undefined
    : `${call} returned info = ${show(info)}, expected an object; return info: {} when there is nothing to tell.`;
}

interface Spaces {
  readonly observationSpace?: unknown;
  readonly actionSpace?: unknown;
}

/** What is wrong with the two spaces, or undefined. */
export function explainSpaces(env: Spaces): string | undefined {
  return explainSpace(env, "observationSpace", "observation_space") ?? explainSpace(env, "actionSpace", "action_space");
}

/** What is wrong with one space, by name; `python` is what Gymnasium calls it. */
export function explainSpace(env: object, name: string, python: string): string | undefined {
  const space: unknown = (env as Readonly<Record<string, unknown>>)[name];
  if (space instanceof Space) return undefined;
  if (python in env) return `${name} is ${show(space)}, expected a space; rename ${python}, its name in Python, to ${name}.`;
  return `${name} is ${show(space)}, expected a space; set it to a Box, Discrete, MultiDiscrete, MultiBinary, Tuple or Dict of @rl/envs.`;
}

const isCallable = (value: unknown): boolean => typeof value === "function" && !isClass(value);
const picture = (value: unknown): string => (isClass(value) ? `the class ${value.name}` : show(value));

/** What an environment can be asked. */
export const METHODS = ["reset", "step", "scene", "state", "restore"] as const;

/** The first method that is missing, or the masks under another name; undefined when all is there. */
export function explainMethods(env: object, what = "environment"): string | undefined {
  const given = env as Readonly<Record<string, unknown>>;
  for (const method of METHODS) {
    if (!isCallable(given[method])) return `${method} is ${picture(given[method])}, expected a method; add ${method}() to the ${what}.`;
  }
  const masks = given["actionMasks"];
  if (masks !== undefined && !isCallable(masks))
    return `actionMasks is ${picture(masks)}, expected a method; write actionMasks() { return … } with 1 for every allowed action and 0 for the others.`;
  const other = ["action_masks", "actionMask", "action_mask"].find((name) => typeof given[name] === "function");
  if (masks === undefined && other !== undefined)
    return `the ${what} has a method ${other}(), which nothing asks for; rename it to actionMasks().`;
  return undefined;
}

/** Whether a function is a class, which makes an object by `new` only. */
export function isClass(value: unknown): value is new () => object {
  if (typeof value !== "function") return false;
  const { prototype } = value as { readonly prototype?: { readonly step?: unknown } };
  return typeof prototype?.step === "function" || /^class\b/.test(Function.prototype.toString.call(value));
}

/** What is wrong with one environment as an object, or undefined: everything that can be seen before its first reset. */
export function explainEnv(env: unknown): string | undefined {
  if (isPromise(env)) return "it is a promise, expected an environment; await it first.";
  if (isClass(env)) return `it is the class ${env.name}, expected an environment; write new ${env.name}().`;
  if (typeof env !== "object" || env === null) return `it is ${show(env)}, expected an environment; pass new Maze() or make("…").`;
  if ("singleObservationSpace" in env && !("observationSpace" in env))
    return "it is a vector of environments, expected a single one; take the form for vectors, Vec…, or give one environment.";
  return explainSpaces(env) ?? explainMethods(env);
}
