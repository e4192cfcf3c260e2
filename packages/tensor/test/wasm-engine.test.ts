/** What the engine contract does not say: programs are shared, memory is freed and its end is an error, code can be looked at, int32 products, wide products. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { Graph, Node } from "../src/graph.ts";
import { arange, compile, conv2d, grad, inspect, tensor, zeros, type Tensor } from "../src/index.ts";
import { wideState } from "../src/wasm/detect.ts";
import { createWasmEngine, wasmEngine } from "../src/wasm/engine.ts";
import { choosePanels } from "../src/kernels/gemm.ts";
import { Heap } from "../src/wasm/heap.ts";
import { relativeError } from "./golden.ts";

const input = (...shape: number[]): Node => ({ op: "input", inputs: [], attributes: { shape, dtype: "float32" }, shape, dtype: "float32" });

/** Numbers from −0.6 to 0.4 without a pattern. */
function numbers(shape: number[], factor: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_v, i) => ((i * 7919 * factor) % 1013) / 1013 - 0.6),
    { shape },
  );
}

describe("programs", () => {
  test("equal graphs are one program", () => {
    const graph = (): Graph => ({
      nodes: [input(3), { op: "neg", inputs: [0], attributes: {}, shape: [3], dtype: "float32" }],
      inputs: [0],
      outputs: [1],
      donated: [],
    });
    expect(wasmEngine.compile(graph())).toBe(wasmEngine.compile(graph()));
  });

  test("inspect shows kernels, the memory plan and the module as text", () => {
    const text = String(
      inspect((x: Tensor, w: Tensor, b: Tensor) => x.matmul(w).add(b).tanh().mean(), [zeros([8, 4]), zeros([4, 16]), zeros([16])]),
    );
    for (const part of ["dot 8×16×4", "reduce add·tanh·sum", "bytes of shared scratch", "(module", "f32x4.mul", "v128.store"])
      expect(text).toContain(part);
  });

  test("a size that no memory holds is an error that says so, and the engine stays usable", () => {
    const engine = createWasmEngine("small");
    const n = 1 << 30;
    const program = engine.compile({
      nodes: [input(n), { op: "sum", inputs: [0], attributes: { axes: [0] }, shape: [], dtype: "float32" }],
      inputs: [0],
      outputs: [1],
      donated: [],
    });
    expect(() => program.run([new Float32Array(1)])).toThrow(/could not get 4096\.\d MiB for intermediate results; .* reference engine/);
    expect(compile((x: Tensor) => x.sum(), { engine })(tensor([1, 2, 3])).item()).toBe(6);
  });

  test("float64 programs are served, exactly as the reference does", () => {
    const x = tensor(Float64Array.of(0.1, 0.2, 0.3));
    expect(compile((t: Tensor) => t.exp().sum())(x).item()).toBe(x.exp().sum().item());
  });

  test.each([false, true])("products of every edge equal float32 sums in order of k, to the bit; for joined pairs: %s", (wide) => {
    onTestFinished(() => void (wideState.enabled = false));
    wideState.enabled = wide;
    for (const [M, N, K] of [
      [1, 1, 1],
      [2, 3, 5],
      [7, 13, 5],
      [5, 31, 9],
      [64, 2, 64],
      [2, 70, 64],
      [19, 3, 10],
      [43, 4, 7],
      [9, 1, 5],
      [1, 11, 6],
      [13, 12, 70],
      [101, 28, 260],
      [33, 1, 300],
      [260, 20, 6],
      [130, 91, 130],
      [64, 70, 128],
      [50, 101, 120],
    ] as const) {
      const a = Float32Array.from({ length: M * K }, (_v, i) => Math.fround(((i * 7919) % 997) / 301 - 1.6));
      const b = Float32Array.from({ length: K * N }, (_v, i) => Math.fround(((i * 104729) % 991) / 299 - 1.7));
      const expected = new Float32Array(M * N);
      for (let i = 0; i < M; i++)
        for (let j = 0; j < N; j++) {
          let sum = 0;
          for (let k = 0; k < K; k++) sum = Math.fround(sum + Math.fround(a[i * K + k]! * b[k * N + j]!));
          expected[i * N + j] = sum;
        }
      const left = tensor(a, { shape: [M, K] });
      const right = tensor(b, { shape: [K, N] });
      const run = compile((x: Tensor, y: Tensor) => [
        x.matmul(y),
        x.transpose().add(0).transpose().matmul(y),
        x.matmul(y.transpose().add(0).transpose()),
      ]);
      for (const result of run(left, right)) expect(result.read()).toEqual(expected);
    }
  });

  test.each([2, 3, 4, 5, 6, 7, 8, 9])(
    "sums and maxima over rows of %i have one order, however many rows there are, to the bit",
    (width) => {
      const fround = Math.fround;
      for (const rows of [4, 12, 13, 16, 40]) {
        const x = Float32Array.from({ length: rows * width }, (_v, i) => fround(((i * 7919) % 997) / 301 - 1.6));
        x.set([-0, -Infinity, Infinity, NaN].slice(0, width), rows > 12 ? width : 0);
        x.fill(-0, 2 * width, 3 * width);
        const sums = new Float32Array(rows);
        const maxima = new Float32Array(rows).fill(-Infinity);
        for (let row = 0; row < rows; row++) {
          // Four vectors of partial sums, of 0 where the row has ended.
          const at = (k: number): number => (k < width ? fround(0 + x[row * width + k]!) : 0);
          const lane = (l: number): number => fround(fround(at(l) + at(l + 4)) + fround(at(l + 8) + at(l + 12)));
          sums[row] = fround(fround(lane(0) + lane(2)) + fround(lane(1) + lane(3)));
          for (let k = 0; k < width; k++) maxima[row] = Math.max(maxima[row]!, x[row * width + k]!);
        }
        const run = compile((t: Tensor) => [t.sum(1), t.max(1), t.reshape([1, rows, width]).mul(1).sum(2), t.mul(-1).neg().max(1)]);
        const [sum, max, batched, behind] = run(tensor(x, { shape: [rows, width] })).map((t) => t.reshape([rows]).read());
        expect([sum, max, batched, behind], `${rows} rows`).toEqual([sums, maxima, sums, maxima]);
      }
    },
  );

  test("gradients of a convolution's weights add up over images each of whose windows is more than a cache holds", () => {
    const [x, w] = [numbers([3, 8, 48, 48], 1), numbers([5, 8, 3, 3], 3)];
    const slope = (image: Tensor, weights: Tensor): Tensor => grad((v: Tensor) => conv2d(image, v).square().sum())(weights);
    const [actual, expected] = ["wasm", "reference"].map((engine) => compile(slope, { engine })(x, w).read());
    expect(relativeError(actual!, [...expected!])).toBeLessThan(1e-5);
  });

  test("windows in the order of channels and windows with channels last do not share a kernel, however equal their numbers", () => {
    const windows = { stride: [3, 3], dilation: [2, 1] } as const;
    const folds = (a: Tensor, b: Tensor): Tensor[] => [
      a
        .matmul(b)
        .reshape([1, 1, 1, 4, 1, 3])
        .fold({ ...windows, kernel: [1, 3] }, [1, 5]),
      a
        .neg()
        .matmul(b)
        .reshape([1, 1, 1, 1, 3, 4])
        .fold({ ...windows, kernel: [3, 4] }, [5, 4]),
    ];
    const args = [tensor([[1]]), numbers([1, 12], 1)] as const;
    const [actual, expected] = ["wasm", "reference"].map((engine) => compile(folds, { engine })(...args).map((x) => x.toArray()));
    expect(actual).toEqual(expected);
  });

  test("positions of windows along columns and along rows do not share a kernel, however equal their numbers", () => {
    const both = (image: Tensor, weights: Tensor): Tensor[] => {
      const narrow = image.slice("..., :3");
      return [conv2d(narrow, weights), conv2d(narrow.permute([0, 1, 3, 2]), weights)];
    };
    const whole = (...shape: number[]): Tensor =>
      arange(shape.reduce((a, b) => a * b, 1))
        .reshape(shape)
        .cast("float32");
    const args = [whole(1, 2, 8, 10), whole(4, 2, 1, 1)] as const;
    const [actual, expected] = ["wasm", "reference"].map((engine) => compile(both, { engine })(...args).map((x) => x.toArray()));
    expect(actual).toEqual(expected);
  });

  test("panels of a product cover its columns", () => {
    for (const wide of [true, false])
      for (const M of [1, 2, 3, 23, 64, 300])
        for (let N = 1; N < 100; N++) {
          const columns = choosePanels(M, N, wide).reduce((sum, { vectors, count }) => sum + 4 * vectors * count, 0);
          expect(columns).toBeGreaterThanOrEqual(N);
          expect(columns).toBeLessThan(N + 8);
        }
  });
});

describe("memory", () => {
  test("the image of a convolution's gradient, filled block by block, leaves what lies behind it", () => {
    const [y, w, slopes] = [numbers([16, 1, 41, 41], 7), numbers([2, 1, 3, 3], 5), numbers([16, 2, 39, 39], 11)];
    const kept = (x: Tensor): [Tensor, Tensor] => {
      const gap = x.cumsum(0);
      return [gap, gap.cumsum(1)];
    };
    // The image takes the place of the first sum, in front of the second.
    const run = compile((x: Tensor, v: Tensor, slope: Tensor) => {
      const [, behind] = kept(x);
      const late = slope.add(behind.sum().mul(0));
      return [grad((image: Tensor) => conv2d(image, v).mul(late).sum())(x), behind];
    });
    expect(run(y, w, slopes)[1]!.read()).toEqual(compile((x: Tensor) => kept(x)[1])(y).read());
  });

  test("released regions are used again and joined; growth keeps contents", () => {
    const heap = new Heap();
    const regions = Array.from({ length: 8 }, (_v, i) => heap.allocate(1000, `region ${i}`));
    const first = regions[0]!.address;
    expect(new Set(regions.map(({ address }) => address)).size).toBe(8);
    for (const { address } of regions) expect(address % 64).toBe(0);
    heap.f32[regions[7]!.address / 4] = 42;
    for (const region of regions.slice(0, 7)) heap.release(region);
    expect(heap.allocate(7000, "all seven").address).toBe(first);
    heap.allocate(64 * 1048576, "more than there was");
    expect(heap.f32[regions[7]!.address / 4]).toBe(42);
    expect(heap.usedBytes).toBe(1024 + 7040 + 64 * 1048576);
  });
});
