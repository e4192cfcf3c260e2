import { describe, expect, it } from "vitest";
import { checkOptions, nearest, rule } from "../src/index.ts";

const { boolean, integer, layerSizes, nullable, number, oneOf, schedule } = rule;

const rules = {
  learningRate: schedule(number({ above: 0 })),
  discount: number({ min: 0, max: 1 }),
  numEnvs: integer({ min: 1 }),
  shared: boolean,
  hiddenSizes: layerSizes,
  activation: oneOf("tanh", "relu"),
  targetKl: nullable(number({ above: 0 })),
};
const check = (given: object): void => checkOptions("createX", given, rules);

describe("checkOptions", () => {
  it("accepts what it should", () => {
    check({
      learningRate: { linear: [1e-3, 1e-9] },
      discount: 1,
      numEnvs: 1,
      shared: false,
      hiddenSizes: [],
      activation: "relu",
      targetKl: null,
    });
    check({ learningRate: (progress: number) => progress, targetKl: 0.01, discount: undefined });
    check({ learningRate: { exponential: [1e-3, 1e-5, 0.5] } });
  });

  it.each([
    [{ learningrate: 1 }, 'unknown option "learningrate"; did you mean "learningRate"?'],
    [{ gamma: 1, discont: 1 }, 'unknown option "gamma"'],
    [{ discont: 1 }, 'did you mean "discount"'],
    [{ discount: 1.5 }, "createX: discount is 1.5; expected a number of at least 0 and at most 1."],
    [{ discount: NaN }, "discount is NaN"],
    [{ discount: "0.9" }, 'discount is "0.9"; expected a number'],
    [{ numEnvs: 2.5 }, "numEnvs is 2.5; expected a whole number of at least 1"],
    [{ shared: 1 }, "shared is 1; expected true or false"],
    [{ hiddenSizes: [64, 0] }, "hiddenSizes is [64,0]; expected a list of layer widths"],
    [{ activation: "rely" }, 'activation is "rely"; expected one of "tanh", "relu"; the nearest is "relu"'],
    [{ learningRate: 0 }, "learningRate is 0; expected a number above 0, or { linear"],
    [{ learningRate: { linear: [1] } }, 'learningRate is {"linear":[1]}'],
    [{ learningRate: { linear: [-1, 1] } }, "learningRate is"],
    [{ learningRate: { exponential: [1, 0.1, 0] } }, "{ exponential: [from, to, decay > 0] }"],
    [{ targetKl: 0 }, "targetKl is 0; expected a number above 0, or null"],
  ])("refuses %j", (given, message) => {
    expect(() => check(given)).toThrow(message);
  });
});

describe("nearest", () => {
  it("counts letters, also swapped ones", () => {
    expect(nearest("epcohs", ["steps", "epochs", "epsilon"])).toBe("epochs");
    expect(nearest("x", [])).toBeUndefined();
  });
});
