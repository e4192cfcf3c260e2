/**
 * Random programs of tensor operations beside PyTorch: values, gradients of first and second order, and the same compiled. A step takes its operands from what
 * there is before it, counted modulo its length, so that a program without some of its steps is a program too.
 */
import { compile, grad, tensor, tree } from "@rl/tensor";
import type { Generator } from "@rl/random";
import { defineGenerator } from "../define.ts";
import { chance, int, list, normal, pick } from "../draw.ts";
import { literal } from "../json.ts";

type Input = { readonly shape: readonly number[]; readonly data: readonly number[] };
type Step = readonly [op: string, a: number, b: number, k: number];

/** How our side writes each step; the Python peer has the same names. k is a small number ≥ 0 that chooses axes and constants. */
const unary = [
  "neg",
  "abs",
  "exp",
  "tanh",
  "sigmoid",
  "relu",
  "softplus",
  "sin",
  "cos",
  "square",
  "erf",
  "gelu",
  "silu",
  "elu",
  "leakyRelu",
  "expm1",
  "softsign",
  "logsigmoid",
];
const binary = ["add", "sub", "mul", "maximum", "minimum"];
const axis = ["sum", "mean", "max", "min", "logsumexp", "softmax", "logSoftmax", "cumsum", "flip", "prod", "variance"];

export function expression([op, a, b, k]: Step, count: number): string {
  const [x, y] = [`v${a % count}`, `v${b % count}`];
  // An axis from the end, modulo the rank; a scalar becomes a list of one.
  const at = `r(${x}), -1 - (${k} % r(${x}).shape.length)`;
  if (binary.includes(op)) return `${x}.${op}(${y})`;
  if (axis.includes(op)) return `on(${JSON.stringify(op)}, ${at})`;
  if (op === "ratio") return `${x}.div(${y}.square().add(1))`;
  if (op === "root") return `${x}.square().add(0.5).sqrt()`;
  if (op === "logarithm") return `${x}.square().add(0.5).log()`;
  if (op === "clamp") return `${x}.clamp(-0.5, ${0.25 + k})`;
  if (op === "where") return `${x}.greater(${y}).where(${x}, ${y}.mul(2))`;
  if (op === "flatten") return `${x}.reshape([-1])`;
  if (op === "transpose") return `turn(r(${x}))`;
  if (op === "unsqueeze") return `${x}.unsqueeze(0)`;
  if (op === "narrow") return `r(${x}).narrow(0, 0, 1)`;
  if (op === "concat") return `concat([r(${x}), r(${x}).mul(${k + 1})], 0)`;
  if (op === "matmul") return `square(${x}).matmul(square(${y}).transpose())`;
  if (op === "pow") return `${x}.abs().add(0.5).pow(${k} - 1)`;
  return `${x}.${op}()`;
}

const ops = [
  ...unary,
  ...binary,
  ...binary,
  ...axis,
  "ratio",
  "root",
  "logarithm",
  "clamp",
  "where",
  "flatten",
  "transpose",
  "unsqueeze",
  "narrow",
  "concat",
  "matmul",
  "pow",
];

function input(rng: Generator): Input {
  const shape = pick(rng, [[], [1], [3], [2, 3], [2, 3], [3, 1], [1, 3], [2, 1, 3], [2, 2, 3]]);
  return {
    shape,
    data: list(
      shape.reduce((p, n) => p * n, 1),
      () => normal(rng),
    ),
  };
}

const PRELUDE = `const r = (x) => (x.shape.length === 0 ? x.reshape([1]) : x);
const turn = (x) => (x.shape.length === 1 ? x : x.transpose());
const square = (x) => x.reshape([-1, x.shape.length === 0 ? 1 : x.shape[x.shape.length - 1]]);
const concat = ([x, y], axis) => x.concat([y], axis);
const on = (op, x, axis) => (op === "flip" ? x.flip([axis + x.shape.length]) : x[op](axis + x.shape.length));`;

export const tensorGenerator = defineGenerator<{ dtype: string; inputs: readonly Input[]; steps: readonly Step[]; second: boolean }>({
  name: "tensor",
  about: "programs of operations beside PyTorch: values, first and second derivatives, compiled and eager",
  python: "tensor_peer",
  tolerance: ({ dtype }) => (dtype === "float64" ? { relative: 1e-8, absolute: 1e-9 } : { relative: 2e-3, absolute: 1e-4 }),
  make: (rng) => ({
    dtype: pick(rng, ["float32", "float64"]),
    inputs: list(int(rng, 1, 3), () => input(rng)),
    steps: list(int(rng, 1, 6), (): Step => [pick(rng, ops), int(rng, 0, 9), int(rng, 0, 9), int(rng, 0, 3)]),
    second: chance(rng, 0.4),
  }),
  code({ dtype, inputs, steps, second }) {
    const n = inputs.length;
    const names = inputs.map((_, i) => `v${i}`).join(", ");
    return [
      PRELUDE,
      `const f = ([${names}]) => {`,
      ...steps.map((step, i) => `  const v${n + i} = ${expression(step, n + i)};`),
      `  return v${n + steps.length - 1};`,
      `};`,
      `const x = [${inputs.map(({ shape, data }) => `tensor(${literal(data)}, { shape: [${shape.join(", ")}], dtype: "${dtype}" })`).join(", ")}];`,
      `const loss = (given) => f(given).sin().sum();`,
      `const first = grad(loss);`,
      ...(second ? [`const size = (given) => first(given).map((g) => g.square().sum()).reduce((a, b) => a.add(b));`] : []),
      `const all = (given) => ({ value: f(given), first: first(given)${second ? ", second: grad(size)(given)" : ""} });`,
      `const flat = (result) => tree.map((t) => [...t.read()], result);`,
      `const value = f(x);`,
      `return { shape: value.shape, eager: flat(all(x)), compiled: flat(compile(all)(x)) };`,
    ].join("\n");
  },
  scope: { compile, grad, tensor, tree },
  imports: `import { compile, grad, tensor, tree } from "@rl/tensor";`,
});
