/** Reverse mode: from a result back through the creators of values to chosen ends, by the primitives' gradient rules. */
import { noGrad } from "../mode.ts";
import { primitives } from "../primitives/index.ts";
import type { Creator, Stored } from "./stored.ts";
import { isTracked, renewHistory } from "./view-history.ts";

/** One result and the cotangent it starts with. */
export interface Seed {
  readonly output: Stored;
  readonly cotangent: Stored;
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
): Map<Creator, Stored> {
  for (const { output } of seeds) renewHistory(output);
  const { order, outside } = collect(seeds, wanted, after);
  const record = keepGraph === "auto" ? outside : keepGraph;
  const run = (): Map<Creator, Stored> => sweep(seeds, order, wanted);
  return record ? run() : noGrad(run);
}

/** Creators between the seeds and the ends on which they depend, newest first; and whether any of them depends on something else that is tracked. */
function collect(seeds: readonly Seed[], wanted: (made: Creator) => boolean, after: number): { order: Creator[]; outside: boolean } {
  const seen = new Set<Creator>();
  const pending: Creator[] = [];
  let outside = false;
  const reach = (value: Stored): void => {
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
    if (isTracked(cotangent)) outside = true;
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

function sweep(seeds: readonly Seed[], order: readonly Creator[], wanted: (made: Creator) => boolean): Map<Creator, Stored> {
  const useful = new Set(order);
  const cotangents = new Map<Creator, Stored>();
  const parts = new Map<Creator, (Stored | undefined)[]>();
  const ends = new Map<Creator, Stored>();
  const give = (value: Stored, cotangent: Stored): void => {
    const made = value._creator;
    if (!made || !value._tracked || !useful.has(made)) return;
    const before = cotangents.get(made);
    cotangents.set(made, before ? before.add(cotangent) : cotangent);
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
    if (made.piece !== undefined) {
      const source = made.inputs[0]!._creator!;
      let list = parts.get(source);
      if (!list) parts.set(source, (list = []));
      list[made.piece] = cotangent;
      continue;
    }
    const needs = made.inputs.map((input) => input._tracked && input._creator !== undefined && useful.has(input._creator));
    pulled(made, pieces ?? [cotangent], needs).forEach((piece, i) => {
      if (piece && needs[i]) give(made.inputs[i]!, piece);
    });
  }
  return ends;
}

/** Cotangents of what a primitive, or another operation, was applied to. */
function pulled(made: Creator, cotangents: readonly (Stored | undefined)[], needs: readonly boolean[]): readonly (Stored | undefined)[] {
  if (made.special) return made.special.pull(made, cotangents, needs);
  const gradient = primitives.get(made.op)?.gradient;
  if (!gradient) return [];
  const { inputs, attributes } = made;
  return gradient({ inputs, output: made.output!, cotangent: cotangents[0]!, attributes, needs }) as readonly (Stored | undefined)[];
}
