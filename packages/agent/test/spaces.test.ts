import { describe, expect, it } from "vitest";
import { Box, defineEnv, Discrete, TransformObservation, type EnvOption, type Space } from "@rl/envs";
import { Agent, encodeObservations, maskReader, observationKind } from "../src/index.ts";

describe("encodeObservations", () => {
  const when = (): string => "at the start";
  it("writes whole numbers as one-hot groups", () => {
    const kind = observationKind("test", { size: 2, nvec: Int32Array.of(2, 3), start: Int32Array.of(0, 1), toString: () => "" });
    const target = new Float32Array(10).fill(9);
    encodeObservations(kind, Int32Array.of(1, 1, 0, 3), 0, 2, target, 0, when);
    expect(Array.from(target)).toEqual([0, 1, 1, 0, 0, 1, 0, 0, 0, 1]);
    expect(() => encodeObservations(kind, Int32Array.of(1, 4), 0, 1, target, 0, when)).toThrow(
      "Element 1 of the observation of environment 0 is 4 at the start; expected a whole number from 1 to 3",
    );
    // Would be a row without any 1.
    expect(() => encodeObservations(kind, Float32Array.of(0.5, 1), 0, 1, target, 0, when)).toThrow(
      "Element 0 of the observation of environment 0 is 0.5 at the start; expected a whole number from 0 to 1",
    );
  });
  it("reads one row of many", () => {
    const kind = observationKind("test", { size: 1, n: 3, toString: () => "" });
    const target = new Float32Array(3);
    encodeObservations(kind, Int32Array.of(0, 2), 1, 1, target, 0, when);
    expect(Array.from(target)).toEqual([0, 0, 1]);
  });
});

describe("images", () => {
  const pixels = (shape: number[], dtype: "uint8" | "float32" = "uint8") => new Box({ low: 0, high: 255, shape, dtype });
  const kind = (space: Space): { size: number } => observationKind("createPpo", space as never);
  it.each([[[8, 6, 3]], [[4, 8, 6, 3]]])("uint8 numbers of shape %j are refused in one sentence that says what to do", (shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    expect(() => kind(pixels(shape))).toThrow(
      `createPpo: the observation space is ${pixels(shape)}, images; expected rows of numbers, since policies here are dense networks. Encode the images in TransformObservation, or flatten them there: (pixels) => Float32Array.from(pixels, (x) => x / 255), new Box({ low: 0, high: 1, shape: [${size}] }).`,
    );
  });
  it("bytes that are no image, and images made into rows, are taken", () => {
    expect(kind(pixels([128])).size).toBe(128);
    expect(kind(pixels([4, 3])).size).toBe(12);
    expect(kind(pixels([2, 2, 3], "float32")).size).toBe(12);
  });
  it("the agent refuses them when it is made, and takes what the sentence proposes", () => {
    const images = defineEnv({
      observationSpace: pixels([2, 2, 3]) as Box<"uint8">,
      actionSpace: new Discrete(2),
      start: () => ({ t: 0 }),
      step: (state) => ({ reward: 1, terminated: ++state.t === 2 }),
      observe: ({ t }) => new Uint8Array(12).fill(100 * t),
    });
    const config = { seed: 0, numEnvs: 1, discount: 1, normalizeObservations: false, normalizeRewards: false };
    expect(() => new Agent("createPg", images as EnvOption, undefined, config)).toThrow(
      /^createPg: the observation space is Box.*, images; /,
    );
    const flat = new Box({ low: 0, high: 1, shape: [12] });
    const rows = () => new TransformObservation(images(), (frame) => Float32Array.from(frame, (x) => x / 255), flat);
    expect(new Agent("createPg", rows as EnvOption, undefined, config).observation.size).toBe(12);
  });
});

describe("maskReader", () => {
  const env = (more: object): never => ({ numEnvs: 2, ...more }) as never;
  const read = (more: object, infos: Record<string, Uint8Array>): number[] | undefined => {
    const target = new Uint8Array(6);
    const reader = maskReader(env(more), infos);
    reader?.(infos, target);
    return reader && Array.from(target);
  };
  it("reads the column of infos; rows without a value allow everything", () => {
    expect(read({}, { actionMask: Uint8Array.of(1, 0, 0, 0, 0, 0), _actionMask: Uint8Array.of(1, 0) })).toEqual([1, 0, 0, 1, 1, 1]);
    expect(read({}, { actionMask: Uint8Array.of(1, 0, 0, 0, 1, 0) })).toEqual([1, 0, 0, 0, 1, 0]);
  });
  it("asks the vector", () => {
    expect(read({ actionMasks: () => [1, 1, 0, 0, 1, 1] }, {})).toEqual([1, 1, 0, 0, 1, 1]);
  });
  it("finds nothing where there is nothing", () => {
    expect(read({}, {})).toBeUndefined();
  });
});
