import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";
import { compile, tensor, type Tensor } from "../src/index.ts";

describe("passes", () => {
  const optimized = (f: (...a: never[]) => unknown, ...args: unknown[]): string => t.inspect(f, args).optimized;
  test("inspect counts two operations for each product and sum of a matrix product", () => {
    expect(t.inspect((a: Tensor, b: Tensor) => a.matmul(b).add(1), [t.zeros([3, 4]), t.zeros([4, 2])]).flops).toBe(2 * 3 * 4 * 2 + 6);
  });
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);

  test("equal subexpressions are computed once, unused ones not at all", () => {
    const text = optimized((a: Tensor) => (a.exp(), a.tanh().add(1).mul(a.tanh().add(1))), x);
    expect(text.match(/tanh/g)?.length).toBe(1);
    expect(text.match(/= add/g)?.length).toBe(1);
    expect(text).not.toContain("exp");
  });

  test("constants are folded, and arithmetic on scalars happens before it is stretched", () => {
    const text = optimized((a: Tensor, s: Tensor) => a.mul(s.add(tensor(1).add(2))), x, tensor(3));
    expect(text).toContain("data=[3] : float32[]");
    expect(text).toMatch(/= add %\d+ %\d+ : float32\[\]/);
  });

  test("what cancels disappears", () => {
    for (const f of [
      (a: Tensor) => a.neg().neg(),
      (a: Tensor) => a.transpose().transpose(),
      (a: Tensor) => a.reshape([4]).reshape([2, 2]),
      (a: Tensor) => a.mul(1).div(1).sub(0),
      (a: Tensor) => a.cast("float32"),
      (a: Tensor) => a.flip(0).sum([]).flip(0).mul(1).sum([]).expand([2, 2]),
    ]) {
      const text = optimized(f, x);
      expect(text.split("\n").length, text).toBeLessThanOrEqual(4);
    }
    expect(optimized((a: Tensor) => a.add(a.mul(2).neg()), x)).toContain("= sub");
    expect(optimized((a: Tensor) => a.div(4), x)).toContain("= mul");
    expect(optimized((a: Tensor) => a.div(3), x)).toContain("= div");
  });

  test("rules keep every bit, also of −0, NaN and infinities, and do what they say", () => {
    const values = tensor([0, -0, 1, -1.5, NaN, Infinity, -Infinity, 3e38, 1e-45, 7]);
    const rules: [f: (a: Tensor) => Tensor, gone: string, made: string][] = [
      [(a) => a.add(-0), "add", ""],
      [(a) => a.add(0), "", "add"],
      [(a) => a.sub(0), "sub", ""],
      [(a) => a.sub(-0), "", "sub"],
      [(a) => a.mul(1), "mul", ""],
      [(a) => a.mul(-1), "mul", "neg"],
      [(a) => a.mul(0), "", "mul"],
      [(a) => a.div(-8), "div", "mul"],
      [(a) => a.div(3), "", "div"],
      [(a) => a.div(2 ** -126).div(2 ** 120), "", "div"],
      [(a) => a.add(a.exp().neg()), "add", "sub"],
      [(a) => a.exp().neg().add(a), "add", "sub"],
      [(a) => a.sub(a.exp().neg()), "sub", "add"],
      [(a) => a.neg().abs(), "neg", "abs"],
      [(a) => a.greater(0).not().where(a, 1), "not", "select"],
      [(a) => a.greater(0).where(a, a), "select", ""],
      [(a) => a.unsqueeze(1).sum(1), "sum", ""],
      [(a) => a.unsqueeze(0).max(0), "max", ""],
      [
        (a) =>
          a
            .slice(2)
            .expand([10])
            .add(a.slice(3).expand([10]))
            .expand([2, 10]),
        "",
        "add",
      ],
      [
        (a) =>
          a
            .reshape([2, 5])
            .matmul(a.reshape([5, 2]))
            .transpose(),
        "",
        "dot",
      ],
    ];
    for (const [f, gone, made] of rules) {
      const plain = f(values).read();
      const compiled = compile(f, { engine: "reference" })(values).read();
      plain.forEach((x, i) => expect(Object.is(compiled[i], x), `${String(f)} [${i}]: ${compiled[i]}, expected ${x}`).toBe(true));
      const text = optimized(f, values);
      if (gone) expect(text, String(f)).not.toContain(`= ${gone} `);
      if (made) expect(text, String(f)).toContain(`= ${made} `);
    }
    // −x of uint8 wraps: |−1| is 255 there.
    const wrapping = (a: Tensor): Tensor => a.neg().abs();
    expect(compile(wrapping)(tensor([1, 200], { dtype: "uint8" })).toArray()).toEqual([255, 56]);
    expect(
      optimized(
        (a: Tensor) =>
          a
            .reshape([2, 5])
            .matmul(a.reshape([5, 2]))
            .transpose(),
        values,
      ),
    ).toMatch(/= dot .*\n +return/);
  });

  test("zeros and ones made inside do not become large constants", () => {
    const text = optimized((a: Tensor) => a.add(t.ones([2, 2])).mul(t.full([2, 2], 3)), x);
    expect(text).not.toMatch(/elements\]|data=\[1, 1/);
  });
});
