import { describe, expectTypeOf, it } from "vitest";
import {
  Box,
  Discrete,
  make,
  makeVec,
  register,
  spec,
  Tuple,
  type Env,
  type EnvEntry,
  type EnvId,
  type EnvIdWithActions,
  type EnvSpec,
  type Space,
  type VecEnv,
} from "@rl/envs";

declare module "@rl/envs" {
  interface EnvRegistry {
    "types/Maze-v0": EnvEntry<Box<"uint8">, Discrete, { readonly size?: number }>;
  }
}

/** Takes continuous environments only, as an algorithm with a Gaussian policy would. */
function continuousOnly(env: Env<Float32Array, Float32Array> | VecEnv<Float32Array, Float32Array> | EnvIdWithActions<Float32Array>): void {
  void env;
}

// Type checks only: nothing here runs.
describe("types", () => {
  it("make and makeVec know the spaces of built-in ids", () => {
    const check = (): void => {
      const cartPole = make("CartPole-v1", { suttonBartoReward: true, maxEpisodeSteps: 9 });
      expectTypeOf(cartPole.actionSpace).toEqualTypeOf<Discrete>();
      expectTypeOf(cartPole.observationSpace).toEqualTypeOf<Box>();
      expectTypeOf(cartPole.step).parameter(0).toEqualTypeOf<number>();
      expectTypeOf(cartPole.step(0).observation).toEqualTypeOf<Float32Array>();
      const pendulum = make("Pendulum-v1");
      expectTypeOf(pendulum.step).parameter(0).toEqualTypeOf<Float32Array>();
      const vec = makeVec("CartPole-v1", 4, { autoreset: "next-step" });
      expectTypeOf(vec.step).parameter(0).toEqualTypeOf<Int32Array>();
      expectTypeOf(vec.singleActionSpace).toEqualTypeOf<Discrete>();
      expectTypeOf(vec.reset().observations).toEqualTypeOf<Float32Array>();
      expectTypeOf(makeVec("Pendulum-v1", 4).step).parameter(0).toEqualTypeOf<Float32Array>();
    };
    expectTypeOf(check).toBeFunction();
  });

  it("unknown ids and wrong options do not compile where types know the id", () => {
    const check = (): void => {
      // @ts-expect-error no such option
      make("CartPole-v1", { suttonBartoRewrd: true });
      // @ts-expect-error an option of another environment
      makeVec("Pendulum-v1", 2, { goalVelocity: 1 });
      // @ts-expect-error no such mode
      makeVec("Pendulum-v1", 2, { autoreset: "same" });
      // @ts-expect-error Gymnasium's name: the compiler says that 'g' does not exist, not that an id is wrong
      make("Pendulum-v1", { g: 9.8 });
      makeVec("Pendulum-v1", 2, {
        // @ts-expect-error on the line of the option: "Did you mean '"next-step"'?"
        autoreset: "nextstep",
      });
      // @ts-expect-error an action of another kind
      make("Pendulum-v1").step(1);
      // @ts-expect-error an action of another kind
      makeVec("CartPole-v1", 2).step(new Float32Array(2));
    };
    expectTypeOf(check).toBeFunction();
  });

  it("ids unknown to types give the general Env", () => {
    const check = (id: string): void => {
      expectTypeOf(make(id)).toEqualTypeOf<Env>();
      expectTypeOf(make("someone/Else-v3", { anything: 1 })).toEqualTypeOf<Env>();
      expectTypeOf(makeVec(id, 2)).toEqualTypeOf<VecEnv>();
      expectTypeOf(spec(id)).toEqualTypeOf<EnvSpec>();
    };
    expectTypeOf(check).toBeFunction();
  });

  it("users add their ids by declaration merging", () => {
    const check = (): void => {
      const maze = make("types/Maze-v0", { size: 3 });
      expectTypeOf(maze.observationSpace).toEqualTypeOf<Box<"uint8">>();
      expectTypeOf(maze.step(1).observation).toEqualTypeOf<Uint8Array>();
      expectTypeOf(makeVec("types/Maze-v0", 2).observations).toEqualTypeOf<Uint8Array>();
      // @ts-expect-error no such option
      make("types/Maze-v0", { sise: 3 });
      expectTypeOf<"types/Maze-v0">().toExtend<EnvId>();
      expectTypeOf(register).toBeFunction();
    };
    expectTypeOf(check).toBeFunction();
  });

  it("a discrete environment given to a continuous algorithm does not compile", () => {
    const check = (): void => {
      continuousOnly(make("Pendulum-v1"));
      continuousOnly(makeVec("MountainCarContinuous-v0", 2));
      continuousOnly("Pendulum-v1");
      // @ts-expect-error discrete actions
      continuousOnly(make("CartPole-v1"));
      // @ts-expect-error discrete actions
      continuousOnly(makeVec("CartPole-v1", 2));
      // @ts-expect-error discrete actions
      continuousOnly("CartPole-v1");
    };
    expectTypeOf(check).toBeFunction();
    expectTypeOf<EnvIdWithActions<Float32Array>>().toEqualTypeOf<"Pendulum-v1" | "MountainCarContinuous-v0">();
  });

  it("every made environment is an Env, every vector a VecEnv", () => {
    const check = (): void => {
      expectTypeOf(make("CartPole-v1")).toExtend<Env>();
      expectTypeOf(make("Pendulum-v1")).toExtend<Env>();
      expectTypeOf(makeVec("CartPole-v1", 2)).toExtend<VecEnv>();
      expectTypeOf(makeVec("Pendulum-v1", 2)).toExtend<VecEnv>();
    };
    expectTypeOf(check).toBeFunction();
  });

  it("composite spaces carry their parts", () => {
    const tuple = new Tuple([new Discrete(2), new Box({ low: 0, high: 1, shape: [2], dtype: "float64" })]);
    expectTypeOf(tuple.sample()).toEqualTypeOf<readonly [number, Float64Array]>();
    expectTypeOf(tuple).toExtend<Space>();
  });
});
