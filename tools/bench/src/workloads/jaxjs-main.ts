/**
 * jax-js on the same rows: jaxjs-main.ts wasm FILE; see js-peer.ts. Its arrays are consumed by what reads them; `.ref` keeps one. Every step is one jitted
 * function. Convolutions and the Fisher product are left out; so is its cpu backend, an interpreter at 0.01 GFLOP/s.
 */
import { defaultDevice, grad, init, jit, nn, numpy as np, type Array as JaxArray } from "@jax-js/jax";
import { agree, elements, examples, report, rowsOf, type Packed } from "./js-peer.ts";

type A = JaxArray;

const backend = process.argv[2] ?? "wasm";
await init(backend as "wasm");
defaultDevice(backend as "wasm");

const load = (packed: Packed): A => np.array(elements(packed)).reshape([...packed.shape]);
const read = (list: readonly A[]): ArrayLike<number>[] => list.map((x) => x.ref.dataSync());
const refs = (list: readonly A[]): A[] => list.map((x) => x.ref);

/** Consumes x, not the parameters. */
function forward(leaves: readonly A[], x: A, bend: (x: A) => A): A {
  let h = x;
  for (let i = 0; i < leaves.length; i += 2) {
    h = np.add(np.matmul(h, leaves[i]!.ref), leaves[i + 1]!.ref);
    if (i + 2 < leaves.length) h = bend(h);
  }
  return h;
}

/** Adam with a clip of the common norm as one jitted function of parameters, moments and two factors of the step's number. */
function adam(start: readonly A[], data: readonly A[], loss: (p: A[], data: A[]) => A, rate: number, limit: number | undefined) {
  const fn = jit((p: A[], m: A[], v: A[], mean: A, square: A, rest: A[]) => {
    let g = grad((q: A[]) => loss(q, rest))(refs(p));
    if (limit !== undefined) {
      const norm = np.sqrt(g.map((x) => np.sum(np.square(x.ref))).reduce((a, b) => np.add(a, b)));
      const factor = np.minimum(np.divide(limit, np.add(norm, 1e-6)), 1);
      g = g.map((x) => np.multiply(x, factor.ref));
    }
    const nm = m.map((a, i) => np.add(np.multiply(a, 0.9), np.multiply(g[i]!.ref, 0.1)));
    const nv = v.map((a, i) => np.add(np.multiply(a, 0.999), np.multiply(np.square(g[i]!), 0.001)));
    const next = p.map((x, i) =>
      np.subtract(x, np.divide(np.multiply(nm[i]!.ref, mean.ref), np.add(np.multiply(np.sqrt(nv[i]!.ref), square.ref), 1e-8))),
    );
    return [next, nm, nv];
  });
  let p = [...start];
  let m = p.map((x) => np.zeros(x.shape));
  let v = p.map((x) => np.zeros(x.shape));
  let [power1, power2] = [1, 1];
  const step = (): void => {
    power1 *= 0.9;
    power2 *= 0.999;
    const [mean, square] = [np.array(rate / (1 - power1)), np.array(1 / Math.sqrt(1 - power2))];
    [p, m, v] = fn(p, m, v, mean, square, refs(data)) as [A[], A[], A[]];
    p[0]!.ref.dataSync();
  };
  return { step, params: () => p };
}

rowsOf((work, inputs) => {
  if (work.startsWith("PPO")) {
    const given = inputs.slice(-5);
    const [observations, advantages, returns, old] = [0, 2, 3, 4].map((i) => load(given[i]!)) as [A, A, A, A];
    const actions = nn.oneHot(np.array(elements(given[1]!)), inputs[4]!.shape[1]!);
    const { step, params } = adam(
      inputs.slice(0, 12).map(load),
      [observations, actions, advantages, returns, old],
      (p, rest) => {
        const [x, a, adv, ret, before] = rest as [A, A, A, A, A];
        const logs = nn.logSoftmax(forward(p.slice(0, 6), x.ref, np.tanh), -1);
        const ratio = np.exp(np.subtract(np.sum(np.multiply(logs.ref, a.ref), 1), before.ref));
        const clipped = np.multiply(np.clip(ratio.ref, 0.8, 1.2), adv.ref);
        const surrogate = np.negative(np.mean(np.minimum(np.multiply(ratio, adv.ref), clipped)));
        const error = np.subtract(np.squeeze(forward(p.slice(6), x.ref, np.tanh), 1), ret.ref);
        const entropy = np.mean(np.sum(np.multiply(np.exp(logs.ref), logs), 1));
        return np.add(np.add(surrogate, np.multiply(np.mean(np.square(error)), 0.5)), np.multiply(entropy, 0.01));
      },
      3e-4,
      0.5,
    );
    step();
    agree(work, read(params()), 12);
    report(work, step);
  } else if (work.startsWith("DQN")) {
    const given = inputs.slice(-5);
    const [s, s2, r, d] = [0, 1, 3, 4].map((i) => load(given[i]!)) as [A, A, A, A];
    const actions = nn.oneHot(np.array(elements(given[2]!)), 2);
    const { step, params } = adam(
      inputs.slice(0, 6).map(load),
      [s, s2, actions, r, d, ...inputs.slice(20, 26).map(load)],
      (p, rest) => {
        const [now, next, a, reward, over, ...target] = rest as [A, A, A, A, A, ...A[]];
        const best = np.max(forward(target, next.ref, nn.relu), 1);
        const goal = np.add(reward.ref, np.multiply(np.multiply(np.subtract(1, over.ref), 0.99), best));
        const error = np.abs(np.subtract(np.sum(np.multiply(forward(p, now.ref, nn.relu), a.ref), 1), goal));
        const inside = np.minimum(error.ref, 1);
        return np.mean(np.subtract(np.multiply(inside.ref, error), np.multiply(np.square(inside), 0.5)));
      },
      1e-3,
      10,
    );
    step();
    agree(work, read(params()), 6);
    report(work, step);
  } else if (work.startsWith("product")) {
    const [a, b] = inputs.map(load) as [A, A];
    const product = jit((x: A, y: A) => np.matmul(x, y));
    agree(work, read([product(a.ref, b.ref)]), 1);
    report(work, () => void product(a.ref, b.ref).dataSync());
  }
});
const first = examples["PPO 4-64-64, minibatch 64"];
if (first) {
  const params = first.inputs.slice(0, 12).map(load);
  const act = jit((p: A[], o: A, uniforms: A) => {
    const noise = np.log(np.negative(np.log(uniforms)));
    const actions = np.argmax(np.subtract(forward(p.slice(0, 6), o.ref, np.tanh), noise), 1);
    return [actions, np.squeeze(forward(p.slice(6), o, np.tanh), 1)];
  });
  for (const batch of [1, 8]) {
    const [o, u] = [new Float32Array(4 * batch).fill(0.3), new Float32Array(2 * batch).fill(0.4)];
    report(`action, batch ${batch}`, () => {
      const results = act(refs(params), np.array(o).reshape([batch, 4]), np.array(u).reshape([batch, 2])) as A[];
      for (const result of results) result.dataSync();
    });
  }
}
