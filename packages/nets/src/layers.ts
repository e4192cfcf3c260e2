/** Layers. */
import {
  avgPool2d,
  conv2d,
  elu,
  gelu,
  leakyRelu,
  logSoftmax,
  maxPool2d,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh,
  type ConvOptions,
  type Pair,
  type PoolOptions,
  type Tensor,
} from "@rl/tensor";
import { fanInUniform, uniform, zeros, type Initializer } from "./initializers.ts";
import { sequential, type Network } from "./network.ts";
import { checkKeys } from "@rl/math/options";
import type { RandomStream } from "./random-stream.ts";

const ACTIVATIONS: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  identity: (x: Tensor): Tensor => x,
  tanh,
  relu,
  elu: (x: Tensor): Tensor => elu(x),
  silu,
  gelu,
  sigmoid,
  softplus,
  leakyRelu: (x: Tensor): Tensor => leakyRelu(x),
  softmax: (x: Tensor): Tensor => softmax(x),
  logSoftmax: (x: Tensor): Tensor => logSoftmax(x),
};

export type ActivationName =
  | "identity"
  | "tanh"
  | "relu"
  | "elu"
  | "silu"
  | "gelu"
  | "sigmoid"
  | "softplus"
  | "leakyRelu"
  | "softmax"
  | "logSoftmax";
/** A name or any function of a tensor. */
export type Activation = ActivationName | ((x: Tensor) => Tensor);

export function activationFunction(activation: Activation): (x: Tensor) => Tensor {
  if (typeof activation === "function") return activation;
  const found = ACTIVATIONS[activation];
  if (!found)
    throw new TypeError(
      `activation: got "${String(activation)}"; expected one of ${Object.keys(ACTIVATIONS).join(", ")}, or a function of a tensor; choose one`,
    );
  return found;
}

export interface LinearParams {
  /** [inputs, outputs]. */
  readonly weight: Tensor;
  /** [outputs]; absent without bias. */
  readonly bias?: Tensor;
}

export interface LinearOptions {
  /** Default: U(±1/√inputs), as in PyTorch. */
  readonly weight?: Initializer;
  /** Default: U(±1/√inputs), as in PyTorch; false for no bias. */
  readonly bias?: Initializer | false;
}

function positive(where: string, name: string, n: number): void {
  if (!Number.isInteger(n) || n < 1) throw new TypeError(`${where}: got ${String(n)} ${name}; expected a whole number ≥ 1; correct it`);
}

/** y = x·weight + bias over the last axis: [B, inputs] → [B, outputs]. */
export function linear(inputs: number, outputs: number, options: LinearOptions = {}): Network<LinearParams> {
  checkKeys("linear", options, ["weight", "bias"]);
  positive("linear", "inputs", inputs);
  positive("linear", "outputs", outputs);
  const bound = 1 / Math.sqrt(inputs);
  const weight = options.weight ?? fanInUniform();
  const bias = options.bias ?? uniform(-bound, bound);
  const name = `linear ${inputs} → ${outputs}`;
  const outputShape = (input: readonly number[]): readonly number[] => {
    if (input.at(-1) !== inputs)
      throw new TypeError(
        `${name}: got an input of shape [${["B", ...input].join(", ")}]; expected ${inputs} as the last extent; build the network for these inputs, or flatten them before`,
      );
    return [...input.slice(0, -1), outputs];
  };
  return {
    name,
    init: (rng) => ({
      weight: weight([inputs, outputs], rng.fork("weight")),
      ...(bias ? { bias: bias([outputs], rng.fork("bias")) } : {}),
    }),
    apply(params, x) {
      const y = x.matmul(params.weight);
      return params.bias ? y.add(params.bias) : y;
    },
    outputShape,
    layers: (input) => [{ name, output: outputShape(input), parameters: inputs * outputs + (bias ? outputs : 0) }],
  };
}

/** An elementwise function, or softmax over the last axis, as a layer without parameters. */
export function activation(kind: Activation): Network<Record<string, never>> {
  const f = activationFunction(kind);
  return withoutParameters(typeof kind === "string" ? kind : kind.name || "activation", f, (input) => input);
}

function withoutParameters(
  name: string,
  f: (x: Tensor) => Tensor,
  outputShape: (input: readonly number[]) => readonly number[],
): Network<Record<string, never>> {
  return {
    name,
    init: () => ({}),
    apply: (_params, x) => f(x),
    outputShape,
    layers: (input) => [{ name, output: outputShape(input), parameters: 0 }],
  };
}

export interface MlpOptions {
  /** Between layers; default "tanh". */
  readonly activation?: Activation;
  /** After the last layer; default "identity". */
  readonly outputActivation?: Activation;
  /** Weights of all layers but the last; default U(±1/√inputs). */
  readonly weight?: Initializer;
  /** Weights of the last layer; default: as `weight`. */
  readonly outputWeight?: Initializer;
  /** Biases of all layers; default U(±1/√inputs), zeros where `weight` is given; false for none. */
  readonly bias?: Initializer | false;
}

/** Linear layers of the given sizes [inputs, …hidden, outputs] with an activation between them. Parameters: a list of { weight, bias }. */
export function mlp(sizes: readonly number[], options: MlpOptions = {}): Network<readonly LinearParams[]> {
  checkKeys("mlp", options, ["activation", "outputActivation", "weight", "outputWeight", "bias"]);
  if (sizes.length < 2)
    throw new TypeError(`mlp: got sizes [${sizes.join(", ")}]; expected at least inputs and outputs; write [inputs, …hidden, outputs]`);
  const bias = options.bias ?? (options.weight ? zeros() : undefined);
  const between = activationFunction(options.activation ?? "tanh");
  const last = activationFunction(options.outputActivation ?? "identity");
  const parts = sizes.slice(1).map((outputs, i) => {
    const weight = i === sizes.length - 2 ? (options.outputWeight ?? options.weight) : options.weight;
    return linear(sizes[i]!, outputs, { ...(weight ? { weight } : {}), ...(bias !== undefined ? { bias } : {}) });
  });
  const name = `mlp ${sizes.join(" → ")}`;
  const chain = sequential(...(parts as never[])) as unknown as Network<readonly LinearParams[]>;
  return {
    name,
    init: chain.init,
    apply: (params, x) => parts.reduce((value, part, i) => (i === parts.length - 1 ? last : between)(part.apply(params[i]!, value)), x),
    outputShape: chain.outputShape,
    layers(input) {
      const lines = chain.layers(input);
      const label = (kind: Activation): string =>
        kind === "identity" ? "" : `, ${typeof kind === "string" ? kind : kind.name || "activation"}`;
      return lines.map((line, i) => ({
        ...line,
        name: line.name + label(i === lines.length - 1 ? (options.outputActivation ?? "identity") : (options.activation ?? "tanh")),
      }));
    },
  };
}

export interface ConvLayerOptions extends ConvOptions, LinearOptions {
  readonly kernel: Pair;
}

const both = (value: Pair): readonly [number, number] => (typeof value === "number" ? [value, value] : value);

/** Convolution of images [B, C, H, W] with weight [outputs, inputs/groups, KH, KW]; see conv2d of @rl/tensor. */
export function conv(inputs: number, outputs: number, options: ConvLayerOptions): Network<LinearParams> {
  checkKeys("conv", options, ["kernel", "stride", "padding", "dilation", "groups", "weight", "bias"]);
  positive("conv", "inputs", inputs);
  positive("conv", "outputs", outputs);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  positive("conv", "groups", groups);
  if (inputs % groups !== 0 || outputs % groups !== 0)
    throw new TypeError(
      `conv: got ${inputs} inputs, ${outputs} outputs and ${groups} groups; expected groups that divide both; change one of the three`,
    );
  const kernel = both(options.kernel);
  const shape = [outputs, inputs / groups, ...kernel];
  const count = shape.reduce((a, b) => a * b, 1);
  const bound = 1 / Math.sqrt(count / outputs);
  const bias = options.bias ?? uniform(-bound, bound);
  const weight = options.weight ?? fanInUniform();
  const name = `conv ${inputs} → ${outputs}, ${kernel.join("×")}`;
  const outputShape = (input: readonly number[]): readonly number[] => {
    if (input.length !== 3 || input[0] !== inputs)
      throw new TypeError(
        `${name}: got an input of shape [${["B", ...input].join(", ")}]; expected [B, ${inputs}, H, W]; add the batch axis with .unsqueeze(0) or reorder with .permute`,
      );
    return [outputs, ...windowCounts(name, input, kernel, both(stride), both(padding), both(dilation))];
  };
  return {
    name,
    init: (rng: RandomStream) => ({
      weight: weight(shape, rng.fork("weight")),
      ...(bias ? { bias: bias([outputs], rng.fork("bias")) } : {}),
    }),
    apply: (params, x) => conv2d(x, params.weight, params.bias, { stride, padding, dilation, groups }),
    outputShape,
    layers: (input) => [{ name, output: outputShape(input), parameters: count + (bias ? outputs : 0) }],
  };
}

function windowCounts(
  name: string,
  input: readonly number[],
  kernel: readonly number[],
  stride: readonly number[],
  padding: readonly number[],
  dilation: readonly number[],
): number[] {
  const counts = [0, 1].map((i) => Math.floor((input[i + 1]! + 2 * padding[i]! - dilation[i]! * (kernel[i]! - 1) - 1) / stride[i]!) + 1);
  if (input.length !== 3 || !counts.every((count) => count >= 1))
    throw new TypeError(
      `${name}: got an input of shape [${["B", ...input].join(", ")}]; expected [B, C, H, W] with room for a window; give larger images, padding or a smaller kernel`,
    );
  return counts;
}

function pooling(name: string, f: (x: Tensor, options: PoolOptions) => Tensor, options: PoolOptions): Network<Record<string, never>> {
  checkKeys(name, options, ["kernel", "stride", "padding", "dilation"]);
  const kernel = both(options.kernel);
  const counts = (input: readonly number[]): number[] =>
    windowCounts(name, input, kernel, both(options.stride ?? kernel), both(options.padding ?? 0), both(options.dilation ?? 1));
  return withoutParameters(
    `${name} ${kernel.join("×")}`,
    (x) => f(x, options),
    (input) => [input[0]!, ...counts(input)],
  );
}

/** Largest element of each window. */
export const maxPool = (options: PoolOptions): Network<Record<string, never>> => pooling("max pool", maxPool2d, options);
/** Mean of each window. */
export const avgPool = (options: PoolOptions): Network<Record<string, never>> => pooling("mean pool", avgPool2d, options);

/** [B, …] → [B, product]. */
export const flatten = (): Network<Record<string, never>> =>
  withoutParameters(
    "flatten",
    (x) => x.reshape([x.shape[0]!, -1]),
    (input) => [input.reduce((a, b) => a * b, 1)],
  );
