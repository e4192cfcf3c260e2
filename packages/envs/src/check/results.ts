import { show } from "../errors.ts";
import { Space } from "../spaces/space.ts";

/** What is wrong with what `reset` returned, or undefined. */
export function explainReset(result: unknown, observationSpace: Space): string | undefined {
  if (result === null || typeof result !== "object" || Array.isArray(result) || !("observation" in result)) {
    return `reset() returned ${show(result)}, expected { observation, info }; return an object with these two fields.`;
  }
  const { observation, info } = result as { observation: unknown; info?: unknown };
  const wrong = observationSpace.explain(observation);
  if (wrong !== undefined) {
    return `reset() returned an observation outside of observationSpace ${observationSpace}: ${wrong}. Correct the observation, or change observationSpace to hold it.`;
  }
  return explainInfo("reset()", info);
}

/** What is wrong with what `step` returned, or undefined. `action` is shown in the message. */
export function explainStep(result: unknown, action: unknown, observationSpace: Space): string | undefined {
  const call = `step(${show(action)})`;
  if (result === null || typeof result !== "object" || Array.isArray(result) || !("observation" in result)) {
    return `${call} returned ${show(result)}, expected { observation, reward, terminated, truncated, info }; return an object with these five fields.`;
  }
  const step = result as Record<string, unknown>;
  if ("done" in step && !("terminated" in step)) {
    return `${call} returned a field "done", expected "terminated" and "truncated"; set terminated when the task itself ended and truncated when it was cut off.`;
  }
  const wrong = observationSpace.explain(step["observation"]);
  if (wrong !== undefined) {
    return `${call} returned an observation outside of observationSpace ${observationSpace}: ${wrong}. Correct the observation, or change observationSpace to hold it.`;
  }
  if (typeof step["reward"] !== "number" || !Number.isFinite(step["reward"])) {
    return `${call} returned the reward ${show(step["reward"])}, expected a finite number; check the formula of the reward.`;
  }
  for (const flag of ["terminated", "truncated"]) {
    if (typeof step[flag] !== "boolean") return `${call} returned ${flag} = ${show(step[flag])}, expected true or false; return a boolean.`;
  }
  return explainInfo(call, step["info"]);
}

function explainInfo(call: string, info: unknown): string | undefined {
  if (info === null || typeof info !== "object" || Array.isArray(info)) {
    return `${call} returned info = ${show(info)}, expected an object; return info: {} when there is nothing to tell.`;
  }
  return undefined;
}

/** What is wrong with the two spaces, or undefined. */
export function explainSpaces(env: { readonly observationSpace?: unknown; readonly actionSpace?: unknown }): string | undefined {
  for (const name of ["observationSpace", "actionSpace"] as const) {
    if (!(env[name] instanceof Space)) {
      return `${name} is ${show(env[name])}, expected a space; set it to a Box, Discrete, MultiDiscrete, MultiBinary, Tuple or Dict of @rl/envs.`;
    }
  }
  return undefined;
}
