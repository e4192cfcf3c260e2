/** Products, and products with windows of images. */
import { sizeOf } from "../primitives/primitive.ts";
import type { Func } from "./assembler.ts";
import { dotShape, windowShape } from "./dot.ts";
import { gemm } from "./gemm.ts";
import { type Operand, type Value } from "./ir.ts";
import { plainStrides } from "./nest.ts";
import { I32 } from "./opcodes.ts";
import { type Place, type Step } from "./plan.ts";
import { foldChannelsLast, foldKernel } from "./windows.ts";
import type { Emitter, Level } from "./emit.ts";

export function emitDot(e: Emitter, level: Level, step: Step, value: Value): void {
  const size = sizeOf(value.shape);
  if (size === 0) return;
  const shape = dotShape(value, e.settings);
  if (shape.K === 0) return e.fillValue(level, value.id, 0, size);
  const { M, N, K, batches, swapped } = shape;
  const [a, b] = swapped ? [value.operands[1]!, value.operands[0]!] : [value.operands[0]!, value.operands[1]!];
  const f = e.run;
  const key = `${shape.integer ? "int " : ""}${M}×${N}×${K} ${shape.rowA},${shape.stepA} ${shape.stepB},${shape.columnB}${shape.columnC ? " turned" : ""}`;
  const work = { flops: 2 * size * K, bytes: 4 * (M * K + K * N + M * N) * batches, step: "dot" };
  const scratch = (): void => e.push(level, { base: "arena", index: 0, offset: step.scratchAt });
  if (batches === 1) {
    e.call("dot", key, () => gemm(shape, e.part), () => {
      e.pushOperand(level, a);
      e.pushOperand(level, b);
      e.pushValue(level, value.id);
      scratch();
    }, work); // prettier-ignore
    return;
  }
  const pointers = [f.local(I32), f.local(I32), f.local(I32)] as const;
  e.pushOperand(level, a);
  f.set(pointers[0]);
  e.pushOperand(level, b);
  f.set(pointers[1]);
  e.pushValue(level, value.id);
  f.set(pointers[2]);
  f.repeat(batches, () => {
    e.call("dot", key, () => gemm(shape, e.part), () => {
      for (const pointer of pointers) f.get(pointer);
      scratch();
    }, work); // prettier-ignore
    f.advance(pointers[0], shape.batchA);
    f.advance(pointers[1], shape.batchB);
    f.advance(pointers[2], shape.batchC);
  });
}

/** Products with windows of images, block by block: windows are copied out of the image (windowDot) or added into it (foldDot). */
export function emitWindows(e: Emitter, level: Level, step: Step, value: Value): void {
  const f = e.run;
  const { images, blocks, rows, columns, bytes, product } = windowShape(value, e.settings);
  const [a, b] = value.operands as [Operand, Operand];
  const folding = value.op === "foldDot";
  const transposed = value.attributes.transposed === true;
  const size = sizeOf(value.shape);
  const block: Place = { base: "arena", index: 0, offset: step.scratchAt };
  const scratch: Place = { base: "arena", index: 0, offset: step.scratchAt + bytes };
  const pointers = [f.local(I32), f.local(I32), f.local(I32)] as const;
  e.pushOperand(level, a);
  f.set(pointers[0]);
  e.pushOperand(level, b);
  f.set(pointers[1]);
  e.pushValue(level, value.id);
  f.set(pointers[2]);
  if (folding || transposed) e.fillValue(level, value.id, 0, size);
  const { M, N, K } = product;
  const multiply = (from: () => void, to: () => void): void =>
    e.call("dot", `${M}×${N}×${K} ${product.rowA},${product.stepA} ${product.stepB},${product.columnB}${product.accumulate ? " added" : ""}`, () => gemm(product, e.part), () => {
      from();
      f.get(pointers[1]);
      to();
      e.push(level, scratch);
    }, { flops: 2 * M * N * K, bytes: 4 * (M * K + K * N + M * N), step: "dot" }); // prettier-ignore
  f.repeat(blocks, () => {
    if (folding) {
      const { stride, dilation, channelsLast, windows } = value.attributes as unknown as {
        stride: readonly number[];
        dilation: readonly number[];
        channelsLast: boolean;
        windows: readonly number[];
      };
      multiply(() => f.get(pointers[0]), () => e.push(level, block)); // prettier-ignore
      const part = [images, ...windows.slice(1)];
      const image = [images, ...value.shape.slice(1)];
      const make = (): Func => (channelsLast ? foldChannelsLast : foldKernel)(part, image, stride, dilation);
      const key = `${part.join("×")} → ${image.join("×")} /${stride.join()} ${dilation.join()}`;
      e.plainCall("fold", key, make, [() => f.get(pointers[2]), () => e.push(level, block)], rows * columns);
      f.advance(pointers[0], 4 * rows * K);
      f.advance(pointers[2], 4 * sizeOf(image));
      return;
    }
    const part = [images, ...a.shape.slice(1)];
    e.copy(
      level,
      part,
      plainStrides(part),
      () => e.push(level, block),
      a.strides,
      () => f.get(pointers[0]),
    );
    multiply(() => e.push(level, block), () => f.get(pointers[2])); // prettier-ignore
    f.advance(pointers[0], 4 * images * a.strides[0]!);
    if (transposed) f.advance(pointers[1], product.stepB * K);
    else f.advance(pointers[2], 4 * rows * N);
  });
}
