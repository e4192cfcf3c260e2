/** What compile, loops and derivatives do to each other: whatever is written inside whatever, compiled and eager results are the same. */
import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";
import { compile, grad, jvp, loop, noGrad, scan, stopGradient, tensor, valueAndGrad, vjp, zeros, type Tensor } from "../src/index.ts";

const both = <A extends unknown[]>(f: (...args: A) => unknown, ...args: A): unknown[] => [
  t.tree.map((x) => x.toArray(), f(...args)),
  t.tree.map((x) => x.toArray(), compile((...given: unknown[]) => f(...(given as A)))(...args)),
];

describe("gradients through loops keep to what is written in the body", () => {
  const start = tensor([1, 2]);
  const w = tensor([0.5, 0.25]);
  /** Σ of the last of two carries c ← body(c, w). */
  const slope = (body: (c: Tensor, w: Tensor) => Tensor): ((w: Tensor) => Tensor) =>
    grad((v: Tensor) => loop(2, (c: Tensor) => body(c, v), start).sum());

  test("stopGradient, noGrad and detach: ∂(stop(c)·w)/∂w is the last carry, c·w", () => {
    for (const stop of [stopGradient, (c: Tensor) => noGrad(() => c.mul(1)), (c: Tensor) => c.detach()])
      expect(both(slope((c, v) => stop(c).mul(v)), w)).toEqual([[0.5, 0.5], [0.5, 0.5]]); // prettier-ignore
    expect(both(slope((c, v) => c.mul(stopGradient(v))), w)).toEqual([[0, 0], [0, 0]]); // prettier-ignore
  });

  test("in a loop inside another, and differentiated twice", () => {
    // stop(d)·v within, c·that without: c₂ = c·(c v²)… whose derivatives are those of the eager repetition.
    const f = slope((c, v) => c.mul(loop(2, (d: Tensor) => stopGradient(d).mul(v), c)));
    const [eager, compiled] = both(f, w);
    expect(compiled).toEqual(eager);
    const [eager2, compiled2] = both(
      grad((v: Tensor) => f(v).square().sum()),
      w,
    );
    expect(compiled2).toEqual(eager2);
    expect(eager2).not.toEqual([0, 0]);
  });

  test("a rule of one's own is the one that is used", () => {
    const timesTen = (x: Tensor): Tensor => t.customGradient("timesTen", [x], (a) => a.mul(10), ({ cotangent }) => [cotangent.mul(1000)]); // prettier-ignore
    const f = grad((x: Tensor) => loop(2, timesTen, x).sum());
    expect(both(f, tensor([1]))).toEqual([[1e6], [1e6]]);
  });

  test("iterations after a stop take no part in second derivatives, though 0 stands for them", () => {
    // 1.7·√1.7 + 1.7/2 = 3.07 is beyond 2 at once: w·(√w + ½), whose second derivative is ¾/√w.
    const f = (x: Tensor): Tensor => loop(5, (c: Tensor) => c.sqrt().add(0.5).mul(x), x, { stop: (c) => c.greater(2) });
    for (const slope of both(grad(grad(f)), tensor(1.7))) expect(slope).toBeCloseTo(0.75 / Math.sqrt(1.7), 5);
    const divided = (x: Tensor): Tensor =>
      scan((c: Tensor, row: Tensor) => [c.add(x.div(row)), null] as const, x, tensor([2, 0, 0]), { stop: (c) => c.greater(2) })[0].square();
    for (const slope of both(grad(grad(divided)), tensor(1.5))) expect(slope).toBeCloseTo(2 * 1.5 ** 2, 5);
  });

  test("lengths and deviations of 0 have second derivatives that are numbers", () => {
    const squared = (f: (x: Tensor) => Tensor): ((x: Tensor) => Tensor) => grad((x: Tensor) => grad(f)(x).square().sum());
    const x = tensor([1, 2]);
    expect(both(squared((a) => a.sub(x).norm().mul(a.sum())), x)).toEqual([[0, 0], [0, 0]]); // prettier-ignore
    expect(both(squared((a) => a.sub(x).std().mul(a.sum())), x)).toEqual([[0, 0], [0, 0]]); // prettier-ignore
  });

  test("of constants inside compile, and of loops in a scan without rows", () => {
    const cubed = (x: Tensor): Tensor => loop(2, (c: Tensor) => c.mul(x), x);
    expect(both((x: Tensor) => grad(cubed)(tensor(2)).mul(x), tensor(5))).toEqual([60, 60]);
    const none = (x: Tensor): Tensor =>
      scan((c: Tensor) => [c, cubed(x)] as const, x, zeros([0]))[1]
        .sum()
        .add(x);
    expect(both(grad(none), tensor(3))).toEqual([1, 1]);
  });
});

test("what is computed inside noGrad has derivative 0, derivatives too", () => {
  const cube = (x: Tensor): Tensor => x.square().mul(x).sum();
  const slopes: ((x: Tensor) => Tensor)[] = [
    (x) => grad(cube)(x),
    (x) => valueAndGrad(cube)(x).value,
    (x) => jvp(cube, [x], [x]).tangent,
    (x) => vjp(cube, x).pullback(tensor(1))[0],
  ];
  for (const f of slopes) {
    expect(both(grad((x: Tensor) => noGrad(() => f(x)).sum()), tensor([1, 2]))).toEqual([[0, 0], [0, 0]]); // prettier-ignore
    expect(both(grad((x: Tensor) => f(x).sum()), tensor([1, 2]))).not.toEqual([[0, 0], [0, 0]]); // prettier-ignore
  }
});

test("values that derivatives hand out carry no history, except what somebody outside differentiates", () => {
  const x = tensor([1, 2]);
  const forward = jvp((a: Tensor) => a.square(), [x], [x]);
  for (const made of [forward.value, forward.tangent, vjp((a: Tensor) => a.square(), x).value]) expect(made.requiresGrad).toBe(false);
  // A result that is an outer variable itself keeps its history.
  const outer = grad((w: Tensor) => valueAndGrad((a: Tensor) => [a.sum(), w] as const)(x).aux.sum());
  expect(both(outer, tensor([3, 4]))).toEqual([[1, 1], [1, 1]]); // prettier-ignore
});

describe("trees", () => {
  const x = tensor([1, 2]);
  test("a carry may come back with its keys in another order", () => {
    type C = { a: Tensor; b: Tensor };
    const f = (start: Tensor): C => loop(3, ({ a, b }: C) => ({ b: b.add(1), a: a.mul(2) }), { a: start, b: start });
    const expected = { a: [8, 16], b: [4, 5] };
    expect(both(f, x)).toEqual([expected, expected]);
    expect(() => loop(1, (({ a, b }: C) => ({ a, c: b })) as never, { a: x, b: x })).toThrow(
      "2 leaves but the function returns 2 under other keys",
    );
  });
  test("so may the results of a scan without compile, which runs once for each row", () => {
    let runs = 0;
    const turned = (c: Tensor): readonly [Tensor, { a: Tensor; b: Tensor }] => [
      c.add(1),
      runs++ % 2 === 0 ? { a: c, b: c.mul(10) } : { b: c.mul(10), a: c },
    ];
    const [, { a, b }] = scan(turned, tensor(1), null, { length: 3 });
    expect([a.toArray(), b.toArray(), runs]).toEqual([[1, 2, 3], [10, 20, 30], 3]); // prettier-ignore
    scan((c: Tensor) => (runs++, [c, undefined] as const), tensor(1), null, { length: 2 });
    expect(runs).toBe(5);
    const changing = (c: Tensor): readonly [Tensor, unknown] => [c, runs++ === 5 ? [c] : [c, c]];
    expect(() => scan(changing, tensor(1), null, { length: 2 })).toThrow(
      "scan: the function first returned a result of 1 leaves, then one of 2",
    );
  });
  test("so may cotangents, tangents and vectors", () => {
    const f = ({ u, v }: { u: Tensor; v: Tensor }): { p: Tensor; q: Tensor } => ({ p: u.mul(2), q: v.mul(3) });
    const [one, none] = [tensor([1, 1]), tensor([0, 0])];
    const back = (): unknown => vjp(f, { u: x, v: x }).pullback({ q: one, p: none })[0];
    expect(both(back)[0]).toEqual({ u: [0, 0], v: [3, 3] });
    const along = (): unknown => jvp(f, [{ u: x, v: x }], [{ v: one, u: none }]).tangent;
    expect(both(along)[0]).toEqual({ p: [0, 0], q: [3, 3] });
    expect(t.inner({ u: x, v: none }, { v: one, u: one }).item()).toBe(3);
    expect(() => jvp((a: Tensor, b: Tensor) => a.mul(b), [x, x], [x] as never)).toThrow(
      "jvp: got a list of tangents of 1 leaves; expected a tree like the arguments",
    );
    expect(() => vjp(f, { u: x, v: x }).pullback({ p: one } as never)).toThrow("vjp: got a cotangent of 1 leaves");
    expect(() => grad(f as never, [0, 0])).toThrow("[0, 0]; expected each once");
  });
  test("instances of classes and typed arrays are no records, even where they have the same keys", () => {
    const kind = compile((o: object) => tensor(o instanceof Map ? 1 : o instanceof t.Tensor ? 2 : 0));
    expect([{}, new Map(), Float32Array.of(), {}].map((o) => kind(o).item())).toEqual([0, 1, 2, 0]);
  });
});

describe("compiled functions inside", () => {
  test("other traced functions may use what surrounds them", () => {
    const f = (x: Tensor): Tensor => compile((y: Tensor) => y.add(x))(tensor([10])).add(compile(() => x.mul(2))());
    expect(both(f, tensor([1]))).toEqual([[13], [13]]);
  });
  test("a differentiation must take what is differentiated as an argument", () => {
    const times = (x: Tensor): Tensor => compile((y: Tensor) => y.mul(x))(tensor(2));
    expect(() => grad(times)(tensor(3))).toThrow(
      "got a captured float32[] that is being differentiated; expected a constant; give it as an argument",
    );
    expect(noGrad(() => times(tensor(3, { requiresGrad: true }))).item()).toBe(6);
    // Its own are not meant.
    expect(compile((x: Tensor) => x.mul(grad((y: Tensor) => y.square())(tensor(2))))(tensor(3)).item()).toBe(12);
  });
});

describe("calls that are refused", () => {
  const x = tensor([1, 2]);
  test("consume nothing", () => {
    const step = compile((s: { a: Tensor; b: Tensor }) => ({ a: s.a.add(1), b: s.b.add(1) }), { donate: [0] });
    const a = tensor([1]);
    expect(() => step({ a, b: tensor([[1], [2]]).slice(0) })).toThrow("got a view as argument 0.b");
    expect(a.item()).toBe(1);
  });
  test("say what is wrong", async () => {
    for (const [name, take] of Object.entries<(f: never) => unknown>({
      compile,
      grad,
      vjp: (f: never) => vjp<(a: Tensor) => Tensor>(f, x),
      jvp: (f: never) => jvp(f, [x] as never, [x] as never),
      loop: (f: never) => loop(1, f, x),
    }))
      expect(() => take(undefined as never)).toThrow(`${name}: got undefined; expected a function of tensors`);
    const refused = compile(() => Promise.reject(new Error("nobody waits for this")));
    expect(() => refused() as unknown).toThrow("the function returned a promise");
    expect(() => compile((a: Tensor) => zeros([2]).add_(a))(x)).toThrow(
      "add_: got a traced float32[2] to write into a tensor that has elements",
    );
    expect(() => compile((a: Tensor) => ((a.requiresGrad = true), a))(x)).toThrow("requiresGrad: got a traced tensor");
    for (const run of [<F>(f: F): F => f, compile as <F>(f: F) => F]) {
      expect(() => run((a: Tensor) => scan((() => a) as never, a, null, { length: 2 }))(x)).toThrow(
        "scan: the function returned a tensor; expected [carry, result]",
      );
      expect(() => run((a: Tensor) => loop(2, (c: Tensor) => c, a, { stop: (() => true) as never }))(x)).toThrow(
        "scan: stop returned boolean",
      );
      expect(() => run((a: Tensor) => scan((c: Tensor) => [c, null] as const, a, a, { length: 3 }))(x)).toThrow(
        "got length 3 and arrays of 2 rows",
      );
    }
    const array = Float32Array.of(1, 2);
    const gone = tensor(array);
    structuredClone(array, { transfer: [array.buffer] });
    expect(() => gone.add(1)).toThrow("got a tensor of 2 elements whose memory is gone");
    await new Promise((resolve) => setTimeout(resolve));
  });
  test("rules and results of the wrong kind", () => {
    const ruled =
      (made: unknown): (() => unknown) =>
      () =>
        grad((a: Tensor) =>
          t
            .customGradient(
              "mine",
              [a],
              (b) => b.mul(2),
              () => made as never,
            )
            .sum(),
        )(x);
    expect(ruled([])).toThrow("the rule of mine returned 0 cotangents; expected a list of 1");
    expect(ruled(undefined)).toThrow("the rule of mine returned undefined; expected a list of 1");
    expect(ruled([zeros([3])])).toThrow("the rule of mine returned float32[3] for input 0; expected float32[2]");
    expect(ruled([null])).toThrow("the rule of mine returned null for input 0; expected float32[2]");
    expect(ruled([5])).toThrow("the rule of mine returned 5 for input 0; expected float32[2]");
    expect((ruled([undefined])() as Tensor).toArray()).toEqual([0, 0]);
    expect(() => vjp((a: Tensor) => ({ a, n: 3 }), x)).toThrow('vjp: the function returned 3 at "n"; expected tensors only');
    expect(() => jvp((a: Tensor) => ({ a, n: 3 }), [x], [x])).toThrow('jvp: the function returned 3 at "n"; expected tensors only');
  });
  test("reused results that were donated elsewhere are made anew", () => {
    const double = compile((a: Tensor) => a.mul(2), { reuse: true });
    compile((a: Tensor) => a.add(1), { donate: [0] })(double(x));
    expect(double(x).toArray()).toEqual([2, 4]);
  });
  test("called while another function is traced, they run themselves although they have a program already", () => {
    const x2 = tensor([10, 20]);
    const double = compile((a: Tensor) => a.mul(2), { reuse: true });
    double(x);
    expect(compile((y: Tensor) => y.add(double(x)).add(double(x2)))(x).toArray()).toEqual([23, 46]);
    const given = compile((a: Tensor) => a.mul(2), { donate: [0] });
    given(x2.clone());
    expect(compile((y: Tensor) => y.add(given(x2)))(x).toArray()).toEqual([21, 42]);
    expect(x2.toArray()).toEqual([10, 20]);
    let around = x;
    const more = compile((a: Tensor) => a.add(around));
    more(x);
    expect(compile((y: Tensor) => ((around = y), more(x)))(x2).toArray()).toEqual([11, 22]);
  });
  test("reused results that a gradient needs are known to have changed", () => {
    const double = compile((a: Tensor) => a.mul(2), { reuse: true });
    const w = tensor([1, 2], { requiresGrad: true });
    const y = w.mul(double(x)).sum();
    double(tensor([100, 100]));
    expect(() => y.backward()).toThrow("was changed in place afterwards");
  });
});
