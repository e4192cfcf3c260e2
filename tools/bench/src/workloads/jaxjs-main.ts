/**
 * jax-js on the same rows: jaxjs-main.ts wasm FILE; see js-peer.ts. Its arrays are consumed by what reads them; `.ref` keeps one. Every step is one jitted
 * function. Its cpu backend, an interpreter at 0.01 GFLOP/s, is left out.
 */
import { defaultDevice, grad, init, jit, jvp, lax, nn, numpy as np, type Array as JaxArray } from "@jax-js/jax";
import { actionInputs, comparable, elements, measure, report, type Packed, type PeerRow } from "./js-peer.ts";

type A = JaxArray;

const backend = process.argv[2] ?? "wasm";
await init(backend as "wasm");
defaultDevice(backend as "wasm");

const load = (packed: Packed): A => np.array(elements(packed)).reshape([...packed.shape]);
const refs = (list: readonly A[]): A[] => list.map((x) => x.ref);
const numbers = (list: readonly A[]): ArrayLike<number>[] => list.map((x) => x.ref.dataSync());

/** Consumes x, not the parameters. */
function forward(leaves: readonly A[], x: A, bend: (x: A) => A): A {
  let h = x;
  for (let i = 0; i < leaves.length; i += 2) {
    h = np.add(np.matmul(h, leaves[i]!.ref), leaves[i + 1]!.ref);
    if (i + 2 < leaves.length) h = bend(h);
  }
  return h;
}

const pick = (x: A, chosen: A): A => np.sum(np.multiply(x, chosen.ref), 1);

/** Huber's loss with threshold 1: ½e² inside, |e| − ½ outside. */
function huber(difference: A): A {
  const error = np.abs(difference);
  const inside = np.minimum(error.ref, 1);
  return np.mean(np.subtract(np.multiply(inside.ref, error), np.multiply(np.square(inside), 0.5)));
}

/** Gradients of a loss with respect to p, which is kept. */
const gradients = (loss: (p: A[]) => A, p: readonly A[]): A[] => grad((q: A[]) => loss(q))(refs(p));

/** lr/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ) of Adam's step t. */
type Scales = readonly [A, A];

/** Adam with a clip of the common norm: parameters and moments after a step. */
function adam(slopes: readonly A[], state: readonly (readonly A[])[], [rate, scale]: Scales, limit = Infinity): A[][] {
  const [p, m, v] = state as [A[], A[], A[]];
  let g = [...slopes];
  if (limit < Infinity) {
    const norm = np.sqrt(g.map((x) => np.sum(np.square(x.ref))).reduce((a, b) => np.add(a, b)));
    const factor = np.minimum(np.divide(limit, np.add(norm, 1e-6)), 1);
    g = g.map((x) => np.multiply(x, factor.ref));
  }
  const mean = m.map((a, i) => np.add(np.multiply(a, 0.9), np.multiply(g[i]!.ref, 0.1)));
  const square = v.map((a, i) => np.add(np.multiply(a, 0.999), np.multiply(np.square(g[i]!), 0.001)));
  const next = p.map((x, i) =>
    np.subtract(x, np.divide(np.multiply(mean[i]!.ref, rate.ref), np.add(np.multiply(np.sqrt(square[i]!.ref), scale.ref), 1e-8))),
  );
  return [next, mean, square];
}

const adamStart = (p: readonly A[]): A[][] => [[...p], ...[0, 1].map(() => p.map((x) => np.zeros(x.shape)))];

/** Of Adam's state: parameters and first moments. */
const moved = ([p, m]: A[][]): A[] => [...p!, ...m!];

interface RowOptions {
  /** Adam's learning rate, where there is one. */
  readonly rate?: number;
  /** What of the state is compared (default: all). */
  readonly part?: (state: A[][]) => A[];
}

/** A row of one jitted function through which the state goes round; the data stay. */
function row(
  start: A[][],
  data: readonly A[],
  fn: (state: A[][], data: A[], scales: Scales) => A[][],
  { rate = 0, part = (lists) => lists.flat() }: RowOptions = {},
): PeerRow {
  const call = jit((lists: A[][], rest: A[], first: A, second: A) => fn(lists, rest, [first, second]));
  let state = start;
  let [power1, power2] = [1, 1];
  const step = (): void => {
    power1 *= 0.9;
    power2 *= 0.999;
    state = call(state, refs(data), np.array(rate / (1 - power1)), np.array(1 / Math.sqrt(1 - power2))) as A[][];
    state[0]![0]!.ref.dataSync();
  };
  return { step, read: () => numbers(part(state)) };
}

const chosen = (actions: Packed, count: number): A => nn.oneHot(np.array(elements(actions)), count);

function ppo(inputs: readonly Packed[]): PeerRow {
  const [o, actions, ...rest] = inputs.slice(-5) as [Packed, Packed, Packed, Packed, Packed];
  const data = [load(o), chosen(actions, inputs[4]!.shape[1]!), ...rest.map(load)];
  const fn = (state: A[][], [x, a, advantages, returns, old]: A[], scales: Scales): A[][] => {
    const loss = (p: A[]): A => {
      const logs = nn.logSoftmax(forward(p.slice(0, 6), x!.ref, np.tanh), -1);
      const ratio = np.exp(np.subtract(pick(logs.ref, a!), old!.ref));
      const clipped = np.multiply(np.clip(ratio.ref, 0.8, 1.2), advantages!.ref);
      const surrogate = np.negative(np.mean(np.minimum(np.multiply(ratio, advantages!.ref), clipped)));
      const error = np.subtract(np.squeeze(forward(p.slice(6), x!.ref, np.tanh), 1), returns!.ref);
      const entropy = np.mean(np.sum(np.multiply(np.exp(logs.ref), logs), 1));
      return np.add(np.add(surrogate, np.multiply(np.mean(np.square(error)), 0.5)), np.multiply(entropy, 0.01));
    };
    return adam(gradients(loss, state[0]!), state, scales, 0.5);
  };
  return row(adamStart(inputs.slice(0, 12).map(load)), data, fn, { rate: 3e-4, part: moved });
}

function dqn(inputs: readonly Packed[]): PeerRow {
  const [s, s2, actions, r, d] = inputs.slice(-5) as [Packed, Packed, Packed, Packed, Packed];
  const data = [load(s), load(s2), chosen(actions, 2), load(r), load(d), ...inputs.slice(20, 26).map(load)];
  const fn = (state: A[][], [now, next, a, reward, over, ...target]: A[], scales: Scales): A[][] => {
    const loss = (p: A[]): A => {
      const best = np.max(forward(target, next!.ref, nn.relu), 1);
      const goal = np.add(reward!.ref, np.multiply(np.multiply(np.subtract(1, over!.ref), 0.99), best));
      return huber(np.subtract(pick(forward(p, now!.ref, nn.relu), a!), goal));
    };
    return adam(gradients(loss, state[0]!), state, scales, 10);
  };
  return row(adamStart(inputs.slice(0, 6).map(load)), data, fn, { rate: 1e-3, part: moved });
}

function ddpg(inputs: readonly Packed[]): PeerRow {
  const x = inputs.slice(0, 24).map(load);
  const act = (p: readonly A[], o: A): A => np.tanh(forward(p, o.ref, nn.relu));
  const value = (p: readonly A[], o: A, action: A): A => forward(p, np.concatenate([o.ref, action], 1), nn.relu);
  const [actorStart, criticStart] = [adamStart(x.slice(0, 6)), adamStart(x.slice(6, 12))];
  const fn = (state: A[][], [s, s2, a, r, d]: A[], scales: Scales): A[][] => {
    const [actor, critic, targets] = state as [A[], A[], A[]];
    const criticLoss = (p: A[]): A => {
      const following = value(targets.slice(6), s2!, act(targets.slice(0, 6), s2!));
      const goal = np.add(r!.ref, np.multiply(np.multiply(np.subtract(1, d!.ref), 0.98), following));
      return np.mean(np.square(np.subtract(value(p, s!, a!.ref), goal)));
    };
    const nextCritic = adam(gradients(criticLoss, critic), [critic, ...state.slice(5)], scales);
    const actorLoss = (p: A[]): A => np.negative(np.mean(value(nextCritic[0]!, s!, act(p, s!))));
    const nextActor = adam(gradients(actorLoss, actor), [actor, ...state.slice(3, 5)], scales);
    const sources = [...nextActor[0]!, ...nextCritic[0]!];
    const follow = targets.map((t, i) => np.add(np.multiply(t, 0.995), np.multiply(sources[i]!.ref, 0.005)));
    return [nextActor[0]!, nextCritic[0]!, follow, ...nextActor.slice(1), ...nextCritic.slice(1)];
  };
  const start = [actorStart[0]!, criticStart[0]!, x.slice(12), ...actorStart.slice(1), ...criticStart.slice(1)];
  return row(start, inputs.slice(-5).map(load), fn, { rate: 1e-3, part: (state) => [0, 1, 2, 3, 5].flatMap((i) => state[i]!) });
}

function fisher(inputs: readonly Packed[]): PeerRow {
  const x = inputs.map(load);
  const product = jit((p: A[], v: A[], states: A) => {
    const divergence = (q: A[]): A => {
      const logs = nn.logSoftmax(forward(q, states.ref, np.tanh), -1);
      const now = lax.stopGradient(nn.logSoftmax(forward(p, states.ref, np.tanh), -1));
      return np.mean(np.sum(np.multiply(np.exp(now.ref), np.subtract(now, logs)), 1));
    };
    return jvp((q: A[]) => gradients(divergence, q), [refs(p)], [v])[1];
  });
  let result: A[] = [];
  const step = (): void => {
    for (const old of result) old.dispose();
    result = product(refs(x.slice(0, 6)), refs(x.slice(6, 12)), x[12]!.ref) as A[];
    result[0]!.ref.dataSync();
  };
  return { step, read: () => numbers(result) };
}

/** Convolution with a bias for each channel. */
const convolution = (x: A, w: A, b: A, stride: number, pad: number): A =>
  np.add(lax.convGeneralDilated(x, w.ref, [stride, stride], [[pad, pad], [pad, pad]]), b.ref.reshape([-1, 1, 1])); // prettier-ignore
const flat = (x: A): A => x.reshape([x.shape[0]!, -1]);

function leNet(inputs: readonly Packed[]): PeerRow {
  const pool = (x: A): A => lax.reduceWindow(x, (y) => np.max(y), [2, 2], [2, 2]);
  const fn = ([p]: A[][], [images, labels]: A[]): A[][] => {
    const loss = (q: A[]): A => {
      const h = pool(nn.relu(convolution(images!.ref, q[0]!, q[1]!, 1, 2)));
      const h2 = pool(nn.relu(convolution(h, q[2]!, q[3]!, 1, 0)));
      return np.negative(np.mean(pick(nn.logSoftmax(forward(q.slice(4), flat(h2), nn.relu), -1), labels!)));
    };
    return [gradients(loss, p!).map((g, i) => np.subtract(p![i]!, np.multiply(g, 0.01)))];
  };
  return row([inputs.slice(0, 10).map(load)], [load(inputs[10]!), chosen(inputs[11]!, 10)], fn);
}

function pixelForward(p: readonly A[], x: A, training: boolean): A {
  let h = x;
  for (const i of [0, 4, 8]) {
    const [w, b, scale, shift] = p.slice(i, i + 4) as [A, A, A, A];
    let y = convolution(h, w, b, 2, 0);
    const column = (a: A): A => a.reshape([-1, 1, 1]);
    if (training) y = np.subtract(y.ref, np.mean(y, [0, 2, 3], { keepdims: true }));
    const variance = training ? np.mean(np.square(y.ref), [0, 2, 3], { keepdims: true }) : np.array(1);
    h = nn.relu(np.add(np.multiply(np.divide(y, np.sqrt(np.add(variance, 1e-5))), column(scale.ref)), column(shift.ref)));
  }
  return forward(p.slice(12), flat(h), nn.relu);
}

function pixelDqn(inputs: readonly Packed[]): PeerRow {
  const [s, s2, actions, r] = inputs.slice(-4) as [Packed, Packed, Packed, Packed];
  const data = [load(s), load(s2), chosen(actions, 2), load(r), ...inputs.slice(28, 42).map(load)];
  const fn = ([p, squares]: A[][], [now, next, a, reward, ...target]: A[]): A[][] => {
    const loss = (q: A[]): A => {
      const goal = np.add(reward!.ref, np.multiply(np.max(pixelForward(target, next!.ref, false), 1), 0.999));
      return huber(np.subtract(pick(pixelForward(q, now!.ref, true), a!), goal));
    };
    const g = gradients(loss, p!).map((slope) => np.clip(slope, -1, 1));
    const sum = squares!.map((v, i) => np.add(np.multiply(v, 0.99), np.multiply(np.square(g[i]!.ref), 0.01)));
    return [p!.map((x, i) => np.subtract(x, np.divide(np.multiply(g[i]!, 0.01), np.add(np.sqrt(sum[i]!.ref), 1e-8)))), sum];
  };
  return row([inputs.slice(0, 14).map(load), inputs.slice(14, 28).map(load)], data, fn, { part: (state) => comparable(state.flat()) });
}

function product(inputs: readonly Packed[]): PeerRow {
  const [a, b] = inputs.map(load) as [A, A];
  const call = jit((x: A, y: A) => np.matmul(x, y));
  let result: ArrayLike<number> = [];
  return { step: () => void (result = call(a.ref, b.ref).dataSync()), read: () => [result] };
}

measure({ PPO: ppo, DQN: dqn, DDPG: ddpg, Fisher: fisher, pixel: pixelDqn, LeNet: leNet, product });

const params = actionInputs()?.map(load);
const act = jit((p: A[], o: A, uniforms: A) => {
  const noise = np.log(np.negative(np.log(uniforms)));
  const actions = np.argmax(np.subtract(forward(p.slice(0, 6), o.ref, np.tanh), noise), 1);
  return [actions, np.squeeze(forward(p.slice(6), o, np.tanh), 1)];
});
for (const batch of params ? [1, 8] : []) {
  const [o, u] = [new Float32Array(4 * batch).fill(0.3), new Float32Array(2 * batch).fill(0.4)];
  report(`action, batch ${batch}`, () => {
    const results = act(refs(params!), np.array(o).reshape([batch, 4]), np.array(u).reshape([batch, 2])) as A[];
    for (const result of results) result.dataSync();
  });
}
