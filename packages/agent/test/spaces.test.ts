import { describe, expect, it } from "vitest";
import { encodeObservations, maskReader, observationKind } from "../src/index.ts";

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
