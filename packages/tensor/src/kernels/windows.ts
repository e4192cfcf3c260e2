/** fold: the sum of overlapping windows, the adjoint of reading them. */
import { Func } from "./assembler.ts";
import { Walker } from "./nest.ts";
import { I32, Op, V128 } from "./opcodes.ts";
import { storeLanes, storeVectors } from "./tile.ts";

/** (image, windows), the image filled with zeros before; windows [N, OH, OW, C, KH, KW] in row-major order. */
export function foldKernel(
  windows: readonly number[],
  image: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): Func {
  const f = new Func([I32, I32]);
  const [, C, H, W] = image as [number, number, number, number];
  const KW = windows[5]!;
  const strides = [C * H * W, stride[0]! * W, stride[1]!, H * W, dilation[0]! * W, dilation[1]!];
  const rowByRow = dilation[1] === 1;
  const axes = rowByRow ? [0, 1, 2, 3, 4] : [0, 1, 2, 3, 4, 5];
  const packed = [1, 2, 3, 4, 5].map((axis) => windows.slice(axis).reduce((a, b) => a * b, 1));
  const from = [...packed, 1];
  const walker = new Walker(f, [0, 1], [strides.map((s) => 4 * s), from.map((s) => 4 * s)], windows);
  walker.over(axes, () => {
    if (!rowByRow) addLanes(f, 0, 1);
    else for (let at = 0; at < KW; at += 4) addLanes(f, 4 * at, Math.min(4, KW - at));
    return [0, 0];
  });
  return f;
}

/** The same for images [N, H, W, C] and windows [N, OH, OW, KH, KW, C]: runs of channels side by side. */
export function foldChannelsLast(
  windows: readonly number[],
  image: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): Func {
  const f = new Func([I32, I32]);
  const [, H, W, C] = image as [number, number, number, number];
  const KW = windows[4]!;
  const joined = dilation[1] === 1;
  const strides = [H * W * C, stride[0]! * W * C, stride[1]! * C, dilation[0]! * W * C, dilation[1]! * C];
  const from = [0, 1, 2, 3, 4].map((axis) => windows.slice(axis + 1).reduce((a, b) => a * b, 1));
  const walker = new Walker(f, [0, 1], [strides.map((s) => 4 * s), from.map((s) => 4 * s)], windows.slice(0, 5));
  const run = joined ? KW * C : C;
  // Both sums of a pair before its stores, or the two do not join.
  const sums = [f.local(V128), f.local(V128)];
  walker.over(joined ? [0, 1, 2, 3] : [0, 1, 2, 3, 4], () => {
    const paired = run - (run % 8);
    for (let at = 0; at < paired; at += 8) {
      for (const u of [0, 1]) {
        addition(f, 4 * at + 16 * u);
        f.set(sums[u]!);
      }
      storeVectors(f, 0, 2, 4, (u) => f.get(sums[u]!), 4 * at);
    }
    for (let at = paired; at < run; at += 4) addLanes(f, 4 * at, Math.min(4, run - at));
    return [0, 0];
  });
  return f;
}

function addLanes(f: Func, offset: number, lanes: number): void {
  if (lanes === 1) {
    f.get(0);
    f.get(0);
    f.memory(Op.f32Load, offset);
    f.get(1);
    f.memory(Op.f32Load, offset);
    f.op(Op.f32Add);
    f.memory(Op.f32Store, offset);
    return;
  }
  storeLanes(f, 0, () => addition(f, offset), offset, lanes);
}

function addition(f: Func, offset: number): void {
  f.get(0);
  f.memory(Op.vLoad, offset);
  f.get(1);
  f.memory(Op.vLoad, offset);
  f.op(Op.f32x4Add);
}
