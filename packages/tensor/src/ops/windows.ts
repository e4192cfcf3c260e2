/** Convolution and pooling over images [N, C, H, W]. Numbers stand for both directions: stride 2 is [2, 2]. */
import { checkKeys } from "@rl/math/options";
import { apply } from "../apply.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { asFloat, asTensor, checkList, named } from "./common.ts";

export type Pair = number | readonly [number, number];

/** How windows are laid over an image. */
export interface WindowOptions {
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly dilation?: Pair;
}

const WINDOW_KEYS = ["kernel", "stride", "dilation"];

function both(name: string, key: string, value: Pair, least: number): readonly [number, number] {
  const two: readonly [number, number] = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(two) || two.length !== 2 || two.some((n) => !Number.isInteger(n) || n < least))
    throw new TypeError(
      `${name}: got ${key} ${String(value)}; expected a whole number ≥ ${least} or two of them [vertical, horizontal]; correct it`,
    );
  return two;
}

function image(name: string, x: TensorLike): Tensor {
  const t = asFloat(name, x);
  if (t.rank !== 4)
    throw new TypeError(`${name}: got shape [${t.shape.join(", ")}]; expected an image batch [N, C, H, W]; add axes with .unsqueeze(axis)`);
  return t;
}

function padImage(x: Tensor, padding: readonly [number, number], value: number): Tensor {
  const widths = [0, 0, ...padding];
  return x.padWith(widths, widths, [0, 0, 0, 0], value);
}

/** Sliding windows: [N, C, H, W] → [N, OH, OW, C, KH, KW]. */
export function unfold(x: TensorLike, options: WindowOptions): Tensor {
  checkKeys("unfold", options, WINDOW_KEYS);
  const kernel = both("unfold", "kernel", options.kernel, 1);
  const stride = both("unfold", "stride", options.stride ?? 1, 1);
  const dilation = both("unfold", "dilation", options.dilation ?? 1, 1);
  return apply("unfold", [image("unfold", x)], { kernel, stride, dilation });
}

/** The adjoint of unfold: adds windows [N, OH, OW, C, KH, KW] up into images [N, C, …size]. */
export function fold(x: Tensor, options: WindowOptions, size: readonly number[]): Tensor {
  checkKeys("fold", options, WINDOW_KEYS);
  checkList("fold", "size", size);
  const kernel = both("fold", "kernel", options.kernel, 1);
  const stride = both("fold", "stride", options.stride ?? 1, 1);
  const dilation = both("fold", "dilation", options.dilation ?? 1, 1);
  return apply("fold", [x], { kernel, stride, dilation, size: [...size] });
}

export interface ConvOptions {
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
}

/**
 * Cross-correlation, as all deep-learning libraries mean by convolution. x [N, C, H, W], weight [O, C/groups, KH, KW], bias [O] → [N, O, OH, OW],
 * OH = ⌊(H + 2·padding − dilation·(KH − 1) − 1)/stride⌋ + 1.
 */
export function conv2d(x: TensorLike, weight: TensorLike, bias?: TensorLike | null, options: ConvOptions = {}): Tensor {
  checkKeys("conv2d", options, ["stride", "padding", "dilation", "groups"]);
  const [t, w] = sameDType(image("conv2d", x), image("conv2d", weight));
  const groups = options.groups ?? 1;
  const padding = both("conv2d", "padding", options.padding ?? 0, 0);
  const [N, C] = t.shape as [number, number, number, number];
  const [O, CG, KH, KW] = w.shape as [number, number, number, number];
  if (!Number.isInteger(groups) || groups < 1 || C !== CG * groups || O % groups !== 0) {
    throw new TypeError(
      `conv2d: got x [${t.shape.join(", ")}], weight [${w.shape.join(", ")}] and groups ${String(groups)}; expected weight [O, C/groups, KH, KW] with O and C = ${C} divisible by groups; check the order of axes or groups`,
    );
  }
  const windows = unfold(padImage(t, padding, 0), { kernel: [KH, KW], stride: options.stride ?? 1, dilation: options.dilation ?? 1 });
  const [, OH, OW] = windows.shape as [number, number, number, number, number, number];
  const P = N * OH * OW;
  const K = CG * KH * KW;
  let y: Tensor;
  if (groups === 1)
    y = windows
      .reshape([P, K])
      .matmul(w.reshape([O, K]).transpose())
      .reshape([N, OH, OW, O]);
  else {
    const left = windows.reshape([P, groups, K]).permute([1, 0, 2]);
    const right = w.reshape([groups, O / groups, K]).permute([0, 2, 1]);
    y = left.matmul(right).permute([1, 0, 2]).reshape([N, OH, OW, O]);
  }
  if (bias !== undefined && bias !== null) {
    const b = asTensor("conv2d", bias);
    if (b.rank !== 1 || b.shape[0] !== O)
      throw new TypeError(`conv2d: got bias [${b.shape.join(", ")}]; expected [${O}], one per output channel; reshape it`);
    y = y.add(b);
  }
  return named("conv2d", y.permute([0, 3, 1, 2]));
}

function sameDType(a: Tensor, b: Tensor): [Tensor, Tensor] {
  return a.dtype === b.dtype ? [a, b] : [a.cast("float64"), b.cast("float64")];
}

export interface PoolOptions {
  readonly kernel: Pair;
  /** The kernel's size unless given. */
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
}

function pool(name: string, x: TensorLike, options: PoolOptions, fill: number): Tensor {
  checkKeys(name, options, ["kernel", "stride", "padding", "dilation"]);
  const padding = both(name, "padding", options.padding ?? 0, 0);
  const kernel = both(name, "kernel", options.kernel, 1);
  if (padding[0] * 2 > kernel[0] || padding[1] * 2 > kernel[1])
    throw new TypeError(
      `${name}: got padding [${padding.join(", ")}] and kernel [${kernel.join(", ")}]; expected padding of at most half the kernel; pad the image with .pad(…) for more`,
    );
  return unfold(padImage(image(name, x), padding, fill), { kernel, stride: options.stride ?? kernel, dilation: options.dilation ?? 1 });
}

/** The largest element of each window; outside the image counts as −∞. */
export function maxPool2d(x: TensorLike, options: PoolOptions): Tensor {
  return named("maxPool2d", pool("maxPool2d", x, options, -Infinity).max([4, 5]).permute([0, 3, 1, 2]));
}

/** The mean of each window; elements outside the image count as 0. */
export function avgPool2d(x: TensorLike, options: PoolOptions): Tensor {
  return named("avgPool2d", pool("avgPool2d", x, options, 0).mean([4, 5]).permute([0, 3, 1, 2]));
}
