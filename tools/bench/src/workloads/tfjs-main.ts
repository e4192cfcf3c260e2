/**
 * TensorFlow.js on the same rows: tfjs-main.ts (cpu | wasm) FILE; see js-peer.ts. Updates are written out. Pixel DQN and the Fisher product are left out; LeNet
 * runs on cpu alone, because the wasm backend lacks the gradients of convolution weights and of pooling.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { agree, elements, examples, report, rowsOf, type Packed } from "./js-peer.ts";

type T = tf.Tensor;

const backend = process.argv[2] ?? "cpu";
if (backend === "wasm") {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${join(dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"))))}/`);
}
await tf.setBackend(backend);
await tf.ready();

const load = (packed: Packed): T => tf.tensor(elements(packed), [...packed.shape], packed.dtype as "float32" | "int32");

function forward(leaves: readonly T[], x: T, bend: (x: T) => T): T {
  let h = x;
  for (let i = 0; i < leaves.length; i += 2) {
    h = tf.add(tf.matMul(h as tf.Tensor2D, leaves[i] as tf.Tensor2D), leaves[i + 1]!);
    if (i + 2 < leaves.length) h = bend(h);
  }
  return h;
}

const pick = (x: T, index: T, count: number): T => tf.sum(tf.mul(x, tf.oneHot(index as tf.Tensor1D, count)), 1);

/** Adam with a clip of the common norm on variables; tf.tidy keeps what step returns. */
function adam(params: T[], loss: (params: T[]) => T, rate: number, limit: number | undefined): { step: () => void; params: () => T[] } {
  let p = params.map((x) => tf.keep(tf.clone(x)));
  let m = params.map((x) => tf.keep(tf.zerosLike(x)));
  let v = params.map((x) => tf.keep(tf.zerosLike(x)));
  let [power1, power2] = [1, 1];
  const slopes = tf.grads((...given: T[]) => loss(given) as tf.Scalar);
  const step = (): void => {
    power1 *= 0.9;
    power2 *= 0.999;
    const next = tf.tidy(() => {
      let g = slopes(p);
      if (limit !== undefined) {
        const norm = tf.sqrt(tf.addN(g.map((x) => tf.sum(tf.square(x)))));
        const factor = tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
        g = g.map((x) => tf.mul(x, factor));
      }
      const nm = m.map((a, i) => tf.add(tf.mul(a, 0.9), tf.mul(g[i]!, 0.1)));
      const nv = v.map((a, i) => tf.add(tf.mul(a, 0.999), tf.mul(tf.square(g[i]!), 0.001)));
      const np = p.map((x, i) =>
        tf.sub(x, tf.div(tf.mul(nm[i]!, rate / (1 - power1)), tf.add(tf.mul(tf.sqrt(nv[i]!), 1 / Math.sqrt(1 - power2)), 1e-8))),
      );
      return { np, nm, nv };
    });
    for (const old of [...p, ...m, ...v]) old.dispose();
    [p, m, v] = [next.np, next.nm, next.nv].map((list) => list.map((x) => tf.keep(x))) as [T[], T[], T[]];
  };
  return { step, params: () => p };
}

const read = (list: readonly T[]): Float32Array[] => list.map((x) => x.dataSync() as Float32Array);

/** Channels last: images [N, C, H, W] and weights [out, in, H, W] as TensorFlow.js wants them. */
const images = (x: T): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);
const weights = (x: T): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [2, 3, 1, 0]);

function leNet(p: readonly T[], x: tf.Tensor4D): T {
  const block = (h: tf.Tensor4D, w: T, b: T, pad: "same" | "valid"): tf.Tensor4D =>
    tf.maxPool(tf.relu(tf.add(tf.conv2d(h, weights(w), 1, pad), b)) as tf.Tensor4D, 2, 2, "valid");
  const h = block(block(x, p[0]!, p[1]!, "same"), p[2]!, p[3]!, "valid");
  return forward(p.slice(4), tf.reshape(tf.transpose(h, [0, 3, 1, 2]), [x.shape[0], -1]), tf.relu);
}

rowsOf((work, inputs) => {
  const x = inputs.map(load);
  if (work.startsWith("PPO")) {
    const [observations, actions, advantages, returns, old] = x.slice(-5) as [T, T, T, T, T];
    const count = inputs[4]!.shape[1]!;
    const { step, params } = adam(x.slice(0, 12), (p) => {
      const logs = tf.logSoftmax(forward(p.slice(0, 6), observations, tf.tanh));
      const ratio = tf.exp(tf.sub(pick(logs, actions, count), old));
      const surrogate = tf.neg(tf.mean(tf.minimum(tf.mul(ratio, advantages), tf.mul(tf.clipByValue(ratio, 0.8, 1.2), advantages))));
      const error = tf.sub(tf.squeeze(forward(p.slice(6), observations, tf.tanh), [1]), returns);
      return tf.add(tf.add(surrogate, tf.mul(tf.mean(tf.square(error)), 0.5)), tf.mul(tf.mean(tf.sum(tf.mul(tf.exp(logs), logs), -1)), 0.01));
    }, 3e-4, 0.5); // prettier-ignore
    step();
    agree(work, read(params()), 12);
    report(work, step);
  } else if (work.startsWith("DQN")) {
    const [s, s2, a, r, d] = x.slice(-5) as [T, T, T, T, T];
    const target = x.slice(20, 26);
    const { step, params } = adam(x.slice(0, 6), (p) => {
      const goal = tf.add(r, tf.mul(tf.mul(tf.sub(1, d), 0.99), tf.max(forward(target, s2, tf.relu), 1)));
      const error = tf.abs(tf.sub(pick(forward(p, s, tf.relu), a, 2), goal));
      const inside = tf.minimum(error, 1);
      return tf.mean(tf.sub(tf.mul(inside, error), tf.mul(tf.square(inside), 0.5)));
    }, 1e-3, 10); // prettier-ignore
    step();
    agree(work, read(params()), 6);
    report(work, step);
  } else if (work.startsWith("DDPG")) {
    const [s, s2, a, r, d] = x.slice(-5) as [T, T, T, T, T];
    let targets = x.slice(12, 24).map((p) => tf.keep(tf.clone(p)));
    const act = (p: readonly T[], o: T): T => tf.tanh(forward(p, o, tf.relu));
    const value = (p: readonly T[], o: T, action: T): T => forward(p, tf.concat([o, action], 1), tf.relu);
    const critic = adam(x.slice(6, 12), (p) => {
      const goal = tf.add(r, tf.mul(tf.mul(tf.sub(1, d), 0.98), value(targets.slice(6), s2, act(targets.slice(0, 6), s2))));
      return tf.mean(tf.square(tf.sub(value(p, s, a), goal)));
    }, 1e-3, undefined); // prettier-ignore
    const actor = adam(x.slice(0, 6), (p) => tf.neg(tf.mean(value(critic.params(), s, act(p, s)))), 1e-3, undefined);
    const step = (): void => {
      critic.step();
      actor.step();
      const sources = [...actor.params(), ...critic.params()];
      const next = tf.tidy(() => targets.map((t, i) => tf.add(tf.mul(t, 0.995), tf.mul(sources[i]!, 0.005))));
      for (const old of targets) old.dispose();
      targets = next.map((t) => tf.keep(t));
    };
    step();
    agree(work, read([...actor.params(), ...critic.params(), ...targets]), 24);
    report(work, step);
  } else if (work.startsWith("LeNet")) {
    if (backend === "wasm") return;
    const labels = tf.oneHot(x[11] as tf.Tensor1D, 10);
    const data = images(x[10]!);
    let p = x.slice(0, 10).map((w) => tf.keep(tf.clone(w)));
    const slopes = tf.grads((...given: T[]) => tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(leNet(given, data)), labels), 1))) as tf.Scalar);
    const step = (): void => {
      const next = tf.tidy(() => slopes(p).map((g, i) => tf.sub(p[i]!, tf.mul(g, 0.01))));
      for (const old of p) old.dispose();
      p = next.map((w) => tf.keep(w));
    };
    step();
    agree(work, read(p), 10);
    report(work, step);
  } else if (work.startsWith("product")) {
    const product = (): T => tf.matMul(x[0] as tf.Tensor2D, x[1] as tf.Tensor2D);
    agree(work, read([product()]), 1);
    report(work, () => {
      const y = product();
      y.dataSync();
      y.dispose();
    });
  }
});
const first = examples["PPO 4-64-64, minibatch 64"];
if (first) {
  const params = first.inputs.slice(0, 12).map(load);
  for (const batch of [1, 8]) {
    const given = new Float32Array(4 * batch).fill(0.3);
    report(`action, batch ${batch}`, () =>
      tf.tidy(() => {
        const o = tf.tensor2d(given, [batch, 4]);
        tf.multinomial(forward(params.slice(0, 6), o, tf.tanh) as tf.Tensor2D, 1).dataSync();
        forward(params.slice(6), o, tf.tanh).dataSync();
      }),
    );
  }
}
