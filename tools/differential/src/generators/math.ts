/** @rl/math's functions beside mpmath: the double nearest to the true value, wherever it is 0.01 ulp nearer than the next. */
import * as math from "@rl/math";
import { EXACT } from "../compare.ts";
import { defineGenerator } from "../define.ts";
import { chance, int, pick } from "../draw.ts";
import type { Generator } from "@rl/random";
import { literal } from "../json.ts";

const one = ["acos", "asin", "atan", "exp", "expm1", "tanh", "cosh", "sinh", "log", "log1p", "log2", "cos", "sin", "tan"];
const two = ["atan2", "hypot", "pow"];

/** Any magnitude, often near 0 or 1, now and then a bare power of two or a number without a finite value. */
function argument(rng: Generator): number {
  const sign = chance(rng, 0.5) ? 1 : -1;
  if (chance(rng, 0.03)) return pick(rng, [0, -0, Infinity, -Infinity, NaN, Number.MIN_VALUE, Number.MAX_VALUE, 1, -1]);
  if (chance(rng, 0.3)) return sign * rng.random() * 4;
  if (chance(rng, 0.2)) return sign * (1 + rng.standardNormal() * 2 ** -int(rng, 1, 50));
  return sign * (1 + rng.random()) * 2 ** int(rng, -60, chance(rng, 0.2) ? 1000 : 10);
}

export const mathGenerator = defineGenerator<{ f: string; x: readonly number[] }>({
  name: "math",
  about: "elementary functions beside mpmath: to the bit",
  python: "math_peer",
  tolerance: EXACT,
  make: (rng) => (chance(rng, 0.7) ? { f: pick(rng, one), x: [argument(rng)] } : { f: pick(rng, two), x: [argument(rng), argument(rng)] }),
  code: ({ f, x }) => `return math.${f}(${x.map((v) => literal(v)).join(", ")});`,
  scope: { math },
  imports: `import * as math from "@rl/math";`,
  lenient: true,
});
