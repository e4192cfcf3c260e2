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
import type { Attributes, Graph, ValueType } from "../graph.ts";
import { byteLength, padded } from "../kernels/bytes.ts";
import type { Emitter, Level, Value, Place, Step } from "../kernels/rules.ts";
import { I32, Op } from "../kernels/opcodes.ts";
import { misuse, showType, type Primitive } from "./primitive.ts";
import { sameShape, sizeOf } from "../shape.ts";

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
  wasm: { kind: "kernel", emit: emitLoop },
};

/** The body inside a WebAssembly loop; carries live where the loop's results go. */
function emitLoop(e: Emitter, level: Level, step: Step, value: Value): void {
  const f = e.run;
  const { values } = level.plan.lowered;
  const { count, constants, carry, scanned, stop } = loopAttributes(value.attributes);
  const body = step.body!;
  const parts = new Map<number, Value>();
  for (const other of values)
    if (other.op === "part" && other.operands[0]!.value === value.id) parts.set(other.attributes.index as number, other);
  const types = body.lowered.outputs.map((operand) => ({ shape: operand.shape, dtype: body.lowered.values[operand.value]!.dtype }));
  const extra = step.scratchAt + body.arenaBytes;
  // Addresses of the body's inputs.
  const inputs = Array.from({ length: 1 + constants + carry + scanned }, () => f.local(I32));
  let at = extra;
  const own = (bytes: number): Place => {
    const place: Place = { base: "arena", index: 0, offset: at };
    at += padded(bytes);
    return place;
  };
  const index = own(4);
  e.push(level, index);
  f.set(inputs[0]!);
  for (let i = 0; i < constants; i++) {
    e.pushOperand(level, value.operands[i]!);
    f.set(inputs[1 + i]!);
  }
  for (let i = 0; i < carry; i++) {
    const bytes = byteLength(types[i]!.shape, types[i]!.dtype);
    const part = parts.get(i);
    const place = part ? level.plan.places[part.id]! : own(bytes);
    const input = inputs[1 + constants + i]!;
    e.push(level, place);
    f.set(input);
    e.copyBytes(() => f.get(input), () => e.pushOperand(level, value.operands[constants + i]!), bytes); // prettier-ignore
  }
  for (let i = 0; i < scanned; i++) {
    e.pushOperand(level, value.operands[constants + carry + i]!);
    f.set(inputs[1 + constants + carry + i]!);
  }
  const stacked = types.slice(carry).map(({ shape, dtype }, i) => {
    const bytes = byteLength(shape, dtype);
    const part = parts.get(carry + i);
    const pointer = f.local(I32);
    if (part) {
      e.pushValue(level, part.id);
      f.set(pointer);
      if (stop >= 0) e.fillValue(level, part.id, 0, count * sizeOf(shape));
    }
    return { bytes, pointer, wanted: part !== undefined };
  });
  if (count === 0) return;
  const counter = f.local(I32);
  f.i32(0);
  f.set(counter);
  f.block();
  f.loop();
  f.get(inputs[0]!);
  f.get(counter);
  f.memory(Op.i32Store);
  const inside: Level = { plan: body, arenaAt: level.arenaAt + step.scratchAt, constantsAt: 0, inputs };
  e.level(inside);
  stacked.forEach(({ bytes, pointer, wanted }, i) => {
    if (!wanted || bytes === 0) return;
    f.get(pointer);
    e.push(inside, body.outputs[carry + i]!);
    f.i32(bytes);
    f.memoryCopy();
    f.advance(pointer, bytes);
  });
  for (let i = 0; i < scanned; i++) {
    const row = body.lowered.values[body.lowered.inputs[1 + constants + carry + i]!]!;
    f.advance(inputs[1 + constants + carry + i]!, byteLength(row.shape, row.dtype));
  }
  if (stop >= 0) {
    f.get(inputs[1 + constants + stop]!);
    f.memory(Op.i32Load);
    f.brIf(1);
  }
  f.advance(counter, 1);
  f.get(counter);
  f.i32(count);
  f.op(Op.i32LtU);
  f.brIf(0);
  f.end();
  f.end();
}
