/** Action masks: from infos or from a method, through vectors and wrappers, while training and acting. A forbidden action ends the test at once. */
import { Box, Discrete, makeVec, MultiDiscrete, register, SyncVectorEnv, TimeLimit, type Env, type VecEnv } from "@rl/envs";
import { describe, expect, it } from "vitest";
import { createPpo, type PpoOptions } from "../src/index.ts";

type Way = "info" | "method";

/**
 * A counter from 0 to 5 that starts over: each action is allowed in some states only, and each state allows some. The last allowed action pays 1,
 * others 0; `taken` counts all. Twelve steps make an episode.
 */
function ladder(way: Way, multi = false): Env<Float32Array, number | Int32Array> & { readonly taken: Map<string, number> } {
  let t = 0;
  const taken = new Map<string, number>();
  const observe = (): Float32Array => Float32Array.from({ length: 6 }, (_, i) => (i === t % 6 ? 1 : 0));
  // Of four actions: 1 or 2 or 3 of them, never the same in two states. Of two choices of 3 and 2: some of each.
  const masks = multi
    ? [
        [1, 0, 0, 1, 1],
        [0, 1, 1, 0, 1],
        [1, 1, 0, 1, 0],
        [0, 0, 1, 1, 1],
        [1, 1, 1, 1, 1],
        [0, 1, 0, 0, 1],
      ]
    : [
        [1, 0, 0, 0],
        [0, 1, 1, 0],
        [1, 1, 0, 1],
        [0, 0, 1, 0],
        [1, 0, 1, 1],
        [0, 1, 0, 0],
      ];
  const mask = (): Uint8Array => Uint8Array.from(masks[t % 6]!);
  const info = (): Record<string, unknown> => (way === "info" ? { actionMask: mask() } : {});
  return {
    taken,
    observationSpace: new Box<"float32">({ low: 0, high: 1, shape: [6] }),
    actionSpace: (multi ? new MultiDiscrete([3, 2]) : new Discrete(4)) as never,
    spec: undefined,
    reset: () => ((t = 0), { observation: observe(), info: info() }),
    step(action) {
      const allowed = mask();
      const chosen = typeof action === "number" ? [action] : [action[0]!, 3 + action[1]!];
      for (const each of chosen) if (allowed[each] !== 1) throw new Error(`forbidden action ${String(action)} in state ${t % 6}`);
      const key = `${t % 6}:${chosen.join()}`;
      taken.set(key, (taken.get(key) ?? 0) + 1);
      const reward = chosen[0] === allowed.subarray(0, multi ? 3 : 4).lastIndexOf(1) ? 1 : 0;
      t += 1;
      return { observation: observe(), reward, terminated: t === 12, truncated: false, info: info() };
    },
    ...(way === "method" ? { actionMasks: mask } : {}),
    scene: () => undefined,
    state: () => ({ t }),
    restore: (state) => void (t = state["t"] as number),
  };
}

for (const way of ["info", "method"] as const)
  register({ id: `ppo-test/Ladder-${way}-v0`, entry: () => ladder(way) as never, maxEpisodeSteps: 7 });

const small = {
  hiddenSizes: [16],
  numEnvs: 4,
  stepsPerEnv: 30,
  minibatchSize: 60,
  epochs: 4,
  discount: 0.5,
  learningRate: 1e-2,
  totalSteps: Infinity,
  iterations: 20,
} as const;

/** Plays on its own and gives the sum of three episodes; drawn actions in between, so that both ways are tried. */
function play(trainer: ReturnType<typeof createPpo>, way: Way, multi: boolean): number {
  const env = ladder(way, multi);
  let sum = 0;
  for (let episode = 0; episode < 3; episode++) {
    for (const deterministic of [true, false]) {
      let { observation, info } = env.reset();
      for (let over = false; !over;) {
        const masks = (info["actionMask"] as Uint8Array | undefined) ?? env.actionMasks!();
        const action = trainer.act(observation, { deterministic, masks }) as Int32Array;
        const step = env.step(multi ? action : action[0]!);
        if (deterministic) sum += step.reward;
        ({ observation, info } = step);
        over = step.terminated;
      }
    }
  }
  return sum;
}

describe.each(["info", "method"] as const)("masks by %s", (way) => {
  it.each([false, true])("no forbidden action is ever drawn; what is allowed is learned from (MultiDiscrete: %s)", (multi) => {
    const made: ReturnType<typeof ladder>[] = [];
    const make = () => {
      const env = ladder(way, multi);
      made.push(env);
      return env as never;
    };
    const trainer = createPpo({ env: make, ...small });
    for (const _ of trainer.train());
    expect(play(trainer, way, multi)).toBe(3 * 12);
    // Every allowed action was tried: masks take away no more than they say.
    const tried = new Set(made.flatMap((env) => [...env.taken.keys()]));
    expect(tried.size).toBe(multi ? 2 + 2 + 2 + 2 + 6 + 1 : 1 + 2 + 3 + 1 + 3 + 1);
  });

  it("in a vector of one's own, behind wrappers, and by id", () => {
    const wrapped = () => new TimeLimit(ladder(way), 7) as unknown as Env<unknown, unknown>;
    const vector = new SyncVectorEnv([wrapped, wrapped, wrapped]) as unknown as VecEnv;
    for (const env of [vector, wrapped as never, makeVec(`ppo-test/Ladder-${way}-v0`, 2) as VecEnv, `ppo-test/Ladder-${way}-v0`]) {
      const { numEnvs, ...rest } = small;
      const trainer = createPpo({
        env,
        ...rest,
        ...(typeof env === "object" ? {} : { numEnvs }),
        iterations: 3,
        minibatchSize: 20,
      } as PpoOptions);
      for (const _ of trainer.train());
      expect(trainer.state().agent.masks.length).toBe(4 * (typeof env === "object" ? env.numEnvs : 4));
    }
  });

  it("a saved state goes on with the same bits: the masks of the coming step are in it", () => {
    const options: PpoOptions = { env: () => ladder(way) as never, ...small, iterations: 6, stepsPerEnv: 31, minibatchSize: 62 };
    const whole = [...createPpo(options).train()];
    const first = createPpo(options);
    for (const metrics of first.train()) if (metrics["time/iterations"] === 2) break;
    const second = createPpo(options);
    second.restore(structuredClone(first.state()));
    expect([...second.train()]).toEqual(whole.slice(2));
  });
});

describe("masks that cannot be", () => {
  const withMask = (actionMask: () => Uint8Array | undefined, base: Env<Float32Array, number | Int32Array> = ladder("method")) => {
    const { actionMasks: _, ...rest } = base;
    const info = (): Record<string, unknown> => {
      const mask = actionMask();
      return mask === undefined ? {} : { actionMask: mask };
    };
    return (): never =>
      ({ ...rest, reset: () => ({ ...base.reset(), info: info() }), step: () => ({ ...base.step(0), info: info() }) }) as never;
  };
  const run = (env: () => never): void => {
    for (const _ of createPpo({ env, ...small, numEnvs: 1, stepsPerEnv: 4, minibatchSize: 4, iterations: 1 }).train());
  };

  it("of the wrong width", () => {
    expect(() => run(withMask(() => Uint8Array.of(1, 1, 1)))).toThrow(
      "The environment gives action masks of 3 numbers; expected 4, one per action (for MultiDiscrete, per choice of each). Give one number for every action of its space, 1 where it is allowed.",
    );
  });
  it("without any action, named by row and step", () => {
    let calls = 0;
    // Two resets, then steps: the third mask is that after the first step.
    expect(() => run(withMask(() => (++calls < 3 ? Uint8Array.of(1, 0, 0, 0) : new Uint8Array(4))))).toThrow(
      "The action mask of row 0, after step 1, forbids every action; expected at least one that is allowed. Allow one, or end the episode there.",
    );
    const trainer = createPpo({ env: () => ladder("info") as never, ...small });
    expect(() => trainer.act(new Float32Array(12), { masks: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) })).toThrow(
      "The action mask of row 1, given to act, forbids every action;",
    );
    expect(() => trainer.act(new Float32Array(6), { masks: [1, 1] })).toThrow("masks has 2 elements for 1 rows; expected 4");
  });
  it("that come in steps but not in resets", () => {
    let calls = 0;
    expect(() => run(withMask(() => (++calls < 3 ? undefined : Uint8Array.of(1, 1, 1, 1))))).toThrow(
      "the environment gives an actionMask in step(), but gave none in reset(); expected one in every info.",
    );
  });
  it.each(["info", "method"] as const)("of continuous actions (%s)", (way) => {
    const box = (): never =>
      ({
        ...ladder("method"),
        actionSpace: new Box({ low: -1, high: 1, shape: [1] }),
        ...(way === "method" ? {} : { actionMasks: undefined }),
        reset: () => ({ observation: new Float32Array(6), info: way === "info" ? { actionMask: Uint8Array.of(1, 1) } : {} }),
      }) as never;
    expect(() => run(box)).toThrow("the environment gives action masks, and its actions are continuous (Box); expected discrete actions.");
  });
});
