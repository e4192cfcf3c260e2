/** The engine's benchmark rows: programs, their arguments, and how one call is made. */
import { compile, tensor, tree, type Engine, type Tensor } from "@rl/tensor";
import { ddpgBatch, ddpgInitial, ddpgUpdate } from "./ddpg.ts";
import { dqnBatch, dqnInitial, dqnTarget, dqnUpdate } from "./dqn.ts";
import { fisherPolicy, fisherProduct, fisherStates, fisherVector } from "./fisher.ts";
import { leNet, leNetBatch, leNetStep, pixelBatch, pixelInitial, pixelNet, pixelUpdate } from "./images.ts";
import type { Packed } from "./js-peer.ts";
import { normals, stream } from "./parts.ts";
import { ppoAct, ppoBatch, ppoInitial, ppoUpdate, ppoUpdates, type PpoShape } from "./ppo.ts";

export interface Workload {
  readonly name: string;
  /** Arguments; the first is the state that a call consumes and returns, unless `pure`. */
  readonly arguments: () => unknown[];
  fn(...args: unknown[]): unknown;
  readonly pure?: boolean;
  /** Updates in one call. */
  readonly updates?: number;
  /** Leaves of the result to compare with the peers, by number: parameters, and what the optimiser keeps of the gradients, whose first step hides their size. */
  readonly compared: readonly number[];
  /** 2·n³ for products: figures become GFLOP/s. */
  readonly flops?: number;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

const small: PpoShape = { hidden: 64, batch: 64, observation: 4, actions: 2 };
const ppo = (name: string, shape: PpoShape): Workload => ({
  name,
  arguments: () => [ppoInitial(shape), ppoBatch(shape)],
  fn: ppoUpdate,
  compared: range(0, 24),
});
const many = (name: string, shape: PpoShape): Workload => ({
  name,
  arguments: () => [ppoInitial(shape), ppoBatch(shape)],
  fn: ppoUpdates(64),
  compared: range(0, 24),
  updates: 64,
});

export const workloads: readonly Workload[] = [
  ppo("PPO 4-64-64, minibatch 64", small),
  many("PPO 4-64-64, minibatch 64, 64 updates in one call", small),
  ppo("PPO 4-64-64, minibatch 256", { ...small, batch: 256 }),
  many("PPO 4-64-64, minibatch 256, 64 updates in one call", { ...small, batch: 256 }),
  ppo("PPO 17-256-256-6, minibatch 256", { hidden: 256, batch: 256, observation: 17, actions: 6 }),
  { name: "DQN [256,256], batch 64", arguments: () => [dqnInitial(), dqnTarget(), dqnBatch(64)], fn: dqnUpdate, compared: range(0, 12) },
  {
    name: "DDPG [400,300], batch 256",
    arguments: () => [ddpgInitial(), ddpgBatch(256)],
    fn: ddpgUpdate,
    compared: [...range(0, 30), ...range(38, 44)],
  },
  {
    name: "Fisher-vector product, 1024 states",
    arguments: () => [fisherPolicy(), fisherVector(fisherPolicy()), fisherStates(1024)],
    fn: fisherProduct,
    pure: true,
    compared: range(0, 6),
  },
  {
    name: "pixel DQN, batch 128",
    arguments: () => [pixelInitial(), pixelNet(1), pixelBatch(128)],
    fn: pixelUpdate,
    // A bias in front of batch normalisation has no gradient but rounding noise, which RMSprop's first step blows up to ±0.1.
    compared: range(0, 28).filter((i) => ![1, 5, 9].includes(i % 14)),
  },
  {
    name: "LeNet, batch 64",
    arguments: () => {
      const { images, labels } = leNetBatch(64);
      return [leNet(), images, labels];
    },
    fn: leNetStep,
    compared: range(0, 10),
  },
  ...[64, 128, 256, 512].map((n): Workload => ({
    name: `product ${n}`,
    arguments: () => [normals(stream(1), n, n), normals(stream(2), n, n)],
    fn: (a: Tensor, b: Tensor) => a.matmul(b),
    pure: true,
    compared: [0],
    flops: 2 * n * n * n,
  })),
];

/** Tensors of a tree in the engine's memory. */
const resident = <T>(value: T, engine: Engine): T => tree.map((t: Tensor) => t.to(engine.name), value) as T;

/** A function that makes one call of a workload on an engine; state goes round. */
export function caller(work: Workload, engine: Engine): () => void {
  const program = compile(work.fn, { engine, ...(work.pure ? {} : { donate: [0] }) });
  const [first, ...rest] = work.arguments();
  const others = rest.map((value) => resident(value, engine));
  let state = resident(first, engine);
  return work.pure ? () => void program(state, ...others) : () => void (state = program(state, ...others));
}

/** One action: typed arrays in, typed array out. */
export function actor(batch: number, engine: Engine): () => void {
  const params = resident(ppoInitial({ ...small, batch }).params, engine);
  const act = compile(ppoAct, { engine });
  const observations = new Float32Array(4 * batch).fill(0.3);
  const uniforms = new Float32Array(2 * batch).fill(0.4);
  return () => void act(params, tensor(observations, { shape: [batch, 4] }), tensor(uniforms, { shape: [batch, 2] })).actions.read();
}

const packed = (value: unknown): Packed[] =>
  tree.leaves(value as never).map((leaf) => {
    const t = leaf as Tensor;
    const data = t.read();
    return { shape: t.shape, dtype: t.dtype, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64") };
  });

/** Arguments and result of one call, for a peer to compare. */
export function example(work: Workload, engine: Engine): { inputs: Packed[]; outputs: Packed[] } {
  const args = work.arguments();
  const inputs = packed(args);
  const result = compile(work.fn, { engine })(...args);
  const outputs = packed(result);
  return { inputs, outputs: work.compared.map((i) => outputs[i]!) };
}
