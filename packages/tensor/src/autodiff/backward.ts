/** Reverse mode: from a result back through the creators of values to chosen ends, by the primitives' gradient rules. */
import { noGrad } from "./mode.ts";
import type { Creator } from "../graph-node.ts";
import { primitives } from "../primitives/index.ts";
import { add } from "../ops/arithmetic.ts";
import { shown } from "../ops/common.ts";
import { loopGradient } from "../loops/gradient.ts";
import { renewHistory } from "../eager/view-history.ts";
import { Tensor } from "../tensor.ts";

/** One result and the cotangent it starts with. */
export interface Seed {
  readonly output: Tensor;
  readonly cotangent: Tensor;
}

/**
 * ∂(Σ output·cotangent)/∂end for each end; undefined where nothing depends on it. `wanted` says which creators are ends; all of them are newer than
 * `after`, so older history need not be visited. `keepGraph`: record the computation of the gradients so that they can be differentiated.
 */
export function pullBack(
  seeds: readonly Seed[],
  wanted: (made: Creator) => boolean,
  after: number,
  keepGraph: boolean | "auto",
): Map<Creator, Tensor> {
  for (const { output } of seeds) renewHistory(output);
  const { order, outside } = collect(seeds, wanted, after);
  const record = keepGraph === "auto" ? outside : keepGraph;
  const run = (): Map<Creator, Tensor> => sweep(seeds, order, wanted);
  return record ? run() : noGrad(run);
}

/** Creators between the seeds and the ends on which they depend, newest first; and whether any of them depends on something else that is tracked. */
function collect(seeds: readonly Seed[], wanted: (made: Creator) => boolean, after: number): { order: Creator[]; outside: boolean } {
  const seen = new Set<Creator>();
  const pending: Creator[] = [];
  let outside = false;
  const reach = (value: Tensor): void => {
    const made = value._creator;
    if (!made || !value._tracked || seen.has(made)) return;
    if (made.id <= after) {
      outside = true;
      return;
    }
    seen.add(made);
    pending.push(made);
  };
  for (const { output, cotangent } of seeds) {
    reach(output);
    if (cotangent.requiresGrad) outside = true;
  }
  while (pending.length > 0) {
    const made = pending.pop()!;
    if (!wanted(made)) made.inputs.forEach(reach);
    else if (made.inputs.some((input) => input._tracked)) outside = true;
    if (made.op === "leaf" && !wanted(made)) outside = true;
  }
  const rising = [...seen].sort((a, b) => a.id - b.id);
  const useful = new Set<Creator>();
  for (const made of rising)
    if (wanted(made) || made.inputs.some((input) => input._tracked && input._creator && useful.has(input._creator))) useful.add(made);
  return { order: rising.filter((made) => useful.has(made)).reverse(), outside };
}

function sweep(seeds: readonly Seed[], order: readonly Creator[], wanted: (made: Creator) => boolean): Map<Creator, Tensor> {
  const useful = new Set(order);
  const cotangents = new Map<Creator, Tensor>();
  const parts = new Map<Creator, (Tensor | undefined)[]>();
  const ends = new Map<Creator, Tensor>();
  const give = (value: Tensor, cotangent: Tensor): void => {
    const made = value._creator;
    if (!made || !value._tracked || !useful.has(made)) return;
    const before = cotangents.get(made);
    cotangents.set(made, before ? add(before, cotangent) : cotangent);
  };
  for (const { output, cotangent } of seeds) give(output, cotangent);
  for (const made of order) {
    const cotangent = cotangents.get(made);
    cotangents.delete(made);
    if (wanted(made)) {
      if (cotangent) ends.set(made, cotangent);
      // Reached, but only through operations without slope: backward stores zeros, so that null means "not reached".
      else if (made.op === "leaf") ends.set(made, made.output!.zerosLike());
      continue;
    }
    const pieces = parts.get(made);
    if (!cotangent && !pieces) continue;
    if (made.op === "part") {
      const source = made.inputs[0]!._creator!;
      let list = parts.get(source);
      if (!list) parts.set(source, (list = []));
      list[made.attributes.index as number] = cotangent;
      continue;
    }
    const needs = made.inputs.map((input) => input._tracked && input._creator !== undefined && useful.has(input._creator));
    const given = made.op === "loop" ? loopGradient(made, pieces!, needs) : rule(made, cotangent!, needs);
    given.forEach((piece, i) => {
      if (piece && needs[i]) give(made.inputs[i]!, piece);
    });
  }
  return ends;
}

/** Rules of users: a cotangent of another type would be the gradient that is handed out. */
function checked({ label, inputs }: Creator, given: unknown): readonly (Tensor | undefined)[] {
  if (!Array.isArray(given) || given.length !== inputs.length)
    throw new TypeError(
      `customGradient: the rule of ${label} returned ${Array.isArray(given) ? `${given.length} cotangents` : shown(given)}; expected a list of ${inputs.length}, one for each input; put undefined where it is zero`,
    );
  inputs.forEach((input, i) => {
    const piece: unknown = given[i];
    if (piece === undefined || (piece instanceof Tensor && input._sameType(piece))) return;
    throw new TypeError(
      `customGradient: the rule of ${label} returned ${shown(piece)} for input ${i}; expected ${shown(input)}, the type of the input; sum over what was stretched, or convert`,
    );
  });
  return given as readonly (Tensor | undefined)[];
}

function rule(made: Creator, cotangent: Tensor, needs: readonly boolean[]): readonly (Tensor | undefined)[] {
  if (made.op === "alias") return [cotangent];
  if (made.op === "stop" || made.op === "leaf") return [undefined];
  if (made.custom) return checked(made, made.custom.rule({ inputs: made.inputs, output: made.output!, cotangent, needs }));
  const gradient = primitives.get(made.op)?.gradient;
  if (!gradient) return [];
  return gradient({ inputs: made.inputs, output: made.output!, cotangent, attributes: made.attributes, needs });
}
