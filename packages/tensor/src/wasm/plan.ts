/**
 * Where every value of a program lies. Results of units live in an arena from the step that makes them to the last that reads them; memory is used again
 * at once, that of an operand which ends with an elementwise loop by the loop's result. An output that takes over an argument's memory (a donated argument,
 * the carry of a loop) is written there in place when nobody reads the argument later, else it is copied at the end.
 */
import { loopAttributes } from "../primitives/loop.ts";
import { sizeOf } from "../primitives/primitive.ts";
import { byteLength, elementBytes, padded } from "./bytes.ts";
import { Fusion, type Unit } from "./fuse.ts";
import { lower, type Lowered, type Operand, type Value } from "./ir.ts";
import { recompute } from "./recompute.ts";
import { isElementwise } from "./rules.ts";
import { isContiguous } from "./views.ts";
import type { CompileSettings } from "./dot.ts";
import type { Graph } from "../graph.ts";

/** An address: a base plus bytes. Bases: the scratch arena, the program's own block, argument i, row of scanned input i of a loop. */
export interface Place {
  readonly base: "arena" | "block" | "input";
  readonly index: number;
  readonly offset: number;
}

export interface Step {
  readonly unit: Unit;
  /** Bytes of arena for the step alone, at this place. */
  readonly scratch: number;
  scratchAt: number;
  /** Plan of a loop's body. */
  readonly body?: Plan;
}

export interface Copy {
  readonly from: Place;
  readonly to: Place;
  readonly bytes: number;
}

export interface Plan {
  readonly lowered: Lowered;
  readonly steps: Step[];
  /** By value number; undefined where a value needs no memory. */
  readonly places: (Place | undefined)[];
  readonly outputs: Place[];
  /** Copies that end a run: outputs that take over an argument's memory but could not be written there. */
  readonly copies: Copy[];
  readonly arenaBytes: number;
}

/** Free and used ranges of the arena while steps are walked in order. */
class Arena {
  private free: { offset: number; size: number }[] = [];
  bytes = 0;

  take(bytes: number): number {
    const size = padded(bytes);
    let best = -1;
    for (let i = 0; i < this.free.length; i++)
      if (this.free[i]!.size >= size && (best < 0 || this.free[i]!.size < this.free[best]!.size)) best = i;
    if (best >= 0) {
      const range = this.free[best]!;
      const { offset } = range;
      if (range.size === size) this.free.splice(best, 1);
      else this.free[best] = { offset: offset + size, size: range.size - size };
      return offset;
    }
    const last = this.free.find(({ offset, size: length }) => offset + length === this.bytes);
    const offset = last ? last.offset : this.bytes;
    if (last) this.free.splice(this.free.indexOf(last), 1);
    this.bytes = offset + size;
    return offset;
  }
  give(offset: number, bytes: number): void {
    const range = { offset, size: padded(bytes) };
    for (;;) {
      const neighbour = this.free.findIndex(
        (other) => other.offset + other.size === range.offset || range.offset + range.size === other.offset,
      );
      if (neighbour < 0) break;
      const [other] = this.free.splice(neighbour, 1);
      range.offset = Math.min(range.offset, other!.offset);
      range.size += other!.size;
    }
    this.free.push(range);
  }
}

export interface Takeover {
  readonly output: number;
  readonly input: number;
}

/** Output i takes over argument j, first fit in the order of outputs. */
export function takeovers(graph: Graph): Takeover[] {
  const open = [...graph.donated];
  const found: Takeover[] = [];
  graph.outputs.forEach((position, output) => {
    const type = graph.nodes[position]!;
    const at = open.findIndex((input) => {
      const given = graph.nodes[graph.inputs[input]!]!;
      return (
        given.dtype === type.dtype && given.shape.length === type.shape.length && given.shape.every((n, axis) => n === type.shape[axis])
      );
    });
    if (at >= 0) found.push({ output, input: open.splice(at, 1)[0]! });
  });
  return found;
}

export function plan(graph: Graph, taken: readonly Takeover[], settings: CompileSettings): Plan {
  const lowered = lower(graph);
  const { values } = lowered;
  const units = recompute(lowered, new Fusion(lowered).ordered(), settings.recomputeFrom).filter((unit) =>
    unit.members.some((member) => !isSource(values[member]!)),
  );
  const steps: Step[] = units.map((unit) => {
    const value = values[unit.members.at(-1)!]!;
    if (value.op === "loop") {
      const attributes = loopAttributes(value.attributes);
      const carried = Array.from({ length: attributes.carry }, (_unused, i) => ({ output: i, input: 1 + attributes.constants + i }));
      const body = plan(attributes.body, carried, settings);
      // Behind the body's arena: the index, and carries nobody reads afterwards.
      const own = body.lowered.outputs
        .slice(0, attributes.carry)
        .reduce((sum, { shape, value: id }) => sum + padded(byteLength(shape, body.lowered.values[id]!.dtype)), 64);
      return { unit, body, scratch: body.arenaBytes + own, scratchAt: 0 };
    }
    const scratch = value.rule.kind === "kernel" ? (value.rule.scratch?.(value, settings) ?? 0) : 0;
    return { unit, scratch, scratchAt: 0 };
  });

  const lastRead = values.map(() => -1);
  const madeAt = values.map(() => -1);
  steps.forEach(({ unit }, t) => {
    for (const member of unit.members) {
      madeAt[member] = t;
      for (const { value } of values[member]!.operands) lastRead[value] = t;
    }
  });
  for (const value of values) if (value.op === "part") madeAt[value.id] = madeAt[value.operands[0]!.value]!;
  const end = steps.length;
  for (const { value } of lowered.outputs) lastRead[value] = end;

  const places: (Place | undefined)[] = values.map(() => undefined);
  lowered.inputs.forEach((value, index) => (places[value] = { base: "input", index, offset: 0 }));
  let blockBytes = 0;
  for (const value of values) {
    if (value.op !== "constant" || value.splat !== undefined) continue;
    places[value.id] = { base: "block", index: 0, offset: blockBytes };
    blockBytes += padded(byteLength(value.shape, value.dtype));
  }
  // Uniform constants have no memory unless something other than an elementwise loop reads them.
  for (const { unit } of steps) {
    for (const member of unit.members) {
      const { op, rule, operands } = values[member]!;
      if (isElementwise({ rule }) || ((op === "sum" || op === "max") && unit.members.length > 1)) continue;
      for (const { value } of operands) blockBytes = giveBlock(values[value]!, places, blockBytes);
    }
  }
  for (const { value } of lowered.outputs) blockBytes = giveBlock(values[value]!, places, blockBytes);

  const inPlace = new Map<number, Place>();
  const late: Takeover[] = [];
  for (const takeover of taken) {
    const output = lowered.outputs[takeover.output]!;
    if (canReplace(output, takeover, lowered, steps, lastRead, madeAt) && !inPlace.has(output.value)) {
      inPlace.set(output.value, { base: "input", index: takeover.input, offset: 0 });
      places[output.value] = inPlace.get(output.value);
    } else late.push(takeover);
  }

  const arena = new Arena();
  const offsets = values.map(() => -1);
  const allocate = (id: number): void => {
    const value = values[id]!;
    if (places[id]) return;
    offsets[id] = arena.take(byteLength(value.shape, value.dtype));
    places[id] = { base: "arena", index: 0, offset: offsets[id]! };
  };
  /** By step: values that nobody reads after it. */
  const endsAt: number[][] = steps.map(() => []);
  for (const { id } of values) {
    const t = Math.max(lastRead[id]!, madeAt[id]!);
    if (t >= 0 && t < end) endsAt[t]!.push(id);
  }
  /** An elementwise result takes the place of an operand that ends here: the lines just read are written, and no others have to be fetched. */
  const inherit = (id: number, t: number): void => {
    if (places[id] || !isElementwise(values[id]!)) return;
    const { shape } = values[id]!;
    const isFitting = (from: number): boolean => offsets[from]! >= 0 && madeAt[from]! < t && sizeOf(values[from]!.shape) === sizeOf(shape);
    const left = endsAt[t]!.find((from) => isFitting(from) && readsInStep(steps[t]!.unit, from, shape));
    if (left === undefined) return;
    offsets[id] = offsets[left]!;
    offsets[left] = -2;
    places[id] = places[left];
  };
  // Copies of uncertain order go through memory of their own.
  const copies: Copy[] = [];
  steps.forEach((step, t) => {
    for (const member of step.unit.members) if (values[member]!.op === "loop") for (const part of partsOf(values, member)) allocate(part);
    for (const member of step.unit.results) inherit(member, t);
    for (const member of step.unit.results) if (values[member]!.op !== "loop") allocate(member);
    if (step.scratch > 0) {
      step.scratchAt = arena.take(step.scratch);
      arena.give(step.scratchAt, step.scratch);
    }
    for (const id of endsAt[t]!) {
      if (offsets[id]! < 0) continue;
      arena.give(offsets[id]!, byteLength(values[id]!.shape, values[id]!.dtype));
      offsets[id] = -2;
    }
  });
  const outputs = lowered.outputs.map(({ value, offset }) => {
    const place = places[value]!;
    return { ...place, offset: place.offset + offset * elementBytes(values[value]!.dtype) };
  });
  for (const { output, input } of late) {
    const operand = lowered.outputs[output]!;
    const { dtype } = values[operand.value]!;
    const bytes = byteLength(operand.shape, dtype);
    const to: Place = { base: "input", index: input, offset: 0 };
    let from = outputs[output]!;
    if (from.base === "input") {
      if (from.index === input && from.offset === 0) continue;
      const between: Place = { base: "arena", index: 0, offset: arena.take(bytes) };
      copies.unshift({ from, to: between, bytes });
      from = between;
    }
    copies.push({ from, to, bytes });
    outputs[output] = to;
  }
  // Outputs that are arguments which this run overwrites are saved first.
  const overwritten = new Set(taken.map(({ input }) => input));
  outputs.forEach((place, i) => {
    if (place.base !== "input" || taken.some(({ output }) => output === i) || !overwritten.has(place.index)) return;
    const operand = lowered.outputs[i]!;
    const bytes = byteLength(operand.shape, values[operand.value]!.dtype);
    const saved: Place = { base: "arena", index: 0, offset: arena.take(bytes) };
    copies.unshift({ from: place, to: saved, bytes });
    outputs[i] = saved;
  });
  return { lowered, steps, places, outputs, copies, arenaBytes: arena.bytes };
}

const isSource = ({ rule }: Value): boolean => rule.kind === "source";

function giveBlock(value: Value, places: (Place | undefined)[], blockBytes: number): number {
  if (value.op !== "constant" || places[value.id]) return blockBytes;
  places[value.id] = { base: "block", index: 0, offset: blockBytes };
  return blockBytes + padded(byteLength(value.shape, value.dtype));
}

const partsOf = (values: readonly Value[], loop: number): number[] =>
  values.filter(({ op, operands }) => op === "part" && operands[0]!.value === loop).map(({ id }) => id);

function canReplace(
  output: Operand,
  { input }: Takeover,
  lowered: Lowered,
  steps: readonly Step[],
  lastRead: readonly number[],
  madeAt: readonly number[],
): boolean {
  const { values, inputs, outputs } = lowered;
  const value = values[output.value]!;
  const argument = inputs[input]!;
  const t = madeAt[output.value]!;
  if (t < 0 || value.op === "loop" || value.op === "part" || output.offset !== 0) return false;
  if (sizeOf(value.shape) !== sizeOf(output.shape)) return false;
  if (outputs.some((other) => other.value === argument)) return false;
  if (lastRead[argument]! > t) return false;
  if (lastRead[argument]! < t) return true;
  return isElementwise(value) && readsInStep(steps[t]!.unit, argument, value.shape);
}

/** Whether a loop over `shape` reads each element of `from` only where it is. */
function readsInStep({ operands }: Unit, from: number, shape: readonly number[]): boolean {
  for (const list of operands.values())
    for (const operand of list)
      if (operand.value === from && !(operand.offset === 0 && isContiguous(operand) && sizeOf(operand.shape) === sizeOf(shape)))
        return false;
  return true;
}
