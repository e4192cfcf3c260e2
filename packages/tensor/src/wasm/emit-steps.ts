/** Which kernels compute a step: sums and products have files of their own, the rest is here. */
import { sizeOf, splitAt } from "../primitives/primitive.ts";
import type { DType } from "../dtype.ts";
import type { Func } from "./assembler.ts";
import { isElementwise } from "./elementwise.ts";
import { argmaxKernel, cumsumKernel, randomBitsKernel } from "./scans.ts";
import { scatterAlongKernel, scatterKernel, takeAlongKernel, takeKernel } from "./moves.ts";
import { plainStrides } from "./nest.ts";
import type { Step } from "./plan.ts";
import { foldChannelsLast, foldKernel } from "./windows.ts";
import type { Emitter, Level } from "./emit.ts";
import { emitLoop } from "./emit-loop.ts";
import { emitMap, emitReduce } from "./emit-elementwise.ts";
import { emitDot, emitWindows } from "./emit-products.ts";

const word = new DataView(new ArrayBuffer(4));
function bitsOf(value: number, dtype: DType): number {
  if (dtype === "float32") word.setFloat32(0, value);
  else word.setInt32(0, value);
  return word.getInt32(0);
}

export function emitStep(e: Emitter, level: Level, step: Step): void {
  const { values } = level.plan.lowered;
  const value = values[step.unit.members.at(-1)!]!;
  if (isElementwise(value.op)) return emitMap(e, level, step.unit);
  const operands = value.operands;
  const size = sizeOf(value.shape);
  const place = (): void => e.pushValue(level, value.id);
  const operand = (i: number) => (): void => e.pushOperand(level, operands[i]!);
  const inputShape = (i: number): readonly number[] => operands[i]!.shape;
  const axis = value.attributes.axis as number;
  switch (value.op) {
    case "sum":
    case "max":
      return emitReduce(e, level, step.unit, value);
    case "dot":
      return emitDot(e, level, step, value);
    case "windowDot":
    case "foldDot":
      return emitWindows(e, level, step, value);
    case "loop":
      return emitLoop(e, level, step, value);
    case "concat": {
      let before = 0;
      const strides = plainStrides(value.shape);
      operands.forEach((from, i) => {
        if (sizeOf(from.shape) > 0) {
          e.copy(
            level,
            from.shape,
            strides,
            () => e.push(level, level.plan.places[value.id]!, 4 * before * strides[axis]!),
            from.strides,
            operand(i),
          );
        }
        before += from.shape[axis]!;
      });
      return;
    }
    case "pad": {
      if (size === 0) return;
      const {
        low,
        interior,
        value: filler,
      } = value.attributes as unknown as { low: readonly number[]; interior: readonly number[]; value: number };
      e.fillValue(level, value.id, bitsOf(filler, value.dtype), size);
      if (sizeOf(inputShape(0)) === 0) return;
      const strides = plainStrides(value.shape);
      const offset = low.reduce((sum, n, i) => sum + n * strides[i]!, 0);
      const to = strides.map((stride, i) => stride * (interior[i]! + 1));
      return e.copy(
        level,
        inputShape(0),
        to,
        () => e.push(level, level.plan.places[value.id]!, 4 * offset),
        operands[0]!.strides,
        operand(0),
      );
    }
    case "argmax": {
      if (size === 0) return;
      const shape = splitAt(inputShape(0), axis);
      const dtype = values[operands[0]!.value]!.dtype;
      return e.plainCall(
        "argmax",
        `${Object.values(shape).join("×")} ${dtype}`,
        () => argmaxKernel(shape, dtype),
        [place, operand(0)],
        sizeOf(inputShape(0)),
      );
    }
    case "cumsum": {
      if (size === 0) return;
      const shape = splitAt(value.shape, axis);
      const reverse = value.attributes.reverse as boolean;
      return e.plainCall(
        "cumsum",
        `${Object.values(shape).join("×")} ${value.dtype} ${reverse}`,
        () => cumsumKernel(shape, value.dtype, reverse),
        [place, operand(0)],
        size,
      );
    }
    case "randomBits":
      if (size === 0) return;
      return e.plainCall("randomBits", `${size}`, () => randomBitsKernel(size), [place, operand(0)], size);
    case "take": {
      const { outer, extent, inner } = splitAt(inputShape(0), axis);
      const gather = { outer, extent, inner, count: sizeOf(inputShape(1)) };
      return e.gather(level, "take", gather, () => takeKernel(gather), [place, operand(0), operand(1)]);
    }
    case "takeAlong": {
      const { outer, extent, inner } = splitAt(inputShape(0), axis);
      const gather = { outer, extent, inner, count: inputShape(1)[axis]! };
      return e.gather(level, "takeAlong", gather, () => takeAlongKernel(gather), [place, operand(0), operand(1)]);
    }
    case "scatterAdd":
    case "scatterAddAlong": {
      const { outer, extent, inner } = splitAt(value.shape, axis);
      const along = value.op === "scatterAddAlong";
      const gather = { outer, extent, inner, count: along ? inputShape(1)[axis]! : sizeOf(inputShape(1)) };
      const float = value.dtype === "float32";
      if (size === 0 && gather.count * outer * inner === 0) return;
      e.copyBytes(place, operand(0), 4 * size);
      const make = (): Func => (along ? scatterAlongKernel(gather, float) : scatterKernel(gather, float));
      return e.gather(level, `${value.op}${float ? "" : "Int"}`, gather, make, [operand(2), place, operand(1)]);
    }
    case "fold": {
      if (size === 0) return;
      const attributes = value.attributes as unknown as {
        stride: readonly number[];
        dilation: readonly number[];
        channelsLast?: boolean;
      };
      e.fillValue(level, value.id, 0, size);
      const windows = inputShape(0);
      const key = `${windows.join("×")} → ${value.shape.join("×")} /${attributes.stride.join()} ${attributes.dilation.join()}${attributes.channelsLast ? " channels last" : ""}`;
      if (sizeOf(windows) === 0) return;
      return e.plainCall(
        "fold",
        key,
        () => (attributes.channelsLast ? foldChannelsLast : foldKernel)(windows, value.shape, attributes.stride, attributes.dilation),
        [place, operand(0)],
        sizeOf(windows),
      );
    }
    default:
      throw new Error(`wasm engine: the primitive "${value.op}" is not known; use the reference engine for this program`);
  }
}
