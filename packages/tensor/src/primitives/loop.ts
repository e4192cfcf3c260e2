/**
 * loop{body, count, constants, carry, scanned, stop}: runs a graph `count` times. `constants`, `carry`, `scanned` are numbers of inputs, in this order:
 *
 *   inputs        = [constants…, initial carry…, scanned arrays…]            each scanned array has `count` rows (extent of its axis 0)
 *   body inputs   = [index: int32 scalar, constants…, carry…, row `index` of each scanned array…]
 *   body outputs  = [next carry… (same types as the carry), rows of stacked results…]
 *   results       = [last carry…, stacked results… (each with `count` rows)]
 *
 * `stop` is −1, or the number (from 0) of a bool scalar in the carry: the loop ends after the iteration that sets it; rows not written are zero.
 * With count 0 (or a stop that is set from the start, which is not looked at: the first iteration always runs when count > 0) results are the initial carry.
 * The node's own type is a placeholder (bool [0]); a result is read by a node part(loop){index}, whose type is that of the result. Only part nodes use a loop node.
 */
import type { TypedArray } from "../dtype.ts";
import type { Attributes, Graph, ValueType } from "../graph.ts";
import { misuse, sameShape, showType, type Application, type Primitive } from "./primitive.ts";

export interface LoopAttributes {
  readonly body: Graph;
  readonly count: number;
  readonly constants: number;
  readonly carry: number;
  readonly scanned: number;
  readonly stop: number;
}

export const loopAttributes = (attributes: Attributes): LoopAttributes => attributes as unknown as LoopAttributes;

/** Types of the results of a loop. */
export function loopResults({ body, count, carry }: LoopAttributes): ValueType[] {
  return body.outputs.map((position, i) => {
    const { shape, dtype } = body.nodes[position]!;
    return { shape: i < carry ? shape : [count, ...shape], dtype };
  });
}

export const loop: Primitive = {
  name: "loop",
  infer(inputs, attributes) {
    const { body, count, constants, carry, scanned, stop } = loopAttributes(attributes);
    if (inputs.length !== constants + carry + scanned || body.inputs.length !== inputs.length + 1)
      throw misuse("loop", inputs, `${constants} constants, ${carry} carried and ${scanned} scanned inputs`);
    const given: ValueType[] = [{ shape: [], dtype: "int32" }];
    inputs.forEach((type, i) => {
      const isScanned = i >= constants + carry;
      if (isScanned && type.shape[0] !== count) throw misuse("loop", [type], `${count} rows in each scanned array`);
      given.push(isScanned ? { shape: type.shape.slice(1), dtype: type.dtype } : type);
    });
    const same = (a: ValueType, b: ValueType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);
    body.inputs.forEach((position, i) => {
      if (!same(body.nodes[position]!, given[i]!))
        throw new TypeError(`loop: the body takes ${showType(body.nodes[position]!)} as input ${i}, but is given ${showType(given[i]!)}`);
    });
    for (let i = 0; i < carry; i++) {
      const next = body.nodes[body.outputs[i]!]!;
      const before = inputs[constants + i]!;
      if (!same(next, before))
        throw new TypeError(`loop: carry ${i} starts as ${showType(before)} but the body returns ${showType(next)}; both must be equal`);
    }
    const flag = stop < 0 ? undefined : inputs[constants + stop];
    if (stop >= 0 && (flag === undefined || stop >= carry || flag.dtype !== "bool" || flag.shape.length !== 0))
      throw misuse("loop", inputs, `a bool scalar as carry ${stop}, which stops the loop`);
    return { shape: [0], dtype: "bool" };
  },
  evaluate() {
    throw new Error("loop: has several results; engines run its body");
  },
  flops({ attributes }) {
    const { body, count } = loopAttributes(attributes);
    return count * body.nodes.length;
  },
};

export const part: Primitive = {
  name: "part",
  infer() {
    throw new Error("part: its type comes from the loop; use loopResults(attributes of the loop)[index]");
  },
  evaluate(inputs: readonly TypedArray[], out: TypedArray, _application: Application) {
    out.set(inputs[0]!);
  },
  flops: () => 0,
};
