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
    // Given symbols the function itself runs; without arguments there are none.
    expect(calls).toBe(count === 0 ? 1 : 2);
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

  test("an argument that is undefined is not one that is left out", () => {
    const f = compile((...args: unknown[]) => tensor(args.length));
    expect([f(), f(undefined), f(undefined, undefined), f(undefined), f()].map((x) => x.item())).toEqual([0, 1, 2, 1, 0]);
  });

  test("typed arrays are arguments as they are, read anew at each call", () => {
    const f = compile((x: Tensor) => x.mul(2));
    const array = Float32Array.of(1, 2);
    expect(f(array as never).toArray()).toEqual([2, 4]);
    array[0] = 10;
    expect(f(array as never).toArray()).toEqual([20, 4]);
    expect(f(Int32Array.of(1) as never).dtype).toBe("int32");
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

describe("engines", () => {
  test("are known by name, and the default can be set", () => {
    expect(t.availableEngines()).toContain("reference");
    const before = t.defaultEngine();
    const { engine, graphs } = counting();
    t.setDefaultEngine(engine);
    compile((x: Tensor) => x.neg())(tensor(1));
    t.setDefaultEngine(before);
    expect(graphs.length).toBe(1);
    expect(() => t.setDefaultEngine("nowhere")).toThrow('got "nowhere"');
  });

  /** An engine with memory of its own, in which results of donated arguments and uploads live. */
  function remote(name: string): Engine {
    const make = (data: t.TypedArray, dtype: t.DType): t.EngineBuffer => ({
      engine,
      dtype,
      length: data.length,
      alive: true,
      read: () => data.slice(),
    });
    const engine: Engine = {
      name,
      upload: (data, dtype) => make(data.slice(), dtype),
      compile(graph) {
        const program = t.referenceEngine.compile(graph);
        return {
          ...program,
          run: (inputs) =>
            program
              .run(inputs.map((x) => (ArrayBuffer.isView(x) ? x : x.read())))
              .map((x, i) => (graph.donated.length > 0 ? make(x as t.TypedArray, program.outputs[i]!.dtype) : x)),
        };
      },
    };
    return engine;
  }

  test("reading what lives on an engine as if it were local is an error that says what to call", () => {
    const engine = remote("far");
    const x = tensor([1, 2]).to(engine);
    expect(x.device).toBe("far");
    expect(() => x.data()).toThrow(/memory of engine "far".*\.read\(\).*\.to\("local"\)/);
    expect([...x.read()]).toEqual([1, 2]);
    expect(x.toArray()).toEqual([1, 2]);
    expect(x.to("local").data()).toEqual(Float32Array.of(1, 2));
    expect(x.to("reference").device).toBe("local");
    const y = x.mul(tensor([3, 4]));
    expect([y.device, y.toArray()]).toEqual(["far", [3, 8]]);
    expect(y.reshape([2, 1]).slice(1).item()).toBe(8);
    x.add_(1);
    expect([x.device, x.toArray()]).toEqual(["far", [2, 3]]);
  });

  test("mixing engines is an error that names both", () => {
    const [a, b] = [tensor([1]).to(remote("one")), tensor([1]).to(remote("two"))];
    expect(() => a.add(b)).toThrow(/engine "two"; expected one of engine "one".*\.to\("one"\)/);
    expect(() => compile((x: Tensor) => x, { engine: "reference" })(a)).toThrow(/engine "one"; expected one of engine "reference"/);
  });

  test("donated state lives on the engine between calls", () => {
    const engine = remote("far");
    const f = compile((s: Tensor) => s.add(1), { engine, donate: [0] });
    const once = f(tensor([1]));
    expect(once.device).toBe("far");
    const twice = f(once);
    expect(twice.toArray()).toEqual([3]);
    expect(() => once.read()).toThrow("donated");
  });

  test("gradients pass through to()", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    x.to(remote("far")).square().sum().backward();
    expect(x.grad!.toArray()).toEqual([2, 4]);
  });
});
