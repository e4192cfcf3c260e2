/** The convolutional rows in TensorFlow.js, and the gradient of convolution weights for its wasm backend. */
import * as tf from "@tensorflow/tfjs";
import { comparable, type Packed, type PeerRow } from "./js-peer.ts";
import { forward, gradients, huber, load, pick, replaced, row, type T } from "./tfjs-parts.ts";

/**
 * The wasm backend lacks this kernel alone; its own convolution can do the work: ∂L/∂w[u,v,c,o] = Σₙᵢⱼ x[n, s·i+u, s·j+v, c]·dy[n,i,j,o] is x convolved with dy,
 * images in the place of channels, dilated by the stride s.
 */
export function registerFilterGradient(backend: string): void {
  const kernelName = "Conv2DBackpropFilter";
  if (tf.getKernel(kernelName, backend)) return;
  tf.registerKernel({
    kernelName,
    backendName: backend,
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as unknown as Record<"x" | "dy", tf.Tensor4D>;
      const { strides, pad, filterShape } = attrs as unknown as {
        strides: number;
        pad: "valid";
        filterShape: [number, number, number, number];
      };
      const { padInfo, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad);
      const { top, bottom, left, right } = padInfo;
      const images = tf.transpose(tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]]), [3, 1, 2, 0]); // prettier-ignore
      const slopes = tf.transpose(dy, [1, 2, 0, 3]);
      const whole = tf.conv2d(images as tf.Tensor4D, slopes as tf.Tensor4D, 1, "valid", "NHWC", [strideHeight, strideWidth]);
      const [height, width, channels, out] = filterShape;
      return tf.transpose(tf.slice(whole, 0, [channels, height, width, out]), [1, 2, 0, 3]);
    },
  });
}

/** TensorFlow.js wants channels last: images [N, C, H, W] → [N, H, W, C] and weights [out, in, H, W] → [H, W, in, out]; and back for the dense layers. */
const images = (x: T): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);
const weights = (x: T): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [2, 3, 1, 0]);
const flat = (x: tf.Tensor4D): T => tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]);

function leNetForward(p: readonly T[], x: tf.Tensor4D): T {
  const block = (h: tf.Tensor4D, w: T, b: T, pad: "same" | "valid"): tf.Tensor4D =>
    tf.maxPool(tf.relu(tf.add(tf.conv2d(h, weights(w), 1, pad), b)) as tf.Tensor4D, 2, 2, "valid");
  return forward(p.slice(4), flat(block(block(x, p[0]!, p[1]!, "same"), p[2]!, p[3]!, "valid")), tf.relu);
}

export function leNet(inputs: readonly Packed[]): PeerRow {
  const x = inputs.map(load);
  const [labels, data] = [tf.oneHot(x[11] as tf.Tensor1D, 10), images(x[10]!)];
  const slopes = gradients((p) => tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(leNetForward(p, data)), labels), 1))));
  return row(
    replaced(x.slice(0, 10), (p) => slopes(p).map((g, i) => tf.sub(p[i]!, tf.mul(g, 0.01)))),
    (state) => state,
  );
}

function pixelForward(p: readonly T[], x: tf.Tensor4D, training: boolean): T {
  let h = x;
  for (const i of [0, 4, 8]) {
    const [w, b, scale, shift] = p.slice(i, i + 4) as [T, T, tf.Tensor1D, tf.Tensor1D];
    const y = tf.add(tf.conv2d(h, weights(w), 2, "valid"), b) as tf.Tensor4D;
    const { mean, variance } = training ? tf.moments(y, [0, 1, 2]) : { mean: tf.zerosLike(scale), variance: tf.onesLike(scale) };
    h = tf.relu(tf.batchNorm(y, mean as tf.Tensor1D, variance as tf.Tensor1D, shift, scale, 1e-5));
  }
  return forward(p.slice(12), flat(h), tf.relu);
}

export function pixelDqn(inputs: readonly Packed[]): PeerRow {
  const x = inputs.map(load);
  const target = x.slice(28, 42);
  const [observations, next] = x.slice(-4, -2).map(images) as [tf.Tensor4D, tf.Tensor4D];
  const [actions, rewards] = x.slice(-2) as [T, T];
  // The goal does not depend on the parameters, so it stays outside of what is differentiated.
  const update = (state: readonly T[]): T[] => {
    const goal = tf.add(rewards, tf.mul(tf.max(pixelForward(target, next, false), 1), 0.999));
    const slopes = gradients((p) => huber(tf.sub(pick(pixelForward(p, observations, true), actions, 2), goal)));
    const g = slopes(state.slice(0, 14)).map((slope) => tf.clipByValue(slope, -1, 1));
    const squares = g.map((slope, i) => tf.add(tf.mul(state[14 + i]!, 0.99), tf.mul(tf.square(slope), 0.01)));
    const p = g.map((slope, i) => tf.sub(state[i]!, tf.div(tf.mul(slope, 0.01), tf.add(tf.sqrt(squares[i]!), 1e-8))));
    return [...p, ...squares];
  };
  return row(replaced(x.slice(0, 28), update), comparable);
}
