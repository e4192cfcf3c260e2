/** Every operation as function, as method and with out: one result. (In place: eager.test.ts.) */
import { describe, expect, test } from "vitest";
import { empty, tensor, zeros, type Tensor } from "../src/index.ts";

import { functions } from "./functions.ts";

type Any = (...args: unknown[]) => unknown;
const x = tensor([[0.5, -1.5, 2], [3, -0.25, 1]]); // prettier-ignore
const positive = x.abs().add(0.5);
const whole = tensor([[5, 3, 6], [1, 0, 7]], { dtype: "int32" }); // prettier-ignore
const image = tensor(
  Float32Array.from({ length: 32 }, (_v, i) => ((i * 7) % 11) - 5),
  { shape: [1, 2, 4, 4] },
);
const kernel = tensor(
  Float32Array.from({ length: 16 }, (_v, i) => ((i * 5) % 7) - 3),
  { shape: [2, 2, 2, 2] },
);
const rows = tensor(Int32Array.of(1, 0, 1));
const along = tensor(Int32Array.of(2, 0), { shape: [2, 1] });

/** Arguments after the first where x, or x and a second tensor like it, will not do. */
const given: Record<string, readonly unknown[]> = {
  ...Object.fromEntries("log log10 log1p log2 rsqrt sqrt reciprocal".split(" ").map((name) => [name, [positive]])),
  ...Object.fromEntries("and or xor".split(" ").map((name) => [name, [whole, 3]])),
  not: [whole],
  pow: [positive, 2.5],
  cast: [x, "int32"],
  clamp: [x, -1, 1],
  lerp: [x, 2, 0.25],
  where: [x.greater(0), x, 7],
  matmul: [x, x.transpose()],
  dot: [x.slice(0), x.slice(1)],
  outer: [x.slice(0), x.slice(1)],
  cumsum: [x, 1],
  cumprod: [x, 1],
  xlogy: [positive, positive],
  maskedFill: [x, x.greater(0), 7],
  concat: [[x, x], 0],
  stack: [[x, x], 1],
  split: [x, 2, 1],
  expand: [x.unsqueeze(0), [2, 2, 3]],
  flatten: [x],
  flip: [x, [0]],
  narrow: [x, 1, 0, 2],
  pad: [x, [[1, 0], [0, 2]]], // prettier-ignore
  permute: [x, [1, 0]],
  reshape: [x, [3, 2]],
  slice: [x, 1],
  squeeze: [x.unsqueeze(1)],
  tile: [x, [1, 2]],
  transpose: [x],
  unsqueeze: [x, 0],
  take: [x, rows, 0],
  gather: [x, along, 1],
  scatterAdd: [x, rows, 2, 0],
  scatterAddAlong: [x, along, 2, 1],
  oneHot: [rows, 3],
  unfold: [image, { kernel: 2 }],
  fold: [image.unfold({ kernel: 2 }), { kernel: 2 }, [4, 4]],
  conv2d: [image, kernel, null, { stride: 2 }],
  maxPool2d: [image, { kernel: 2 }],
  avgPool2d: [image, { kernel: 2, stride: 1 }],
  batchNorm: [image],
  layerNorm: [x],
  crossEntropy: [x, tensor(Int32Array.of(1, 2))],
  ...Object.fromEntries("mse huber smoothL1 binaryCrossEntropyWithLogits".split(" ").map((name) => [name, [x, x.mul(0.5)]])),
};
const BINARY = new Set(
  "add sub mul div fmod remainder floorDivide maximum minimum equal notEqual less lessEqual greater greaterEqual".split(" "),
);

describe("function, method and out", () => {
  const names = Object.keys(functions);
  test("all are here", () => expect(names.length).toBeGreaterThan(95));

  test.each(names)("%s", (name) => {
    const args = given[name] ?? (BINARY.has(name) ? [x, tensor([2, -3, 0.5])] : [x]);
    const f = functions[name]!;
    const expected = f(...args) as Tensor;
    if (Array.isArray(expected)) {
      expect((x.split(2, 1) as Tensor[]).map((part) => part.toArray())).toEqual(expected.map((part: Tensor) => part.toArray()));
      return;
    }
    const self = name === "concat" ? x : (args[0] as Tensor);
    const method = (self as unknown as Record<string, Any | undefined>)[name];
    if (method !== undefined)
      expect((method.apply(self, name === "concat" ? [[x], 0] : args.slice(1)) as Tensor).toArray()).toEqual(expected.toArray());
    const out = empty(expected.shape, { dtype: expected.dtype });
    expect(f(...args, { out })).toBe(out);
    expect(out.toArray()).toEqual(expected.toArray());
    expect(() => f(...args, { out: zeros([...expected.shape, 2]) })).toThrow(`${name} with out: got a result of shape`);
  });

  test("a bare number adopts the dtype of the tensor beside it as first argument, too, but what is made of it is a tensor like others", () => {
    const bytes = tensor([200, 100], { dtype: "uint8" });
    expect(
      [functions.sub!(1, bytes), functions.div!(300, bytes), functions.maximum!(300, bytes), functions.sub!(0.5, bytes)].map(
        (y) => (y as Tensor).dtype,
      ),
    ).toEqual(["uint8", "float32", "uint8", "float32"]);
    expect((functions.div!(300, bytes) as Tensor).toArray()).toEqual([1.5, 3]);
    expect((functions.maximum!(300, bytes) as Tensor).toArray()).toEqual([255, 255]);
    expect(() => functions.equal!(300, bytes)).toThrow("equal: got 300 for dtype uint8");
    expect((functions.pow!(2, tensor([3, 0.5])) as Tensor).toArray()).toEqual([8, Math.fround(Math.SQRT2)]);
    expect((functions.oneHot!(1, 3) as Tensor).toArray()).toEqual([0, 1, 0]);
    expect((functions.cast!(3, "float32") as Tensor).add(tensor([1], { dtype: "int32" })).dtype).toBe("float32");
    expect((functions.trunc!(3.5) as Tensor).add(tensor([1], { dtype: "float64" })).dtype).toBe("float64");
  });

  test("what has no method is a loss, a normalisation or takes a list", () => {
    const without = names.filter((name) => !(name in x));
    expect(without.sort()).toEqual("batchNorm binaryCrossEntropyWithLogits crossEntropy huber layerNorm mse smoothL1 stack".split(" "));
  });
});
