/**
 * Random programs over all primitives, for holding two engines (or the compiler and plain evaluation) against each other. One seed, one program. Shapes hold
 * zeros, ones and primes; elements NaN, ±∞, −0, denormals and huge numbers.
 */
import { Generator } from "@rl/random";
import type { TypedArray } from "../src/dtype.ts";
import type { Graph } from "../src/graph.ts";
import { Maker, type ProgramOptions } from "./random-maker.ts";
import { STEPS } from "./random-steps.ts";

export interface RandomProgram {
  readonly graph: Graph;
  readonly inputs: readonly TypedArray[];
}

const STEPS_TRIED = 12;

/** The program of a seed. Everything that nothing else uses is a result, so that no node goes unseen. */
export function randomProgram(seed: number, options: ProgramOptions = {}): RandomProgram {
  const m = new Maker(new Generator(seed), options);
  const names = Object.keys(STEPS);
  for (let i = 0; i < STEPS_TRIED; i++) STEPS[m.choose(["unary", "unary", "binary", "binary", "binary", ...names])]!(m);
  const used = new Set(m.nodes.flatMap(({ inputs }) => inputs));
  const outputs = m.nodes.flatMap((node, i) =>
    used.has(i) || node.op === "loop" || (node.op === "input" && m.nodes.length > 1) ? [] : [i],
  );
  // Some arguments are donated, and some results are arguments as they are.
  const donates = options.donates === true && m.chance(0.5);
  if (donates && m.inputs.length > 0 && m.chance(0.3)) outputs.push(m.choose(m.inputs));
  const donated = donates ? m.inputs.flatMap((_position, i) => (m.chance(0.5) ? [i] : [])) : [];
  return { graph: { nodes: m.nodes, inputs: m.inputs, outputs: outputs.length > 0 ? outputs : [0], donated }, inputs: m.data };
}
