/**
 * What every engine must do. Call engineContract in a test file of the engine; all tests must pass, except those whose dtype the engine refuses with an error
 * that names the dtype.
 */
import { describe, expect, test } from "vitest";
import type { DType, TypedArray } from "../src/dtype.ts";
import type { Engine, Storage } from "../src/engine.ts";
import type { Attributes, Graph, Node, ValueType } from "../src/graph.ts";
import { compile, grad, loop, scan, tensor, where, type Tensor } from "../src/index.ts";
import { primitives } from "../src/primitives/index.ts";
import { failureOf } from "./agreement.ts";
import { goldenCases, load, operationOf, relativeError } from "./golden.ts";
import { inputNode } from "./random-maker.ts";
import { randomProgram } from "./random-programs.ts";
import { randomUpdate } from "./random-updates.ts";
import { sample } from "./sample.ts";

export interface ContractOptions {
  /** Number of random programs; default 300. */
  readonly programs?: number;
  /** Number of random training steps; default 60. */
  readonly updates?: number;
  /** Dtypes the engine serves; default all. */
  readonly dtypes?: readonly DType[];
}

const read = (storage: Storage): TypedArray => (ArrayBuffer.isView(storage) ? storage : storage.read());

/** A graph of one primitive. */
function single(op: string, types: readonly ValueType[], attributes: Attributes): Graph {
  const nodes: Node[] = types.map(inputNode);
  const type = primitives.get(op)!.infer(types, attributes);
  nodes.push({ op, inputs: types.map((_type, i) => i), attributes, shape: type.shape, dtype: type.dtype });
  return { nodes, inputs: types.map((_type, i) => i), outputs: [types.length], donated: [] };
}

export function engineContract(engine: Engine, options: ContractOptions = {}): void {
  const dtypes = options.dtypes ?? ["float32", "float64", "int32", "uint8", "bool"];
  const run = (graph: Graph, ...inputs: TypedArray[]): TypedArray[] => engine.compile(graph).run(inputs).map(read);
  const f32 = (...shape: number[]): ValueType => ({ shape, dtype: "float32" });
  const i32 = (...shape: number[]): ValueType => ({ shape, dtype: "int32" });

  describe(`engine ${engine.name}`, () => {
    test("declares the types of arguments and results", () => {
      const program = engine.compile(single("add", [f32(2, 3), f32(2, 3)], {}));
      expect(program.inputs.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual([f32(2, 3), f32(2, 3)]);
      expect(program.outputs.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual([f32(2, 3)]);
    });

    test("gives fresh results and leaves arguments alone", () => {
      const program = engine.compile(single("neg", [f32(3)], {}));
      const x = Float32Array.of(1, -2, 0);
      const first = read(program.run([x])[0]!);
      const second = read(program.run([Float32Array.of(5, 5, 5)])[0]!);
      expect([...x]).toEqual([1, -2, 0]);
      expect([...first]).toEqual([-1, 2, -0]);
      expect([...second]).toEqual([-5, -5, -5]);
      expect(first).toBeInstanceOf(Float32Array);
    });

    test("an argument, a constant or one node twice can be results; none share memory", () => {
      const nodes: Node[] = [
        { op: "input", inputs: [], attributes: { ...f32(2) }, ...f32(2) },
        { op: "constant", inputs: [], attributes: { data: Float32Array.of(7, 8), ...f32(2) }, ...f32(2) },
        { op: "add", inputs: [0, 1], attributes: {}, ...f32(2) },
      ];
      const x = Float32Array.of(1, 2);
      const program = engine.compile({ nodes, inputs: [0], outputs: [0, 1, 2, 2], donated: [] });
      const results = program.run([x]).map(read);
      expect(results.map((r) => [...r])).toEqual([
        [1, 2],
        [7, 8],
        [8, 10],
        [8, 10],
      ]);
      results.forEach((r) => r.fill(0));
      expect([...x]).toEqual([1, 2]);
      expect(program.run([x]).map((r) => [...read(r)])).toEqual([
        [1, 2],
        [7, 8],
        [8, 10],
        [8, 10],
      ]);
    });

    test("shapes without elements", () => {
      expect(run(single("exp", [f32(0, 3)], {}), new Float32Array(0))[0]!.length).toBe(0);
      expect([...run(single("sum", [f32(0, 3)], { axes: [0] }), new Float32Array(0))[0]!]).toEqual([0, 0, 0]);
      expect([...run(single("max", [f32(2, 0)], { axes: [1] }), new Float32Array(0))[0]!]).toEqual([-Infinity, -Infinity]);
      expect([...run(single("dot", [f32(2, 0), f32(0, 3)], {}), new Float32Array(0), new Float32Array(0))[0]!]).toEqual([0, 0, 0, 0, 0, 0]);
      expect([...run(single("pad", [f32(0)], { low: [1], high: [2], interior: [3], value: 0 }), new Float32Array(0))[0]!]).toEqual([
        0, 0, 0,
      ]);
    });

    test("an index out of range is an error that names it, not a wrong number; the program stays usable", () => {
      const take = engine.compile(single("take", [f32(3), i32(2)], { axis: 0 }));
      for (const bad of [3, -1, 1e9])
        expect(() => take.run([Float32Array.of(1, 2, 3), Int32Array.of(0, bad)]).map(read)).toThrow(new RegExp(`index ${bad}\\b`));
      expect([...read(take.run([Float32Array.of(1, 2, 3), Int32Array.of(2, 0)])[0]!)]).toEqual([3, 1]);
      const scatter = engine.compile(single("scatterAddAlong", [f32(2, 2), i32(1, 2), f32(1, 2)], { axis: 0 }));
      expect(() => scatter.run([new Float32Array(4), Int32Array.of(0, 2), Float32Array.of(1, 1)]).map(read)).toThrow(/index 2\b/);
    });

    test("integers wrap, divide toward zero and convert with saturation", () => {
      const low = -2147483648;
      const ints = (op: string, a: number[], b: number[]): number[] => [
        ...run(single(op, [i32(a.length), i32(b.length)], {}), Int32Array.from(a), Int32Array.from(b))[0]!,
      ];
      expect(ints("add", [2147483647, low], [1, -1])).toEqual([low, 2147483647]);
      expect(ints("mul", [65536, 3], [65536, -7])).toEqual([0, -21]);
      expect(ints("div", [7, -7, 5, low], [2, 2, 0, -1])).toEqual([3, -3, 0, low]);
      expect(ints("rem", [7, -7, 5, low], [3, 3, 0, -1])).toEqual([1, -1, 0, 0]);
      const values = Float32Array.of(2.9, -2.9, NaN, 3e9, -3e9, 300, -1);
      expect([...run(single("cast", [f32(7)], { dtype: "int32" }), values)[0]!]).toEqual([2, -2, 0, 2147483647, low, 300, -1]);
      if (dtypes.includes("uint8"))
        expect([...run(single("cast", [f32(7)], { dtype: "uint8" }), values)[0]!]).toEqual([2, 0, 0, 255, 0, 255, 0]);
      expect([...run(single("cast", [f32(4)], { dtype: "bool" }), Float32Array.of(0, -0, NaN, 0.5))[0]!]).toEqual([0, 0, 1, 1]);
    });

    test("NaN, infinities and signed zeros", () => {
      const two = (op: string, a: number[], b: number[]): number[] => [
        ...run(single(op, [f32(a.length), f32(b.length)], {}), Float32Array.from(a), Float32Array.from(b))[0]!,
      ];
      expect(two("maximum", [NaN, 1, -0, 0], [1, NaN, 0, -0])).toEqual([NaN, NaN, 0, 0]);
      expect(two("minimum", [NaN, 1, -0, 0], [1, NaN, 0, -0])).toEqual([NaN, NaN, -0, -0]);
      expect(two("less", [NaN, 1, -0], [1, NaN, 0])).toEqual([0, 0, 0]);
      expect(two("rem", [5.5, -5.5, 1, Infinity, 3], [2, 2, 0, 2, Infinity])).toEqual([1.5, -1.5, NaN, NaN, 3]);
      const one = (op: string, a: number[]): number[] => [...run(single(op, [f32(a.length)], {}), Float32Array.from(a))[0]!];
      expect(one("round", [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997])).toEqual([0, 2, 2, -0, -2, 0]);
      expect(one("relu", [NaN, -1, -0, 2])).toEqual([NaN, 0, 0, 2]);
      expect(one("sign", [NaN, -3, -0, 0, 2])).toEqual([NaN, -1, -0, 0, 1]);
      expect(one("exp", [-Infinity, Infinity, NaN, 0, 89, -104])).toEqual([0, Infinity, NaN, 1, Infinity, 0]);
      expect(one("log", [0, -1, Infinity, NaN, 1])).toEqual([-Infinity, NaN, Infinity, NaN, 0]);
      expect(one("tanh", [-Infinity, Infinity, NaN, -0, 20])).toEqual([-1, 1, NaN, -0, 1]);
      expect(one("sigmoid", [-Infinity, Infinity, NaN, 0])).toEqual([0, 1, NaN, 0.5]);
      expect(one("softplus", [-Infinity, Infinity, NaN])).toEqual([0, Infinity, NaN]);
      expect([...run(single("argmax", [f32(2, 3)], { axis: 1 }), Float32Array.of(1, NaN, 5, 2, 2, 1))[0]!]).toEqual([1, 0]);
    });

    test("random bits are Threefry-2x32's published values", () => {
      // Known answers of the Random123 distribution (kat_vectors): threefry2x32, 20 rounds, counter 0 and key 0; further words by the definition.
      const bits = run(single("randomBits", [i32(2)], { shape: [2] }), Int32Array.of(0, 0))[0]!;
      expect([...bits].map((x) => (x >>> 0).toString(16))).toEqual(["6b200159", "99ba4efe"]);
      const odd = run(single("randomBits", [i32(2)], { shape: [7] }), Int32Array.of(1, -2))[0]!;
      const even = run(single("randomBits", [i32(2)], { shape: [2, 4] }), Int32Array.of(1, -2))[0]!;
      expect([...odd]).toEqual([...even].slice(0, 7));
    });

    test("loops: carry, constants, rows, early stop, no iterations, and loops in loops", () => {
      const discounted = (rewards: Tensor, discount: Tensor): Tensor =>
        scan((sum: Tensor, r: Tensor) => [sum.mul(discount).add(r), sum.mul(discount).add(r)] as const, tensor(0), rewards)[1];
      expect(compile(discounted, { engine })(tensor([1, 2, 3]), tensor(0.5)).toArray()).toEqual([1, 2.5, 4.25]);
      const doubled = (limit: Tensor): Tensor => loop(10, (x: Tensor) => x.add(x), tensor(1), { stop: (x) => x.greater(limit) });
      expect(compile(doubled, { engine })(tensor(20)).item()).toBe(32);
      expect(compile((x: Tensor) => loop(0, (y: Tensor) => y.add(1), x), { engine })(tensor([1, 2])).toArray()).toEqual([1, 2]);
      const nested = (x: Tensor): Tensor => loop(3, (c: Tensor, i) => loop(2, (d: Tensor) => d.add(x.mul(i)).add(c), c), tensor([0, 0]));
      expect(compile(nested, { engine })(tensor([1, 2])).toArray()).toEqual([10, 20]);
    });

    test("donated arguments: results are right, in any order of use, and buffers die", () => {
      const program = (): ((state: { a: Tensor; b: Tensor }, x: Tensor) => { a: Tensor; b: Tensor }) =>
        compile((state: { a: Tensor; b: Tensor }, x: Tensor) => ({ a: state.b.add(x), b: state.a.mul(state.b) }), { engine, donate: [0] });
      let state = { a: tensor([1, 2]), b: tensor([3, 4]) };
      const step = program();
      for (let i = 0; i < 3; i++) {
        const before = state;
        state = step(state, tensor([1, 1]));
        expect(() => before.a.read()).toThrow(/donated/);
      }
      // (1,2),(3,4) → (4,5),(3,8) → (4,9),(12,40) → (13,41),(48,360)
      expect([...state.a.read()]).toEqual([13, 41]);
      expect([...state.b.read()]).toEqual([48, 360]);
    });

    test("uploaded arrays read back, and are copies", () => {
      for (const dtype of dtypes) {
        const data =
          dtype === "float64"
            ? Float64Array.of(1, 0, 1)
            : dtype === "float32"
              ? Float32Array.of(1, 0, 1)
              : dtype === "int32"
                ? Int32Array.of(1, 0, 1)
                : Uint8Array.of(1, 0, 1);
        const stored = engine.upload(data, dtype);
        data.fill(0);
        expect([...read(stored)]).toEqual([1, 0, 1]);
      }
    });

    test("sums of many terms keep float32's accuracy", () => {
      const n = 100_000;
      const x = new Float32Array(n).fill(0.1);
      expect(Math.abs(run(single("sum", [f32(n)], { axes: [0] }), x)[0]![0]! / (n * Math.fround(0.1)) - 1)).toBeLessThan(1e-5);
    });

    test("where never lets the branch not taken through, also in gradients", () => {
      const safe = (x: Tensor): Tensor => where(x.greater(0), where(x.greater(0), x, 1).log(), 0).sum();
      expect(compile(grad(safe), { engine })(tensor([2, 0, -1])).toArray()).toEqual([0.5, 0, 0]);
    });

    test("every golden case in float32", () => {
      for (const golden of goldenCases) {
        const operation = operationOf(golden.op);
        if (!operation) continue;
        const forward = (...x: Tensor[]): Tensor => operation(x, golden.attributes);
        const inputs = golden.inputs.map((input) => load(input, "float32"));
        expect(relativeError(compile(forward, { engine })(...inputs).read(), golden.output.data), golden.op).toBeLessThan(1e-5);
        const floats = inputs.filter(({ dtype }) => dtype === "float32");
        const slope = grad((x: Tensor[]) => {
          let next = 0;
          return forward(...inputs.map((input) => (input.dtype === "float32" ? x[next++]! : input)))
            .mul(load(golden.weights, "float32"))
            .sum();
        });
        compile(slope, { engine })(floats).forEach((g, i) =>
          expect(relativeError(g.read(), golden.gradients[i]!.data), `gradient of ${golden.op}`).toBeLessThan(1e-5),
        );
      }
    });

    test(`${options.programs ?? sample(120, 300)} random programs agree with the reference, operation by operation`, () => {
      for (let seed = 0; seed < (options.programs ?? sample(120, 300)); seed++) {
        const program = randomProgram(seed, {
          dtypes: dtypes.flatMap((dtype) => (dtype === "float32" ? [dtype, dtype, dtype] : [dtype])),
          donates: true,
        });
        const failure = failureOf(engine, program);
        expect(failure, `seed ${seed}: ${failure}`).toBeUndefined();
      }
    });

    test(`${options.updates ?? sample(25, 60)} random training steps agree with the reference, operation by operation`, () => {
      for (let seed = 0; seed < (options.updates ?? sample(25, 60)); seed++) {
        const update = randomUpdate(seed);
        const failure = failureOf(engine, update);
        expect(failure, `seed ${seed} (${update.parts.join(", ")}): ${failure}`).toBeUndefined();
      }
    });
  });
}
