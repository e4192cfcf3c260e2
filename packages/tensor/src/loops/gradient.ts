/**
 * The gradient of a loop is a loop backwards. The forward loop runs once more and keeps the carry before each iteration; then, from the last iteration to the
 * first, the body's own gradient turns the cotangent of the carry after it into that of the carry before it, adds up what the constants get, and stacks what
 * the rows get. Nothing of the body's inner values is kept: memory grows with count × carry.
 */
import { vjp } from "../autodiff/functional.ts";
import { isFloating } from "../elements.ts";
import type { Graph, Node } from "../graph.ts";
import { type LoopAttributes, loopResults } from "../primitives/loop.ts";
import { rankZero, type Tensor } from "../tensor/tensor.ts";
import type { Replay } from "../trace/replay.ts";

/** What repeats: the functions of loop.ts, which hands them in. */
interface Loops {
  scan<C, X, Y>(fn: (carry: C, row: X, index: Tensor) => readonly [C, Y], init: C, xs: X): [C, Y];
  applyLoop(inputs: readonly Tensor[], attributes: LoopAttributes, replay: Replay): Tensor[];
}

/** A loop that ran. */
interface Looped {
  readonly inputs: readonly Tensor[];
  readonly loop: LoopAttributes;
  readonly replay: Replay;
}

/** Cotangents of a loop's inputs from those of its results (undefined: zero). */
export function loopGradient(
  { scan, applyLoop }: Loops,
  { inputs, loop, replay }: Looped,
  cotangents: readonly (Tensor | undefined)[],
  needs: readonly boolean[],
): readonly (Tensor | undefined)[] {
  const { count, constants: C, carry: K } = loop;
  const run = replay;
  const float = (i: number): boolean => isFloating(inputs[i]!.dtype);
  const positions = inputs.map((_input, i) => i);
  const wantedConstants = positions.slice(0, C).filter((i) => float(i) && needs[i]);
  const floatCarry = positions.slice(C, C + K).filter(float);
  const wantedRows = positions.slice(C + K).filter((i) => float(i) && needs[i]);

  const results = loopResults(loop);
  const given = (k: number): Tensor => cotangents[k] ?? zeros(results[k]!.shape, results[k]!.dtype);
  const stackedResults = results.flatMap(({ dtype }, k) => (k >= K && isFloating(dtype) ? [k] : []));

  const { before, ran } = forwardAgain(applyLoop, inputs, loop, run);
  const rows = {
    before: before.map((x) => x.flip(0)),
    rows: inputs.slice(C + K).map((x) => x.flip(0)),
    cotangents: stackedResults.map((k) => given(k).flip(0)),
    ran: ran.flip(0),
  };
  // Iterations after an early stop stand in the records as zeros, where derivatives need not be finite: 0·∞ is NaN. Those of the first iteration are.
  const first = loop.stop >= 0 && count > 0 ? inputs.slice(C).map((x, i) => (i < K ? x : x.slice(0))) : undefined;
  const start = { carry: floatCarry.map((i) => given(i - C)), constants: wantedConstants.map((i) => inputs[i]!.zerosLike()) };

  const [end, slopes] = scan(
    (sum: typeof start, row: typeof rows, index) => {
      const values = [...inputs.slice(0, C), ...[...row.before, ...row.rows].map((x, i) => (first ? row.ran.where(x, first[i]!) : x))];
      const variables = [...wantedConstants, ...floatCarry, ...wantedRows];
      const step = (list: Tensor[]): Tensor[] => {
        const arguments_ = [...values];
        variables.forEach((i, k) => (arguments_[i] = list[k]!));
        const outputs = run([index.neg().add(count - 1), ...arguments_]);
        return [...floatCarry.map((i) => outputs[i - C]!), ...stackedResults.map((k) => outputs[k]!)];
      };
      const { pullback } = vjp(
        step,
        variables.map((i) => values[i]!),
      );
      const [slope] = pullback([...sum.carry, ...row.cotangents]);
      const [toConstants, toCarry, toRows] = cut(slope, [wantedConstants.length, floatCarry.length, wantedRows.length]);
      // Iterations after an early stop did not happen: they hand the cotangent on as it is.
      return [
        {
          carry: toCarry!.map((g, i) => row.ran.where(g, sum.carry[i]!)),
          constants: toConstants!.map((g, i) => sum.constants[i]!.add(row.ran.where(g, 0))),
        },
        toRows!.map((g) => row.ran.where(g, 0)),
      ] as const;
    },
    start,
    rows,
  );

  const all: (Tensor | undefined)[] = inputs.map(() => undefined);
  wantedConstants.forEach((i, k) => (all[i] = end.constants[k]));
  floatCarry.forEach((i, k) => (all[i] = end.carry[k]));
  wantedRows.forEach((i, k) => (all[i] = slopes[k]!.flip(0)));
  return all;
}

const zeros = (shape: readonly number[], dtype: Tensor["dtype"]): Tensor => rankZero(0, dtype).expand(shape);

function cut<T>(list: readonly T[], sizes: readonly number[]): T[][] {
  let at = 0;
  return sizes.map((n) => list.slice(at, (at += n)));
}

/** The carry before each iteration, stacked, and whether each iteration ran. */
function forwardAgain(
  applyLoop: Loops["applyLoop"],
  inputs: readonly Tensor[],
  loop: LoopAttributes,
  run: Replay,
): { before: Tensor[]; ran: Tensor } {
  const { body, carry: K, constants: C } = loop;
  const yes: Node = {
    op: "constant",
    inputs: [],
    attributes: { data: Uint8Array.of(1), shape: [], dtype: "bool" },
    shape: [],
    dtype: "bool",
  };
  const carried = body.inputs.slice(1 + C, 1 + C + K);
  const recording: Graph = { ...body, nodes: [...body.nodes, yes], outputs: [...body.outputs.slice(0, K), ...carried, body.nodes.length] };
  const again: Replay = (given) => [...run(given).slice(0, K), ...given.slice(1 + C, 1 + C + K), rankZero(true, "bool")];
  const parts = applyLoop(inputs, { ...loop, body: recording }, again);
  return { before: parts.slice(K, 2 * K), ran: parts[2 * K]! };
}
