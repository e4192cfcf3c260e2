/** Every options object of the package refuses a key it does not know, and names the nearest one it does. */
import { Generator } from "@rl/random";
import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";

const image = t.zeros([1, 2, 4, 4]);
const kernel = t.zeros([2, 2, 3, 3]);
const x = t.tensor([[1, 2, 3]]);
const rng = new Generator(0);
const f = (a: t.Tensor): t.Tensor => a.add(1);

// name, the call with the options given, a misspelt key, the key that is meant
const cases: [name: string, call: (options: never) => unknown, wrong: string, right: string][] = [
  ["tensor", (o) => t.tensor([1], o), "shap", "shape"],
  ["zeros", (o) => t.zeros([1], o), "dtpye", "dtype"],
  ["ones", (o) => t.ones([1], o), "type", "dtype"],
  ["empty", (o) => t.empty([1], o), "requires_grad", "requiresGrad"],
  ["full", (o) => t.full([1], 2, o), "requireGrad", "requiresGrad"],
  ["arange", (o) => t.arange(0, 3, 1, o), "dtyp", "dtype"],
  ["linspace", (o) => t.linspace(0, 1, 3, o), "dtyp", "dtype"],
  ["eye", (o) => t.eye(2, 2, o), "dtyp", "dtype"],
  ["randomNormal", (o) => t.randomNormal([1], rng, o), "sdt", "std"],
  ["randomUniform", (o) => t.randomUniform([1], rng, o), "hihg", "high"],
  ["normal_", (o) => t.zeros([1]).normal_(rng, o), "maen", "mean"],
  ["uniform_", (o) => t.zeros([1]).uniform_(rng, o), "lo", "low"],
  ["backward", (o) => t.tensor(1, { requiresGrad: true }).mul(2).backward(undefined, o), "create_graph", "createGraph"],
  ["compile", (o) => t.compile(f, o), "donat", "donate"],
  ["inspect", (o) => t.inspect(f, [x], o), "engin", "engine"],
  ["createWasmEngine", (o) => t.createWasmEngine("other", o), "fuse", "fused"],
  ["loop", (o) => t.loop(1, (c: t.Tensor) => c, x, o), "stp", "stop"],
  ["scan", (o) => t.scan((c: t.Tensor) => [c, null] as const, x, null, o), "lenght", "length"],
  ["unfold", (o) => t.unfold(image, o), "kernal", "kernel"],
  ["unfold", (o) => image.unfold(o), "kernal", "kernel"],
  ["fold", (o) => t.fold(t.zeros([1, 1, 1, 1, 2, 2]), o, [2, 2]), "strides", "stride"],
  ["conv2d", (o) => t.conv2d(image, kernel, null, o), "pading", "padding"],
  ["conv2d", (o) => image.conv2d(kernel, null, o), "group", "groups"],
  ["maxPool2d", (o) => t.maxPool2d(image, o), "strid", "stride"],
  ["avgPool2d", (o) => t.avgPool2d(image, o), "dilatoin", "dilation"],
  ["mse", (o) => t.mse(x, x, o), "reduce", "reduction"],
  ["huber", (o) => t.huber(x, x, o), "detla", "delta"],
  ["smoothL1", (o) => t.smoothL1(x, x, o), "bta", "beta"],
  ["binaryCrossEntropyWithLogits", (o) => t.binaryCrossEntropyWithLogits(x, x, o), "reducton", "reduction"],
  ["crossEntropy", (o) => t.crossEntropy(x, t.tensor(Int32Array.of(0)), o), "reducton", "reduction"],
  ["batchNorm", (o) => t.batchNorm(image, null, null, o), "running_mean", "runningMean"],
  ["layerNorm", (o) => t.layerNorm(x, null, null, o), "epsilon", "eps"],
  ["variance", (o) => t.variance(x, 1, o), "keepdims", "keepDims"],
  ["std", (o) => x.std(1, o), "corection", "correction"],
  ["add", (o) => (t.add as (...args: unknown[]) => unknown)(x, 1, o), "uot", "out"],
  ["sum", (o) => (t.sum as (...args: unknown[]) => unknown)(x, 1, o), "uot", "out"],
];

describe("unknown options", () => {
  test.each(cases)("%s (case %#)", (name, call, wrong, right) => {
    const message = new RegExp(`^${name}: unknown option "${wrong}"; did you mean "${right}"\\? Known are .*\\b${right}\\b`);
    expect(() => call({ [wrong]: 1 } as never)).toThrow(message);
  });

  test("what is given beside out is not lost", () => {
    const out = t.zeros([1, 2, 1, 1]);
    const filters = t.ones([2, 2, 3, 3]);
    expect((t.conv2d as (...args: unknown[]) => unknown)(t.ones([1, 2, 4, 4]), filters, null, { stride: 2, out })).toBe(out);
    expect(out.toArray()).toEqual([[[[18]], [[18]]]]);
    expect(() => t.add(x, 1, { out: 3 } as never)).toThrow("add: got out 3; expected a tensor");
  });

  test("any object but a tensor or a list counts as options", () => {
    const bare = Object.assign(Object.create(null) as object, { out: t.zeros([1, 3]) }) as { out: t.Tensor };
    class Given {
      readonly out = t.zeros([1, 3]);
    }
    const given = new Given();
    const add = t.add as (...args: unknown[]) => unknown;
    expect(add(x, 1, bare)).toBe(bare.out);
    expect(add(x, 1, given)).toBe(given.out);
    expect(given.out.toArray()).toEqual([[2, 3, 4]]);
  });

  test("fold without a size is not told that its options are wrong", () => {
    expect(() => (t.fold as (...args: unknown[]) => unknown)(t.ones([1, 1, 1, 1, 2, 2]), { kernel: 2 })).toThrow(/^fold: .*size/);
  });
});

describe("values", () => {
  test.each([
    ["full", () => t.full([2], Number.NaN, { dtype: "int64" })],
    ["full", () => t.full([2], Infinity, { dtype: "int64" })],
    ["tensor", () => t.tensor([1, Number.NaN], { dtype: "int64" })],
  ])("%s refuses what is not finite for int64 (case %#)", (name, call) => {
    expect(call).toThrow(new RegExp(`^${name}: got (NaN|Infinity) for dtype int64; expected a finite number`));
  });

  test("int64 rounds towards zero, like the other whole types", () => {
    expect(t.tensor([1.7, -1.7], { dtype: "int64" }).toArray()).toEqual([1, -1]);
    expect(t.full([1], -2.5, { dtype: "int64" }).toArray()).toEqual([-2]);
  });

  test("cumsum's direction is a boolean", () => {
    expect(() => t.cumsum(x, 0, "no" as never)).toThrow("cumsum: got reverse no; expected true or false");
  });
});
