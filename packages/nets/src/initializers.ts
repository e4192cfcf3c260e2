/**
 * Starting values of parameters. An initialiser is a function of a shape and a random stream; the same stream gives the same bits everywhere.
 *
 * Weights of linear layers are [inputs, outputs], those of convolutions [outputs, inputs/groups, KH, KW]. fanIn is the number of inputs that reach one output,
 * fanOut the number of outputs that one input reaches.
 */
import { tensor, type Tensor } from "@rl/tensor";
import { fillOrthonormal } from "./orthogonal.ts";
import type { RandomStream } from "./random-stream.ts";

export type Initializer = (shape: readonly number[], rng: RandomStream) => Tensor;

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Inputs per output and outputs per input of a weight's shape. */
export function fans(shape: readonly number[]): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length < 2)
    throw new TypeError(
      `initialiser: got shape [${shape.join(", ")}]; expected a weight with at least two axes; give biases zeros() or uniform(low, high)`,
    );
  if (shape.length === 2) return { fanIn: shape[0]!, fanOut: shape[1]! };
  const field = sizeOf(shape.slice(2));
  return { fanIn: shape[1]! * field, fanOut: shape[0]! * field };
}

function draw(shape: readonly number[], next: () => number): Tensor {
  const data = new Float32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = next();
  return tensor(data, { shape });
}

/** One value everywhere. */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    draw(shape, () => value);

/** Zeros. */
export const zeros = (): Initializer => constant(0);

/** Equally likely anywhere in [low, high). */
export const uniform =
  (low: number, high: number): Initializer =>
  (shape, rng) =>
    draw(shape, () => low + (high - low) * rng.random());

/** Normal with mean 0. */
export const normal =
  (std: number): Initializer =>
  (shape, rng) =>
    draw(shape, () => std * rng.standardNormal());

/** U(±bound) with bound = gain·√(6/(fanIn + fanOut)). Glorot and Bengio 2010. */
export function xavierUniform(gain = 1): Initializer {
  return (shape, rng) => {
    const { fanIn, fanOut } = fans(shape);
    const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
    return uniform(-bound, bound)(shape, rng);
  };
}

/** N(0, std²) with std = gain·√(2/(fanIn + fanOut)). Glorot and Bengio 2010. */
export function xavierNormal(gain = 1): Initializer {
  return (shape, rng) => {
    const { fanIn, fanOut } = fans(shape);
    return normal(gain * Math.sqrt(2 / (fanIn + fanOut)))(shape, rng);
  };
}

/** U(±bound) with bound = gain·√(3/fanIn); gain √2 suits ReLU. He et al. 2015. */
export function kaimingUniform(gain: number = Math.SQRT2): Initializer {
  return (shape, rng) => {
    const bound = gain * Math.sqrt(3 / fans(shape).fanIn);
    return uniform(-bound, bound)(shape, rng);
  };
}

/** N(0, std²) with std = gain/√fanIn; gain √2 suits ReLU. He et al. 2015. */
export function kaimingNormal(gain: number = Math.SQRT2): Initializer {
  return (shape, rng) => normal(gain / Math.sqrt(fans(shape).fanIn))(shape, rng);
}

/** U(±1/√fanIn): PyTorch's default for the weights of linear and convolutional layers. */
export function fanInUniform(): Initializer {
  return (shape, rng) => {
    const bound = 1 / Math.sqrt(fans(shape).fanIn);
    return uniform(-bound, bound)(shape, rng);
  };
}

/**
 * gain times a random matrix with orthonormal columns (or rows, whichever are fewer), equally likely among all of them: the Q of the QR decomposition of a
 * normal matrix, with signs that make R's diagonal positive. Saxe et al. 2014. More than two axes: all but the first count as one.
 */
export function orthogonal(gain = 1): Initializer {
  return (shape, rng) => {
    if (shape.length < 2)
      throw new TypeError(
        `orthogonal: got shape [${shape.join(", ")}]; expected at least two axes; use zeros() or uniform(low, high) for biases`,
      );
    const rows = shape[0]!;
    const columns = sizeOf(shape.slice(1));
    const few = Math.min(rows, columns);
    const many = Math.max(rows, columns);
    const data = new Float32Array(rows * columns);
    const [vectorStride, positionStride] = rows < columns ? [columns, 1] : [1, columns];
    fillOrthonormal({ data, vectorStride, positionStride, gain }, few, many, rng);
    return tensor(data, { shape });
  };
}
