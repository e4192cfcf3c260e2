/** The same updates everywhere must give the same bits: 200 PPO updates of two 4-64-64 networks on changing minibatches, and a hash of every parameter. */
import { compile, tensor, tree, type Tensor } from "@rl/tensor";
import { normals, stream } from "./parts.ts";
import { ppoBatch, ppoInitial, ppoUpdate } from "./ppo.ts";

/** What ppoBits() gives everywhere; first made with Node 24 (plain) on an EPYC. Changes only with the engine's arithmetic. */
export const BITS = "21a24e1fc2184d820f89d273797e813b";

const shape = { hidden: 64, batch: 64, observation: 4, actions: 2 };

/** Four lanes of FNV type over all bits. */
function hash(leaves: readonly Tensor[]): string {
  const lanes = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b];
  for (const leaf of leaves) {
    const data = leaf.read() as Float32Array;
    const words = new Int32Array(data.buffer, data.byteOffset, data.length);
    for (const word of words)
      for (let i = 0; i < 4; i++) lanes[i] = Math.imul(lanes[i]! ^ (word + i * 0x3b), 0x01000193 + 2 * i * 0x1234) ^ (lanes[i]! >>> 15);
  }
  return lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
}

/** Parameters, moments and a few other functions (softplus, sin, pow …) after 200 updates. */
export function ppoBits(updates = 200): string {
  const step = compile(ppoUpdate, { engine: "wasm", donate: [0] });
  let state = ppoInitial(shape);
  const fixed = ppoBatch(shape);
  const rng = stream(7);
  for (let i = 0; i < updates; i++) {
    state = step(state, { ...fixed, observations: normals(rng, 64, 4), advantages: normals(rng, 64) });
  }
  const others = compile(
    (x: Tensor) => [
      x.softplus(),
      x.sigmoid(),
      x.sin(),
      x.cos(),
      x.expm1(),
      x.abs().add(0.1).log1p(),
      x.abs().add(0.1).pow(x),
      x.erf(),
      x.reshape([50, 20]).sum(1),
      x
        .reshape([50, 20])
        .transpose()
        .matmul(x.reshape([50, 20])),
    ],
    { engine: "wasm" },
  )(tensor(Float32Array.from({ length: 1000 }, () => 3 * rng.standardNormal())));
  return hash([...tree.leaves(state as never), ...others] as Tensor[]);
}

/** The message of the error that a program meets where compiling is forbidden, and the sum as the reference engine computes it there. */
export function forbidden(): { error: string; reference: number } {
  const sum = (x: Tensor): Tensor => x.mul(2).sum();
  let error = "";
  try {
    compile(sum, { engine: "wasm" })(tensor([1, 2]));
  } catch (caught) {
    error = (caught as Error).message;
  }
  return { error, reference: compile(sum, { engine: "reference" })(tensor([1, 2])).item() };
}
