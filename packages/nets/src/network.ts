/** What a network is: how its parameters start and what it computes from them. Parameters are plain trees of tensors; a network itself holds no state. */
import type { Tensor } from "@rl/tensor";
import type { RandomStream } from "./random-stream.ts";

/** One line of a summary. */
export interface LayerInfo {
  readonly name: string;
  /** Shape without the batch axis. */
  readonly output: readonly number[];
  readonly parameters: number;
}

export interface Network<P = unknown> {
  readonly name: string;
  /** Fresh parameters. The stream is forked by layer, so that changing one layer leaves the others' values. */
  readonly init: (rng: RandomStream) => P;
  /** Output for a batch; the first axis of x is the batch. Works inside compile and grad. */
  readonly apply: (params: P, x: Tensor) => Tensor;
  /** Shape of the output, without batch axis, for an input shape without batch axis; throws for shapes that do not fit. */
  readonly outputShape: (input: readonly number[]) => readonly number[];
  /** Layers for summary(); most networks are their own single layer. */
  readonly layers: (input: readonly number[]) => LayerInfo[];
}

/** Networks one after the other; parameters are the list of theirs. */
export function sequential<P extends readonly unknown[]>(...parts: { readonly [K in keyof P]: Network<P[K]> }): Network<P> {
  const list = parts as unknown as readonly Network[];
  return {
    name: "sequential",
    init: (rng) => list.map((part, i) => part.init(rng.fork("layer", i))) as unknown as P,
    apply: (params, x) => list.reduce((value, part, i) => part.apply(params[i], value), x),
    outputShape: (input) => list.reduce((shape, part) => part.outputShape(shape), input),
    layers(input) {
      let shape = input;
      return list.flatMap((part) => {
        const lines = part.layers(shape);
        shape = part.outputShape(shape);
        return lines;
      });
    },
  };
}

/** A table of layers, output shapes and numbers of parameters for inputs of a shape (without batch axis). */
export function summary(network: Pick<Network, "layers">, input: readonly number[]): string {
  const lines = network.layers(input);
  const total = lines.reduce((n, { parameters }) => n + parameters, 0);
  const show = (shape: readonly number[]): string => `[${["B", ...shape].join(", ")}]`;
  const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, " ");
  const rows = [
    ["layer", "output", "parameters"],
    ["input", show(input), ""],
    ...lines.map(({ name, output, parameters }) => [name, show(output), count(parameters)]),
    ["total", "", count(total)],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([name, output, parameters]) => `${name!.padEnd(widths[0]!)}  ${output!.padEnd(widths[1]!)}  ${parameters!.padStart(widths[2]!)}`)
    .join("\n");
}
