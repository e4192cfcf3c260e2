import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";
import { compile, tensor, type Tensor } from "../src/index.ts";

describe("random numbers from keys", () => {
  test("inside compile as outside, different for each key, number and shape", () => {
    const draw = (key: Tensor): Tensor[] => [
      t.uniformFromKey(key, [5]),
      t.normalFromKey(t.foldIn(key, 1), [5]),
      t.exponentialFromKey(t.foldIn(key, 2), [5]),
    ];
    const plain = draw(t.keyOf(7)).map((r) => r.toArray());
    expect(compile(draw)(t.keyOf(7)).map((r) => r.toArray())).toEqual(plain);
    expect(draw(t.keyOf(8)).map((r) => r.toArray())).not.toEqual(plain);
    const keys = new Set(Array.from({ length: 1000 }, (_v, i) => String(t.foldIn(t.keyOf(7), i).toArray())));
    expect(keys.size).toBe(1000);
    const looped = (key: Tensor): Tensor =>
      t.scan((c: Tensor, _x, i) => [c, t.uniformFromKey(t.foldIn(key, i), [2])] as const, tensor(0), null, { length: 3 })[1];
    expect(compile(looped)(t.keyOf(1)).toArray()).toEqual([0, 1, 2].map((i) => t.uniformFromKey(t.foldIn(t.keyOf(1), i), [2]).toArray()));
  });

  test("have the moments of their distributions", () => {
    const n = 40_000;
    const u = t.uniformFromKey(t.keyOf(1), [n]);
    const z = t.normalFromKey(t.keyOf(2), [n]);
    const e = t.exponentialFromKey(t.keyOf(3), [n]);
    // Five standard errors each: 0.289, 1 and 1 over √n.
    expect(Math.abs(u.mean().item() - 0.5)).toBeLessThan(0.0072);
    expect(Math.abs(u.variance().item() - 1 / 12)).toBeLessThan(0.002);
    expect(u.min().item()).toBeGreaterThanOrEqual(0);
    expect(u.max().item()).toBeLessThan(1);
    expect(Math.abs(z.mean().item())).toBeLessThan(0.025);
    expect(Math.abs(z.variance().item() - 1)).toBeLessThan(0.036);
    expect(Math.abs(z.pow(4).mean().item() - 3)).toBeLessThan(0.25);
    expect(Math.abs(e.mean().item() - 1)).toBeLessThan(0.025);
    expect(Number.isFinite(e.max().item())).toBe(true);
  });

  test("exponential numbers are above 0 also where the uniform one is 0: a race with them never picks a choice of logit −∞", () => {
    const key = t.keyOf(7);
    const at = 125_726;
    expect(
      t
        .uniformFromKey(key, [at + 1])
        .slice(at)
        .item(),
    ).toBe(0);
    for (const draw of [t.exponentialFromKey, compile((k: Tensor) => t.exponentialFromKey(k, [at + 1]))]) {
      const e = draw(key, [at + 1]);
      expect(e.min().item()).toBe(2 ** -25);
      expect(t.sub(-Infinity, e.log()).max().item()).toBe(-Infinity);
    }
  });
});
