/** Convolution and pooling over images [N, C, H, W]. Numbers stand for both directions: stride 2 is [2, 2]. */
import { checkKeys } from "@rl/math/options";
import { asFloat, checkList, lifted } from "./common.ts";
import { Linear } from "./linear.ts";
import type { Like } from "./value.ts";

export type Pair = number | readonly [number, number];

/** How windows are laid over an image. */
export interface WindowOptions {
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly dilation?: Pair;
}

export interface ConvOptions {
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
}

export interface PoolOptions {
  readonly kernel: Pair;
  /** The kernel's size unless given. */
  readonly stride?: Pair;
  readonly padding?: Pair;
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

function image<T extends Linear>(name: string, x: T): T {
  if (x.rank !== 4)
    throw new TypeError(`${name}: got shape [${x.shape.join(", ")}]; expected an image batch [N, C, H, W]; add axes with .unsqueeze(axis)`);
  return asFloat(x);
}

function padImage<T extends Linear>(x: T, padding: readonly [number, number], value: number): T {
  const widths = [0, 0, ...padding];
  return x.padWith(widths, widths, [0, 0, 0, 0], value);
}

export abstract class Windows extends Linear {
  /** Sliding windows: [N, C, H, W] → [N, OH, OW, C, KH, KW]. */
  unfold(options: WindowOptions): this {
    checkKeys("unfold", options, WINDOW_KEYS);
    const kernel = both("unfold", "kernel", options.kernel, 1);
    const stride = both("unfold", "stride", options.stride ?? 1, 1);
    const dilation = both("unfold", "dilation", options.dilation ?? 1, 1);
    return this.bind("unfold", [image("unfold", this)], { kernel, stride, dilation });
  }

  /** The adjoint of unfold: adds windows [N, OH, OW, C, KH, KW] up into images [N, C, …size]. */
  fold(options: WindowOptions, size: readonly number[]): this {
    checkKeys("fold", options, WINDOW_KEYS);
    checkList("fold", "size", size);
    const kernel = both("fold", "kernel", options.kernel, 1);
    const stride = both("fold", "stride", options.stride ?? 1, 1);
    const dilation = both("fold", "dilation", options.dilation ?? 1, 1);
    return this.bind("fold", [this], { kernel, stride, dilation, size: [...size] });
  }

  /**
   * Convolution of images; cross-correlation, as all deep-learning libraries mean by it. This [N, C, H, W], weight [O, C/groups, KH, KW], bias [O] →
   * [N, O, OH, OW], OH = ⌊(H + 2·padding − dilation·(KH − 1) − 1)/stride⌋ + 1.
   */
  conv2d(weight: Like<this>, bias?: Like<this> | null, options: ConvOptions = {}): this {
    checkKeys("conv2d", options, ["stride", "padding", "dilation", "groups"]);
    const [t, w] = sameDType(image("conv2d", this), image("conv2d", lifted("conv2d", this, weight)));
    const groups = options.groups ?? 1;
    const padding = both("conv2d", "padding", options.padding ?? 0, 0);
    const [N, C] = t.shape as [number, number, number, number];
    const [O, CG, KH, KW] = w.shape as [number, number, number, number];
    if (!Number.isInteger(groups) || groups < 1 || C !== CG * groups || O % groups !== 0) {
      throw new TypeError(
        `conv2d: got x [${t.shape.join(", ")}], weight [${w.shape.join(", ")}] and groups ${String(groups)}; expected weight [O, C/groups, KH, KW] with O and C = ${C} divisible by groups; check the order of axes or groups`,
      );
    }
    const windows = padImage(t, padding, 0).unfold({ kernel: [KH, KW], stride: options.stride ?? 1, dilation: options.dilation ?? 1 });
    const [, OH, OW] = windows.shape as [number, number, number, number, number, number];
    const P = N * OH * OW;
    const K = CG * KH * KW;
    let y: this;
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
      const b = lifted("conv2d", this, bias);
      if (b.rank !== 1 || b.shape[0] !== O)
        throw new TypeError(`conv2d: got bias [${b.shape.join(", ")}]; expected [${O}], one per output channel; reshape it`);
      y = y.add(b);
    }
    return y.permute([0, 3, 1, 2]).named("conv2d");
  }

  /** The largest element of each window; outside the image counts as −∞. */
  maxPool2d(options: PoolOptions): this {
    return pool("maxPool2d", this, options, -Infinity).max([4, 5]).permute([0, 3, 1, 2]).named("maxPool2d");
  }

  /** The mean of each window; elements outside the image count as 0. */
  avgPool2d(options: PoolOptions): this {
    return pool("avgPool2d", this, options, 0).mean([4, 5]).permute([0, 3, 1, 2]).named("avgPool2d");
  }
}

const sameDType = <T extends Linear>(a: T, b: T): [T, T] => (a.dtype === b.dtype ? [a, b] : [a.cast("float64"), b.cast("float64")]);

function pool<T extends Windows>(name: string, x: T, options: PoolOptions, fill: number): T {
  checkKeys(name, options, ["kernel", "stride", "padding", "dilation"]);
  const padding = both(name, "padding", options.padding ?? 0, 0);
  const kernel = both(name, "kernel", options.kernel, 1);
  if (padding[0] * 2 > kernel[0] || padding[1] * 2 > kernel[1])
    throw new TypeError(
      `${name}: got padding [${padding.join(", ")}] and kernel [${kernel.join(", ")}]; expected padding of at most half the kernel; pad the image with .pad(…) for more`,
    );
  const padded = padImage(image(name, x), padding, fill);
  return padded.unfold({ kernel, stride: options.stride ?? kernel, dilation: options.dilation ?? 1 });
}
