/**
 * TensorFlow.js on the same rows: tfjs-main.ts (cpu | wasm) FILE. FILE holds arguments and results of one call of ours (see rows.ts); a row is timed only
 * after its result agrees. Prints JSON lines {work, min, median} in microseconds. Rows with an update are written out for perceptrons; convolutions are left
 * out: their gradients are missing from the wasm backend.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";

type T = tf.Tensor;
interface Packed {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: string;
}

const backend = process.argv[2] ?? "cpu";
const examples = JSON.parse(readFileSync(process.argv[3]!, "utf8")) as Record<string, { inputs: Packed[]; outputs: Packed[] }>;
if (backend === "wasm") {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${join(dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm"))))}/`);
}
await tf.setBackend(backend);
await tf.ready();

const elements = ({ dtype, data }: Packed): Float32Array | Int32Array => {
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  return dtype === "int32" ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer);
};
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

function report(work: string, call: () => void): void {
  call();
  const start = performance.now();
  call();
  const one = performance.now() - start;
  const calls = Math.max(1, Math.floor(5 / one));
  const samples: number[] = [];
  const end = performance.now() + 1500;
  do {
    const from = performance.now();
    for (let i = 0; i < calls; i++) call();
    samples.push((performance.now() - from) / calls);
  } while (performance.now() < end || samples.length < 3);
  samples.sort((a, b) => a - b);
  console.log(JSON.stringify({ work, min: samples[0]! * 1000, median: samples[samples.length >> 1]! * 1000 }));
}

function agree(work: string, theirs: readonly T[], count: number): void {
  let gap = 0;
  let size = 1e-12;
  examples[work]!.outputs.slice(0, count).forEach((packed, i) => {
    const ours = elements(packed);
    const other = theirs[i]!.dataSync();
    for (let k = 0; k < ours.length; k++) {
      gap += Math.abs(ours[k]! - other[k]!);
      size += Math.abs(ours[k]!);
    }
  });
  if (!(gap / size < 2e-4)) throw new Error(`${work}: results differ by ${gap / size} of their size`);
}

for (const [work, { inputs }] of Object.entries(examples)) {
  const x =
    work.endsWith("in one call") ||
    work.startsWith("pixel") ||
    work.startsWith("LeNet") ||
    work.startsWith("DDPG") ||
    work.startsWith("Fisher")
      ? undefined
      : inputs.map(load);
  if (!x) continue;
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
    agree(work, params(), 12);
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
    agree(work, params(), 6);
    report(work, step);
  } else if (work.startsWith("product")) {
    const product = (): T => tf.matMul(x[0] as tf.Tensor2D, x[1] as tf.Tensor2D);
    agree(work, [product()], 1);
    report(work, () => {
      const y = product();
      y.dataSync();
      y.dispose();
    });
  }
}
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
