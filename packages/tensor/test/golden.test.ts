import { describe, expect, test } from "vitest";
import { compile, grad, tensor, type Tensor } from "../src/index.ts";
import { goldenCases, load, operationOf, relativeError, type GoldenCase } from "./golden.ts";

const DISTRIBUTIONS = /^(categorical|gaussian|squashed gaussian) /;

function check(golden: GoldenCase, dtype: "float64" | "float32", compiled: boolean, tolerance: number): void {
  const run = operationOf(golden.op)!;
  const floats = golden.inputs.filter((input) => input.dtype === "float").map((input) => load(input, dtype));
  const weights = load(golden.weights, dtype);
  const given = (tracked: Tensor[]): Tensor[] => {
    let next = 0;
    return golden.inputs.map((input) => (input.dtype === "float" ? tracked[next++]! : load(input, dtype)));
  };
  const forward = (x: Tensor[]): Tensor => run(given(x), golden.attributes);
  const backward = grad((x: Tensor[]) => forward(x).mul(weights).sum());
  const output = (compiled ? compile(forward) : forward)(floats);
  expect(output.shape).toEqual(golden.output.shape);
  expect(output.dtype).toBe(dtype);
  expect(relativeError(output.data(), golden.output.data)).toBeLessThan(tolerance);
  const gradients = (compiled ? compile(backward) : backward)(floats);
  expect(gradients.length).toBe(golden.gradients.length);
  gradients.forEach((gradient, i) => {
    expect(gradient.shape).toEqual(golden.gradients[i]!.shape);
    expect(relativeError(gradient.data(), golden.gradients[i]!.data)).toBeLessThan(tolerance);
  });
}

describe("every case of golden/autograd.json", () => {
  test("is known here or in @rl/nets", () => {
    expect(goldenCases.length).toBe(123);
    expect(goldenCases.filter(({ op }) => !operationOf(op) && !DISTRIBUTIONS.test(op)).map(({ op }) => op)).toEqual([]);
  });
  goldenCases.forEach((golden, i) => {
    if (!operationOf(golden.op)) return;
    test(`${i} ${golden.op} ${JSON.stringify(golden.attributes)}`, () => {
      for (const compiled of [false, true]) {
        check(golden, "float64", compiled, 1e-10);
        check(golden, "float32", compiled, 1e-5);
      }
    });
  });
});

test("the measure of error sees a wrong element, a wrong length and NaN", () => {
  expect(relativeError([1, 2.1], [1, 2])).toBeCloseTo(0.05);
  expect(relativeError([1], [1, 2])).toBe(Infinity);
  expect(relativeError([Number.NaN], [1])).toBe(Infinity);
  expect(tensor([1]).shape).toEqual([1]);
});
