/**
 * Random updates: whole training steps, as people write them, for what small programs do not reach. A random network (dense, convolutional, recurrent or
 * with a table of rows), one or two heads on a shared body, a random loss, valueAndGrad, a norm over all gradients, a random optimiser whose state is
 * donated; some run epochs of gathered minibatches inside one scan, some multiply by a Hessian. Several results share subexpressions. One seed, one program,
 * given as the traced graph, so that failures shrink like others.
 */
import { Generator } from "@rl/random";
import { trace } from "../src/compile/compile.ts";
import {
  avgPool2d,
  batchNorm,
  conv2d,
  crossEntropy,
  cumsum,
  gather,
  huber,
  hvp,
  layerNorm,
  maxPool2d,
  minimum,
  scan,
  scatterAdd,
  stopGradient,
  take,
  tensor,
  tree,
  valueAndGrad,
  zeros,
  type Tensor,
} from "../src/index.ts";
import type { TypedArray } from "../src/dtype.ts";
import { optimize } from "../src/passes/optimize.ts";
import type { RandomProgram } from "./random-programs.ts";

type Parameters = Record<string, Tensor>;
type Network = (p: Parameters, x: Tensor) => Tensor;

export interface RandomUpdate extends RandomProgram {
  /** What is in it: "conv", "adam", "loop" … */
  readonly parts: readonly string[];
}

const WIDTHS = [1, 1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 31, 36];
const BATCHES = [1, 2, 3, 5, 8, 16, 19];
const ACTIVATIONS = ["tanh", "relu", "gelu", "silu", "softplus", "sigmoid", "elu", "leakyRelu", "sin", "softsign"] as const;

class Draw {
  readonly rng: Generator;
  readonly parts: string[] = [];
  readonly parameters: Parameters = {};
  /** The elements; another stream than the structure. */
  private readonly data: Generator;

  constructor(seed: number) {
    this.rng = new Generator([seed, 1]);
    this.data = new Generator([seed, 2, 0]);
  }
  chance(p: number): boolean {
    return this.rng.random() < p;
  }
  choose<T>(list: readonly T[]): T {
    return list[this.rng.integers(0, list.length)]!;
  }
  part<T extends string>(list: readonly T[]): T {
    const name = this.choose(list);
    this.parts.push(name);
    return name;
  }
  numbers(shape: readonly number[], scale = 1): Tensor {
    const size = shape.reduce((a, b) => a * b, 1);
    return tensor(
      Float32Array.from({ length: size }, () => (this.data.random() < 0.05 ? 0 : this.data.standardNormal() * scale)),
      { shape },
    );
  }
  indices(shape: readonly number[], below: number): Tensor {
    return tensor(
      Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => this.data.integers(0, below)),
      { shape },
    );
  }
  weight(name: string, shape: readonly number[]): string {
    const fanIn =
      shape.length === 1 ? 4 : shape.slice(shape.length === 2 ? 0 : 1, shape.length === 2 ? 1 : undefined).reduce((a, b) => a * b, 1);
    this.parameters[name] = this.numbers(shape, 1 / Math.sqrt(Math.max(fanIn, 1)));
    return name;
  }
}

function dense(d: Draw, name: string, from: number, to: number): Network {
  const w = d.weight(`${name}.w`, [from, to]);
  if (d.chance(0.2)) return (p, x) => x.matmul(p[w]!);
  const b = d.weight(`${name}.b`, [to]);
  return (p, x) => x.matmul(p[w]!).add(p[b]!);
}

function activation(d: Draw): Network {
  const name = d.choose(ACTIVATIONS);
  return (_p, x) => x[name]();
}

const chain =
  (...layers: readonly Network[]): Network =>
  (p, x) =>
    layers.reduce((h, layer) => layer(p, h), x);

/** The body of a network: from a row of inputs of `shape` to [B, width]. */
function body(d: Draw): { shape: readonly number[]; dtype: "float32" | "int32"; range: number; width: number; run: Network } {
  const kind = d.part(["dense", "dense", "dense", "conv", "conv", "recurrent", "table"] as const);
  if (kind === "dense") {
    const sizes = Array.from({ length: d.choose([1, 2, 3]) + 1 }, () => d.choose(WIDTHS));
    const layers = sizes.slice(1).flatMap((to, i) => {
      const list = [dense(d, `layer${i}`, sizes[i]!, to), activation(d)];
      if (d.chance(0.2)) {
        const [w, b] = [d.weight(`norm${i}.w`, [to]), d.weight(`norm${i}.b`, [to])];
        list.push((p, x) => layerNorm(x, p[w], p[b], { eps: 0.1 }));
      }
      return list;
    });
    return { shape: [sizes[0]!], dtype: "float32", range: 0, width: sizes.at(-1)!, run: chain(...layers) };
  }
  if (kind === "table") {
    const [rows, columns, count] = [d.choose([2, 3, 7, 13]), d.choose(WIDTHS), d.choose([1, 2, 3])];
    const table = d.weight("table", [rows, columns]);
    const pooled = d.chance(0.5);
    return {
      shape: [count],
      dtype: "int32",
      range: rows,
      width: pooled ? columns : count * columns,
      run: (p, x) => {
        const found = take(p[table]!, x, 0);
        return pooled ? found.mean(1) : found.reshape([x.shape[0]!, count * columns]);
      },
    };
  }
  if (kind === "recurrent") {
    const [steps, inputs, width] = [d.choose([1, 2, 3, 5]), d.choose([1, 2, 3, 5]), d.choose([1, 3, 4, 8, 13])];
    const step = chain(dense(d, "cell", inputs + width, width), (_p, x) => x.tanh());
    const all = d.chance(0.5);
    return {
      shape: [steps, inputs],
      dtype: "float32",
      range: 0,
      width,
      run: (p, x) => {
        const [last, states] = scan(
          (h: Tensor, row: Tensor) => {
            const next = step(p, row.concat([h], 1));
            return [next, next] as const;
          },
          zeros([x.shape[0]!, width]),
          x.permute([1, 0, 2]),
        );
        return all ? states.mean(0) : last;
      },
    };
  }
  const groups = d.choose([1, 1, 2]);
  const [channels, out] = [groups * d.choose([1, 2, 3]), groups * d.choose([1, 2, 4])];
  const [kernel, stride, dilation] = [
    [d.choose([1, 2, 3]), d.choose([1, 2, 3])],
    [d.choose([1, 1, 2]), d.choose([1, 2])],
    [d.choose([1, 1, 2]), 1],
  ] as [[number, number], [number, number], [number, number]];
  const padding: [number, number] = [d.choose([0, 1]), d.choose([0, 1])];
  const image = [0, 1].map((i) => dilation[i]! * (kernel[i]! - 1) + d.choose([2, 3, 5]));
  const output = [0, 1].map((i) => Math.floor((image[i]! + 2 * padding[i]! - dilation[i]! * (kernel[i]! - 1) - 1) / stride[i]!) + 1);
  const w = d.weight("conv.w", [out, channels / groups, ...kernel]);
  const layers: Network[] = [];
  if (d.chance(0.3)) {
    // Without a bias: normalising takes it off again.
    d.parts.push("batchNorm");
    const [scale, shift] = [d.weight("batch.w", [out]), d.weight("batch.b", [out])];
    layers.push((p, x) => batchNorm(conv2d(x, p[w]!, null, { stride, padding, dilation, groups }), p[scale], p[shift], { eps: 0.1 }));
  } else {
    const b = d.weight("conv.b", [out]);
    layers.push((p, x) => conv2d(x, p[w]!, p[b]!, { stride, padding, dilation, groups }));
  }
  layers.push(activation(d));
  let size = output;
  if (output.every((n) => n >= 2) && d.chance(0.6)) {
    const pool = d.part(["maxPool", "avgPool"] as const);
    const of = { kernel: 2, stride: d.choose([1, 2]) };
    layers.push((_p, x) => (pool === "maxPool" ? maxPool2d(x, of) : avgPool2d(x, of)));
    size = output.map((n) => Math.floor((n - 2) / of.stride) + 1);
  }
  const width = out * size[0]! * size[1]!;
  layers.push((_p, x) => x.reshape([x.shape[0]!, width]));
  return { shape: [channels, ...image], dtype: "float32", range: 0, width, run: chain(...layers) };
}

/** What a batch has beside its inputs. */
interface Batch {
  readonly x: Tensor;
  readonly target: Tensor;
  readonly action: Tensor;
  readonly old: Tensor;
}

type Loss = (p: Parameters, batch: Batch) => [Tensor, Record<string, Tensor>];

/** A loss over one or two heads on the body; what it returns beside the loss shares values with it. */
function lossOf(d: Draw, network: Network, width: number): { loss: Loss; actions: number } {
  const actions = d.choose([1, 2, 3, 5, 7]);
  const policy = dense(d, "policy", width, actions);
  const value = dense(d, "value", width, 1);
  const kind = d.part(["ppo", "ppo", "classes", "regression", "td", "returns"] as const);
  const entropyWeight = d.choose([0, 0.01]);
  const loss: Loss = (p, { x, target, action, old }) => {
    const features = network(p, x);
    const logits = policy(p, features);
    const estimate = value(p, features).squeeze(1);
    if (kind === "classes") {
      const right = logits.argmax(1).equal(action);
      return [
        crossEntropy(logits, action),
        { right: right.cast("float32").mean(), most: logits.max(1), counts: scatterAdd(zeros([actions]), action, 1) },
      ];
    }
    if (kind === "regression")
      return [huber(estimate, target, { delta: 0.7 }), { worst: estimate.sub(target).abs().max(), logits: logits.logsumexp(1) }];
    if (kind === "td") {
      const chosen = gather(logits, action.unsqueeze(1), 1).squeeze(1);
      const wanted = stopGradient(logits.softmax(1).mul(logits).sum(1).mul(0.9).add(target));
      return [chosen.sub(wanted).square().mean(), { error: chosen.sub(wanted), chosen }];
    }
    if (kind === "returns") {
      const sums = cumsum(target, 0, true);
      return [sums.sub(estimate).square().mean(), { sums, spread: sums.std(0, { correction: 0 }) }];
    }
    const logs = logits.logSoftmax(1);
    const chosen = gather(logs, action.unsqueeze(1), 1).squeeze(1);
    const ratio = chosen.sub(old).exp();
    const advantage = stopGradient(target.sub(target.mean()));
    const surrogate = minimum(ratio.mul(advantage), ratio.clamp(0.8, 1.2).mul(advantage)).mean();
    const entropy = logs.exp().mul(logs).sum(1).mean().neg();
    const valueLoss = estimate.sub(target).square().mean();
    return [
      valueLoss.mul(0.5).sub(surrogate).sub(entropy.mul(entropyWeight)),
      { kl: ratio.sub(1).sub(chosen.sub(old)).mean(), clipped: ratio.sub(1).abs().greater(0.2).cast("float32").mean(), entropy, valueLoss },
    ];
  };
  return { loss, actions };
}

interface State {
  readonly parameters: Parameters;
  readonly means: Parameters;
  readonly squares: Parameters;
  readonly count: Tensor;
}

type Step = (state: State, batch: Batch) => [State, Record<string, Tensor>];

/** One step of a random optimiser. A large ε keeps what loops carry tame: gradients near 0 must not become steps of full length. */
function stepOf(d: Draw, loss: Loss): Step {
  const kind = d.part(["adam", "adam", "adam", "rmsprop", "momentum", "sgd"] as const);
  const clips = d.chance(0.6);
  const newton = d.chance(0.1);
  if (newton) d.parts.push("hvp");
  return (state, batch) => {
    const found = valueAndGrad((own: Parameters) => loss(own, batch))(state.parameters);
    let gradient = found.gradient as Parameters;
    if (newton) gradient = hvp((own: Parameters) => loss(own, batch)[0], state.parameters, gradient);
    const norm = tree
      .leaves<Tensor>(gradient)
      .map((g) => g.square().sum())
      .reduce((a, b) => a.add(b))
      .sqrt();
    const scale = clips ? minimum(norm.add(1e-3).reciprocal().mul(0.5), 1) : undefined;
    const count = state.count.add(1);
    const t = count.cast("float32");
    const correction = (logBeta: number): Tensor => t.mul(logBeta).expm1().neg();
    const [parameters, means, squares]: [Parameters, Parameters, Parameters] = [{}, {}, {}];
    for (const [name, old] of Object.entries(state.parameters)) {
      const g = scale ? gradient[name]!.mul(scale) : gradient[name]!;
      const mean = state.means[name]!.mul(0.9).add(g.mul(0.1));
      const square = state.squares[name]!.mul(0.99).add(g.square().mul(0.01));
      means[name] = kind === "adam" || kind === "momentum" ? mean : state.means[name]!;
      squares[name] = kind === "adam" || kind === "rmsprop" ? square : state.squares[name]!;
      let change = g;
      if (kind === "momentum") change = mean;
      if (kind === "rmsprop") change = g.div(square.sqrt().add(0.5));
      if (kind === "adam")
        change = mean.div(correction(-0.10536051565782628)).div(square.div(correction(-0.010050335853501442)).sqrt().add(0.5));
      parameters[name] = old.sub(change.mul(0.05));
    }
    const finite = tree
      .leaves<Tensor>(gradient)
      .map((g) => g.isFinite().all())
      .reduce((a, b) => a.and(b));
    return [
      { parameters, means, squares, count },
      { loss: found.value, norm, finite, ...(found.aux as Record<string, Tensor>) },
    ];
  };
}

/** The update of a seed. */
export function randomUpdate(seed: number): RandomUpdate {
  const d = new Draw(seed);
  const { shape, dtype, range, width, run } = body(d);
  const { loss, actions } = lossOf(d, run, width);
  const step = stepOf(d, loss);
  const B = d.choose(BATCHES);
  const loops = d.chance(0.3);
  const rows = loops ? B * 2 : B;
  const batch: Batch = {
    x: dtype === "int32" ? d.indices([rows, ...shape], range) : d.numbers([rows, ...shape]),
    target: d.numbers([rows]),
    action: d.indices([rows], actions),
    old: d.numbers([rows], 0.3).abs().add(0.5).neg(),
  };
  const zero = tree.map((leaf: Tensor) => leaf.zerosLike(), d.parameters);
  const state: State = {
    parameters: d.parameters,
    means: zero,
    squares: tree.map((leaf: Tensor) => leaf.zerosLike(), zero),
    count: tensor(Int32Array.of(0), { shape: [] }),
  };
  const stops = loops && d.chance(0.3);
  if (loops) d.parts.push(stops ? "loop with stop" : "loop");
  const picks = d.indices([d.choose([1, 2, 3]), B], rows);
  const update = loops
    ? (s: State, all: Batch, order: Tensor): unknown =>
        scan(
          (own: State, pick: Tensor) => {
            const [next, metrics] = step(own, {
              x: take(all.x, pick),
              target: take(all.target, pick),
              action: take(all.action, pick),
              old: take(all.old, pick),
            });
            return [next, metrics] as const;
          },
          s,
          order,
          stops ? { stop: (own) => own.count.greaterEqual(2) } : {},
        )
    : step;
  const args = loops ? [state, batch, picks] : [state, batch];
  const donates = d.chance(0.7);
  if (donates) d.parts.push("donated");
  const traced = trace(update as (...all: never[]) => unknown, args, donates ? { donate: [0] } : {}, "update");
  const inputs = tree.leaves<Tensor>(args).map((leaf) => leaf.read() as TypedArray);
  return { graph: optimize(traced.graph), inputs, parts: d.parts };
}
