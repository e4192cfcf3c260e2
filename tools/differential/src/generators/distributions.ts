/** Distributions of @rl/nets beside torch.distributions in float64: log-probabilities, entropies, divergences and a gradient. */
import * as nets from "@rl/nets";
import type { Generator } from "@rl/random";
import { grad, tensor } from "@rl/tensor";
import { defineGenerator } from "../define.ts";
import { chance, int, list, normal, pick } from "../draw.ts";
import { literal } from "../json.ts";

type Rows = readonly (readonly number[])[];
const rows = (rng: Generator, n: number, m: number, std: number): Rows => list(n, () => list(m, () => normal(rng, std)));

export const distributionsGenerator = defineGenerator<{
  kind: string;
  dtype: string;
  a: Rows;
  b: Rows;
  sizes: readonly number[];
  values: Rows;
}>({
  name: "distributions",
  about: "categorical, multi-categorical and Gaussian beside torch.distributions",
  python: "distributions_peer",
  tolerance: ({ dtype }) => (dtype === "float64" ? { relative: 1e-9, absolute: 1e-10 } : { relative: 1e-4, absolute: 2e-5 }),
  make(rng) {
    const kind = pick(rng, ["categorical", "multiCategorical", "gaussian"]);
    const sizes = list(kind === "multiCategorical" ? int(rng, 1, 3) : 1, () => int(rng, 1, 4));
    const m = sizes.reduce((x, y) => x + y, 0);
    const n = int(rng, 1, 3);
    const std = pick(rng, [0.1, 1, 10]);
    const near = chance(rng, 0.2);
    const a = rows(rng, n, m, std);
    const discrete = kind !== "gaussian";
    return {
      kind,
      dtype: pick(rng, ["float32", "float64"]),
      // Gaussians: means, then as many rows of log standard deviations.
      a: discrete ? a : [...a, ...rows(rng, n, m, 0.7)],
      b: discrete
        ? near
          ? a.map((row) => row.map((x) => x + normal(rng, 0.01)))
          : rows(rng, n, m, std)
        : [...rows(rng, n, m, std), ...rows(rng, n, m, 0.7)],
      sizes,
      values: discrete ? list(n, () => sizes.map((size) => int(rng, 0, size - 1))) : rows(rng, n, m, std),
    };
  },
  valid: ({ kind, a, b, values, sizes }) => {
    const m = kind === "gaussian" ? a[0]?.length : sizes.reduce((x, y) => x + y, 0);
    const n = kind === "gaussian" ? a.length / 2 : a.length;
    const wide = kind === "gaussian" ? m : sizes.length;
    const fit = a.length === b.length && [...a, ...b].every((row) => row.length === m) && sizes.every((size) => size > 0);
    const choices = kind === "gaussian" || values.every((row) => row.every((x, i) => x < sizes[i]!));
    return fit && n >= 1 && Number.isInteger(n) && values.length === n && values.every((row) => row.length === wide) && choices && m! > 0;
  },
  code({ kind, dtype, a, b, sizes, values }) {
    const t = (v: unknown, type: string): string => `tensor(${literal(v as never)}, { dtype: "${type}" })`;
    const make: Readonly<Record<string, string>> = {
      categorical: "nets.categorical(x)",
      multiCategorical: `nets.multiCategorical(x, ${literal(sizes)})`,
      gaussian: "nets.gaussian(...x.split(x.shape[0] / 2, 0))",
    };
    const chosen =
      kind === "gaussian"
        ? t(values, dtype)
        : kind === "categorical"
          ? t(
              values.map((row) => row[0] ?? 0),
              "int32",
            )
          : t(values, "int32");
    return [
      `const make = (x) => ${make[kind]};`,
      `const [a, b, values] = [${t(a, dtype)}, ${t(b, dtype)}, ${chosen}];`,
      `const numbers = (x) => [...x.read()];`,
      `const all = (x) => make(x).logProbability(values).sum().add(make(x).entropy().sum()).add(make(x).kl(make(b)).sum());`,
      `return {`,
      `  logProbability: numbers(make(a).logProbability(values)), entropy: numbers(make(a).entropy()), kl: numbers(make(a).kl(make(b))),`,
      `  gradient: numbers(grad(all)(a)),`,
      `};`,
    ].join("\n");
  },
  scope: { nets, grad, tensor },
  imports: `import * as nets from "@rl/nets";\nimport { grad, tensor } from "@rl/tensor";`,
});
