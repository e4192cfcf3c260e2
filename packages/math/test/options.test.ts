import { describe, expect, test } from "vitest";
import { checkKeys, editDistance, habitsOf, hint, nearest, unknownOption } from "../src/options.ts";

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
    expect(nearest("x", [])).toBeUndefined();
  });

  test("no name that cannot be meant", () => {
    expect(nearest("strid", ["stride", "padding"])).toBe("stride");
    expect(nearest("epsilon", ["eps"])).toBe("eps");
    expect(nearest("reduce", ["reduction"])).toBe("reduction");
    expect(nearest("learning_starts", ["learningRate"])).toBeUndefined();
    // One slip in up to seven letters, two from eight, three from eleven, four from fourteen.
    expect(nearest("wisth", ["width"])).toBe("width");
    expect(nearest("wisht", ["width"])).toBeUndefined();
    expect(nearest("discuont", ["discount"])).toBe("discount");
    expect(nearest("learningRare", ["learningRate"])).toBe("learningRate");
    for (const [name, known] of [
      ["colour", ["stride", "padding"]],
      ["gamma", ["env", "seed", "alpha"]],
      ["lr", ["env", "c", "p", "xi"]],
      ["n_steps", ["seed", "start"]],
      ["tol", ["start", "onIteration"]],
      ["maxiter", ["start", "workspace"]],
      ["sac", ["pg", "ppo", "trpo"]],
      ["LunarLander-v2", ["CartPole-v0", "Acrobot-v1"]],
      ["x", ["y"]],
      ["", ["a"]],
      ["…", ["a"]],
      ["toString", ["2.1", "2.2"]],
    ] as const)
      expect(nearest(name, known), name).toBeUndefined();
  });

  test("names of any length and with any letters, at once and in one line", () => {
    const long = "learningRate".repeat(100_000);
    const start = process.cpuUsage().user;
    expect(hint(long, ["learningRate"])).toBe(".");
    expect(unknownOption("f", { [long]: 1 }, ["learningRate"])).toBe(
      `f: unknown option "${"learningRate".repeat(5)}"… (1200000 characters). Known are learningRate.`,
    );
    expect(process.cpuUsage().user - start).toBeLessThan(500_000);
    expect(unknownOption("f", { "a\u001b[2J\u009b\u202eb\n": 1 }, ["x"])).toBe(
      String.raw`f: unknown option "a\u001b[2J\u009b\u202eb\n". Known are x.`,
    );
  });

  test("names typed by habit", () => {
    const habits = habitsOf({ drop_last: "dropRemainder" });
    expect(hint("dropLast", ["dropRemainder"], habits)).toBe('; did you mean "dropRemainder"?');
    expect(hint("dropLast", ["size"], habits)).toBe(".");
    expect(unknownOption("batch", { dropLast: true }, ["dropRemainder"], habits)).toBe(
      'batch: unknown option "dropLast"; did you mean "dropRemainder"? Known are dropRemainder.',
    );
  });

  test("inherited options count, and what keeps nothing under its keys is no options object", () => {
    expect(unknownOption("f", Object.create({ strid: 1 }) as object, ["stride"])).toBe(
      'f: unknown option "strid"; did you mean "stride"? Known are stride.',
    );
    expect(unknownOption("f", Object.create(null) as object, ["stride"])).toBeUndefined();
    for (const [options, shown] of [
      [new Map([["stride", 1]]), "a Map"],
      [new Set(["stride"]), "a Set"],
      [new Date(0), "a Date"],
      [Promise.resolve({}), "a Promise"],
      [new Float32Array(2), "Float32Array [0, 0]"],
      ["stride", '"stride"'],
      [() => 1, "a function"],
      [[1], "a list"],
    ] as const)
      expect(unknownOption("f", options as object, ["stride"])).toBe(`f: options are ${shown}; expected an object; write { stride: … }.`);
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
    expect(got(5n)).toBe("f: options are 5n");
    expect(got(Symbol("s"))).toBe("f: options are Symbol(s)");
    expect(got(undefined)).toBe("f: options are undefined");
    expect(got(NaN)).toBe("f: options are NaN");
    expect(got('a "b"')).toBe(String.raw`f: options are "a \"b\""`);
    expect(() => checkKeys("conv2d", { strid: 1 }, ["stride"])).toThrow(TypeError);
  });
});
