import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";
import { compile, tensor, type Engine, type Tensor } from "../src/index.ts";

describe("engines", () => {
  test("are known by name, and the default can be set", () => {
    expect(t.availableEngines()).toContain("reference");
    const before = t.defaultEngine();
    let compiled = 0;
    t.setDefaultEngine({ ...t.referenceEngine, name: "counting", compile: (graph) => (compiled++, t.referenceEngine.compile(graph)) });
    compile((x: Tensor) => x.neg())(tensor(1));
    t.setDefaultEngine(before);
    expect(compiled).toBe(1);
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
