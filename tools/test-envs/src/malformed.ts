/** Random environments with one thing or two that are wrong, or look so; and a judge of what came through from them. */
import { Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple, type Space, type VecEnv } from "@rl/envs";
import { Generator } from "@rl/random";

/** What an environment returned, in the order it did. */
export interface Returned {
  readonly observation: unknown;
  readonly reward: unknown;
  readonly terminated: unknown;
  readonly truncated: unknown;
  readonly mask: unknown;
}

export interface Malformed {
  /** As it would be given to a trainer. */
  readonly given: unknown;
  /** What its last step (or reset) returned. */
  readonly last: () => Returned;
  readonly what: string;
}

const loop: Record<string, unknown> = { depth: 1 };
loop["self"] = loop;
class Thing {
  readonly x = 1;
}

const ANYTHING: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => NaN,
  () => Infinity,
  () => -1,
  () => 0,
  () => 1,
  () => 2.5,
  () => 300,
  () => "1",
  () => "left",
  () => "false",
  () => true,
  () => false,
  () => [],
  () => [1],
  () => [1, 0],
  () => [true, false],
  () => [1, 2, 3],
  () => [
    [1, 2],
    [3, 4],
  ],
  () => ({}),
  () => loop,
  () => Float32Array.of(1),
  () => Float32Array.of(0, 1),
  () => Float32Array.of(1, 2, 3),
  () => Float32Array.of(99, -99),
  () => Float64Array.of(0, 1),
  () => Uint8Array.of(1, 0),
  () => Uint8Array.of(1, 2, 3, 4),
  () => Int8Array.of(1, 0),
  () => Int32Array.of(0),
  () => Int32Array.of(9, 9),
  () => new Map([["a", 1]]),
  () => new Thing(),
  () => Thing,
  () => Symbol("s"),
  () => 10n,
  () => () => 1,
  () => Promise.resolve(1),
  () => new DataView(new ArrayBuffer(8)),
];

const OBSERVATIONS: readonly (readonly [Space, () => unknown])[] = [
  [new Box({ low: -10, high: 10, shape: [2] }), () => Float32Array.of(1, -1)],
  [new Box({ low: -Infinity, high: Infinity, shape: [2] }), () => Float32Array.of(1, -1)],
  [new Box({ low: 0, high: 255, shape: [2, 2], dtype: "uint8" }), () => Uint8Array.of(1, 2, 3, 255)],
  [new Box({ low: -1, high: 1, shape: [2], dtype: "float64" }), () => Float64Array.of(0.1, 1)],
  [new Discrete(4), () => 3],
  [new MultiDiscrete([2, 3]), () => Int32Array.of(1, 2)],
  [new MultiBinary(3), () => Int8Array.of(1, 0, 1)],
  [new Dict({ b: new Discrete(2), a: new Box({ low: 0, high: 1, shape: [1] }) }), () => ({ a: Float32Array.of(0.5), b: 1 })],
  [new Tuple([new Discrete(2), new MultiBinary(2)]), () => [1, Int8Array.of(0, 1)]],
];
const ACTIONS: readonly Space[] = [
  new Discrete(2),
  new Discrete(3, { start: -1 }),
  new MultiDiscrete([2, 2]),
  new Box({ low: -1, high: 1, shape: [2] }),
];

/** The number `i` of them: a function of `seed` and `i`. */
export function malformed(seed: number, i: number): Malformed {
  const rng = new Generator([seed, i]);
  const pick = <T>(list: readonly T[]): T => list[rng.integers(0, list.length)]!;
  const [observationSpace, right] = pick(OBSERVATIONS);
  const actionSpace = pick(ACTIONS);
  const at = rng.integers(0, 5);
  const kind = pick([
    "observation",
    "reward",
    "terminated",
    "truncated",
    "info",
    "field",
    "mask",
    "method mask",
    "result",
    "missing",
    "more",
    "method",
    "space",
    "given",
  ]);
  const bad = pick(ANYTHING);
  const name = pick(["observation", "reward", "terminated", "truncated", "info"]);
  const method = pick(["reset", "step", "scene", "state", "restore", "observationSpace", "actionSpace"]);
  let t = 0;
  let last: Returned = { observation: undefined, reward: undefined, terminated: undefined, truncated: undefined, mask: undefined };
  const note = (result: unknown): unknown => {
    const { observation, reward, terminated, truncated, info } = (typeof result === "object" && result !== null ? result : {}) as Record<
      string,
      unknown
    >;
    const mask = typeof info === "object" && info !== null ? (info as Record<string, unknown>)["actionMask"] : undefined;
    last = { observation, reward, terminated, truncated, mask };
    return result;
  };
  /** Puts what is wrong into a right result, from the chosen step on. */
  const spoil = (result: Record<string, unknown>): unknown => {
    if (t < at) return result;
    if (kind === "result") return rng.random() < 0.3 ? Object.values(result) : bad();
    if (kind === "missing") return Object.fromEntries(Object.entries(result).filter(([key]) => key !== name));
    if (kind === "more") return { ...result, done: true, action_mask: [1, 0] };
    if (kind === "mask") return { ...result, info: { actionMask: bad() } };
    if (kind === "field") return { ...result, info: { [pick(["a", "b", "_a", "action_mask", "episode"])]: pick(ANYTHING)() } };
    return ["observation", "reward", "terminated", "truncated", "info"].includes(kind) && kind in result
      ? { ...result, [kind]: bad() }
      : result;
  };
  const make = (): Record<string, unknown> => ({
    observationSpace,
    actionSpace,
    spec: undefined,
    reset: () => ((t = 0), note(spoil({ observation: right(), info: {} }))),
    step: () => ((t += 1), note(spoil({ observation: right(), reward: t / 2, terminated: t === 6, truncated: false, info: { a: t } }))),
    scene: () => undefined,
    state: () => ({ t }),
    restore: () => undefined,
    ...(kind === "method mask" ? { actionMasks: at === 0 ? bad() : () => bad() } : {}),
    ...(kind === "method" ? { [method]: bad() } : {}),
    ...(kind === "space" ? { [pick(["observationSpace", "actionSpace"])]: bad() } : {}),
  });
  const given =
    kind === "given" ? pick([bad, () => bad, () => bad(), () => async () => make(), () => Thing])() : pick([make, () => make])();
  return { given, last: () => last, what: `${i}: ${kind} at ${at}, ${observationSpace}, ${actionSpace}` };
}

/** What does not agree between the first row of a step's result and what the environment returned; undefined when all does. */
export function disagreement(
  vec: VecEnv,
  { observation, reward, terminated, truncated, mask }: Returned,
  step: ReturnType<VecEnv["step"]>,
): string | undefined {
  const space = vec.singleObservationSpace;
  const over = terminated === true || truncated === true;
  // The end of an episode shows the new start; its own observation is the final one.
  const shown = over ? step.finalObservations.subarray(0, space.size) : step.observations.subarray(0, space.size);
  const flat =
    typeof observation === "number"
      ? [observation]
      : ArrayBuffer.isView(observation)
        ? Array.from(observation as Float32Array)
        : Array.from(space.flatten(observation));
  if (flat.length !== space.size || flat.some((value, i) => !Object.is(value, shown[i])))
    return `observation ${flat.join()} became ${Array.from(shown).join()}`;
  if (!Object.is(reward, step.rewards[0])) return `reward ${String(reward)} became ${step.rewards[0]}`;
  if (terminated !== (step.terminated[0] === 1)) return `terminated ${String(terminated)} became ${step.terminated[0]}`;
  if (truncated !== (step.truncated[0] === 1)) return `truncated ${String(truncated)} became ${step.truncated[0]}`;
  if (mask === undefined || mask === null || over || vec.singleActionSpace instanceof Box) return undefined;
  const wanted = (Array.isArray(mask) ? (mask as unknown[]).flat() : Array.from(mask as Uint8Array)).map(Number);
  return wanted.join() === step.infos["actionMask"]?.join()
    ? undefined
    : `mask ${wanted.join()} became ${step.infos["actionMask"]?.join()}`;
}

/** Plays one episode of at most eight steps through a vector and gives what does not agree. */
export function playMalformed({ last }: Malformed, vec: VecEnv): string | undefined {
  vec.reset({ seed: 1 });
  for (let t = 0; t < 8; t++) {
    const actions = vec.singleActionSpace.createBatch(vec.numEnvs);
    for (let row = 0; row < vec.numEnvs; row++) vec.singleActionSpace.write(vec.singleActionSpace.sample(), actions as Int32Array, row);
    vec.actionMasks?.();
    const step = vec.step(actions);
    // Same-step: an episode's end is followed by a reset, whose result is then the last.
    const wrong = step.terminated[0] === 1 || step.truncated[0] === 1 ? undefined : disagreement(vec, last(), step);
    if (wrong !== undefined) return wrong;
    if (step.terminated[0] === 1 || step.truncated[0] === 1) return undefined;
  }
  return undefined;
}
