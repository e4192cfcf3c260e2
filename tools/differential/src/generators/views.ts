/** Views of views and changes in place beside PyTorch: afterwards every tensor holds the same numbers, to the bit. */
import { tensor } from "@rl/tensor";
import { EXACT } from "../compare.ts";
import { defineGenerator } from "../define.ts";
import { int, list, pick } from "../draw.ts";
import { literal } from "../json.ts";

/** What is done to value a (modulo how many there are) with small numbers j and k. Views join the values, changes do not. */
type Step = readonly [op: string, a: number, j: number, k: number];

const views = ["row", "range", "every", "transpose", "unsqueeze", "reshape"];
const changes = ["add", "mul", "fill", "neg", "relu", "copy", "addRow"];

function statement([op, a, j, k]: Step, count: number): { readonly text: string; readonly view: boolean } {
  const x = `v[${a % count}]`;
  const some = `${x}.shape[0]`;
  const text: Readonly<Record<string, string>> = {
    row: `v.push(${x}.shape.length === 0 || ${some} === 0 ? ${x}.unsqueeze(0) : ${x}.slice(${j} % ${some}))`,
    range: `v.push(${x}.shape.length === 0 ? ${x}.unsqueeze(0) : ${x}.slice([Math.min(${j}, ${some}), null]))`,
    every: `v.push(${x}.shape.length === 0 ? ${x}.unsqueeze(0) : ${x}.slice([null, null, ${k + 1}]))`,
    transpose: `v.push(${x}.shape.length < 2 ? ${x}.unsqueeze(0) : ${x}.transpose())`,
    unsqueeze: `v.push(${x}.unsqueeze(0))`,
    reshape: `v.push(${x}.reshape([-1]))`,
    add: `${x}.add_(${j})`,
    mul: `${x}.mul_(${k - 1})`,
    fill: `${x}.mul_(0).add_(${j - 3})`,
    neg: `${x}.neg_()`,
    relu: `${x}.relu_()`,
    copy: `${x}.add_(${x}.mul(2))`,
    addRow: `if (${x}.shape.length > 0 && ${some} > 0) ${x}.add_(${x}.slice(${j} % ${some}))`,
  };
  return { text: `${text[op]};`, view: views.includes(op) };
}

export const viewsGenerator = defineGenerator<{ shape: readonly number[]; steps: readonly Step[] }>({
  name: "views",
  about: "views and changes in place beside PyTorch: every tensor to the bit",
  python: "views_peer",
  tolerance: EXACT,
  make: (rng) => ({
    shape: list(int(rng, 1, 3), () => int(rng, 1, 4)),
    steps: list(int(rng, 1, 12), (): Step => [pick(rng, [...views, ...changes]), int(rng, 0, 9), int(rng, 0, 5), int(rng, 0, 2)]),
  }),
  code({ shape, steps }) {
    const n = shape.reduce((a, b) => a * b, 1);
    let count = 1;
    const lines = steps.map((step) => {
      const { text, view } = statement(step, count);
      if (view) count++;
      return text;
    });
    return [
      `const v = [tensor(${literal(list(n, (i) => i + 1))}, { shape: ${literal(shape)} })];`,
      ...lines,
      `return v.map((t) => [t.shape, [...t.read()].map((x) => x + 0)]);`,
    ].join("\n");
  },
  scope: { tensor },
  imports: `import { tensor } from "@rl/tensor";`,
});
