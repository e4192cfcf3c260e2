/** Joining must not make units read each other in a circle: a norm over all gradients computed before they are used (found by a PPO update). */
import { describe, expect, it } from "vitest";
import { compile, tensor, tree, valueAndGrad, type Tensor } from "../src/index.ts";

const numbers = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.fround((((i + 1) * 7919 * seed) % 1009) / 1009 - 0.5)),
    { shape },
  );

interface Layer {
  readonly w: Tensor;
  readonly b: Tensor;
}
interface Parameters {
  readonly policy: readonly Layer[];
  readonly value: readonly Layer[];
}

describe.each([16, 36, 100])("two networks of width %i", (width) => {
  const layer = (from: number, to: number, seed: number): Layer => ({ w: numbers([from, to], seed), b: numbers([to], seed + 1) });
  const parameters: Parameters = { policy: [layer(4, width, 3), layer(width, 2, 5)], value: [layer(4, width, 11), layer(width, 1, 13)] };
  const moments = tree.map((leaf: Tensor) => leaf.zerosLike(), parameters);
  const network = (layers: readonly Layer[], x: Tensor): Tensor =>
    x.matmul(layers[0]!.w).add(layers[0]!.b).relu().matmul(layers[1]!.w).add(layers[1]!.b);
  const loss = (all: Parameters, x: Tensor, y: Tensor): Tensor =>
    network(all.policy, x)
      .logSoftmax(1)
      .narrow(1, 0, 1)
      .squeeze(1)
      .mul(y)
      .mean()
      .neg()
      .add(network(all.value, x).squeeze(1).sub(y).square().mean());
  /** Adam, with the norm of all gradients taken before they are used. */
  const step = (all: Parameters, state: { count: Tensor; means: Parameters; squares: Parameters }, x: Tensor, y: Tensor): unknown => {
    const { value, gradient } = valueAndGrad((own: Parameters) => loss(own, x, y))(all);
    const slopes = tree.leaves<Tensor>(gradient);
    const norm = slopes
      .map((slope) => slope.square().sum())
      .reduce((a, b) => a.add(b))
      .sqrt();
    const count = state.count.add(1);
    const correction = (beta: number): Tensor => count.cast("float32").mul(Math.log(beta)).expm1().neg();
    const [means, squares] = [tree.leaves<Tensor>(state.means), tree.leaves<Tensor>(state.squares)];
    const next = tree.leaves<Tensor>(all).map((leaf, i) => {
      const mean = means[i]!.mul(0.9).add(slopes[i]!.mul(0.1));
      const square = squares[i]!.mul(0.999).add(slopes[i]!.mul(slopes[i]!).mul(0.001));
      const size = correction(0.9).reciprocal().mul(0.01);
      // An ε that rounding cannot turn: gradients near 0 must not become steps of full length.
      const scale = square.sqrt().div(correction(0.999).sqrt()).add(1);
      return { mean, square, moved: leaf.sub(mean.div(scale).mul(size)) };
    });
    return { norm, value, next, count };
  };
  it("gives the reference's numbers", () => {
    const [x, y] = [numbers([64, 4], 17), numbers([64], 19)];
    const [reference, wasm] = ["reference", "wasm"].map((engine) =>
      tree.entries<Tensor>(
        compile(step, { engine })(parameters, { count: tensor(Int32Array.of(0)).reshape([]), means: moments, squares: moments }, x, y),
      ),
    );
    reference!.forEach(([path, expected], i) => {
      const got = wasm![i]![1].read() as Float32Array;
      const largest = Math.max(...(expected.read() as Float32Array).map(Math.abs));
      (expected.read() as Float32Array).forEach((value, k) => expect(Math.abs(value - got[k]!), path).toBeLessThanOrEqual(1e-5 * largest));
    });
  });
});
