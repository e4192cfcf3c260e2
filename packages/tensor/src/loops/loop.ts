/** Repetition inside a program: loop and scan. */
import { checkKeys } from "@rl/math/options";
import type { DType, TypedArray } from "../dtype.ts";
import { allocate, isFloating } from "../elements.ts";
import { asTensor } from "../functions/form.ts";
import { stack } from "../functions/lists.ts";
import type { Graph, Node } from "../graph.ts";
import { isGradEnabled } from "../mode.ts";
import { checkFunction } from "../ops/common.ts";
import { optimize } from "../passes/optimize.ts";
import { loop as loopPrimitive, type LoopAttributes, loopResults } from "../primitives/loop.ts";
import { evaluateGraph } from "../reference.ts";
import { sizeOf } from "../shape.ts";
import { checkAlive, elementsOf, innermostTrace, sameType } from "../tensor/access.ts";
import { creator } from "../tensor/stored.ts";
import { concrete, rankZero, symbol, Tensor } from "../tensor/tensor.ts";
import { buildGraph, capturedBy, inputSymbol } from "../trace/build.ts";
import { type Replay, replayOf } from "../trace/replay.ts";
import { currentTrace, isTracing, type Trace, withTrace } from "../tracing.ts";
import { leavesLike } from "../tree-like.ts";
import { leaves, unflatten } from "../tree.ts";
import { loopGradient } from "./gradient.ts";

export interface LoopOptions<C> {
  /** A bool scalar computed from the new carry: true ends the loop after this iteration; rows of results not reached are zero. */
  readonly stop?: (carry: C) => Tensor;
}

export interface ScanOptions<C> extends LoopOptions<C> {
  /** Number of iterations, where no arrays are scanned. */
  readonly length?: number;
}

/**
 * carry = init; for i = 0 … count − 1: carry = fn(carry, i). Inside compile this is one operation of the program, whatever the count, and `i` is an int32
 * scalar; outside it simply runs. The carry (a tree) must keep its shapes and dtypes.
 */
export function loop<C>(count: number, fn: (carry: C, index: Tensor) => C, init: C, options: LoopOptions<C> = {}): C {
  checkKeys("loop", options, ["stop"]);
  checkFunction("loop", fn);
  const [last] = scan<C, null, null>((carry, _row, index) => [fn(carry, index), null], init, null, { ...options, length: count });
  return last;
}

/**
 * carry = init; for each row of xs (a tree of tensors with equal first extents): [carry, y] = fn(carry, row, i). Returns the last carry and all y stacked
 * along a new first axis. With xs null, `options.length` says how often.
 */
export function scan<C, X, Y>(
  fn: (carry: C, row: X, index: Tensor) => readonly [C, Y],
  init: C,
  xs: X,
  options: ScanOptions<C> = {},
): [C, Y] {
  checkKeys("scan", options, ["stop", "length"]);
  checkFunction("scan", fn);
  if (options.stop !== undefined) checkFunction("scan, options.stop", options.stop);
  const rows = (xs === null ? [] : leaves<unknown>(xs)).map((x) => asTensor("scan", x as Tensor));
  const count = rows.length > 0 ? rows[0]!.shape[0] : options.length;
  if (count === undefined || !Number.isInteger(count) || count < 0)
    throw new TypeError(
      `scan: got ${rows.length > 0 ? "a scalar to scan" : `length ${String(options.length)}`}; expected arrays with a first axis, or xs null and a whole number as options.length`,
    );
  if (rows.length > 0 && options.length !== undefined && options.length !== count)
    throw new TypeError(`scan: got length ${options.length} and arrays of ${count} rows; expected one number; leave out options.length`);
  for (const row of rows)
    if (row.shape[0] !== count)
      throw new TypeError(
        `scan: got arrays of ${count} and ${row.shape[0]} rows; expected the same number in all; cut the longer ones with .narrow(0, 0, rows)`,
      );
  const start = unflatten(
    init,
    leaves<unknown>(init).map((leaf) => asTensor("scan", leaf as Tensor)),
  );
  return isTracing() ? traced(fn, start, xs, rows, count, options) : direct(fn, start, xs, rows, count, options);
}

function direct<C, X, Y>(
  fn: (carry: C, row: X, index: Tensor) => readonly [C, Y],
  init: C,
  xs: X,
  rows: readonly Tensor[],
  count: number,
  options: ScanOptions<C>,
): [C, Y] {
  let carry = init;
  let form: Y | undefined;
  const results: Tensor[][] = [];
  for (let i = 0; i < count; i++) {
    const row =
      xs === null
        ? xs
        : unflatten(
            xs,
            rows.map((x) => x.slice(i)),
          );
    const [next, y] = pairOf(fn(carry, row, rankZero(i, "int32")));
    carry = unflatten(init, carryOf(carry, next));
    if (i === 0) form = y;
    results.push(resultsLike(form, y));
    if (options.stop !== undefined && flagOf(options.stop(carry)).item()) break;
  }
  if (results.length === 0) return [carry, emptyResults(fn, init, xs, rows)];
  const stacked = results[0]!.map((first, k) => {
    const list = results.map((row) => row[k]!);
    while (list.length < count) list.push(first.zerosLike());
    return stack(list);
  });
  return [carry, unflatten(form as Y, stacked)];
}

/** What a scan without iterations returns: results with no rows. The body runs once with symbols to learn their types. */
function emptyResults<C, X, Y>(fn: (carry: C, row: X, index: Tensor) => readonly [C, Y], init: C, xs: X, rows: readonly Tensor[]): Y {
  return withTrace("the body of scan", (trace) => {
    const body = traceBody(trace, fn, init, xs, rows, {});
    if (body.form === null || body.form === undefined) return body.form;
    return unflatten(
      body.form,
      body.results.map((y) => concrete(allocate(y.dtype, 0), [0, ...y.shape], y.dtype)),
    );
  });
}

/** What the body returned. */
function pairOf<C, Y>(returned: readonly [C, Y]): readonly [C, Y] {
  if (Array.isArray(returned) && returned.length === 2) return returned;
  const got = Array.isArray(returned) ? `a list of ${returned.length}` : returned instanceof Tensor ? "a tensor" : typeof returned;
  throw new TypeError(`scan: the function returned ${got}; expected [carry, result]; return [carry, null] where there is no result`);
}

function flagOf(stop: Tensor): Tensor {
  if (stop instanceof Tensor && stop.dtype === "bool" && stop.rank === 0) return stop;
  throw new TypeError(
    `scan: stop returned ${stop instanceof Tensor ? `${stop.dtype}[${stop.shape.join(", ")}]` : typeof stop}; expected a bool scalar; compare tensors with .greater or the like, and reduce with .any() or .all()`,
  );
}

/** Leaves of the next carry in the order of the one before. */
function carryOf(before: unknown, after: unknown): Tensor[] {
  const old = leaves<Tensor>(before);
  const next = leavesLike(before, after);
  if (next === undefined)
    throw new TypeError(
      `scan: the carry starts with ${old.length} leaves but the function returns ${leaves(after).length}${leaves(after).length === old.length ? " under other keys" : ""}; expected the same tree; return every part of the carry, changed or not`,
    );
  old.forEach((leaf, i) => {
    const given: unknown = next[i];
    if (given instanceof Tensor && sameType(leaf, given)) return;
    throw new TypeError(
      `scan: leaf ${i} of the carry starts as ${leaf.dtype}[${leaf.shape.join(", ")}] but the function returns ${given instanceof Tensor ? `${given.dtype}[${given.shape.join(", ")}]` : typeof given}; expected the same type; convert with .cast or give the initial carry the final type`,
    );
  });
  return next;
}

/** Leaves of what an iteration returned beside the carry, in the order of the first one's. */
function resultsLike(form: unknown, y: unknown): Tensor[] {
  const list = leavesLike(form, y);
  if (list) return list.map((leaf) => asTensor("scan", leaf));
  throw new TypeError(
    `scan: the function first returned a result of ${leaves(form).length} leaves, then one of ${leaves(y).length}; expected the same tree every time; decide outside what it returns`,
  );
}

interface Body<Y> {
  readonly symbols: readonly Tensor[];
  readonly carry: readonly Tensor[];
  readonly results: readonly Tensor[];
  readonly form: Y;
  readonly stops: boolean;
}

function traceBody<C, X, Y>(
  trace: Trace,
  fn: (carry: C, row: X, index: Tensor) => readonly [C, Y],
  init: C,
  xs: X,
  rows: readonly Tensor[],
  options: ScanOptions<C>,
): Body<Y> {
  const index = inputSymbol([], "int32", trace);
  // Tracked, so that a replay knows what was made inside noGrad.
  const stand = (shape: readonly number[], dtype: Tensor["dtype"]): Tensor =>
    inputSymbol(shape, dtype as DType, trace, isGradEnabled() && isFloating(dtype));
  const before = leaves<Tensor>(init).map((leaf) => stand(leaf.shape, leaf.dtype));
  const given = rows.map((row) => stand(row.shape.slice(1), row.dtype));
  const [next, y] = pairOf(fn(unflatten(init, before), xs === null ? xs : unflatten(xs, given), index));
  const carry = carryOf(init, next);
  const symbols = [index, ...before, ...given];
  const stop = options.stop === undefined ? undefined : flagOf(options.stop(unflatten(init, carry)));
  if (stop) {
    carry.push(stop);
    symbols.splice(1 + before.length, 0, inputSymbol([], "bool", trace));
  }
  const results = resultsLike(y, y);
  return { symbols, carry, results, form: y, stops: stop !== undefined };
}

function traced<C, X, Y>(
  fn: (carry: C, row: X, index: Tensor) => readonly [C, Y],
  init: C,
  xs: X,
  rows: readonly Tensor[],
  count: number,
  options: ScanOptions<C>,
): [C, Y] {
  const start = leaves<Tensor>(init);
  const made = withTrace("the body of scan", (trace) => {
    const body = traceBody(trace, fn, init, xs, rows, options);
    const outputs = [...body.carry, ...body.results];
    const captured = capturedBy(outputs, trace);
    const stand = captured.map(({ shape, dtype }) => inputSymbol(shape, dtype as DType, trace));
    const [index, ...others] = body.symbols;
    const graph = buildGraph([index!, ...stand, ...others], outputs, trace, new Map(captured.map((outer, i) => [outer, stand[i]!])));
    const replay = replayOf([index!, ...captured, ...others], outputs, trace);
    return { ...body, captured, graph: optimize(graph), replay };
  });
  if (made.stops) start.push(rankZero(false, "bool"));
  const attributes: LoopAttributes = {
    body: made.graph,
    count,
    constants: made.captured.length,
    carry: made.carry.length,
    scanned: rows.length,
    stop: made.stops ? made.carry.length - 1 : -1,
  };
  const parts = applyLoop([...made.captured, ...start, ...rows], attributes, made.replay);
  const last = unflatten(init, parts.slice(0, leaves(init).length));
  const results = parts.slice(made.carry.length);
  return [last, results.length === 0 ? made.form : unflatten(made.form, results)];
}

/** A loop node and its results; evaluated at once when nothing in it is traced or differentiated. */
export function applyLoop(inputs: readonly Tensor[], attributes: LoopAttributes, replay: Replay): Tensor[] {
  const types = inputs.map(({ shape, dtype }) => ({ shape, dtype: dtype as DType }));
  loopPrimitive.infer(types, attributes as never);
  const results = loopResults(attributes);
  const tracked = isGradEnabled() && inputs.some(({ requiresGrad }) => requiresGrad);
  // Loops are differentiated as symbols, also those of concrete tensors.
  const trace = innermostTrace(inputs) ?? (tracked ? currentTrace() : undefined);
  if (!trace) return evaluateLoop(inputs, attributes);
  for (const input of inputs) checkAlive(input, "loop");
  const made = creator("loop", inputs, attributes as never, {
    pull: (own, cotangents, needs) =>
      loopGradient(
        { scan, applyLoop },
        { inputs: own.inputs as readonly Tensor[], loop: attributes, replay },
        cotangents as readonly (Tensor | undefined)[],
        needs,
      ),
    redo: (_made, given) => applyLoop(given as readonly Tensor[], attributes, replay),
  });
  const node = symbol([0], "bool", trace, made, tracked);
  return results.map(({ shape, dtype }, index) => {
    const part = creator("part", [node], { index });
    part.piece = index;
    return symbol(shape, dtype, trace, part, tracked && isFloating(dtype));
  });
}

function evaluateLoop(inputs: readonly Tensor[], attributes: LoopAttributes): Tensor[] {
  const results = loopResults(attributes);
  const nodes: Node[] = inputs.map(({ shape, dtype }) => ({ op: "input", inputs: [], attributes: {}, shape, dtype: dtype as DType }));
  const positions = nodes.map((_node, i) => i);
  nodes.push({ op: "loop", inputs: positions, attributes: attributes as never, shape: [0], dtype: "bool" });
  results.forEach(({ shape, dtype }, index) => nodes.push({ op: "part", inputs: [inputs.length], attributes: { index }, shape, dtype }));
  const graph: Graph = { nodes, inputs: positions, outputs: results.map((_type, i) => inputs.length + 1 + i), donated: [] };
  const arrays: TypedArray[] = evaluateGraph(
    graph,
    inputs.map((input) => elementsOf(input)),
  );
  return results.map(({ shape, dtype }, i) =>
    concrete(arrays[i]!.length === sizeOf(shape) ? arrays[i]!.slice() : arrays[i]!, shape, dtype),
  );
}
