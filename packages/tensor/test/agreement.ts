/**
 * Whether an engine agrees with the reference on a program. Every operation is judged on its own, also inside loops, from the engine's own values of its
 * inputs, so that no difference is passed on: see judge.ts for what is right. Three steps tie this to the program as it is compiled by default:
 *
 * 1. the program once more with its sums visible (expose.ts): its own results must keep every bit;
 * 2. all else once more, from these sums, with every value visible, and loops unrolled: a node that is not a sum has the same bits however it is fused,
 *    so the program's results must be there to the bit;
 * 3. every value of 2 and every sum of 1 is judged by the reference code of its node alone.
 *
 * Donated arguments are given as arrays and as the engine's own buffers: the bits must be the same.
 */
import type { TypedArray } from "../src/dtype.ts";
import type { Engine, Program, Storage } from "../src/engine.ts";
import type { Node } from "../src/graph.ts";
import { expose, type Exposed, type ExposedLoop } from "./expose.ts";
import { Judge, show } from "./judge.ts";
import type { RandomProgram } from "./random-programs.ts";
import { inputNode } from "./random-maker.ts";
import { showProgram, shrink } from "./shrink.ts";

const read = (storage: Storage): TypedArray => (ArrayBuffer.isView(storage) ? storage : storage.read());

/** What is wrong, or undefined. */
export function disagreement(engine: Engine, { graph, inputs }: RandomProgram, judge = new Judge()): string | undefined {
  const program = engine.compile(graph);
  const results = program.run(inputs).map(read);
  const exposed = expose(graph);
  const seen = engine
    .compile({ ...exposed.graph, donated: [] })
    .run(inputs)
    .map(read);
  const replay = new Replay(engine, exposed, judge);
  const wrong = replay.run(inputs, seen.slice(exposed.own));
  if (wrong !== undefined) return wrong;
  for (let k = 0; k < results.length; k++) {
    const position = graph.outputs[k]!;
    const name = `result ${k} (%${position} ${graph.nodes[position]!.op})`;
    const alone = otherBits(results[k]!, seen[k]!);
    if (alone !== undefined) return `${name}${alone} with the sums visible`;
    const replayed = otherBits(results[k]!, replay.values[position]!);
    if (replayed !== undefined) return `${name}${replayed} with all values visible`;
  }
  if (graph.donated.length === 0) return undefined;
  const buffers = inputs.map((array, i) => engine.upload(array, graph.nodes[graph.inputs[i]!]!.dtype));
  const given = program.run(buffers).map(read);
  const k = given.findIndex((result, at) => otherBits(result, results[at]!) !== undefined);
  return k < 0 ? undefined : `result ${k}: other bits with donated buffers than with donated arrays`;
}

/** The same, also where it throws, with the smallest program that fails likewise, as code. */
export function failureOf(engine: Engine, program: RandomProgram, judge = new Judge()): string | undefined {
  const failure = attempt(engine, program, judge);
  if (failure === undefined) return undefined;
  // An error is shrunk to the same error: smaller programs may also be wrong ones, with indices out of range, say.
  const kind = (text: string | undefined): string | undefined =>
    text?.startsWith("throws") === true ? text.replaceAll(/\d+/g, "") : text && "other";
  const smallest = shrink(program, (candidate) => kind(attempt(engine, candidate)) === kind(failure));
  return `${failure}\nsmallest: ${attempt(engine, smallest)}\n${showProgram(smallest)}`;
}

function attempt(engine: Engine, program: RandomProgram, judge?: Judge): string | undefined {
  try {
    return disagreement(engine, program, judge);
  } catch (error) {
    return `throws ${String(error)}`;
  }
}

/** Where two arrays differ, as text; NaN are equal. */
function otherBits(actual: TypedArray, expected: TypedArray): string | undefined {
  if (actual.length !== expected.length) return `: ${actual.length} elements, ${expected.length}`;
  for (let i = 0; i < actual.length; i++)
    if (!Object.is(actual[i], expected[i])) return `[${i}]: ${show(actual[i]!)}, and ${show(expected[i]!)}`;
  return undefined;
}

/** A graph computed from its inputs and what was exposed of it, every value visible and judged. */
class Replay {
  /** By position; of loops none. */
  readonly values: TypedArray[] = [];
  private readonly judge: Judge;
  private readonly exposed: Exposed;
  private readonly program: Program;
  private readonly visible: readonly number[];
  private readonly loops: readonly { readonly loop: ExposedLoop; readonly body: Replay }[];

  constructor(engine: Engine, exposed: Exposed, judge: Judge) {
    this.judge = judge;
    const { graph, extras, loops } = exposed;
    const given = new Set([...graph.inputs, ...extras]);
    const nodes = graph.nodes.map((node, i): Node => {
      return given.has(i) ? inputNode(node) : node;
    });
    this.exposed = exposed;
    this.visible = nodes.flatMap(({ op }, i) => (op === "input" || op === "loop" ? [] : [i]));
    this.program = engine.compile({ nodes, inputs: [...graph.inputs, ...extras], outputs: this.visible, donated: [] });
    this.loops = loops.map((loop) => ({ loop, body: new Replay(engine, loop.body, judge) }));
  }

  /** What is wrong, or undefined. */
  run(inputs: readonly TypedArray[], extras: readonly TypedArray[]): string | undefined {
    const { values, exposed } = this;
    const { graph } = exposed;
    graph.inputs.forEach((position, i) => (values[position] = inputs[i]!));
    exposed.extras.forEach((position, i) => (values[position] = extras[i]!));
    this.program.run([...inputs, ...extras]).forEach((storage, i) => (values[this.visible[i]!] = read(storage)));
    for (const { loop, body } of this.loops) {
      const wrong = this.runLoop(loop, body);
      if (wrong !== undefined) return `%${loop.position} loop, ${wrong}`;
    }
    for (let i = 0; i < graph.nodes.length; i++) {
      const node = graph.nodes[i]!;
      if (node.op === "input" || node.op === "loop" || node.op === "part") continue;
      const wrong = this.judge.wrong(
        node,
        node.inputs.map((from) => graph.nodes[from]!),
        node.inputs.map((from) => values[from]!),
        values[i]!,
      );
      if (wrong !== undefined) return `%${i} ${node.op}: ${wrong}`;
    }
    return undefined;
  }

  /** Iteration by iteration; then the results must be what the last one carries and the rows of all. */
  private runLoop({ position, attributes, body, parts }: ExposedLoop, replay: Replay): string | undefined {
    const { count, constants, carry: carries, stop } = attributes;
    const given = this.exposed.graph.nodes[position]!.inputs.map((from) => this.values[from]!);
    const results = parts.map((part) => this.values[part]!);
    const row = (array: TypedArray, t: number): TypedArray =>
      array.subarray((t * array.length) / count, ((t + 1) * array.length) / count) as TypedArray;
    let carry = given.slice(constants, constants + carries);
    const stacked = results.slice(carries);
    let t = 0;
    for (let goes = count > 0; goes; goes = t < count && !(stop >= 0 && carry[stop]![0])) {
      const rows = given.slice(constants + carries).map((array) => row(array, t));
      const wrong = replay.run(
        [Int32Array.of(t), ...given.slice(0, constants), ...carry, ...rows],
        stacked.slice(body.own - carries).map((array) => row(array, t)),
      );
      if (wrong !== undefined) return `iteration ${t}, ${wrong}`;
      const next = body.graph.outputs.map((output) => replay.values[output]!);
      for (let k = carries; k < body.own; k++) {
        const found = otherBits(row(stacked[k - carries]!, t), next[k]!);
        if (found !== undefined) return `result ${k}, row ${t}${found} with all values visible`;
      }
      carry = next.slice(0, carries);
      t++;
    }
    for (let k = 0; k < carries; k++) {
      const found = otherBits(results[k]!, carry[k]!);
      if (found !== undefined) return `result ${k}${found} with all values visible`;
    }
    const k = stacked.findIndex((array) => array.subarray((t * array.length) / count).some((x) => x !== 0));
    return k < 0 ? undefined : `result ${carries + k} is not 0 in a row that is not reached`;
  }
}
