/** What a body did with its symbols, done once more with other values: so it can be differentiated as it was written, with its own gradient rules and stops. */
import { apply } from "../apply.ts";
import { customGradient } from "../autodiff/custom.ts";
import { noGrad } from "../autodiff/mode.ts";
import { stopGradient } from "../autodiff/stop.ts";
import type { Replay } from "../graph-node.ts";
import { applyLoop } from "../loops/loop.ts";
import { loopAttributes } from "../primitives/loop.ts";
import type { Tensor } from "../tensor.ts";
import type { Trace } from "./trace.ts";

/** From values for `symbols` to those of `outputs`. The graph that engines get has no rules and stops any more: only differentiation sees them. */
export function replayOf(symbols: readonly Tensor[], outputs: readonly Tensor[], trace: Trace): Replay {
  let order: readonly Tensor[] | undefined;
  return (inputs) => {
    order ??= madeIn(trace, symbols, outputs);
    const values = new Map<Tensor, Tensor | Tensor[]>(symbols.map((symbol, i) => [symbol, inputs[i]!]));
    const at = (symbol: Tensor): Tensor => (values.get(symbol) as Tensor | undefined) ?? symbol;
    for (const symbol of order) {
      const again = (): Tensor | Tensor[] => redo(symbol, values, at);
      // Symbols of a body are tracked unless they were made inside noGrad.
      values.set(symbol, symbol._tracked ? again() : noGrad(again));
    }
    return outputs.map(at);
  };
}

function redo(symbol: Tensor, values: ReadonlyMap<Tensor, Tensor | Tensor[]>, at: (symbol: Tensor) => Tensor): Tensor | Tensor[] {
  const { op, inputs, attributes, custom, label, replay } = symbol._creator!;
  const from = inputs.map(at);
  if (custom) return customGradient(label!, from, () => at(custom.value), custom.rule);
  switch (op) {
    case "alias":
      return from[0]!;
    case "stop":
      return stopGradient(from[0]!);
    case "loop":
      return applyLoop(from, loopAttributes(attributes), replay!);
    case "part":
      return (values.get(inputs[0]!) as Tensor[])[attributes.index as number]!;
    default:
      return apply(op, from, attributes);
  }
}

/** Symbols of a trace that the outputs need, oldest first. */
function madeIn(trace: Trace, given: readonly Tensor[], outputs: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>(given);
  const found: Tensor[] = [];
  const pending = [...outputs];
  while (pending.length > 0) {
    const symbol = pending.pop()!;
    if (seen.has(symbol) || symbol._trace !== trace) continue;
    seen.add(symbol);
    found.push(symbol);
    const { inputs, custom } = symbol._creator!;
    pending.push(...inputs, ...(custom ? [custom.value] : []));
  }
  return found.sort((a, b) => a._creator!.id - b._creator!.id);
}
