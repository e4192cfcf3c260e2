import { describe, expect, test } from "vitest";
import { checkKeys, editDistance, near, nearest, unknownOption } from "../src/options.ts";

describe("names that are not known", () => {
  test("edit distance with swaps of neighbours, as Damerau and Levenshtein count", () => {
    const cases: [string, string, number][] = [
      ["kitten", "sitting", 3],
      ["flaw", "lawn", 2],
      ["", "abc", 3],
      ["same", "same", 0],
      ["ca", "ac", 1],
      ["ddgp", "ddpg", 1],
    ];
    for (const [a, b, distance] of cases) {
      expect(editDistance(a, b), `${a} ${b}`).toBe(distance);
      expect(editDistance(b, a), `${b} ${a}`).toBe(distance);
    }
  });

  test("the nearest name, whatever its case, punctuation or missing end", () => {
    expect(nearest("learning_rate", ["discount", "learningRate"])).toBe("learningRate");
    expect(nearest("CartPole", ["CliffWalking-v1", "CartPole-v1"])).toBe("CartPole-v1");
    expect(nearest("xyz", ["ab", "abc"])).toBe("ab");
    expect(nearest("x", [])).toBeUndefined();
  });

  test("near: only what may be meant", () => {
    expect(near("strid", ["stride", "padding"])).toBe("stride");
    expect(near("colour", ["stride", "padding"])).toBeUndefined();
  });

  test("one sentence says what, got, expected and what to do", () => {
    expect(unknownOption("conv2d", { stride: 1 }, ["stride"])).toBeUndefined();
    expect(unknownOption("conv2d", { stride: 1, strid: 1 }, ["stride", "padding"])).toBe(
      'conv2d: unknown option "strid"; did you mean "stride"? Known are stride, padding.',
    );
    expect(unknownOption("relu", { inplace: true }, [])).toBe('relu: unknown option "inplace"; it takes no options; leave it out.');
    expect(unknownOption("conv2d", 3 as never, ["stride"])).toBe("conv2d: options are 3; expected an object; write { stride: … }.");
    expect(unknownOption("relu", null as never, [])).toBe("relu: options are null; expected an object; write { }.");
    const got = (options: unknown): string => unknownOption("f", options as object, [])!.split(";")[0]!;
    expect(got(5n)).toBe("f: options are 5");
    expect(got(Symbol("s"))).toBe("f: options are Symbol(s)");
    expect(got(undefined)).toBe("f: options are undefined");
    expect(got(NaN)).toBe("f: options are NaN");
    expect(got('a "b"')).toBe(String.raw`f: options are "a \"b\""`);
    expect(() => checkKeys("conv2d", { strid: 1 }, ["stride"])).toThrow(TypeError);
  });
});
