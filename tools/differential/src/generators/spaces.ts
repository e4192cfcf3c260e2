/** Random trees of spaces beside Gymnasium's: seeding, samples, flattening. */
import { Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple } from "@rl/envs";
import type { Generator } from "@rl/random";
import { EXACT } from "../compare.ts";
import { defineGenerator } from "../define.ts";
import { chance, int, list, normal, pick } from "../draw.ts";
import { literal, type Json } from "../json.ts";

type SpaceCase = { readonly [key: string]: Json; readonly kind: string };

function space(rng: Generator, depth: number): SpaceCase {
  const kind = pick(rng, ["Box", "Box", "Discrete", "MultiBinary", "MultiDiscrete", ...(depth > 0 ? ["Tuple", "Dict"] : [])]);
  if (kind === "Box") return box(rng);
  if (kind === "Discrete") return { kind, n: int(rng, 1, 10), start: pick(rng, [0, 0, int(rng, -5, 5)]) };
  if (kind === "MultiBinary") return { kind, n: list(int(rng, 1, 2), () => int(rng, 1, 4)) };
  if (kind === "MultiDiscrete") return { kind, n: list(int(rng, 1, 4), () => int(rng, 1, 7)) };
  const parts = list(int(rng, 1, 3), () => space(rng, depth - 1));
  return kind === "Tuple" ? { kind, parts } : { kind, parts: parts.map((part, i): Json => [`${pick(rng, ["b", "a", "c"])}${i}`, part]) };
}

function box(rng: Generator): SpaceCase {
  const dtype = pick(rng, ["float32", "float64", "uint8", "int8", "int16", "int32"]);
  const float = dtype.startsWith("float");
  const unsigned = dtype.startsWith("u");
  const shape = list(int(rng, 0, 2), () => int(rng, 1, 3));
  const size = shape.reduce((a, b) => a * b, 1);
  const bounds = list(size, () => {
    const low = float ? normal(rng, 10) : int(rng, unsigned ? 0 : -50, 50);
    return [low, low + (float ? Math.abs(normal(rng, 10)) : int(rng, 0, 50))] as const;
  });
  const open = (x: number, end: number): number => (!unsigned && chance(rng, 0.15) ? end : x);
  return {
    kind: "Box",
    dtype,
    shape,
    low: bounds.map(([low]) => open(low, -Infinity)),
    high: bounds.map(([, high]) => open(high, Infinity)),
  };
}

function expression(part: SpaceCase): string {
  const { kind } = part;
  if (kind === "Box")
    return `new Box({ low: ${literal(part["low"]!)}, high: ${literal(part["high"]!)}, shape: ${literal(part["shape"]!)}, dtype: ${literal(part["dtype"]!)} })`;
  if (kind === "Discrete") return `new Discrete(${literal(part["n"]!)}, { start: ${literal(part["start"]!)} })`;
  if (kind === "Tuple") return `new Tuple([${(part["parts"] as SpaceCase[]).map(expression).join(", ")}])`;
  if (kind === "Dict")
    return `new Dict({ ${(part["parts"] as (readonly [string, SpaceCase])[]).map(([key, value]) => `${key}: ${expression(value)}`).join(", ")} })`;
  return `new ${kind}(${literal(part["n"]!)})`;
}

export const spacesGenerator = defineGenerator<{ space: SpaceCase; seed: number; samples: number }>({
  name: "spaces",
  about: "trees of spaces beside Gymnasium: seeds, samples and flattening, to the bit",
  python: "spaces_peer",
  tolerance: EXACT,
  make: (rng) => ({ space: space(rng, 2), seed: int(rng, 0, 2 ** 31), samples: int(rng, 1, 4) }),
  code: (input) =>
    [
      `const space = ${expression(input.space)};`,
      `space.seed(${input.seed});`,
      `const samples = Array.from({ length: ${input.samples} }, () => space.sample());`,
      `return { samples, flat: samples.map((sample) => [...space.flatten(sample)]), flatSize: space.flatSize };`,
    ].join("\n"),
  scope: { Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple },
  imports: `import { Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple } from "@rl/envs";`,
});
