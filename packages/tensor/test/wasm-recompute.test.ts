/** Fewer bytes for the same bits: large values computed again where they are read, results in the place of operands, sums that stay in locals. */
import { Generator } from "@rl/random";
import { describe, expect, test } from "vitest";
import { trace } from "../src/compile/compile.ts";
import { batchNorm, compile, grad, inspect, relu, tensor, zeros, type Tensor } from "../src/index.ts";
import { optimize } from "../src/passes/optimize.ts";
import { WasmEngine, wasmEngine } from "../src/wasm/engine.ts";
import { disagreement } from "./agreement.ts";
import { hashOfProgram, programOf } from "./program-run.ts";
import { randomUpdate } from "./random-updates.ts";

type Step = (x: Tensor, ...args: Tensor[]) => Tensor[];

const rng = new Generator(5);
const normals = (...shape: number[]): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, () => rng.standardNormal()),
    { shape },
  );
};

/** Kernels over the elements of `shape`, and how many arrays of that size the program keeps at once beside its arguments. */
function large(step: Step, shape: readonly number[], args: readonly Tensor[]): { kernels: string[]; arrays: number } {
  const { code } = inspect(step, args, { engine: "wasm" });
  const kernels = code.slice(code.indexOf("\n"), code.indexOf("memory:")).split("\n");
  const bytes = Number(/memory: (\d+)/.exec(code)![1]);
  return {
    kernels: kernels.filter((name) => name.includes(` ${shape.join("×")}`)).map((name) => name.trim()),
    arrays: Math.floor(bytes / (4 * shape.reduce((a, b) => a * b, 1))),
  };
}

/** What is wrong with the engine's numbers. */
function wrong(step: Step, args: readonly Tensor[]): string | undefined {
  const { graph } = trace(step, args, {}, "recompute");
  return disagreement(wasmEngine, { graph: optimize(graph), inputs: args.map((x) => x.read()) });
}

describe("batch normalisation with relu behind it, channels last", () => {
  const shape = (images: number): number[] => [images, 32, 64 / (images === 1 ? 4 : 1), 16];
  const args = (images: number): Tensor[] => [normals(...shape(images)), normals(16), normals(16), normals(...shape(images))];
  const layer = (x: Tensor, weight: Tensor, bias: Tensor): Tensor => relu(batchNorm(x.permute([0, 3, 1, 2]), weight, bias));
  const slopes: Step = (x, weight, bias, cotangent) =>
    grad((all: Tensor[]) =>
      layer(all[0]!, all[1]!, all[2]!)
        .mul(cotangent.permute([0, 3, 1, 2]))
        .sum(),
    )([x, weight, bias]) as Tensor[];

  test("large: two sums over x, one pass for the sums of the gradient, one for what it is, and nothing stored between them", () => {
    const { kernels, arrays } = large(slopes, shape(8), args(8));
    expect(kernels).toEqual([
      "reduce sum 8×32×64×16 → 16",
      "reduce sub·mul·sum 8×32×64×16 → 16",
      "map sum·sub·mul·add·less·select 8×32×64×16",
      "map sub·mul·add·less·select 8×32×64×16",
    ]);
    // The result.
    expect(arrays).toBe(1);
  });
  test("small: what is computed once stays in the cache", () => {
    const { arrays } = large(slopes, shape(1), args(1));
    expect(arrays).toBeGreaterThan(1);
  });
  test("has the numbers that its operations have one by one, and the bits that it has with x − mean stored", () => {
    expect(wrong(slopes, args(8))).toBeUndefined();
    const given = args(8);
    const also: Step = (x, ...rest) => [...slopes(x, ...rest), x.sub(x.mean([0, 1, 2], true))];
    const [alone, beside] = [slopes, also].map((step) => (compile(step) as Step)(given[0]!, ...given.slice(1)).map((t) => t.read()));
    expect(large(also, shape(8), given).arrays).toBeGreaterThan(1);
    alone!.forEach((numbers, i) => expect(Buffer.from(numbers.buffer).equals(Buffer.from(beside![i]!.buffer))).toBe(true));
  });
});

describe("factors of the derivative of tanh, read behind two products", () => {
  const args = [normals(1024, 64), normals(64, 64)];
  const slopes: Step = (x, w) => {
    const h = x.tanh();
    const [less, more] = [h.neg().add(1), h.add(1)];
    const first = h.matmul(w!).mul(less).mul(less.mul(more));
    return [first.matmul(w!).mul(less.mul(more)).add(less)];
  };
  test("are made of tanh wherever they are read", () => {
    const { code } = inspect(slopes, args, { engine: "wasm" });
    const stored = [...code.matchAll(/^ {2}(\w+) float32\[1024, 64\] at arena/gm)].map(([, op]) => op);
    expect(stored).toEqual(["tanh", "dot", "mul", "dot", "add"]);
  });
  test("have the numbers that the operations have one by one", () => expect(wrong(slopes, args)).toBeUndefined());
});

test("a large value is stored where computing it again costs more: exp, four operands for one, or a sum of another order", () => {
  const shape = [512, 1024];
  const readTwice =
    (make: (...args: Tensor[]) => Tensor): Step =>
    (...args) => {
      const value = make(...args);
      return [value.sum(0), value.sub(value.mean(0)).abs().max(0)];
    };
  const sizes = (step: Step, count: number): number =>
    large(
      step,
      shape,
      Array.from({ length: count }, () => zeros(shape)),
    ).arrays;
  expect(
    sizes(
      readTwice((a) => a.add(1).mul(a)),
      1,
    ),
  ).toBe(0);
  expect(
    sizes(
      readTwice((a) => a.exp()),
      1,
    ),
  ).toBe(1);
  expect(
    sizes(
      readTwice((a, b, c, d) => a.add(b!).add(c!).add(d!)),
      4,
    ),
  ).toBe(1);
  const inner: Step = (a) => {
    const value = a.add(1).mul(a);
    return [value.sum(), value.sub(value.mean(0)).abs().max(0)];
  };
  expect(sizes(inner, 1)).toBe(1);
});

test("100 random programs have the same bits where values of any size are computed again", () => {
  const again = new WasmEngine("again", { recomputeFrom: 0 });
  let changed = 0;
  for (let seed = 0; seed < 100; seed++) {
    // Training steps have most values that can be.
    const program = seed % 2 === 0 ? programOf(seed) : randomUpdate(seed);
    const [usual, other] = [wasmEngine, again].map((engine) => engine.compile(program.graph).describe?.());
    if (usual !== other) changed++;
    expect(hashOfProgram(again, program), `seed ${seed}`).toBe(hashOfProgram(wasmEngine, program));
  }
  expect(changed).toBeGreaterThan(40);
});

test("an elementwise result takes the place of a product that nothing reads afterwards", () => {
  const args = [normals(64, 32), normals(32, 128), normals(128)];
  const dense: Step = (x, w, b) => [relu(x.matmul(w!).add(b!)).matmul(w!.permute([1, 0]))];
  const { code } = inspect(dense, args, { engine: "wasm" });
  const places = ["dot", "relu"].map((op) => new RegExp(` ${op} float32\\[64, 128\\] at (.*)`).exec(code)![1]);
  expect(places[0]).toBe(places[1]);
  expect(wrong(dense, args)).toBeUndefined();
  // Read in another order, it stays until all of it is read.
  const turned: Step = (x, w) => {
    const product = x.matmul(w!);
    return [
      product
        .add(product.permute([1, 0]))
        .exp()
        .matmul(x),
    ];
  };
  expect(wrong(turned, [normals(24, 24), normals(24, 24)])).toBeUndefined();
});

test.each([8, 16, 24, 32, 40])("sums over rows of %i elements made beside what they sum: row by row, to the bit", (width) => {
  const [rows, x, b] = [37, normals(37, width), normals(width)];
  const step: Step = (t, bias) => {
    const y = t.mul(bias!);
    return [y, y.sum(0), y.mul(t).sum(0)];
  };
  expect(inspect(step, [x, b], { engine: "wasm" }).code).toContain(`map sum·mul ${rows}×${width}`);
  const [y, sum, squares] = (compile(step) as Step)(x, b).map((t) => t.read() as Float32Array);
  const [numbers, factors] = [x.read() as Float32Array, b.read() as Float32Array];
  for (let c = 0; c < width; c++) {
    let [expected, other] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const at = row * width + c;
      const product = Math.fround(numbers[at]! * factors[c]!);
      expect(y![at]).toBe(product);
      expected = Math.fround(expected + product);
      other = Math.fround(other + Math.fround(product * numbers[at]!));
    }
    expect([sum![c], squares![c]]).toEqual([expected, other]);
  }
});

test.each([8, 16, 24, 32, 40])(
  "the same over rows of %i elements with an operand whose columns lie side by side, behind long chains of instructions",
  (width) => {
    const rows = 32;
    const step: Step = (t, turned) => {
      const y = t
        .add(turned!.permute([1, 0]))
        .tanh()
        .exp();
      return [y, y.sum(0)];
    };
    const args = [normals(rows, width), normals(width, rows)] as const;
    expect(inspect(step, [...args], { engine: "wasm" }).code).toContain(`map sum·add·tanh·exp ${rows}×${width}`);
    const [y, sum] = (compile(step) as Step)(...args).map((t) => t.read() as Float32Array);
    for (let c = 0; c < width; c++) {
      let expected = 0;
      for (let row = 0; row < rows; row++) expected = Math.fround(expected + y![row * width + c]!);
      expect(sum![c]).toBe(expected);
    }
  },
);

test("sums over no rows are zero, whatever the memory held before", () => {
  const run = compile((x: Tensor) => {
    const y = x.add(1);
    return [y, y.sum(0)];
  });
  const used = compile((x: Tensor) => [x.add(1).matmul(x).exp()]);
  used(normals(64, 64));
  expect([...run(zeros([0, 16]))[1]!.read()]).toEqual(new Array<number>(16).fill(0));
});
