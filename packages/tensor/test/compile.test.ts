import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";
import { compile, tensor, type Engine, type Graph, type Tensor } from "../src/index.ts";

/** The reference engine, counting what it compiles. */
function counting(): { engine: Engine; graphs: Graph[] } {
  const graphs: Graph[] = [];
  return {
    graphs,
    engine: { ...t.referenceEngine, name: "counting", compile: (graph) => (graphs.push(graph), t.referenceEngine.compile(graph)) },
  };
}

describe("one program per structure", () => {
  test("the function runs once per structure, shape and dtype", () => {
    let calls = 0;
    const { engine, graphs } = counting();
    const f = compile((p: { a: Tensor; b?: Tensor }, n: number) => (calls++, p.a.mul(n).add(p.b ?? 0)), { engine });
    expect(f({ a: tensor([1, 2]) }, 2).toArray()).toEqual([2, 4]);
    expect(f({ a: tensor([3, 4]) }, 10).toArray()).toEqual([30, 40]);
    expect(calls).toBe(1);
    expect(f({ a: tensor([1, 2, 3]) }, 2).toArray()).toEqual([2, 4, 6]);
    expect(f({ a: tensor([1, 2]), b: tensor([1, 1]) }, 2).toArray()).toEqual([3, 5]);
    expect(f({ a: tensor([1, 2], { dtype: "int32" }) }, 2).dtype).toBe("float32");
    expect(calls).toBe(4);
    expect(f({ a: tensor([5, 6]) }, 1).toArray()).toEqual([5, 6]);
    expect(graphs.length).toBe(4);
  });

  test("numbers are inputs unless declared static; strings, booleans and functions are part of the program", () => {
    let calls = 0;
    const run = (x: Tensor, n: number, how: string): Tensor => (
      calls++,
      how === "repeat" ? t.stack(Array.from({ length: n }, () => x)) : x.mul(n)
    );
    const f = compile(run, { static: [1] });
    expect(f(tensor(2), 3, "repeat").toArray()).toEqual([2, 2, 2]);
    expect(f(tensor(2), 2, "repeat").toArray()).toEqual([2, 2]);
    expect(f(tensor(2), 3, "times").item()).toBe(6);
    expect(f(tensor(5), 3, "repeat").toArray()).toEqual([5, 5, 5]);
    expect(calls).toBe(3);
  });

  test.each([0, 1, 5, 6, 7, 12])("%i arguments: tensors, symbols, static and donated ones", (count) => {
    let calls = 0;
    const total = (...args: Tensor[]): Tensor => (calls++, args.reduce((sum, x) => sum.add(x), tensor(args.length)));
    const f = compile(total);
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    const given = numbers.map((x) => tensor(x));
    const expected = count + (count * (count + 1)) / 2;
    for (let call = 0; call < 3; call++) expect(f(...given).item()).toBe(expected);
    expect(calls).toBe(1);
    const doubled = compile((...args: Tensor[]) => f(...args).mul(2));
    expect(doubled(...given).item()).toBe(2 * expected);
    // Inside another traced function it runs itself.
    expect(calls).toBe(2);
    if (count === 0) return;
    const last = count - 1;
    const scaled = compile((...args: unknown[]) => (args[0] as Tensor).mul(args[last] as number), {
      static: count > 1 ? [last] : [],
      donate: [0],
    });
    for (const factor of [3, 3, 4]) {
      const consumed = tensor([2]);
      expect(scaled(consumed, ...numbers.slice(2), ...(count > 1 ? [factor] : [])).toArray()).toEqual([count > 1 ? 2 * factor : 4]);
      expect(() => consumed.toArray()).toThrow("donated");
    }
  });

  test("the structure of the latest call is tried first, whatever the number of arguments", () => {
    for (const count of [1, 6, 7]) {
      let looks = 0;
      const f = compile((...args: { x: Tensor }[]) => args[0]!.x.mul(2));
      const rest = Array.from({ length: count - 1 }, () => ({ x: tensor(0) }));
      const watched = { x: tensor([1, 2]) };
      Object.defineProperty(watched, "x", { enumerable: true, get: () => (looks++, tensor([1, 2])) });
      f({ x: tensor(3) }, ...rest);
      for (let call = 0; call < 2; call++) f(watched, ...rest);
      looks = 0;
      expect(f(watched, ...rest).toArray()).toEqual([2, 4]);
      expect(looks).toBe(1);
    }
  });

  test("a structure in use is not the one that is forgotten, however many others come", () => {
    let calls = 0;
    const f = compile((x: Tensor) => (calls++, x.sum()));
    for (let n = 2; n < 102; n++) expect([f(tensor(1)).item(), f(t.ones([n])).item()]).toEqual([1, n]);
    expect(calls).toBe(101);
  });

  test("the compiled function has the name and the number of parameters of its own", () => {
    const f = compile(function scaled(x: Tensor, factor: Tensor) {
      return x.mul(factor);
    });
    expect([f.name, f.length]).toEqual(["scaled", 2]);
  });

  test("an argument that is undefined is not one that is left out", () => {
    const f = compile((...args: unknown[]) => tensor(args.length));
    expect([f(), f(undefined), f(undefined, undefined), f(undefined), f()].map((x) => x.item())).toEqual([0, 1, 2, 1, 0]);
  });

  test("callers keep their types: a typed array or a number where the function says Tensor, in trees too, and nothing else", () => {
    interface Batch {
      readonly rows: readonly Tensor[];
      readonly rate: Tensor;
      readonly name: string;
    }
    const f = compile((batch: Batch, scale: (x: Tensor) => Tensor) => ({ sum: scale(batch.rows[0]!).mul(batch.rate), name: batch.name }));
    const double = (x: Tensor): Tensor => x.mul(2);
    const given: { sum: Tensor; name: string } = f({ rows: [Float32Array.of(1, 2)], rate: 3, name: "a" }, double);
    expect([given.sum.toArray(), given.name]).toEqual([[6, 12], "a"]);
    const same: (batch: Batch, scale: (x: Tensor) => Tensor) => { sum: Tensor; name: string } = f;
    expect(same({ rows: [tensor([1, 2])], rate: tensor(3), name: "b" }, double).name).toBe("b");
    // @ts-expect-error a list of numbers is no tensor
    void (() => f({ rows: [[1, 2]], rate: 3, name: "a" }, double));
    // @ts-expect-error the second argument is missing
    void (() => f({ rows: [], rate: 3, name: "a" }));
    // @ts-expect-error a name is no input
    void (() => f({ rows: [], rate: 3, name: 4 }, double));
  });

  test("typed arrays are arguments as they are, read anew at each call", () => {
    const f = compile((x: Tensor) => x.mul(2));
    const array = Float32Array.of(1, 2);
    expect(f(array).toArray()).toEqual([2, 4]);
    array[0] = 10;
    expect(f(array).toArray()).toEqual([20, 4]);
    expect(f(Int32Array.of(1)).dtype).toBe("int32");
    const shared = tensor(array);
    expect(f(shared).toArray()).toEqual([20, 4]);
  });

  test("views are arguments, with their own elements", () => {
    const f = compile((x: Tensor) => x.add(1));
    const base = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(f(base.transpose()).toArray()).toEqual([
      [2, 4],
      [3, 5],
    ]);
    expect(f(base.slice("::-1")).toArray()).toEqual([
      [4, 5],
      [2, 3],
    ]);
    base.transpose_();
    expect(f(base).toArray()).toEqual([
      [2, 4],
      [3, 5],
    ]);
  });

  test("results keep their structure; what is no tensor is returned as it is", () => {
    const f = compile((x: Tensor) => ({ list: [x, x.add(1)], name: "a", nothing: undefined, same: x }));
    const r = f(tensor(1));
    expect([r.list[1]!.item(), r.name, r.nothing, Object.keys(r)]).toEqual([2, "a", undefined, ["list", "name", "nothing", "same"]]);
    expect(r.same).not.toBe(r.list[0]);
  });

  test("captured tensors are constants of the program, as they were when it was traced", () => {
    const w = tensor([1, 2]);
    const f = compile((x: Tensor) => x.mul(w));
    expect(f(tensor([1, 1])).toArray()).toEqual([1, 2]);
    w.fill_(100);
    expect(f(tensor([1, 1])).toArray()).toEqual([1, 2]);
  });

  test("compiled functions inside others, and under differentiation", () => {
    const inner = compile((x: Tensor) => x.square());
    const outer = compile((x: Tensor) => inner(x).add(1));
    expect(outer(tensor(3)).item()).toBe(10);
    expect(
      t
        .grad((x: Tensor) => inner(x))(tensor(3))
        .item(),
    ).toBe(6);
    const x = tensor(3, { requiresGrad: true });
    inner(x).backward();
    expect(x.grad!.item()).toBe(6);
    expect(t.noGrad(() => inner(x)).requiresGrad).toBe(false);
  });
});

describe("reuse", () => {
  test.each(["wasm", "reference"])("every call returns the same tensors with what the latest gave: %s", (engine) => {
    const both = compile((x: Tensor, y: Tensor) => ({ sum: x.add(y), larger: x.greater(y), long: x.sum().expand([100]), given: x }), {
      engine,
      reuse: true,
    });
    const first = both(tensor([1, 5]), tensor([2, 3]));
    const kept = first.sum.data();
    const second = both(tensor([7, 1]), tensor([1, 1]));
    expect(second).toBe(first);
    expect(second.sum.data()).toBe(kept);
    expect(Array.from(kept)).toEqual([8, 2]);
    expect(Array.from(second.larger.data())).toEqual([1, 0]);
    expect(second.long.data()[99]).toBe(8);
    expect(Array.from(second.given.data())).toEqual([7, 1]);
    // Another structure has tensors of its own.
    expect(Array.from(both(tensor([1]), tensor([2])).sum.data())).toEqual([3]);
    expect(Array.from(kept)).toEqual([8, 2]);
  });
  test("not together with donate", () => {
    expect(() => compile((x: Tensor) => x, { reuse: true, donate: [0] })).toThrow("reuse and donate together");
  });
});

describe("donation", () => {
  const step = (options: object = {}): ((s: { a: Tensor; b: Tensor }, x: Tensor) => { a: Tensor; b: Tensor }) =>
    compile((s: { a: Tensor; b: Tensor }, x: Tensor) => ({ a: s.a.add(x), b: s.b.mul(x) }), { donate: [0], ...options });

  test("touching a donated tensor names the argument", () => {
    const s = { a: tensor([1]), b: tensor([2]) };
    const next = step()(s, tensor([3]));
    expect([next.a.item(), next.b.item()]).toEqual([4, 6]);
    for (const use of [
      () => s.a.data(),
      () => s.a.add(1),
      () => s.a.item(),
      () => s.a.slice(0),
      () => step()(s, tensor([1])),
      () => compile((x: Tensor) => x.neg())(s.a),
    ]) {
      expect(use).toThrow(/donated to a compiled call as argument 0\.a/);
    }
    expect(String(s.b)).toBe("Tensor float32[1] (donated)");
  });

  test("the same tensor twice, or a view, is refused and stays usable", () => {
    const a = tensor([1]);
    expect(() => step()({ a, b: a }, tensor([1]))).toThrow("argument 0.a and as argument 0.b");
    expect(() => step()({ a, b: tensor([2]) }, a)).toThrow("argument 0.a, which is donated, and as input 2");
    expect(() => step()({ a: tensor([[1], [2]]).slice(0), b: tensor([2]) }, tensor([1]))).toThrow("got a view as argument 0.a");
    expect(a.item()).toBe(1);
  });
});

describe("errors", () => {
  const x = tensor([1, 2]);
  test("branching on a traced value explains what to use", () => {
    for (const f of [
      (a: Tensor) => ((a.sum() as unknown as number) > 0 ? a : a.neg()),
      (a: Tensor) => (a.sum().item() > 0 ? a : a.neg()),
      (a: Tensor) => tensor(a.data().length),
      (a: Tensor) => tensor(a.rows().length + a.read().length),
    ]) {
      expect(() => compile(f)(x)).toThrow(/traced float32\[2?\] inside compile.*where\(condition, a, b\).*loop or scan/);
    }
  });

  test("a traced value kept outside is refused later", () => {
    let kept: Tensor | undefined;
    compile((a: Tensor) => (kept = a.add(1)))(x);
    expect(() => kept!.add(1)).toThrow(/belonged to the tracing of compile.*return it from the function/);
  });

  test("wrong options, dtypes and results", () => {
    expect(() => compile((a: Tensor) => a, { donates: [0] } as never)).toThrow('unknown option "donates"');
    expect(() => compile((a: Tensor) => a, { donate: ["x"] } as never)).toThrow("expected a list of argument numbers");
    expect(() => compile((a: Tensor) => a)(tensor([1], { dtype: "int8" }))).toThrow("got dtype int8 at argument 0");
    expect(() => compile((a: Tensor) => a, { donate: [1] })(x)).toThrow("got donate [1] and 1 arguments");
    expect(() => compile(async (a: Tensor) => a)(x) as unknown).toThrow("promise");
    expect(() => compile((a: Tensor) => a, { engine: "cuda" })(x)).toThrow(/got "cuda"; expected one of .*reference/);
    expect(() => compile((a: Tensor) => a, { engine: "refrence" })(x)).toThrow('did you mean "reference"?');
  });

  test("an error in the function leaves nothing behind", () => {
    const f = compile((a: Tensor) => a.matmul(a));
    expect(() => f(tensor([[1, 2, 3]]))).toThrow("matmul: got shapes [1, 3] and [1, 3]; the inner extents 3 and 1 differ");
    expect(f(tensor([[2]])).item()).toBe(4);
    expect(tensor([1]).add(1).item()).toBe(2);
  });

  test("shape errors show both shapes and the operation", () => {
    expect(() => x.add(tensor([1, 2, 3]))).toThrow(/^add: got shapes \[2\] and \[3\]/);
    expect(() => x.reshape([3])).toThrow(/^reshape: got float32\[2\]; expected 3 elements/);
    expect(() => x.sum(1)).toThrow("got axis 1 for a tensor of 1 axis");
    expect(() => x.permute([0, 0])).toThrow("each axis once");
    expect(() => t.concat([x, tensor([[1]])])).toThrow("concat: got float32[2] and float32[1, 1]");
    expect(() => t.conv2d(t.zeros([1, 3, 4, 4]), t.zeros([2, 2, 3, 3]))).toThrow("divisible by groups");
    expect(() => x.take(tensor([5], { dtype: "int32" }))).toThrow("index 5 is outside 0 … 1");
    expect(() => x.take(tensor([0.5]))).toThrow("expected integers");
    expect(() => t.ones([0]).max()).toThrow("at least one element");
    expect(() => t.narrow(x, 0, 0.5, 2)).toThrow("narrow: got 0.5 … 2 for axis 0 of shape [2]; expected whole numbers");
    for (const size of [0, 1.5, -1]) expect(() => t.split(x, size)).toThrow(`split: got ${size}; expected a whole number ≥ 1`);
    expect(() => t.split(x, [0.5, 1.5])).toThrow("split: got 0.5,1.5; expected");
    expect(() => t.tile(x, [1.5])).toThrow("tile: got shape [1.5]; expected a list of whole numbers");
    expect(() => t.oneHot(tensor([0], { dtype: "int32" }), 1.5)).toThrow("oneHot: got shape [1.5]");
    expect(() => x.slice([0.5, null, -1])).toThrow("slice: got position 0.5 for axis 0; expected a whole number");
  });
});
