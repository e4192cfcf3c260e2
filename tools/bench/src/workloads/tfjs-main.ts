/** TensorFlow.js on the same rows: tfjs-main.ts (cpu | wasm) FILE; see js-peer.ts. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { actionInputs, measure, report, type Packed, type PeerRow } from "./js-peer.ts";
import { leNet, pixelDqn, registerFilterGradient } from "./tfjs-images.ts";
import { adam, forward, gradients, huber, load, moved, pick, read, replaced, row, type T } from "./tfjs-parts.ts";

const backend = process.argv[2] ?? "cpu";
if (backend === "wasm") {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm")))}/`);
}
await tf.setBackend(backend);
await tf.ready();
registerFilterGradient(backend);

function ppo(inputs: readonly Packed[]): PeerRow {
  const x = inputs.map(load);
  const [observations, actions, advantages, returns, old] = x.slice(-5) as [T, T, T, T, T];
  const count = inputs[4]!.shape[1]!;
  const loss = (p: readonly T[]): T => {
    const logs = tf.logSoftmax(forward(p.slice(0, 6), observations, tf.tanh));
    const ratio = tf.exp(tf.sub(pick(logs, actions, count), old));
    const surrogate = tf.neg(tf.mean(tf.minimum(tf.mul(ratio, advantages), tf.mul(tf.clipByValue(ratio, 0.8, 1.2), advantages))));
    const error = tf.sub(tf.squeeze(forward(p.slice(6), observations, tf.tanh), [1]), returns);
    const entropy = tf.mean(tf.sum(tf.mul(tf.exp(logs), logs), -1));
    return tf.add(tf.add(surrogate, tf.mul(tf.mean(tf.square(error)), 0.5)), tf.mul(entropy, 0.01));
  };
  return row(adam(x.slice(0, 12), loss, 3e-4, 0.5), moved);
}

function dqn(inputs: readonly Packed[]): PeerRow {
  const x = inputs.map(load);
  const [s, s2, a, r, d] = x.slice(-5) as [T, T, T, T, T];
  const target = x.slice(20, 26);
  const loss = (p: readonly T[]): T => {
    const goal = tf.add(r, tf.mul(tf.mul(tf.sub(1, d), 0.99), tf.max(forward(target, s2, tf.relu), 1)));
    return huber(tf.sub(pick(forward(p, s, tf.relu), a, 2), goal));
  };
  return row(adam(x.slice(0, 6), loss, 1e-3, 10), moved);
}

function ddpg(inputs: readonly Packed[]): PeerRow {
  const x = inputs.map(load);
  const [s, s2, a, r, d] = x.slice(-5) as [T, T, T, T, T];
  const act = (p: readonly T[], o: T): T => tf.tanh(forward(p, o, tf.relu));
  const value = (p: readonly T[], o: T, action: T): T => forward(p, tf.concat([o, action], 1), tf.relu);
  const criticLoss = (p: readonly T[]): T => {
    const target = targets.state();
    const goal = tf.add(r, tf.mul(tf.mul(tf.sub(1, d), 0.98), value(target.slice(6), s2, act(target.slice(0, 6), s2))));
    return tf.mean(tf.square(tf.sub(value(p, s, a), goal)));
  };
  const critic = adam(x.slice(6, 12), criticLoss, 1e-3);
  const actor = adam(x.slice(0, 6), (p) => tf.neg(tf.mean(value(critic.state().slice(0, 6), s, act(p, s)))), 1e-3);
  const sources = (): T[] => [...actor.state().slice(0, 6), ...critic.state().slice(0, 6)];
  const targets = replaced(x.slice(12, 24), (state) => {
    const towards = sources();
    return state.map((t, i) => tf.add(tf.mul(t, 0.995), tf.mul(towards[i]!, 0.005)));
  });
  const step = (): void => {
    critic.step();
    actor.step();
    targets.step();
  };
  return { step, read: () => read([...sources(), ...targets.state(), ...actor.state().slice(6, 12), ...critic.state().slice(6, 12)]) };
}

/**
 * Fv = Jᵀ·(diag π − ππᵀ)·Jv / N with J = ∂logits/∂parameters: Jv by tangents carried through the layers, Jᵀ by a gradient. Not as the gradient of a gradient
 * (our row), because TensorFlow.js loses the second one after functions that keep their result, such as tanh and exp.
 */
function fisher(inputs: readonly Packed[]): PeerRow {
  const x = inputs.map(load);
  const [params, vector, states] = [x.slice(0, 6), x.slice(6, 12), x[12] as tf.Tensor2D];
  const product = (p: readonly T[]): T[] => {
    let [h, tangent]: [T, T | undefined] = [states, undefined];
    for (let i = 0; i < 6; i += 2) {
      const [w, b, dw, db] = [p[i], p[i + 1], vector[i], vector[i + 1]] as [tf.Tensor2D, T, tf.Tensor2D, T];
      const own = tf.add(tf.matMul(h as tf.Tensor2D, dw), db);
      tangent = tangent ? tf.add(own, tf.matMul(tangent as tf.Tensor2D, w)) : own;
      h = tf.add(tf.matMul(h as tf.Tensor2D, w), b);
      if (i === 4) break;
      h = tf.tanh(h);
      tangent = tf.mul(tangent, tf.sub(1, tf.square(h)));
    }
    const weighted = tf.mul(tf.softmax(h as tf.Tensor2D), tangent!);
    const slope = tf.sub(weighted, tf.mul(tf.softmax(h as tf.Tensor2D), tf.sum(weighted, 1, true)));
    return gradients((q) => tf.mean(tf.sum(tf.mul(forward(q, states, tf.tanh), slope), 1)))(p);
  };
  let result: T[] = [];
  const step = (): void => {
    tf.dispose(result);
    result = tf.tidy(() => product(params));
  };
  return { step, read: () => read(result) };
}

function product(inputs: readonly Packed[]): PeerRow {
  const [a, b] = inputs.map(load) as [tf.Tensor2D, tf.Tensor2D];
  let result = new Float32Array();
  const step = (): void => {
    const y = tf.matMul(a, b);
    result = y.dataSync() as Float32Array<ArrayBuffer>;
    y.dispose();
  };
  return { step, read: () => [result] };
}

measure({ PPO: ppo, DQN: dqn, DDPG: ddpg, Fisher: fisher, pixel: pixelDqn, LeNet: leNet, product });

const params = actionInputs()?.map(load);
for (const batch of params ? [1, 8] : []) {
  const given = new Float32Array(4 * batch).fill(0.3);
  report(`action, batch ${batch}`, () =>
    tf.tidy(() => {
      const o = tf.tensor2d(given, [batch, 4]);
      tf.multinomial(forward(params!.slice(0, 6), o, tf.tanh) as tf.Tensor2D, 1).dataSync();
      forward(params!.slice(6), o, tf.tanh).dataSync();
    }),
  );
}
