/** Eager programs whose results PyTorch 2.15 gave; the numbers are its own. Each was a difference once. */
import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";
import { compile, grad, noGrad, tensor, zeros, type Tensor } from "../src/index.ts";

const leaf = (data: number[] | number[][]): Tensor => tensor(data, { requiresGrad: true });
const gradient = (x: Tensor): unknown => x.grad!.toArray();

describe("history of tensors that share memory", () => {
  test("a view taken before a recorded change in place has the new history", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const first = y.slice(0);
    y.mul_(3);
    first.backward();
    expect(gradient(x)).toEqual([6, 0]);
    const u = leaf([1, 2, 3]);
    const v = u.mul(2);
    const later = v.slice("1:");
    v.slice(":2").mul_(10);
    later
      .mul(tensor([1, 100]))
      .sum()
      .backward();
    expect(gradient(u)).toEqual([0, 20, 200]);
    const base = zeros([2]);
    const part = base.slice(0);
    base.add_(leaf([1, 2]));
    expect([part.requiresGrad, part.gradFn?.name]).toEqual([true, "slice"]);
  });

  test("so it has for copies, rules of one's own, writes and compiled functions, which look at it before any operation does", () => {
    const slope = (use: (view: Tensor) => Tensor): unknown => {
      const [before, x] = [leaf([7, 7]), leaf([1, 2])];
      const base = before.mul(1);
      const view = base.slice(":2");
      base.copy_(x.mul(2));
      use(view)
        .mul(tensor([1, 0]))
        .sum()
        .backward();
      return gradient(x);
    };
    const double = compile((x: Tensor) => x.mul(2));
    expect(slope((view) => view.clone())).toEqual([2, 0]);
    expect(slope((view) => zeros([2]).copy_(view))).toEqual([2, 0]);
    expect(slope((view) => double(view))).toEqual([4, 0]);
    expect(slope((view) => grad((x: Tensor, y: Tensor) => x.mul(y).sum())(tensor([1, 1]), view))).toEqual([2, 0]);
    const [first, second] = slope((view) => view.softmax()) as [number, number];
    expect([first, second].map((n) => n.toFixed(4))).toEqual(["0.2100", "-0.2100"]);
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const view = y.reshape([2, 1]);
    y.square_();
    view.copy_(view);
    y.sum().backward();
    expect(gradient(x)).toEqual([8, 16]);
  });

  test("a detached tensor shares memory, not history", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const detached = y.detach();
    detached.add_(1);
    expect([detached.requiresGrad, y.toArray(), y.gradFn?.name]).toEqual([false, [3, 5], "mul"]);
    y.sum().backward();
    expect(gradient(x)).toEqual([2, 2]);
    y.add_(1);
    expect(detached.mul(3).toArray()).toEqual([12, 18]);
    x.detach().fill_(7);
    expect(x.toArray()).toEqual([7, 7]);
    const square = x.mul(x);
    x.detach().fill_(1);
    expect(() => square.sum().backward()).toThrow("changed in place afterwards");
  });

  test("a write to a view of what t_ has turned", () => {
    const x = leaf([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const y = x.mul(2);
    y.t_();
    y.slice(0).mul_(10);
    y.mul(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    )
      .sum()
      .backward();
    expect(gradient(x)).toEqual([
      [20, 6, 10],
      [40, 8, 12],
    ]);
  });

  test("what a change in place overwrites is kept where its own gradient needs it", () => {
    const [x, w] = [leaf([1, 2]), leaf([3, 4])];
    const y = x.mul(1);
    y.mul_(w);
    y.square_();
    y.sum().backward();
    expect([gradient(x), gradient(w)]).toEqual([
      [18, 64],
      [6, 32],
    ]);
  });

  test("constants and leaves written over a result", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    y.zero_();
    expect(y.requiresGrad).toBe(true);
    y.sum().backward();
    expect(gradient(x)).toEqual([0, 0]);
    const u = leaf([1, 2]);
    const copy = zeros([2]);
    copy.copy_(u);
    copy.mul_(3);
    expect(copy.gradFn?.name).toBe("mul");
    copy.sum().backward();
    expect(gradient(u)).toEqual([3, 3]);
    const v = leaf([1, 4]);
    const roots = v.mul(1);
    roots.slice(0).fill_(0);
    roots.sqrt().sum().backward(); // 1/(2√0) = ∞ belongs to the constant, not to v
    expect(gradient(v)).toEqual([0, 0.25]);
  });

  test("gradients are tensors of their own, and zero where the slope is", () => {
    const [x, z] = [leaf([2, 3]), leaf([5, 7])];
    x.add(z).sum().backward(undefined, { createGraph: true });
    noGrad(() => x.grad!.mul_(2));
    expect([gradient(x), gradient(z)]).toEqual([
      [2, 2],
      [1, 1],
    ]);
    const steps = leaf([1.5, -2.5]);
    steps.floor().sum().backward();
    expect(gradient(steps)).toEqual([0, 0]);
  });
});

describe("memory", () => {
  test("results of operations that change nothing are copies, views of them tensors of their own", () => {
    const ints = (): Tensor => tensor([[1, 2]], { dtype: "int32" });
    const copies: ((x: Tensor) => Tensor)[] = [
      (x) => t.concat([x]),
      (x) => t.stack([x]),
      (x) => x.tile([1, 1]),
      (x) => x.prod(0),
      (x) => x.prod([]),
      (x) =>
        x.pad([
          [0, 0],
          [0, 0],
        ]),
      (x) => x.floor(),
      (x) => x.trunc(),
    ];
    for (const make of copies) {
      const x = ints();
      make(x).add_(1);
      expect([make.toString(), x.toArray()]).toEqual([make.toString(), [[1, 2]]]);
    }
    const one = tensor([1]);
    const three = one.tile([3]);
    one.add_(1);
    expect(three.add_(1).toArray()).toEqual([2, 2, 2]);
    const views: ((x: Tensor) => Tensor)[] = [
      (x) => x.reshape([1, 2]),
      (x) => x.slice(null),
      (x) => x.permute([0, 1]),
      (x) => x.expand([1, 2]),
      (x) => x.split(1)[0]!,
    ];
    for (const make of views) {
      const x = ints();
      make(x).add_(1).t_();
      expect([make.toString(), x.toArray()]).toEqual([make.toString(), [[2, 3]]]);
    }
  });

  test("zerosLike and onesLike have memory of their own", () => {
    const x = tensor([1, 2]);
    expect(x.zerosLike().add_(x).toArray()).toEqual([1, 2]);
    expect(
      t
        .onesLike(tensor([1, 2], { dtype: "int64" }))
        .add_(1)
        .toArray(),
    ).toEqual([2, 2]);
  });

  test("reshape is a view wherever the layout allows", () => {
    const base = zeros([3, 4, 2]);
    const joined = base.slice(null, [0, 2]).reshape([3, 4]);
    joined.fill_(1);
    expect([joined.strides, base.sum().item()]).toEqual([[8, 1], 12]);
    expect(base.slice(null, null, 0).reshape([3, 2, 2]).isView).toBe(true);
    expect(base.permute([2, 0, 1]).reshape([2, 12]).isView).toBe(true);
    expect(base.transpose().reshape([3, 8]).isView).toBe(false);
  });
});

test("derivatives at corners", () => {
  const at = (f: (x: Tensor) => Tensor, x: number[]): unknown => {
    const slope = grad((v: Tensor) => f(v).sum());
    const [alone, compiled] = [slope, t.compile(slope)].map((fn) => fn(tensor(x, { dtype: "float64" })).toArray());
    expect(compiled).toEqual(alone);
    return alone;
  };
  expect(at((x) => x.norm(), [0, 0])).toEqual([0, 0]);
  expect(at((x) => x.std(), [1, 1, 1])).toEqual([0, 0, 0]);
  expect(at((x) => x.norm(), [3, 4])).toEqual([0.6000000000000001, 0.8]);
  expect(at((x) => x.pow(0), [0, 2])).toEqual([0, 0]);
  expect(at((x) => x.pow(tensor([0, 1], { dtype: "float64" })), [0, 0])).toEqual([0, 1]);
  expect(at((x) => x.elu(), [0, 2])).toEqual([1, 1]);
  const slopes = grad((x: Tensor) => x.std())(tensor([1, 2, 4])).toArray() as number[];
  [-0.4364, -0.1091, 0.5455].forEach((slope, i) => expect(slopes[i]).toBeCloseTo(slope, 4));
});

test("second derivatives of losses without error", () => {
  const target = tensor([1, 2]);
  for (const loss of [
    (x: Tensor) => t.huber(x, target, { reduction: "sum" }),
    (x: Tensor) => t.smoothL1(x, target, { reduction: "sum" }),
  ]) {
    const bend = t.hvp(loss, tensor([1, 2.5]), tensor([1, 1]));
    expect(bend.toArray()).toEqual([1, 1]);
  }
});

test("what changes nothing passes no gradient inside noGrad, compiled or not", () => {
  const still = [(x: Tensor) => x.clone(), (x: Tensor) => x.reshape([2]), (x: Tensor) => x.slice(null), (x: Tensor) => t.concat([x])];
  for (const same of still) {
    const slope = grad((x: Tensor) =>
      noGrad(() => same(x))
        .mul(x)
        .sum(),
    );
    expect(slope(tensor([3, 4])).toArray()).toEqual([3, 4]);
    expect(
      t
        .compile(slope)(tensor([3, 4]))
        .toArray(),
    ).toEqual([3, 4]);
  }
});
