/** @rl/random's Generator beside numpy.random.Generator(PCG64): the same calls, the same numbers to the bit. */
import { Generator } from "@rl/random";
import { EXACT } from "../compare.ts";
import { defineGenerator } from "../define.ts";
import { chance, int, list, normal, pick, seed } from "../draw.ts";
import { literal, type Json } from "../json.ts";

interface Call {
  readonly [key: string]: Json;
  readonly f: string;
  readonly args: readonly Json[];
}

function call(rng: Generator): Call {
  const f = pick(rng, [
    "random",
    "uniform",
    "integers",
    "standardNormal",
    "normal",
    "exponential",
    "permutation",
    "choice",
    "weighted",
    "fill",
    "spawn",
  ]);
  if (f === "uniform") {
    const low = normal(rng, 10);
    return { f, args: [low, low + Math.abs(normal(rng, 10))] };
  }
  if (f === "integers") {
    const low = int(rng, -(2 ** 40), 2 ** 40) * (chance(rng, 0.5) ? 0 : 1);
    return { f, args: [low, low + int(rng, 1, 2 ** pick(rng, [1, 3, 8, 31, 32, 33, 52]))] };
  }
  if (f === "normal") return { f, args: [normal(rng, 5), Math.abs(normal(rng, 3))] };
  if (f === "exponential") return { f, args: [Math.abs(normal(rng, 3))] };
  if (f === "permutation") return { f, args: [int(rng, 0, 20)] };
  if (f === "choice") {
    const n = int(rng, 1, 30 ** int(rng, 1, 3));
    const replace = chance(rng, 0.5);
    return { f, args: [n, int(rng, 0, replace ? 10 : Math.min(n, 60)), replace] };
  }
  if (f === "weighted") {
    const weights = list(int(rng, 1, 6), () => int(rng, 1, 9));
    return { f, args: [weights, int(rng, 1, weights.length), chance(rng, 0.5)] };
  }
  if (f === "fill") return { f, args: [int(rng, 1, 300)] };
  return { f, args: f === "spawn" ? [int(rng, 1, 3)] : [] };
}

const statement = ({ f, args }: Call): string => {
  const [a, b, c] = args.map((x) => literal(x));
  const said: Readonly<Record<string, string>> = {
    choice: `[...rng.choice(${a}, { size: ${b}, replace: ${c} })]`,
    weighted: `[...rng.choice(${a}.length, { size: ${b}, replace: ${c}, p: ${a}.map((w, _, all) => w / all.reduce((x, y) => x + y)) })]`,
    permutation: `[...rng.permutation(${a})]`,
    fill: `[...rng.fillStandardNormal(new Float64Array(${a}))]`,
    spawn: `rng.spawn(${a}).map((child) => child.random())`,
  };
  return `out.push(${said[f] ?? `rng.${f}(${args.map((x) => literal(x)).join(", ")})`});`;
};

export const randomGenerator = defineGenerator<{ seed: readonly number[]; calls: readonly Call[] }>({
  name: "random",
  about: "random streams beside NumPy: to the bit",
  python: "random_peer",
  tolerance: EXACT,
  make: (rng) => ({ seed: list(int(rng, 1, 3), () => seed(rng)), calls: list(int(rng, 1, 12), () => call(rng)) }),
  code: (input) =>
    [`const rng = new Generator(${literal(input.seed)});`, `const out = [];`, ...input.calls.map(statement), `return out;`].join("\n"),
  scope: { Generator },
  imports: `import { Generator } from "@rl/random";`,
});
