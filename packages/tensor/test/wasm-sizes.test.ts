/**
 * Products and convolutions of sizes at which the engine changes its ways: blocks of rows, of k and of images, packed panels, turned results. Random programs
 * are too small for that. Each operation is judged by itself (agreement.ts).
 */
import { Generator } from "@rl/random";
import { expect, test } from "vitest";
import { trace } from "../src/compile/compile.ts";
import { conv2d, grad, tensor, type Tensor } from "../src/index.ts";
import { optimize } from "../src/passes/optimize.ts";
import { wasmEngine } from "../src/wasm/engine.ts";
import { disagreement } from "./agreement.ts";
import { sample } from "./sample.ts";

/** Larger ones take the reference too long. */
const MOST_PRODUCTS = 4e6;

class Draw {
  private readonly rng: Generator;

  constructor(seed: number) {
    this.rng = new Generator(seed);
  }
  choose<T>(list: readonly T[]): T {
    return list[this.rng.integers(0, list.length)]!;
  }
  chance(p: number): boolean {
    return this.rng.random() < p;
  }
  numbers(...shape: number[]): Tensor {
    const size = shape.reduce((a, b) => a * b, 1);
    return tensor(
      Float32Array.from({ length: size }, () => this.rng.standardNormal()),
      { shape },
    );
  }
}

/** What is wrong with a function of these arguments, or undefined. */
function wrong(f: (...args: Tensor[]) => Tensor[], args: readonly Tensor[]): string | undefined {
  const { graph } = trace(f as (...args: never[]) => unknown, args, {}, "sizes");
  return disagreement(wasmEngine, { graph: optimize(graph), inputs: args.map((x) => x.read()) });
}

test("products, of operands as they are and turned, one or several", () => {
  for (let seed = 0; seed < sample(24, 80); seed++) {
    const d = new Draw(seed);
    const [M, N, K] = [
      d.choose([1, 2, 5, 7, 16, 33, 100, 260, 600, 1500]),
      d.choose([1, 3, 4, 6, 8, 17, 31, 64, 130, 300]),
      d.choose([1, 3, 8, 16, 65, 128, 300, 1000, 3000]),
    ];
    if (M * N * K > MOST_PRODUCTS) continue;
    const batch = d.choose([[], [], [3]]);
    const turn = batch.length > 0 ? [0, 2, 1] : [1, 0];
    const [left, right, result] = [d.chance(0.5), d.chance(0.5), d.chance(0.3)];
    const a = left ? d.numbers(...batch, K, M) : d.numbers(...batch, M, K);
    const b = right ? d.numbers(...batch, N, K) : d.numbers(...batch, K, N);
    const product = (x: Tensor, y: Tensor): Tensor[] => {
      const c = (left ? x.permute(turn) : x).matmul(right ? y.permute(turn) : y);
      return [result ? c.permute(turn).mul(1.5) : c];
    };
    expect(wrong(product, [a, b]), `seed ${seed}: ${[...batch, M, N, K].join("×")}, turned ${left} ${right} ${result}`).toBeUndefined();
  }
});

test("gradients of convolutions for images, also with channels last, and for weights", () => {
  for (let seed = 0; seed < sample(24, 80); seed++) {
    const d = new Draw(seed);
    const groups = d.choose([1, 1, 2]);
    const [images, channels, out] = [d.choose([1, 2, 3, 5]), groups * d.choose([1, 3, 4, 8]), groups * d.choose([1, 2, 4, 5])];
    const [height, width] = [d.choose([8, 20, 41, 64]), d.choose([9, 21, 48, 84])];
    const [rows, columns] = [d.choose([1, 3, 4]), d.choose([1, 3, 4])];
    const options = {
      stride: [d.choose([1, 1, 2, 3]), d.choose([1, 1, 2])] as const,
      padding: [d.choose([0, 1]), d.choose([0, 2])] as const,
      dilation: [d.choose([1, 1, 2]), d.choose([1, 1, 2])] as const,
      groups,
    };
    if (images * channels * out * rows * columns * height * width > groups * MOST_PRODUCTS) continue;
    const last = d.chance(0.4);
    const slope = (x: Tensor, w: Tensor): Tensor[] =>
      grad((both: Tensor[]) =>
        conv2d(last ? both[0]!.permute([0, 3, 1, 2]) : both[0]!, both[1]!, null, options)
          .square()
          .mean(),
      )([x, w]) as Tensor[];
    const image = last ? [images, height, width, channels] : [images, channels, height, width];
    const args = [d.numbers(...image), d.numbers(out, channels / groups, rows, columns)];
    const shapes = args.map(({ shape }) => `[${shape.join(", ")}]`).join(" ");
    expect(wrong(slope, args), `seed ${seed}: ${shapes} channels last ${last} ${JSON.stringify(options)}`).toBeUndefined();
  }
});
