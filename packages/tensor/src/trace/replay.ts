/** What a body did with its symbols, done once more with other values: so it can be differentiated as it was written, with its own gradient rules and stops. */
import { noGrad } from "../mode.ts";
import { creatorOf, traceOf, wasTracked } from "../tensor/access.ts";
import type { Stored } from "../tensor/stored.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Trace } from "../tracing.ts";
import { sourcesOf } from "./build.ts";

/** The body of a loop as a function of its inputs' values. */
export type Replay = (inputs: readonly Tensor[]) => Tensor[];

/** A value, or the results of an operation that has several. */
type Made = Stored | readonly Stored[];

/** From values for `symbols` to those of `outputs`. The graph that engines get has no rules and stops any more: only differentiation sees them. */
export function replayOf(symbols: readonly Tensor[], outputs: readonly Tensor[], trace: Trace): Replay {
  let order: readonly Stored[] | undefined;
  return (inputs) => {
    order ??= madeIn(trace, symbols, outputs);
    const values = new Map<Stored, Made>(symbols.map((symbol, i) => [symbol, inputs[i]!]));
    for (const symbol of order) {
      const again = (): Made => redo(symbol, values);
      // Symbols of a body are tracked unless they were made inside noGrad.
      values.set(symbol, wasTracked(symbol) ? again() : noGrad(again));
    }
    return outputs.map((output) => (values.get(output) as Tensor | undefined) ?? output);
  };
}

function redo(symbol: Stored, values: ReadonlyMap<Stored, Made>): Made {
  const made = creatorOf(symbol)!;
  if (made.piece !== undefined) return (values.get(made.inputs[0]!) as readonly Stored[])[made.piece]!;
  const at = (x: Stored): Stored => (values.get(x) as Stored | undefined) ?? x;
  const inputs = made.inputs.map(at);
  return made.special ? made.special.redo!(made, inputs, at) : symbol.bind(made.op, inputs, made.attributes);
}

/** Symbols of a trace that the outputs need, oldest first. */
function madeIn(trace: Trace, given: readonly Stored[], outputs: readonly Stored[]): Stored[] {
  const seen = new Set<Stored>(given);
  const found: Stored[] = [];
  const pending = [...outputs];
  while (pending.length > 0) {
    const symbol = pending.pop()!;
    if (seen.has(symbol) || traceOf(symbol) !== trace) continue;
    seen.add(symbol);
    found.push(symbol);
    pending.push(...sourcesOf(creatorOf(symbol)!));
  }
  return found.sort((a, b) => creatorOf(a)!.id - creatorOf(b)!.id);
}
