/** What the rows in TensorFlow.js share: tensors from our bytes, perceptrons, state that a step replaces, Adam. Updates are written out. */
import * as tf from "@tensorflow/tfjs";
import { elements, type Packed, type PeerRow } from "./js-peer.ts";

export type T = tf.Tensor;

export const load = (packed: Packed): T => tf.tensor(elements(packed), [...packed.shape], packed.dtype as "float32" | "int32");
export const read = (list: readonly T[]): Float32Array[] => list.map((x) => x.dataSync() as Float32Array);

export function forward(leaves: readonly T[], x: T, bend: (x: T) => T): T {
  let h = x;
  for (let i = 0; i < leaves.length; i += 2) {
    h = tf.add(tf.matMul(h as tf.Tensor2D, leaves[i] as tf.Tensor2D), leaves[i + 1]!);
    if (i + 2 < leaves.length) h = bend(h);
  }
  return h;
}

export const pick = (x: T, index: T, count: number): T => tf.sum(tf.mul(x, tf.oneHot(index as tf.Tensor1D, count)), 1);

export const gradients = (loss: (params: readonly T[]) => T): ((params: readonly T[]) => T[]) => {
  const slopes = tf.grads((...given: T[]) => loss(given) as tf.Scalar);
  return (params) => slopes([...params]);
};

/** Huber's loss with threshold 1: ½e² inside, |e| − ½ outside. */
export function huber(difference: T): T {
  const error = tf.abs(difference);
  const inside = tf.minimum(error, 1);
  return tf.mean(tf.sub(tf.mul(inside, error), tf.mul(tf.square(inside), 0.5)));
}

/** Tensors that every step replaces; all else that a step makes is freed. */
export function replaced(start: readonly T[], next: (state: readonly T[]) => T[]): { step: () => void; state: () => readonly T[] } {
  let state = start.map((x) => tf.clone(x));
  const step = (): void => {
    const made = tf.tidy(() => next(state));
    tf.dispose(state);
    state = made;
  };
  return { step, state: () => state };
}

/** A row whose result is a part of its state. */
export const row = ({ step, state }: ReturnType<typeof replaced>, part: (state: readonly T[]) => readonly T[]): PeerRow => ({
  step,
  read: () => read(part(state())),
});

/** Of Adam's state: parameters and first moments. */
export const moved = (state: readonly T[]): readonly T[] => state.slice(0, (2 * state.length) / 3);

/** Adam with a clip of the common norm. */
export function adam(params: readonly T[], loss: (params: readonly T[]) => T, rate: number, limit = Infinity): ReturnType<typeof replaced> {
  const slopes = gradients(loss);
  const n = params.length;
  let [power1, power2] = [1, 1];
  const nothing = params.map((x) => tf.zerosLike(x));
  return replaced([...params, ...nothing, ...nothing], (state) => {
    const [p, m, v] = [state.slice(0, n), state.slice(n, 2 * n), state.slice(2 * n)];
    power1 *= 0.9;
    power2 *= 0.999;
    let g = slopes(p);
    if (limit < Infinity) {
      const norm = tf.sqrt(tf.addN(g.map((x) => tf.sum(tf.square(x)))));
      const factor = tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
      g = g.map((x) => tf.mul(x, factor));
    }
    const nm = m.map((a, i) => tf.add(tf.mul(a, 0.9), tf.mul(g[i]!, 0.1)));
    const nv = v.map((a, i) => tf.add(tf.mul(a, 0.999), tf.mul(tf.square(g[i]!), 0.001)));
    const np = p.map((x, i) =>
      tf.sub(x, tf.div(tf.mul(nm[i]!, rate / (1 - power1)), tf.add(tf.mul(tf.sqrt(nv[i]!), 1 / Math.sqrt(1 - power2)), 1e-8))),
    );
    return [...np, ...nm, ...nv];
  });
}
