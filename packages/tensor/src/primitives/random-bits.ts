/**
 * randomBits(key){shape}: key int32[2] → int32[shape]; counter-based, the same bits on every engine, no hidden state.
 *
 * Element 2i and 2i + 1 are the two words of Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011)
 * of the counter (i, 0) under the key (key[0], key[1]); an odd count drops the last word. All words are unsigned 32-bit seen as int32.
 *   k₂ = k₀ ⊕ k₁ ⊕ 0x1BD11BDA;  x₀ += k₀, x₁ += k₁;  then five groups of four rounds (x₀ += x₁; x₁ = rotl(x₁, r) ⊕ x₀) with rotations
 *   13 15 26 6 and 17 29 16 24 in turn; after group g = 1…5: x₀ += k_{g mod 3}, x₁ += k_{(g+1) mod 3} + g.
 */
import { expectCount, expectDType, misuse, sizeOf, type Primitive } from "./primitive.ts";

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** The two output words of one block, written to out[at] and, where it exists, out[at + 1]. */
export function threefry2x32(
  k0: number,
  k1: number,
  c0: number,
  c1: number,
  out: { [i: number]: number; length: number },
  at: number,
): void {
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
};
