/** A policy without trainer and environment plays the trainer's bits, from a small file. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadPolicy, policySnapshot, type PolicySnapshot } from "@rl/agent";
import { Box, Discrete, makeVec, MultiDiscrete, type Env, type Space } from "@rl/envs";
import { createPg } from "@rl/pg";
import { createPpo } from "@rl/ppo";
import { Generator } from "@rl/random";
import { decodePolicy, encodePolicy, evaluate } from "@rl/train";
import { createTrpo } from "@rl/trpo";
import { describe, expect, test } from "vitest";

/** Shows numbers that depend on the actions; masks by choice. */
function spaces(observationSpace: Space<never>, actionSpace: Space<never>, mask?: Uint8Array): () => Env<never, never> {
  return () => {
    let t = 0;
    const rng = new Generator(5);
    const observe = (): never => observationSpace.sample() as never;
    observationSpace.seed(7);
    const info = (): Record<string, unknown> => (mask === undefined ? {} : { actionMask: mask });
    return {
      observationSpace,
      actionSpace,
      spec: undefined,
      reset: () => ((t = 0), { observation: observe(), info: info() }),
      step: () => ({ observation: observe(), reward: rng.random(), terminated: ++t === 7, truncated: false, info: info() }),
      scene: () => undefined,
      state: () => ({ t }),
      restore: (state) => void (t = state["t"] as number),
    };
  };
}
const box = (size: number): Space<never> => new Box({ low: -2, high: 3, shape: [size] }) as never;

const small = { seed: 3, numEnvs: 2, totalSteps: 256, stepsPerEnv: 64, hiddenSizes: [8, 8] } as const;
const trained = <T extends { train(): Iterable<unknown> }>(trainer: T): T => {
  for (const _ of trainer.train());
  return trainer;
};
const cases = {
  "ppo, discrete": () => trained(createPpo({ ...small, env: "CartPole-v1" })),
  "ppo, gSDE": () => trained(createPpo({ ...small, env: "Pendulum-v1", stateDependentExploration: 4 })),
  "ppo, squashed": () => trained(createPpo({ ...small, env: "Pendulum-v1", squashActions: true, activation: "relu" })),
  "ppo, shared layers, no normaliser": () =>
    trained(createPpo({ ...small, env: "CartPole-v1", sharedLayers: 1, normalizeObservations: false, activation: "silu" })),
  "trpo, deviation by state": () =>
    trained(createTrpo({ ...small, env: "MountainCarContinuous-v0", stateDependentStd: true, valueMinibatchSize: 32 })),
  "pg, linear": () => trained(createPg({ ...small, env: "CartPole-v1", hiddenSizes: [] })),
  "ppo, whole observations and several choices, masked": () =>
    trained(
      createPpo({
        ...small,
        env: spaces(new Discrete(5, { start: -2 }) as never, new MultiDiscrete([2, 3]) as never, Uint8Array.of(1, 1, 1, 0, 1)),
      }),
    ),
  "ppo, boxes": () => trained(createPpo({ ...small, env: spaces(box(3), box(2)) })),
};

/** Rows of observations of a trainer's space. */
function observationsFor(snapshot: PolicySnapshot, rows: number): Float32Array {
  const rng = new Generator(11);
  const { rawSize, groups } = snapshot.observation;
  return Float32Array.from({ length: rows * rawSize }, (_, i) =>
    groups === undefined ? rng.normal(0, 2) : groups.starts[i % rawSize]! + rng.integers(0, groups.sizes[i % rawSize]!),
  );
}

describe("the trainer's bits", () => {
  test.each(Object.entries(cases))("%s", (_, create) => {
    const trainer = create();
    const before = JSON.stringify(trainer.state());
    const snapshot = policySnapshot(trainer);
    const policy = loadPolicy(decodePolicy(encodePolicy(snapshot)));
    const observations = observationsFor(snapshot, 200);
    const masks =
      snapshot.maskSize === 0 ? {} : { masks: Uint8Array.from({ length: 200 * snapshot.maskSize }, (__, i) => (i % 5 === 1 ? 0 : 1)) };
    expect(policy.act(observations, { deterministic: true, ...masks })).toEqual(
      trainer.act(observations, { deterministic: true, ...masks }),
    );
    expect(JSON.stringify(trainer.state())).toBe(before);
    // Drawn actions are its own, from its own seed.
    const drawn = policy.act(observations, masks);
    expect(drawn).not.toEqual(policy.act(observations, masks));
    expect(loadPolicy(snapshot).act(observations, masks)).toEqual(drawn);
    expect(loadPolicy(snapshot, { seed: 1 }).act(observations, masks)).not.toEqual(drawn);
  });

  test("it can be evaluated and is as good", () => {
    const trainer = cases["ppo, discrete"]();
    const policy = loadPolicy(policySnapshot(trainer));
    expect([...evaluate(policy, "CartPole-v1", { episodes: 5 }).returns]).toEqual([
      ...evaluate(trainer, "CartPole-v1", { episodes: 5 }).returns,
    ]);
  });

  test("in a process that has neither trainer nor environment", () => {
    const trainer = cases["ppo, discrete"]();
    const snapshot = policySnapshot(trainer);
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "rl-policy-")), "policy.safetensors");
    fs.writeFileSync(file, encodePolicy(snapshot));
    const observations = observationsFor(snapshot, 50);
    const code = `
      import * as fs from "node:fs";
      import { loadPolicy } from "@rl/agent";
      import { decodePolicy } from "@rl/train";
      const policy = loadPolicy(decodePolicy(fs.readFileSync(${JSON.stringify(file)})));
      console.log(JSON.stringify([...policy.act(Float32Array.of(${observations.join(",")}), { deterministic: true })]));`;
    const told = execFileSync(
      process.execPath,
      ["--conditions=@rl/source", "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", code],
      {
        cwd: import.meta.dirname,
        encoding: "utf8",
      },
    );
    expect(JSON.parse(told)).toEqual([...trainer.act(observations, { deterministic: true })]);
    fs.rmSync(path.dirname(file), { recursive: true });
  });
});

test("4-64-64-2 in at most 20 000 bytes; equal snapshots give equal bytes", () => {
  const trainer = createPpo({ env: "CartPole-v1", hiddenSizes: [64, 64] });
  const bytes = encodePolicy(policySnapshot(trainer));
  // 4 · 64 + 64 + 64 · 64 + 64 + 64 · 2 + 2 float32 numbers and 8 float64 ones are 18 504 of them.
  expect(bytes.length).toBeGreaterThan(18_504);
  expect(bytes.length).toBeLessThanOrEqual(20_000);
  expect(encodePolicy(policySnapshot(trainer))).toEqual(bytes);
});

describe("what does not fit is refused by name", () => {
  const snapshot = policySnapshot(createPpo({ env: makeVec("CartPole-v1", 1), hiddenSizes: [4] }));
  test.each([
    [undefined, "the snapshot is undefined; expected an object"],
    [null, "the snapshot is null"],
    [{}, 'format is undefined; expected "rl-policy"'],
    [{ ...snapshot, format: "rl-checkpoint" }, 'format is "rl-checkpoint"'],
    [{ ...snapshot, version: 2 }, "version is 2; expected 1"],
    [{ ...snapshot, observation: { rawSize: 4, size: 5 } }, "observation is"],
    [{ ...snapshot, observation: undefined }, "observation is undefined"],
    [{ ...snapshot, observation: { rawSize: 1, size: 3, groups: { sizes: [4], starts: [0] } } }, "observation is"],
    [{ ...snapshot, action: { kind: "discrete", size: 1, sizes: "2", starts: [0] } }, "action is"],
    [{ ...snapshot, action: { kind: "box", size: 2, low: new Float32Array(1), high: new Float32Array(2) } }, "action is"],
    [{ ...snapshot, maskSize: 3 }, "maskSize is 3; expected 0 or 2"],
    [{ ...snapshot, network: null }, "network is null"],
    [{ ...snapshot, network: { ...snapshot.network, activation: "swish" } }, 'network.activation is "swish"; expected one of'],
    [{ ...snapshot, network: { ...snapshot.network, hiddenSizes: [5] } }, 'tensor "layers[0].weight" of the state is'],
    [{ ...snapshot, normalizer: { mean: new Float64Array(3), variance: new Float64Array(3), clip: 10 } }, "normalizer is"],
    [{ ...snapshot, normalizer: { ...snapshot.normalizer, variance: Float64Array.of(1, 1, 1, NaN) } }, "normalizer is"],
    [{ ...snapshot, normalizer: undefined }, "normalizer is undefined"],
    [{ ...snapshot, parameters: {} }, 'the state has no tensor "layers[0]'],
  ])("%#", (bad, message) => {
    expect(() => loadPolicy(bad as object)).toThrow(`loadPolicy: ${message}`);
  });

  test("and files that hold none", () => {
    expect(() => loadPolicy(snapshot, { sed: 1 } as object)).toThrow('did you mean "seed"?');
    expect(() => policySnapshot({} as never)).toThrow("policySnapshot: got {}, expected a trainer");
    const bytes = encodePolicy(snapshot);
    for (const length of [0, 7, 100, bytes.length - 1]) expect(() => decodePolicy(bytes.subarray(0, length))).toThrow("policy.safetensors");
    expect(() => decodePolicy(encodePolicy({ format: "x" }), "a.safetensors")).not.toThrow();
    expect(() => loadPolicy(decodePolicy(encodePolicy({ format: "x" })))).toThrow('format is "x"');
  });
});
