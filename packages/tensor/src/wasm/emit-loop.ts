/** A loop primitive as a WebAssembly loop. */
import { sizeOf } from "../primitives/primitive.ts";
import { loopOf, type Value } from "./ir.ts";
import { I32, Op } from "./opcodes.ts";
import { byteLength, padded, type Place, type Step } from "./plan.ts";
import type { Emitter, Level } from "./emit.ts";

/** The body inside a WebAssembly loop; carries live where the loop's results go. */
export function emitLoop(e: Emitter, level: Level, step: Step, value: Value): void {
  const f = e.run;
  const { values } = level.plan.lowered;
  const attributes = loopOf(value);
  const { count, constants, carry, scanned, stop } = attributes;
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
