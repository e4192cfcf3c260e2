/**
 * randomBits(key){shape}: key int32[2] → int32[shape]; counter-based, the same bits on every engine, no hidden state.
 *
 * Element 2i and 2i + 1 are the two words of Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011)
 * of the counter (i, 0) under the key (key[0], key[1]); an odd count drops the last word. All words are unsigned 32-bit seen as int32.
 *   k₂ = k₀ ⊕ k₁ ⊕ 0x1BD11BDA;  x₀ += k₀, x₁ += k₁;  then five groups of four rounds (x₀ += x₁; x₁ = rotl(x₁, r) ⊕ x₀) with rotations
 *   13 15 26 6 and 17 29 16 24 in turn; after group g = 1…5: x₀ += k_{g mod 3}, x₁ += k_{(g+1) mod 3} + g.
 */
import { Func } from "../kernels/assembler.ts";
import { I32, Op } from "../kernels/opcodes.ts";
import { expectCount, expectDType, misuse, type Primitive } from "./primitive.ts";
import { sizeOf } from "../shape.ts";

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

export const randomBits: Primitive = {
  name: "randomBits",
  infer(inputs, attributes) {
    expectCount("randomBits", inputs, 1);
    expectDType("randomBits", inputs, 0, ["int32"]);
    if (inputs[0]!.shape.length !== 1 || inputs[0]!.shape[0] !== 2) throw misuse("randomBits", inputs, "a key int32[2]");
    return { shape: attributes.shape as readonly number[], dtype: "int32" };
  },
  evaluate(inputs, out) {
    const key = inputs[0]!;
    for (let block = 0; 2 * block < out.length; block++) threefry2x32(key[0]!, key[1]!, block, 0, out, 2 * block);
  },
  flops: ({ type }) => 40 * sizeOf(type.shape),
  wasm: {
    kind: "kernel",
    emit(e, level, _step, { id, shape, operands: [key] }) {
      const size = sizeOf(shape);
      if (size === 0) return;
      e.plainCall(
        "randomBits",
        `${size}`,
        () => randomBitsKernel(size),
        [() => e.pushValue(level, id), () => e.pushOperand(level, key!)],
        size,
      );
    },
  },
};

/** The two output words of one block, written to out[at] and, where it exists, out[at + 1]. */
function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: { [i: number]: number; length: number }, at: number): void {
  const keys = [k0 | 0, k1 | 0, k0 ^ k1 ^ 0x1bd11bda] as const;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let group = 1; group <= 5; group++) {
    for (const r of ROTATIONS[(group - 1) & 1]!) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0;
    }
    x0 = (x0 + keys[group % 3]!) | 0;
    x1 = (x1 + keys[(group + 1) % 3]! + group) | 0;
  }
  out[at] = x0;
  if (at + 1 < out.length) out[at + 1] = x1;
}

/** (out, key): writes whole blocks of two words. */
function randomBitsKernel(count: number): Func {
  const f = new Func([I32, I32]);
  const keys = [f.local(I32), f.local(I32), f.local(I32)] as const;
  const x0 = f.local(I32);
  const x1 = f.local(I32);
  const block = f.local(I32);
  const plus = (target: number, value: () => void): void => {
    f.get(target);
    value();
    f.op(Op.i32Add);
    f.set(target);
  };
  for (const i of [0, 1]) {
    f.get(1);
    f.memory(Op.i32Load, 4 * i);
    f.set(keys[i]!);
  }
  f.get(keys[0]);
  f.get(keys[1]);
  f.op(Op.i32Xor);
  f.i32(0x1bd11bda);
  f.op(Op.i32Xor);
  f.set(keys[2]);
  f.repeat(Math.ceil(count / 2), () => {
    f.get(block);
    f.get(keys[0]);
    f.op(Op.i32Add);
    f.set(x0);
    f.get(keys[1]);
    f.set(x1);
    for (let group = 1; group <= 5; group++) {
      for (const rotation of ROTATIONS[(group - 1) & 1]!) {
        plus(x0, () => f.get(x1));
        f.get(x1);
        f.i32(rotation);
        f.op(Op.i32Rotl);
        f.get(x0);
        f.op(Op.i32Xor);
        f.set(x1);
      }
      plus(x0, () => f.get(keys[group % 3]!));
      plus(x1, () => f.get(keys[(group + 1) % 3]!));
      plus(x1, () => f.i32(group));
    }
    f.get(0);
    f.get(x0);
    f.memory(Op.i32Store);
    f.get(0);
    f.get(x1);
    f.memory(Op.i32Store, 4);
    f.advance(0, 8);
    f.advance(block, 1);
  });
  return f;
}
