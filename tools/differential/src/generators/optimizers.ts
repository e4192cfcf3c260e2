/** Optimisers of @rl/nets beside torch.optim: parameters after some steps with given gradients. */
import * as nets from "@rl/nets";
import { tensor } from "@rl/tensor";
import { defineGenerator } from "../define.ts";
import { chance, int, list, normal, pick } from "../draw.ts";
import { literal, type Json } from "../json.ts";

export const optimizersGenerator = defineGenerator<{
  name: string;
  options: { readonly [key: string]: Json };
  clip: number | null;
  dtype: string;
  start: readonly number[];
  gradients: readonly (readonly number[])[];
}>({
  name: "optimizers",
  about: "SGD, Adam, AdamW, RMSprop, Adagrad and clipping beside torch.optim",
  python: "optimizers_peer",
  tolerance: ({ dtype }) => (dtype === "float64" ? { relative: 1e-9, absolute: 1e-11 } : { relative: 2e-5, absolute: 1e-6 }),
  make(rng) {
    const name = pick(rng, ["sgd", "adam", "adamw", "rmsprop", "adagrad"]);
    const momentum = chance(rng, 0.5) && (name === "sgd" || name === "rmsprop") ? pick(rng, [0.5, 0.9]) : undefined;
    const n = int(rng, 1, 4);
    return {
      name,
      options: {
        learningRate: pick(rng, [0.001, 0.01, 0.1, 1]),
        ...(momentum === undefined ? {} : { momentum }),
        ...(name === "sgd" && momentum !== undefined && chance(rng, 0.5) ? { nesterov: true } : {}),
        ...(name.startsWith("adam") && chance(rng, 0.5) ? { betas: [pick(rng, [0, 0.5, 0.9]), pick(rng, [0.9, 0.999])] } : {}),
        ...(name !== "sgd" && chance(rng, 0.5) ? { eps: pick(rng, [1e-5, 1e-3, 1]) } : {}),
        ...(name === "rmsprop" && chance(rng, 0.5) ? { alpha: pick(rng, [0.5, 0.9]) } : {}),
        ...(name === "rmsprop" && chance(rng, 0.5) ? { centered: true } : {}),
        ...(chance(rng, 0.4) ? { weightDecay: pick(rng, [0.01, 0.1]) } : {}),
      },
      clip: chance(rng, 0.3) ? pick(rng, [0.1, 1, 10]) : null,
      dtype: pick(rng, ["float32", "float64"]),
      start: list(n, () => normal(rng)),
      // Centred moments of equal gradients cancel: none are repeated.
      gradients: list(int(rng, 1, 8), () => list(n, () => normal(rng, pick(rng, [1, 1, 100])))),
    };
  },
  valid: ({ options, clip, start, gradients }) =>
    start.length > 0 &&
    gradients.every((g) => g.length === start.length) &&
    (options["betas"] === undefined || (options["betas"] as number[]).length === 2) &&
    options["learningRate"] !== 0 &&
    options["eps"] !== 0 &&
    clip !== 0,
  code: ({ name, options, clip, dtype, start, gradients }) =>
    [
      `const optimizer = nets.${name}(${literal(options)});`,
      `let params = { p: tensor(${literal(start)}, { dtype: "${dtype}" }) };`,
      `let state = optimizer.init(params);`,
      `for (const g of ${literal(gradients)}) {`,
      `  let gradients = { p: tensor(g, { dtype: "${dtype}" }) };`,
      ...(clip === null ? [] : [`  gradients = nets.clipGradNorm(gradients, ${clip}).gradients;`]),
      `  ({ params, state } = optimizer.update(gradients, state, params));`,
      `}`,
      `return [...params.p.read()];`,
    ].join("\n"),
  scope: { nets, tensor },
  imports: `import * as nets from "@rl/nets";\nimport { tensor } from "@rl/tensor";`,
});
