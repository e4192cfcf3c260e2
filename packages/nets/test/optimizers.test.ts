import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile, grad, tensor, tree, type Tensor } from "@rl/tensor";
import { adagrad, adam, adamw, clipGradNorm, clipGradValue, rmsprop, sgd, type Optimizer } from "../src/index.ts";

// golden/optimizers.json: PyTorch 2.15.0 in float64, 25 steps of each optimiser on the function named there; clip_grad_norm_ in PyTorch's form.
interface Golden {
  start: number[];
  trajectories: Record<string, number[][]>;
  clipGradNorm: { maxNorm: number; gradients: { shape: number[]; data: number[] }[]; norm: number; clipped: { data: number[] }[] }[];
}
const golden = JSON.parse(readFileSync(new URL("golden/optimizers.json", import.meta.url), "utf8")) as Golden;

const optimizers: Record<string, Optimizer<unknown>> = {
  "sgd lr=1e-3": sgd({ learningRate: 1e-3 }) as Optimizer<unknown>,
  "sgd lr=1e-3 momentum=.9": sgd({ learningRate: 1e-3, momentum: 0.9 }) as Optimizer<unknown>,
  "sgd nesterov": sgd({ learningRate: 1e-3, momentum: 0.9, nesterov: true }) as Optimizer<unknown>,
  "sgd weightDecay=.1": sgd({ learningRate: 1e-3, momentum: 0, weightDecay: 0.1 }) as Optimizer<unknown>,
  "adam lr=1e-2": adam({ learningRate: 1e-2 }) as Optimizer<unknown>,
  "adam lr=1e-2 eps=1e-5": adam({ learningRate: 1e-2, eps: 1e-5 }) as Optimizer<unknown>,
  "adam betas=(.5,.9) lr=1e-2": adam({ learningRate: 1e-2, betas: [0.5, 0.9] }) as Optimizer<unknown>,
  "adamw lr=1e-2 weightDecay=.1": adamw({ learningRate: 1e-2, weightDecay: 0.1 }) as Optimizer<unknown>,
  "rmsprop lr=1e-2": rmsprop({ learningRate: 1e-2 }) as Optimizer<unknown>,
  "rmsprop centered momentum=.9": rmsprop({ learningRate: 1e-3, centered: true, momentum: 0.9 }) as Optimizer<unknown>,
  "adagrad lr=1e-1": adagrad({ learningRate: 0.1 }) as Optimizer<unknown>,
};

/** (1 − p0)² + 100(p1 − p0²)² + 0.5(p2 − 0.3)² */
function objective({ p }: { p: Tensor }): Tensor {
  const [a, b, c] = [p.slice(0), p.slice(1), p.slice(2)];
  return a.neg().add(1).square().add(b.sub(a.square()).square().mul(100)).add(c.sub(0.3).square().mul(0.5));
}

function trajectory(optimizer: Optimizer<unknown>, dtype: "float64" | "float32", compiled: boolean): number[][] {
  let params = { p: tensor(golden.start, { dtype }) };
  let state = optimizer.init(params);
  const step = (p: typeof params, s: unknown): { readonly params: typeof params; readonly state: unknown } =>
    optimizer.update(grad(objective)(p), s, p);
  const run = compiled ? compile(step, { donate: [0, 1] }) : step;
  return Array.from({ length: 25 }, () => {
    ({ params, state } = run(params, state));
    return [...params.p.read()];
  });
}

function worst(actual: number[][], expected: number[][]): number {
  let error = 0;
  expected.forEach((row, i) => row.forEach((x, j) => (error = Math.max(error, Math.abs(actual[i]![j]! - x) / Math.max(1, Math.abs(x))))));
  return error;
}

describe("trajectories of golden/optimizers.json", () => {
  test("all are tried", () => expect(Object.keys(golden.trajectories).sort()).toEqual(Object.keys(optimizers).sort()));
  for (const [name, expected] of Object.entries(golden.trajectories)) {
    test(name, () => {
      for (const compiled of [false, true]) {
        expect(worst(trajectory(optimizers[name]!, "float64", compiled), expected)).toBeLessThan(1e-12);
        expect(worst(trajectory(optimizers[name]!, "float32", compiled), expected)).toBeLessThan(1e-5);
      }
    });
  }
});

test("a learning rate given per step replaces the optimiser's own", () => {
  const optimizer = sgd({ learningRate: 1 });
  const p = { w: tensor([1, 2]) };
  const g = { w: tensor([10, 20]) };
  expect([...optimizer.update(g, optimizer.init(p), p, { learningRate: 0.1 }).params.w.data()]).toEqual([0, 0]);
  const stepped = compile((rate: Tensor) => optimizer.update(g, optimizer.init(p), p, { learningRate: rate }).params);
  expect([...stepped(tensor(0.05)).w.data()]).toEqual([0.5, 1]);
});

test("parameters keep their dtype, whatever that of the learning rate, as in PyTorch", () => {
  const params = { w: tensor([1, 2]), d: tensor([1], { dtype: "float64" }) };
  const all = [
    sgd({ learningRate: 1 }),
    adam({ learningRate: 1 }),
    adamw({ learningRate: 1, weightDecay: 0.1 }),
    rmsprop({ learningRate: 1 }),
  ];
  for (const optimizer of [...all, adagrad({ learningRate: 1 })] as Optimizer<unknown>[])
    for (const dtype of ["float32", "float64"] as const) {
      const { params: next } = optimizer.update(params, optimizer.init(params), params, { learningRate: tensor(0.5, { dtype }) });
      expect([optimizer.name, next.w.dtype, next.d.dtype]).toEqual([optimizer.name, "float32", "float64"]);
    }
});

describe("clipping", () => {
  test("keeps each gradient's dtype", () => {
    // √(9 + 16 + 144) = 13
    const { w, d } = clipGradNorm({ w: tensor([3, 4]), d: tensor([12], { dtype: "float64" }) }, 1).gradients;
    expect([w.dtype, d.dtype]).toEqual(["float32", "float64"]);
    expect(d.item()).toBeCloseTo(12 / 13, 6);
  });
  golden.clipGradNorm.forEach(({ maxNorm, gradients, norm, clipped }) => {
    test(`norm ${norm} to ${maxNorm}`, () => {
      const result = clipGradNorm({ list: gradients.map(({ shape, data }) => tensor(data, { shape, dtype: "float64" })) }, maxNorm);
      expect(result.norm.item()).toBeCloseTo(norm, 12);
      result.gradients.list.forEach((g, i) => clipped[i]!.data.forEach((x, j) => expect(g.data()[j]).toBeCloseTo(x, 12)));
    });
  });
  test("by value", () => expect(clipGradValue({ g: tensor([-3, 0.5, 3]) }, 1).g.toArray()).toEqual([-1, 0.5, 1]));
});

test("states are trees that survive being read and written back", () => {
  const optimizer = adam({ learningRate: 0.1 });
  let params = { w: tensor([1, -1]) };
  let state = optimizer.init(params);
  for (let i = 0; i < 3; i++) ({ params, state } = optimizer.update({ w: params.w }, state, params));
  const copy = tree.unflatten(
    state,
    tree.leaves(state).map((t) => tensor(t.read(), { shape: t.shape })),
  );
  const [a, b] = [state, copy].map((s) => optimizer.update({ w: params.w }, s, params).params.w.toArray());
  expect(a).toEqual(b);
  expect(tree.leaves(state).length).toBe(3);
});

test("bad options name the key and the nearest one", () => {
  expect(() => adam({ learningRat: 1 } as never)).toThrow('did you mean "learningRate"');
  expect(() => sgd({ learningRate: 1, nesterov: true })).toThrow("momentum");
  expect(() => adam({ learningRate: -1 })).toThrow("learningRate");
  // β = 1 would divide by 1 − βᵗ = 0.
  expect(() => adam({ learningRate: 1, betas: [0.9, 1] })).toThrow("got betas [0.9, 1]; expected two numbers in [0, 1)");
  expect(() => adamw({ learningRate: 1, weightDecay: -1 })).toThrow("adamw: got weightDecay -1; expected a number ≥ 0");
  expect(() => rmsprop({ learningRate: 1, eps: NaN })).toThrow("rmsprop: got eps NaN");
});
