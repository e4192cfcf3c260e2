import { Box, CartPole, Dict, Discrete, make, makeVec, SyncVectorEnv, type Env, type VecEnv } from "@rl/envs";
import { describe, expect, test } from "vitest";
import { evaluate, withMasks, type Actor } from "../src/index.ts";

/** Pushes towards where the pole leans, and now and then not: episodes of different lengths. */
const clumsy: Actor = {
  act(observations) {
    return Int32Array.from({ length: observations.length / 4 }, (_, row) =>
      observations[4 * row + 2]! + 0.05 * observations[4 * row + 3]! > 0.01 ? 1 : 0,
    );
  },
};

/** Counts down from the action-free length that its seed gives: length = 1 + seed mod 5, reward = seed. */
class Countdown implements Env<number, number> {
  readonly observationSpace = new Discrete(10);
  readonly actionSpace = new Discrete(2);
  readonly spec = undefined;
  private seed = 0;
  private left = 0;
  reset({ seed }: { seed?: number } = {}): { observation: number; info: Record<string, unknown> } {
    this.seed = seed ?? this.seed + 1;
    this.left = 1 + (this.seed % 5);
    return { observation: this.left, info: {} };
  }
  step(): never {
    this.left--;
    return { observation: this.left, reward: this.seed, terminated: this.left === 0, truncated: false, info: {} } as never;
  }
  scene(): undefined {}
  state(): never {
    return {} as never;
  }
  restore(): void {}
}

describe("evaluate", () => {
  test("episode i starts from seed + i, and the statistics are those of the returns", () => {
    const { returns, lengths, meanReturn, stdReturn, meanLength } = evaluate({ act: () => Int32Array.of(0) }, new Countdown() as never, {
      episodes: 4,
      seed: 3,
    });
    // Seeds 3, 4, 5, 6: lengths 4, 5, 1, 2, each step worth the seed.
    expect([...lengths]).toEqual([4, 5, 1, 2]);
    expect([...returns]).toEqual([12, 20, 5, 12]);
    expect(meanReturn).toBe(12.25);
    expect(stdReturn).toBeCloseTo(Math.sqrt((0.0625 + 60.0625 + 52.5625 + 0.0625) / 4), 12);
    expect(meanLength).toBe(3);
  });

  test("a vector gives the episodes of single environments, in every mode", () => {
    const single = evaluate(clumsy, make("CartPole-v1") as unknown as Env<unknown, unknown>, { episodes: 12, seed: 5 });
    expect(new Set(single.lengths).size).toBeGreaterThan(3);
    for (const autoreset of ["same-step", "next-step", "disabled"] as const) {
      const vector = evaluate(clumsy, makeVec("CartPole-v1", 12, { autoreset }) as VecEnv, { episodes: 12, seed: 5 });
      expect([...vector.returns], autoreset).toEqual([...single.returns]);
      expect([...vector.lengths], autoreset).toEqual([...single.lengths]);
    }
  });

  test("fewer rows than episodes: every row plays its share, in every mode alike", () => {
    const results = (["same-step", "next-step", "disabled"] as const).map((autoreset) =>
      evaluate(clumsy, makeVec("CartPole-v1", 5, { autoreset }) as VecEnv, { episodes: 12, seed: 5 }),
    );
    expect([...results[1]!.returns]).toEqual([...results[0]!.returns]);
    expect([...results[2]!.returns]).toEqual([...results[0]!.returns]);
    expect(results[0]!.returns.every((value) => value > 0)).toBe(true);
  });

  test("more rows than episodes: the first rows count", () => {
    const few = evaluate(clumsy, makeVec("CartPole-v1", 3) as VecEnv, { episodes: 3, seed: 5 });
    const many = evaluate(clumsy, makeVec("CartPole-v1", 8) as VecEnv, { episodes: 3, seed: 5 });
    expect([...many.returns]).toEqual([...few.returns]);
  });

  test("an episode without end is an error that says what to do", () => {
    const forever = make("Pendulum-v1", { maxEpisodeSteps: Infinity }) as unknown as Env<unknown, unknown>;
    expect(() => evaluate({ act: () => Float32Array.of(0) }, forever, { episodes: 1, maxEpisodeSteps: 300 })).toThrow(
      "has run for 300 steps without an end; give the environment a time limit",
    );
  });

  test("bad options are refused", () => {
    const env = new Countdown() as never;
    expect(() => evaluate(clumsy, env, { episodes: 0 })).toThrow("evaluate: episodes is 0, expected a whole number of at least 1");
    expect(() => evaluate(clumsy, env, { episode: 3 } as object)).toThrow('unknown option "episode"; did you mean "episodes"?');
  });
});

describe("what it takes to play in", () => {
  const wanted = evaluate(clumsy, make("CartPole-v1") as unknown as Env<unknown, unknown>, { episodes: 12, seed: 5 });
  test.each([
    ["an id", "CartPole-v1"],
    ["a function that makes one", () => make("CartPole-v1")],
    ["a function that makes a vector", () => makeVec("CartPole-v1", 12)],
    ["a vector", makeVec("CartPole-v1", 12)],
  ])("%s", (_, env) => {
    const { returns, lengths } = evaluate(clumsy, env, { episodes: 12, seed: 5 });
    expect([...lengths]).toEqual([...wanted.lengths]);
    expect([...returns]).toEqual([...wanted.returns]);
  });

  test("observations of several parts, as in a vector", () => {
    const parts = (): Env<unknown, number> => {
      let t = 0;
      const observe = (): unknown => ({ b: Float32Array.of(0.5, 0.25), a: t });
      return {
        observationSpace: new Dict({ b: new Box({ low: 0, high: 1, shape: [2] }), a: new Discrete(5) }) as never,
        actionSpace: new Discrete(2),
        spec: undefined,
        reset: () => ((t = 0), { observation: observe(), info: {} }),
        step: () => ({ observation: observe(), reward: ++t, terminated: t === 3, truncated: false, info: {} }),
        scene: () => undefined,
        state: () => ({ t }),
        restore: (state) => void (t = state["t"] as number),
      };
    };
    const seen: number[][] = [];
    const noting: Actor = { act: (observations) => (seen.push([...observations]), new Int32Array(1)) };
    expect([...evaluate(noting, parts, { episodes: 2 }).returns]).toEqual([6, 6]);
    const alone = seen.splice(0);
    evaluate(noting, new SyncVectorEnv([parts]) as never, { episodes: 2 });
    expect(alone).toEqual(seen);
    expect(alone[0]).toHaveLength(new Dict({ b: new Box({ low: 0, high: 1, shape: [2] }), a: new Discrete(5) }).size);
  });

  test.each([
    [undefined, "evaluate: env is undefined; expected"],
    [{}, "evaluate: env is an object without"],
    [Promise.resolve(make("CartPole-v1")), "evaluate: env is a promise"],
    [CartPole, "evaluate: env is the class CartPole"],
    ["CartPol-v1", 'id you mean "CartPole-v1"?'],
  ])("what is none is refused: %#", (env, message) => {
    expect(() => evaluate(clumsy, env as never)).toThrow(message);
  });

  test.each([[undefined], [null], ["ppo"], [{}], [{ act: 5 }]])("an actor that is %j is refused", (actor) => {
    expect(() => evaluate(actor as never, "CartPole-v1")).toThrow(
      /^evaluate: the first argument is .*, expected a trainer, or an object with a method act\.$/,
    );
  });
});

describe("action masks", () => {
  /** Notes the masks it is given. */
  const noting = (): Actor & { readonly seen: (readonly number[] | undefined)[] } => {
    const seen: (readonly number[] | undefined)[] = [];
    return { seen, act: (_, options) => (seen.push(options?.masks && Array.from(options.masks)), new Int32Array(1)) };
  };
  class Masked extends Countdown {
    override reset(options: { seed?: number } = {}): { observation: number; info: Record<string, unknown> } {
      return { ...super.reset(options), info: { actionMask: Uint8Array.of(1, 0) } };
    }
    override step(): never {
      return { ...(super.step() as object), info: { actionMask: Uint8Array.of(0, 1) } } as never;
    }
  }
  class Method extends Countdown {
    actionMasks(): Uint8Array {
      return Uint8Array.of(1, 1);
    }
  }
  test("reach the actor from infos and from a method; others get none", () => {
    const actors = [new Masked(), new Method(), new Countdown()].map((env) => {
      const actor = noting();
      evaluate(actor, env, { episodes: 1, seed: 2 });
      return actor.seen;
    });
    expect(actors).toEqual([
      [
        [1, 0],
        [0, 1],
        [0, 1],
      ],
      [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
      [undefined, undefined, undefined],
    ]);
  });

  test("a row of a vector whose info says nothing allows everything", () => {
    const infos = { actionMask: Uint8Array.of(1, 0, 0, 0), _actionMask: Uint8Array.of(1, 0) };
    expect(Array.from(withMasks({ deterministic: true }, {}, infos).masks!)).toEqual([1, 0, 1, 1]);
    expect(Array.from(infos.actionMask)).toEqual([1, 0, 0, 0]);
    expect(withMasks({ deterministic: true }, {}, {})).toEqual({ deterministic: true });
  });

  /** Allows action t mod 2 after t steps, and none at the end; episodes of 2 to 4 steps, by the seed. A forbidden action ends the test. */
  class Alternating implements Env<number, number> {
    readonly observationSpace = new Discrete(9);
    readonly actionSpace = new Discrete(2);
    readonly spec = undefined;
    protected t = 0;
    private length = 0;
    protected mask(): Uint8Array {
      return this.t === this.length ? new Uint8Array(2) : Uint8Array.of(1 - (this.t % 2), this.t % 2);
    }
    reset({ seed = this.length - 1 }: { seed?: number } = {}): { observation: number; info: Record<string, unknown> } {
      [this.t, this.length] = [0, 2 + (seed % 3)];
      return { observation: 0, info: this.info() };
    }
    step(action: number): never {
      if (this.mask()[action] !== 1) throw new Error(`action ${action} after ${this.t} steps`);
      this.t++;
      return { observation: this.t, reward: 1, terminated: this.t === this.length, truncated: false, info: this.info() } as never;
    }
    info(): Record<string, unknown> {
      return { actionMask: this.mask() };
    }
    scene(): undefined {}
    state(): never {
      return {} as never;
    }
    restore(): void {}
  }
  class AlternatingMethod extends Alternating {
    override info(): Record<string, unknown> {
      return {};
    }
    actionMasks(): Uint8Array {
      return this.mask();
    }
  }
  /** Takes the last allowed action; refuses rows without one, as trainers do. */
  const lawful: Actor = {
    act: (observations, options) =>
      Int32Array.from(observations, (_, row) => {
        const mask = Array.from(options!.masks!).slice(2 * row, 2 * row + 2);
        if (!mask.includes(1)) throw new Error(`The action mask of row ${row} forbids every action.`);
        return mask.lastIndexOf(1);
      }),
  };

  test.each([
    ["in infos", Alternating],
    ["by a method", AlternatingMethod],
  ])("hold for every row of a vector in every mode, rows that have ended and rows that go on: %s", (_, Kind) => {
    for (const autoreset of ["same-step", "next-step", "disabled"] as const) {
      const vec = new SyncVectorEnv(
        Array.from({ length: 3 }, () => () => new Kind()),
        { autoreset },
      );
      const { lengths } = evaluate(lawful, vec as never, { episodes: 9, seed: 3 });
      expect([...lengths].slice(0, 3), autoreset).toEqual([2, 3, 4]);
    }
  });
});
