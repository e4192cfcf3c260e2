/** A reset or a state that is refused leaves everything as it was: environments, wrappers and vectors. A state that is taken is the state there is. */
import { describe, expect, it } from "vitest";
import {
  ClipAction,
  FrameStackObservation,
  make,
  makeVec,
  NormalizeObservation,
  NormalizeReward,
  RecordEpisodeStatistics,
  RescaleAction,
  TimeAwareObservation,
  TransformObservation,
  VecClipAction,
  VecFrameStackObservation,
  VecNormalizeObservation,
  VecNormalizeReward,
  VecRecordEpisodeStatistics,
  VecRescaleAction,
  VecTimeAwareObservation,
  VecTransformObservation,
  type Env,
  type EnvState,
  type VecEnv,
} from "@rl/envs";

interface Restorable {
  reset(options?: object): unknown;
  state(): EnvState;
  restore(state: EnvState): void;
}

const pendulum = (): Env<Float32Array, Float32Array> => make("Pendulum-v1", { maxEpisodeSteps: 10 });
const singles: Record<string, () => Env> = {
  ...Object.fromEntries(
    ["CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1", "Acrobot-v1"].map((id) => [
      id,
      () => make(id, { maxEpisodeSteps: 10 }),
    ]),
  ),
  ClipAction: () => new ClipAction(pendulum()),
  RescaleAction: () => new RescaleAction(pendulum()),
  RecordEpisodeStatistics: () => new RecordEpisodeStatistics(pendulum()),
  NormalizeObservation: () => new NormalizeObservation(pendulum()),
  NormalizeReward: () => new NormalizeReward(pendulum()),
  FrameStackObservation: () => new FrameStackObservation(pendulum(), 2),
  TimeAwareObservation: () => new TimeAwareObservation(pendulum()),
  TransformObservation: () => new TransformObservation(pendulum(), (o) => o, pendulum().observationSpace),
} as unknown as Record<string, () => Env>;

type PendulumVec = VecEnv<Float32Array, Float32Array>;
const pendulums = (): PendulumVec => makeVec("Pendulum-v1", 2, { maxEpisodeSteps: 10 });
const copyRows = (input: Float32Array, output: Float32Array): void => output.set(input);
const vectors: Record<string, () => VecEnv> = {
  "CartPole-v1, native": () => makeVec("CartPole-v1", 2),
  "Pendulum-v1, native, disabled": () => makeVec("Pendulum-v1", 2, { autoreset: "disabled" }),
  "CartPole-v1, sync": () => makeVec("CartPole-v1", 2, { vectorization: "sync" }),
  VecClipAction: () => new VecClipAction(pendulums()),
  VecRescaleAction: () => new VecRescaleAction(pendulums()),
  VecRecordEpisodeStatistics: () => new VecRecordEpisodeStatistics(pendulums()),
  VecNormalizeObservation: () => new VecNormalizeObservation(pendulums() as never),
  VecNormalizeReward: () => new VecNormalizeReward(pendulums()),
  VecFrameStackObservation: () => new VecFrameStackObservation(pendulums(), 2),
  VecTimeAwareObservation: () => new VecTimeAwareObservation(pendulums() as never),
  VecTransformObservation: () => new VecTransformObservation(pendulums(), copyRows, pendulum().observationSpace as never),
} as unknown as Record<string, () => VecEnv>;

const act = (env: Env): unknown => (env.actionSpace.size === 1 && env.actionSpace.dtype === "int32" ? 1 : Float32Array.of(0.5));
const stepOf = (env: Env): unknown => env.step(act(env) as number);
const stepOfVec = (vec: VecEnv): unknown => vec.step(vec.singleActionSpace.createBatch(2));

const BAD_RESETS: readonly unknown[] = [
  5,
  { sead: 1 },
  { seed: -1 },
  { seed: 1.5 },
  { seed: "1" },
  { seed: 2 ** 60 },
  { seed: 1, options: { low: "x", xInit: "x" } },
  { seed: 1, options: { low: 1, high: 0, xInit: -1 } },
  { seed: 1, options: { low: -1e308, high: 1e308, xInit: 1e308 } },
  { seed: 1, options: { low: 1e39, high: 1e39, xInit: 1e39 } },
  { seed: 1, options: { hi: 1 } },
];
/** Of the one environment's options: Pendulum's are x and y, the others' low and high; unknown keys are refused, too. */
function checkRefusedResets(env: Restorable, more: readonly unknown[] = []): void {
  for (const bad of [...BAD_RESETS, ...more]) {
    const before = env.state();
    expect(() => env.reset(bad as object)).toThrow(/expected|unknown option/);
    expect(env.state()).toEqual(before);
  }
}

type Path = readonly (string | number)[];
/** All paths to values in a state, lists and records themselves too; of a long list the first two and the last. */
function* paths(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== "object" || value === null) return;
  const keys = Array.isArray(value) ? [...new Set([0, 1, value.length - 1])].filter((i) => i >= 0 && i < value.length) : Object.keys(value);
  for (const key of keys) yield* paths((value as Record<string, unknown>)[key], [...path, key]);
}
function changed(state: EnvState, path: Path, to: unknown): EnvState {
  const copy = structuredClone(state) as Record<string | number, never>;
  const last = path.at(-1)!;
  let at: Record<string | number, never> = copy;
  for (const key of path.slice(0, -1)) at = at[key]!;
  if (to === undefined) delete at[last];
  else at[last] = to as never;
  return copy;
}

/** Every part of a state changed in every way: refused and nothing has changed, or taken as it is. How many were refused. */
function triesStates(env: Restorable): number {
  const good = structuredClone(env.state());
  let refused = 0;
  for (const path of paths(good))
    for (const to of [undefined, null, "x", "NaN", -1.5, -1, 1e300, true, {}, []]) {
      const state = changed(good, path, to);
      const before = structuredClone(env.state());
      try {
        env.restore(state);
      } catch {
        refused++;
        expect(env.state(), `${path.join(".")} = ${String(to)} was refused`).toEqual(before);
        continue;
      }
      expect(env.state(), `${path.join(".")} = ${String(to)} was taken`).toEqual(state);
      env.restore(good);
    }
  expect(env.state()).toEqual(good);
  return refused;
}

describe.each(Object.entries(singles))("%s", (_, create) => {
  it("stays as it is where a reset is refused", () => {
    const env = create();
    env.reset({ seed: 3 });
    stepOf(env);
    checkRefusedResets(env as unknown as Restorable);
  });
  it("takes a state whole or not at all", () => {
    const env = create();
    env.reset({ seed: 3 });
    for (let t = 0; t < 5; t++) stepOf(env);
    expect(triesStates(env as unknown as Restorable)).toBeGreaterThan(100);
    stepOf(env);
  });
});

describe.each(Object.entries(vectors))("%s", (_, create) => {
  it("stays as it is where a reset is refused", () => {
    const vec = create();
    vec.reset({ seed: 3 });
    stepOfVec(vec);
    checkRefusedResets(vec as unknown as Restorable, [
      { seed: [1] },
      { seed: [1, -1] },
      { seed: 1, mask: [1, 0] },
      { seed: 1, mask: Uint8Array.of(1) },
      { seed: Number.MAX_SAFE_INTEGER },
    ]);
  });
  it("takes a state whole or not at all", () => {
    const vec = create();
    vec.reset({ seed: 3 });
    for (let t = 0; t < 5; t++) stepOfVec(vec);
    expect(triesStates(vec as unknown as Restorable)).toBeGreaterThan(100);
    stepOfVec(vec);
  });
});

it("an episode whose reset was refused has the length it would have had", () => {
  const env = make("Pendulum-v1", { maxEpisodeSteps: 10 });
  env.reset({ seed: 1 });
  let steps = 0;
  for (let over = false; !over; steps++) {
    if (steps === 5) expect(() => env.reset({ seed: -1 })).toThrow("seed is -1");
    over = env.step(Float32Array.of(0)).truncated;
  }
  expect(steps).toBe(10);
});

it("rows before the one that refuses a state go back to what they were", () => {
  const vec = makeVec("CartPole-v1", 3, { vectorization: "sync" });
  vec.reset({ seed: 1 });
  vec.step(new Int32Array(3));
  const other = makeVec("CartPole-v1", 3, { vectorization: "sync" });
  other.reset({ seed: 9 });
  const state = structuredClone(other.state()) as { envs: Record<string, unknown>[] };
  state.envs[2]!["kind"] = "x";
  const before = structuredClone(vec.state());
  expect(() => vec.restore(state)).toThrow('the state is of kind "x"');
  expect(vec.state()).toEqual(before);
});

describe("far angles", () => {
  const withAngles = (theta: number): EnvState => {
    const env = make("Acrobot-v1");
    env.reset({ seed: 1 });
    const state = structuredClone(env.state());
    let inner = state as Record<string, never>;
    while (inner["env"] !== undefined) inner = inner["env"];
    (inner["columns"] as unknown as Record<string, unknown>)["theta1"] = [theta];
    return state;
  };
  it("are wrapped at once, single and in vectors", () => {
    const env = make("Acrobot-v1");
    for (const theta of [1e5, -1e15, 1e300, -1.7e308]) {
      env.restore(withAngles(theta));
      const { observation } = env.step(1);
      expect(observation.every((value) => Math.abs(value) <= 30)).toBe(true);
    }
    const vec = makeVec("Acrobot-v1", 2);
    vec.reset({ options: { low: 3e38, high: 3e38 } });
    vec.step(Int32Array.of(0, 2));
    expect(vec.step(Int32Array.of(0, 2)).rewards).toEqual(Float64Array.of(-1, -1));
  });
  it("that are no numbers are refused", () => {
    for (const theta of ["Infinity", "-Infinity", "NaN"])
      expect(() => make("Acrobot-v1").restore(withAngles(theta as unknown as number))).toThrow(
        `restore: columns.theta1[0] is ${theta}, expected a finite number; pass what state() returned, unchanged.`,
      );
  });
});
