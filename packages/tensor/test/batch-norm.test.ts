/** The gradient rule of batchNorm: held against finite differences of itself, since other numbers exist for the first order only (golden.test.ts). */
import { Generator } from "@rl/random";
import { expect, test } from "vitest";
import { batchNorm, grad, tensor, type Tensor } from "../src/index.ts";

const rng = new Generator(3);
const normals = (...shape: number[]): Tensor => {
  const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
  rng.fillStandardNormal(data);
  return tensor(data, { shape, dtype: "float64" });
};

test("the gradient's own gradient, for x, weight and bias", () => {
  const given = [normals(4, 3, 5), normals(3), normals(3)] as const;
  const [cotangent, direction] = [normals(4, 3, 5), normals(4, 3, 5)];
  const loss = (x: Tensor, weight: Tensor, bias: Tensor): Tensor => batchNorm(x, weight, bias).mul(cotangent).tanh().sum();
  const slope = (...args: Tensor[]): Tensor => (grad(loss, 0)(args[0]!, args[1]!, args[2]!) as Tensor).mul(direction).sum();
  given.forEach((argument, which) => {
    const found = (grad(slope, which)(...given) as Tensor).read();
    const numbers = argument.read() as Float64Array;
    numbers.forEach((x, i) => {
      const at = (moved: number): number => {
        const data = numbers.with(i, moved);
        return slope(...given.with(which, tensor(data, { shape: argument.shape, dtype: "float64" }))).item();
      };
      expect(found[i]).toBeCloseTo((at(x + 1e-5) - at(x - 1e-5)) / 2e-5, 6);
    });
  });
});

test("without weight or bias, and with a weight of another dtype, cotangents have the shapes and dtypes of the arguments", () => {
  const x = tensor([[1, 2], [3, 5], [4, -2]]); // prettier-ignore
  const weight = tensor(Float64Array.of(1, 2), { dtype: "float64" });
  const both = grad(({ x: t, weight: w }: { x: Tensor; weight: Tensor }) => batchNorm(t, w).square().sum())({ x, weight });
  expect([both.x.dtype, both.weight.dtype, both.x.shape, both.weight.shape]).toEqual(["float32", "float64", [3, 2], [2]]);
  const plain = grad((t: Tensor) => batchNorm(t).mul(tensor([[1], [2], [4]])).sum())(x); // prettier-ignore
  // Nothing changes when all of a channel moves together, and next to nothing when its distances from their mean are stretched.
  const columns = plain.toArray() as number[][];
  for (const c of [0, 1]) {
    expect(columns.reduce((sum, row) => sum + row[c]!, 0)).toBeCloseTo(0, 5);
    const mean = [0, 1, 2].reduce((sum, i) => sum + (x.toArray() as number[][])[i]![c]! / 3, 0);
    expect(columns.reduce((sum, row, i) => sum + row[c]! * ((x.toArray() as number[][])[i]![c]! - mean), 0)).toBeCloseTo(0, 4);
  }
});
