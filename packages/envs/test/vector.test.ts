import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { make, makeVec, SyncVectorEnv, TimeLimit, Box, Discrete, type Env, type EnvState, type VecEnv } from "@rl/envs";

const IDS = ["CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1", "Acrobot-v1"] as const;

function actionsFor(vec: VecEnv, steps: number): (Int32Array | Float32Array)[] {
  const space = vec.singleActionSpace;
  space.seed(5);
  return Array.from({ length: steps }, () => {
    const batch = space.createBatch(vec.numEnvs);
    for (let row = 0; row < vec.numEnvs; row++) space.write(space.sample(), batch, row);
    return batch;
  });
}

describe.each(IDS)("%s", (id) => {
  it("gives the same numbers as single environments in a row, in every mode", () => {
    for (const autoreset of ["same-step", "next-step"] as const) {
      const native = makeVec(id, 4, { autoreset, maxEpisodeSteps: 70 }) as VecEnv;
      const sync = makeVec(id, 4, { autoreset, maxEpisodeSteps: 70, vectorization: "sync" }) as VecEnv;
      expect(native.reset({ seed: [9, 2, 77, 4] }).observations).toEqual(sync.reset({ seed: [9, 2, 77, 4] }).observations);
      let ended = 0;
      for (const actions of actionsFor(native, 300)) {
        const a = native.step(actions);
        const b = sync.step(actions);
        expect(a.observations).toEqual(b.observations);
        expect(a.rewards).toEqual(b.rewards);
        expect(a.terminated).toEqual(b.terminated);
        expect(a.truncated).toEqual(b.truncated);
        const { size } = native.singleObservationSpace;
        for (let row = 0; row < 4; row++) {
          if (a.terminated[row] === 0 && a.truncated[row] === 0) continue;
          ended++;
          expect(a.finalObservations.slice(row * size, (row + 1) * size)).toEqual(b.finalObservations.slice(row * size, (row + 1) * size));
        }
      }
      expect(ended).toBeGreaterThanOrEqual(16);
    }
  });

  it("allocates nothing that stays: the heap does not grow over a million vector steps", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const vec = makeVec(id, 2) as VecEnv;
    vec.reset({ seed: 0 });
    const actions = actionsFor(vec, 10);
    const run = (steps: number): void => {
      for (let t = 0; t < steps; t++) vec.step(actions[t % 10]!);
    };
    run(20_000);
    collect();
    const before = process.memoryUsage();
    run(1e6);
    collect();
    const after = process.memoryUsage();
    expect(after.heapUsed - before.heapUsed).toBeLessThan(64 * 1024);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThanOrEqual(0);
  });

  it("never truncates by itself: only a time limit does", () => {
    const vec = makeVec(id, 4, { maxEpisodeSteps: Infinity }) as VecEnv;
    const env = make(id, { maxEpisodeSteps: Infinity }) as Env;
    const limited = makeVec(id, 4, { maxEpisodeSteps: 1 }) as VecEnv;
    for (const e of [vec, env, limited]) e.reset({ seed: 2 });
    for (const actions of actionsFor(vec, 1200)) {
      expect(vec.step(actions).truncated).toEqual(new Uint8Array(4));
      expect(limited.step(actions).truncated).toEqual(new Uint8Array(4).fill(1));
      const result = env.step(actions instanceof Int32Array ? actions[0]! : actions.slice(0, 1));
      expect(result.truncated).toBe(false);
      if (result.terminated) env.reset();
    }
  });

  it("returns the same arrays at every step", () => {
    const vec = makeVec(id, 3) as VecEnv;
    vec.reset({ seed: 0 });
    const [one, two] = actionsFor(vec, 2);
    const first = vec.step(one!);
    const arrays = [first.observations, first.rewards, first.terminated, first.truncated, first.finalObservations];
    const second = vec.step(two!);
    expect(second).toBe(first);
    expect(
      [second.observations, second.rewards, second.terminated, second.truncated, second.finalObservations].every((a, i) => a === arrays[i]),
    ).toBe(true);
  });
});

describe("seeds at the end of the safe integers", () => {
  it("are refused before any row starts when row i cannot take seed + i", () => {
    const last = Number.MAX_SAFE_INTEGER;
    const vec = makeVec("CartPole-v1", 2);
    const before = vec.reset({ seed: last - 1 }).observations.slice();
    expect(() => vec.reset({ seed: last })).toThrow("reset: seed is 9007199254740991, expected at most 2^53 − 2: row i takes seed + i.");
    expect(vec.observations).toEqual(before);
  });
});

describe("disabled autoreset", () => {
  it.each(["native", "sync"] as const)("leaves an ended row until it is reset by mask, %s", (vectorization) => {
    const vec = makeVec("CartPole-v1", 2, { autoreset: "disabled", vectorization });
    vec.reset({ seed: [0, 1] });
    // Row 0 falls to the left; row 1 sways and stands longer.
    const left = Int32Array.of(0, 0);
    const right = Int32Array.of(0, 1);
    let t = 0;
    while (vec.step(t % 2 === 0 ? left : right).terminated[0] === 0) t++;
    // A single CartPole with the same seeds.
    const single = make("CartPole-v1");
    single.reset({ seed: 0 });
    let alone = 0;
    while (!single.step(0).terminated) alone++;
    expect(t).toBe(alone);
    expect(() => vec.step(left)).toThrow(
      'the episode of row 0 has ended and autoreset is "disabled"; call reset({ mask }) with mask[0] = 1 first.',
    );
    const other = vec.observations.slice(4);
    const mask = Uint8Array.of(1, 0);
    vec.reset({ mask });
    expect(vec.observations.slice(4)).toEqual(other);
    expect(vec.observations.slice(0, 4)).toEqual(single.reset().observation);
    expect(() => vec.step(left)).not.toThrow();
    // A seeded masked reset starts only that row's stream anew.
    vec.reset({ mask, seed: 0 });
    expect(vec.observations.slice(0, 4)).toEqual(make("CartPole-v1").reset({ seed: 0 }).observation);
  });
});

/** Counts to three; shows which actions are allowed. */
class Masked implements Env<number, number> {
  readonly observationSpace = new Discrete(4);
  readonly actionSpace = new Discrete(3);
  readonly spec = undefined;
  private count = 0;
  private info(): Record<string, unknown> {
    return { actionMask: Uint8Array.of(1, this.count % 2, 1), depth: this.count, deep: { even: this.count % 2 === 0 }, note: "text" };
  }
  reset(): { observation: number; info: Record<string, unknown> } {
    this.count = 0;
    return { observation: 0, info: this.info() };
  }
  step(): { observation: number; reward: number; terminated: boolean; truncated: boolean; info: Record<string, unknown> } {
    this.count++;
    return { observation: this.count, reward: 1, terminated: this.count === 3, truncated: false, info: this.info() };
  }
  scene(): undefined {
    return undefined;
  }
  state(): EnvState {
    return { count: this.count };
  }
  restore(state: EnvState): void {
    this.count = state["count"] as number;
  }
}

describe("infos of user environments", () => {
  it("come as columns; those of an ended episode under final.", () => {
    const vec = new SyncVectorEnv([() => new Masked(), () => new TimeLimit(new Masked(), 2)]);
    const { observations, infos } = vec.reset();
    expect(observations).toEqual(Int32Array.of(0, 0));
    expect(infos).toEqual({
      actionMask: Uint8Array.of(1, 0, 1, 1, 0, 1),
      _actionMask: Uint8Array.of(1, 1),
      depth: Float64Array.of(0, 0),
      _depth: Uint8Array.of(1, 1),
      "deep.even": Uint8Array.of(1, 1),
      "_deep.even": Uint8Array.of(1, 1),
    });
    const actions = new Int32Array(2);
    expect([...vec.step(actions).infos["actionMask"]!]).toEqual([1, 1, 1, 1, 1, 1]);
    const step = vec.step(actions);
    // Row 1 was cut off at 2 and starts again; row 0 goes on.
    expect([...step.terminated, ...step.truncated]).toEqual([0, 0, 0, 1]);
    expect([...step.observations, ...step.finalObservations]).toEqual([2, 0, 0, 2]);
    expect([...step.infos["depth"]!]).toEqual([2, 0]);
    expect([...step.infos["final.depth"]!, ...step.infos["_final.depth"]!]).toEqual([0, 2, 0, 1]);
    expect([...vec.step(actions).infos["_final.depth"]!]).toEqual([1, 0]);
  });

  it("that change their type or length, are null or hold themselves are left out, with one warning for each name", () => {
    const looped: Record<string, unknown> = { depth: 3 };
    looped["self"] = looped;
    const values: Record<string, unknown>[] = [
      { heights: Float32Array.of(1), kind: 1, looped, owner: new Discrete(2), none: null, note: "text", list: [1] },
      { heights: Float32Array.of(1, 2), kind: true, looped, none: null },
      { heights: Float32Array.of(3), kind: 2, looped },
    ];
    let t = 0;
    class Changing extends Masked {
      override reset(): ReturnType<Masked["reset"]> {
        return { ...super.reset(), info: {} };
      }
      override step(): ReturnType<Masked["step"]> {
        return { ...super.step(), info: values[t++ % 3]! };
      }
    }
    const vec = new SyncVectorEnv([() => new TimeLimit(new Changing(), 2)], { autoreset: "disabled" });
    vec.reset();
    const shown = (): unknown[] => {
      const { infos } = vec.step(new Int32Array(1));
      return ["heights", "_heights", "kind", "_kind", "looped.depth"].map((name) => infos[name]![0]);
    };
    expect(shown()).toEqual([1, 1, 1, 1, 3]);
    expect(shown()).toEqual([0, 0, 0, 0, 3]);
    vec.reset();
    expect(shown()).toEqual([3, 1, 2, 1, 3]);
    expect(Object.keys(vec.step(new Int32Array(1)).infos).sort()).toEqual(
      ["heights", "_heights", "kind", "_kind", "looped.depth", "_looped.depth"].sort(),
    );
    const end =
      "which cannot be a column of the vector's infos, so it is left out there; give numbers, booleans, typed arrays of one length or plain records of them.";
    expect(vec.warnings).toEqual([
      `info "looped.self" of row 0, step 1 of its episode is a record that holds itself, ${end}`,
      `info "owner" of row 0, step 1 of its episode is a Discrete, ${end}`,
      `info "none" of row 0, step 1 of its episode is null, ${end}`,
      `info "heights" of row 0, step 2 of its episode is float32 × 2 after float32 × 1, ${end}`,
      `info "kind" of row 0, step 2 of its episode is uint8 × 1 after float64 × 1, ${end}`,
    ]);
  });
});

describe("observations in other types", () => {
  it("keep the space's dtype in the batch", () => {
    class Pixels extends Masked {
      override readonly observationSpace = new Box({ low: 0, high: 255, shape: [2, 2], dtype: "uint8" }) as never;
      override reset(): never {
        return { observation: Uint8Array.of(0, 1, 2, 255), info: {} } as never;
      }
    }
    const vec = new SyncVectorEnv([() => new Pixels(), () => new Pixels()]);
    expect(vec.reset().observations).toEqual(Uint8Array.of(0, 1, 2, 255, 0, 1, 2, 255));
  });
});

it("CartPole pays nothing for steps after the fall, as Gymnasium", () => {
  for (const [options, wanted] of [
    [{}, [1, 0, 0]],
    [{ suttonBartoReward: true }, [-1, -1, -1]],
  ] as const) {
    const env = make("CartPole-v1", options);
    env.reset({ seed: 3 });
    let result = env.step(1);
    while (!result.terminated) result = env.step(1);
    expect([result.reward, env.step(1).reward, env.step(1).reward]).toEqual(wanted);
  }
});
