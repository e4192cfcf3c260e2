import { describe, expect, test } from "vitest";
import { compile, grad, hvp, inspect, loop, scan, tensor, zeros, type Tensor } from "../src/index.ts";

const f64 = (data: number[] | number[][]): Tensor => tensor(data, { dtype: "float64" });

/** A small recurrent network: h ← tanh(h·W + x·U), outputs Σh² at each step. */
const recurrent = (w: { W: Tensor; U: Tensor }, xs: Tensor, h: Tensor): [Tensor, Tensor] =>
  scan(
    (state: Tensor, x: Tensor) => {
      const next = state.matmul(w.W).add(x.matmul(w.U)).tanh();
      return [next, next.square().sum()] as const;
    },
    h,
    xs,
  );

const weights = {
  W: f64([
    [0.5, -0.3],
    [0.2, 0.9],
  ]),
  U: f64([
    [1, -1],
    [0.5, 0.25],
    [-0.7, 0.1],
  ]),
};
const xs = f64([
  [1, 0, -1],
  [0.5, 0.2, 0.3],
  [-0.4, 1, 0.6],
  [0.1, 0.1, 0.1],
]);
const start = f64([0.1, -0.2]);

describe("scan and loop", () => {
  test("run outside compile as a plain repetition, inside as one operation", () => {
    const [h, ys] = recurrent(weights, xs, start);
    const compiled = compile(recurrent);
    const [h2, ys2] = compiled(weights, xs, start);
    expect(h2.toArray()).toEqual(h.toArray());
    expect(ys2.toArray()).toEqual(ys.toArray());
    expect(inspect(recurrent, [weights, xs, start]).traced.match(/= loop/g)?.length).toBe(1);
  });

  test("trees as carry, rows and results; captured values become constants", () => {
    const f = (k: Tensor): { carry: { a: Tensor; n: Tensor }; ys: Tensor } => {
      const twice = k.mul(2);
      const [carry, ys] = scan(
        ({ a, n }: { a: Tensor; n: Tensor }, { x, y }: { x: Tensor; y: Tensor }) => [{ a: a.add(x.mul(twice)), n: n.add(y) }, a] as const,
        { a: tensor(0), n: tensor(0, { dtype: "int32" }) },
        {
          x: tensor([1, 2, 3]),
          y: tensor([1, 1, 5], { dtype: "int32" }),
        },
      );
      return { carry, ys };
    };
    for (const run of [f, compile(f)]) {
      const { carry, ys } = run(tensor(10));
      expect([carry.a.item(), carry.n.item(), ys.toArray()]).toEqual([120, 7, [0, 20, 60]]);
    }
  });

  test("no iterations, and stopping early", () => {
    const empty = (x: Tensor): [Tensor, Tensor] => scan((c: Tensor, r: Tensor) => [c.add(r), c.mul(2)] as const, x, zeros([0]));
    for (const run of [empty, compile(empty)]) expect(run(tensor(3)).map((y) => y.toArray())).toEqual([3, []]);
    const stops = (limit: Tensor): [Tensor, Tensor] =>
      scan((c: Tensor, _r, i) => [c.add(i), c] as const, tensor(0), null, { length: 6, stop: (c) => c.greaterEqual(limit) });
    // 0, 0+1, 1+2 = 3 ≥ 3 stops after i = 2
    for (const run of [stops, compile(stops)]) expect(run(tensor(3)).map((y) => y.toArray())).toEqual([3, [0, 0, 1, 0, 0, 0]]);
  });

  test("misuse is explained", () => {
    expect(() => loop(3, (c: Tensor) => c.concat([c]), tensor([1]))).toThrow(
      /starts as float32\[1\] but the function returns float32\[2\]/,
    );
    expect(() => compile((x: Tensor) => loop(3, (c: Tensor) => c.cast("int32"), x))(tensor([1]))).toThrow("starts as float32[1]");
    expect(() => scan((c: Tensor, x: Tensor[]) => [c, x[0]!] as const, tensor(0), [zeros([2]), zeros([3])])).toThrow(
      "arrays of 2 and 3 rows",
    );
    expect(() => loop(1.5, (c: Tensor) => c, tensor(0))).toThrow("length 1.5");
    expect(() => compile((x: Tensor) => loop(2, (c: Tensor) => c, x, { stop: (c) => c }))(tensor([1]))).toThrow("bool scalar");
  });

  test("a traced value must not leave its loop", () => {
    let leaked: Tensor | undefined;
    const f = compile((x: Tensor) => loop(2, (c: Tensor) => (leaked = c.mul(2)), x).add(leaked!));
    expect(() => f(tensor(1))).toThrow(/tracing of the body of scan, which has ended/);
  });
});

describe("gradients through loops", () => {
  const loss = (w: typeof weights, x: Tensor, h: Tensor): Tensor => {
    const [last, ys] = recurrent(w, x, h);
    return last.sum().add(ys.mul(f64([1, 2, 3, 4])).sum());
  };
  const close = (a: Tensor, b: Tensor): void => b.read().forEach((x, i) => expect(a.read()[i]).toBeCloseTo(x, 12));

  test("equal those of the unrolled repetition, for weights, rows and the initial carry", () => {
    const slow = grad(loss, [0, 1, 2])(weights, xs, start) as [typeof weights, Tensor, Tensor];
    const fast = compile(grad(loss, [0, 1, 2]))(weights, xs, start) as [typeof weights, Tensor, Tensor];
    close(fast[0].W, slow[0].W);
    close(fast[0].U, slow[0].U);
    close(fast[1], slow[1]);
    close(fast[2], slow[2]);
    // A finite difference, so that both cannot be wrong in the same way.
    const h = 1e-5;
    const bump = (s: number): number => loss(weights, xs, start.add(f64([s, 0]))).item();
    expect(fast[2].data()[0]).toBeCloseTo((bump(h) - bump(-h)) / (2 * h), 8);
  });

  test("of second order", () => {
    const v = {
      W: f64([
        [1, 2],
        [3, 4],
      ]),
      U: f64([
        [1, 0],
        [0, 1],
        [1, 1],
      ]),
    };
    const slow = hvp(loss, weights, v, xs, start);
    const fast = compile((w: typeof weights) => hvp(loss, w, v, xs, start))(weights);
    close(fast.W, slow.W);
    close(fast.U, slow.U);
  });

  test("with an early stop, integer carries and nesting", () => {
    const f = (x: Tensor): Tensor => {
      const [out] = scan(
        (c: { v: Tensor; n: Tensor }, r: Tensor) => [{ v: loop(2, (d: Tensor) => d.mul(r).add(x), c.v), n: c.n.add(1) }, null] as const,
        { v: x, n: tensor(0, { dtype: "int32" }) },
        f64([2, 3, 4, 5]),
        { stop: ({ n }) => n.greaterEqual(3) },
      );
      return out.v.square();
    };
    const at = tensor(0.7, { dtype: "float64" });
    close(compile(grad(f))(at), grad(f)(at));
    // x → 2x+x = 3x → 7x; → 22x → 67x; → 269x → 1077x; d(1077x)²/dx = 2·1077²·x
    expect(grad(f)(at).item()).toBeCloseTo(2 * 1077 * 1077 * 0.7, 6);
  });
});
