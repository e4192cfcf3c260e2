/**
 * dot: matrix product. [M, K] × [K, N] → [M, N], or batched [B, M, K] × [B, K, N] → [B, M, N]; float32, float64, int32 (wraps).
 *
 * C[b,m,n] = Σ_k A[b,m,k]·B[b,k,n], in increasing order of k. Reference: float64 accumulator, rounded once. K = 0 gives zeros.
 * Transposed operands, shared batches and window unfoldings arrive as permute, broadcast, reshape and unfold nodes in front of a dot: engines
 * read through them as index maps and need not copy.
 */
import type { Node } from "../graph.ts";
import { dotShape } from "../kernels/dot.ts";
import type { Emitter, Level, Lowering, Value, Step } from "../kernels/rules.ts";
import { gemm, scratchBytes } from "../kernels/gemm.ts";
import { type Operand, broadcastView, through } from "../kernels/views.ts";
import { windowDot } from "../kernels/window-products.ts";
import { expectCount, expectDType, misuse, type Primitive } from "./primitive.ts";
import { sizeOf } from "../shape.ts";

export const dot: Primitive = {
  name: "dot",
  infer(inputs) {
    expectCount("dot", inputs, 2);
    expectDType("dot", inputs, 0, ["float32", "float64", "int32"]);
    const a = inputs[0]!;
    const b = inputs[1]!;
    const rank = a.shape.length;
    const fits =
      a.dtype === b.dtype &&
      (rank === 2 || rank === 3) &&
      b.shape.length === rank &&
      a.shape[rank - 1] === b.shape[rank - 2] &&
      (rank === 2 || a.shape[0] === b.shape[0]);
    if (!fits) throw misuse("dot", inputs, "[M, K] and [K, N], or [B, M, K] and [B, K, N], of one dtype");
    return { shape: [...a.shape.slice(0, rank - 1), b.shape[rank - 1]!], dtype: a.dtype };
  },
  evaluate(inputs, out, { inputTypes, type }) {
    const a = inputs[0]!;
    const b = inputs[1]!;
    const rank = type.shape.length;
    const batches = rank === 3 ? type.shape[0]! : 1;
    const M = type.shape[rank - 2]!;
    const N = type.shape[rank - 1]!;
    const K = inputTypes[0]!.shape[rank - 1]!;
    const row = new Float64Array(N);
    const integer = type.dtype === "int32";
    for (let batch = 0; batch < batches; batch++) {
      for (let m = 0; m < M; m++) {
        row.fill(0);
        for (let k = 0; k < K; k++) {
          const factor = a[(batch * M + m) * K + k]!;
          const at = (batch * K + k) * N;
          if (integer) for (let n = 0; n < N; n++) row[n] = (row[n]! + Math.imul(factor, b[at + n]!)) | 0;
          else for (let n = 0; n < N; n++) row[n] = row[n]! + factor * b[at + n]!;
        }
        out.set(row, (batch * M + m) * N);
      }
    }
  },
  /** ∂A = ∂C·Bᵀ, ∂B = Aᵀ·∂C. */
  gradient({ inputs, cotangent, needs }) {
    const [a, b] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
    const swap = a!.shape.length === 3 ? [0, 2, 1] : [1, 0];
    return [needs[0] ? cotangent.matmul(b!.permute(swap)) : undefined, needs[1] ? a!.permute(swap).matmul(cotangent) : undefined];
  },
  flops: ({ inputTypes, type }) => 2 * sizeOf(type.shape) * inputTypes[0]!.shape.at(-1)!,
  wasm: {
    kind: "kernel",
    lower(to, node, inputs) {
      const made = (to.hasWindows ? windowDot(to, node) : undefined) ?? outerProduct(to, node, inputs);
      if (made) return made;
      const forward = inputs.map((operand) => to.forward(operand));
      return to.add("dot", forward, node.attributes, node);
    },
    scratch: (value, settings) => scratchBytes(dotShape(value, settings)),
    emit: emitDot,
  },
};

/** A product over a single k is elementwise work, which may join its readers; the sum that starts at 0 makes of −0 a 0. */
function outerProduct(to: Lowering, node: Node, inputs: readonly Operand[]): Operand | undefined {
  if (inputs[0]!.shape.at(-1) !== 1 || node.dtype !== "float32") return undefined;
  const stretched = (operand: Operand): Operand => through(operand.value, broadcastView(operand, node.shape));
  const product = to.add("mul", inputs.map(stretched), {}, node);
  const zero = to.constant({ shape: [], dtype: "float32" }, new Float32Array(1), 0);
  return to.add("add", [product, stretched(zero)], {}, node);
}

function emitDot(e: Emitter, level: Level, step: Step, value: Value): void {
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
  const pointers = e.pointers(level, a, b, value.id);
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
