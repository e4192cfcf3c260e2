/**
 * Where every value of a program lies. Results of units live in an arena from the step that makes them to the last that reads them; memory is used again
 * at once, that of an operand which ends with an elementwise loop by the loop's result. An output that takes over an argument's memory (a donated argument,
 * the carry of a loop) is written there in place when nobody reads the argument later, else it is copied at the end.
 */
import type { Graph } from "../graph.ts";
import { byteLength, elementBytes, padded } from "../kernels/bytes.ts";
import {
  type CompileSettings,
  type Copy,
  isElementwise,
  type Lowered,
  type Place,
  type Plan,
  type Step,
  type Unit,
  type Value,
} from "../kernels/rules.ts";
import { isContiguous } from "../kernels/views.ts";
import { loopAttributes } from "../primitives/loop.ts";
import { sizeOf } from "../shape.ts";
import { Arena } from "./arena.ts";
import { Fusion } from "./fuse.ts";
import { lower } from "./ir.ts";
import { recompute } from "./recompute.ts";

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
  const steps = units.map((unit) => stepOf(unit, values[unit.members.at(-1)!]!, settings));
  const lives = livesOf(lowered, steps);
  const places = fixedPlaces(lowered, steps);
  const late = taken.filter((takeover) => !replace(takeover, lowered, steps, lives, places));
  const arena = new Arena();
  fillArena(arena, places, values, steps, lives);
  const outputs = lowered.outputs.map(({ value, offset }) => {
    const place = places[value]!;
    return { ...place, offset: place.offset + offset * elementBytes(values[value]!.dtype) };
  });
  const bytesOf = (output: number): number => {
    const { value, shape } = lowered.outputs[output]!;
    return byteLength(shape, values[value]!.dtype);
  };
  const copies = late.length > 0 ? delivered(late, outputs, bytesOf, arena) : [];
  if (taken.length > 0) saveOverwritten(taken, outputs, bytesOf, arena, copies);
  return { lowered, steps, places, outputs, copies, arenaBytes: arena.bytes };
}

/** By value: the step that makes it and the last that reads it, −1 where there is none; outputs are read by a step behind the last. */
interface Lives {
  readonly madeAt: readonly number[];
  readonly lastRead: readonly number[];
}

function livesOf({ values, outputs }: Lowered, steps: readonly Step[]): Lives {
  const madeAt = values.map(() => -1);
  const lastRead = values.map(() => -1);
  steps.forEach(({ unit }, t) => {
    for (const member of unit.members) {
      madeAt[member] = t;
      for (const { value } of values[member]!.operands) lastRead[value] = t;
    }
  });
  for (const value of values) if (value.op === "part") madeAt[value.id] = madeAt[value.operands[0]!.value]!;
  for (const { value } of outputs) lastRead[value] = steps.length;
  return { madeAt, lastRead };
}

/** Places of arguments, and of constants in the program's block. */
function fixedPlaces({ values, inputs, outputs }: Lowered, steps: readonly Step[]): (Place | undefined)[] {
  const places: (Place | undefined)[] = values.map(() => undefined);
  inputs.forEach((value, index) => (places[value] = { base: "input", index, offset: 0 }));
  let bytes = 0;
  const give = (value: Value): void => {
    if (value.op !== "constant" || places[value.id]) return;
    places[value.id] = { base: "block", index: 0, offset: bytes };
    bytes += padded(byteLength(value.shape, value.dtype));
  };
  for (const value of values) if (value.splat === undefined) give(value);
  // Uniform constants have no memory unless something other than an elementwise loop reads them.
  for (const { unit } of steps) {
    for (const member of unit.members) {
      const { op, rule, operands } = values[member]!;
      if (isElementwise({ rule }) || ((op === "sum" || op === "max") && unit.members.length > 1)) continue;
      for (const { value } of operands) give(values[value]!);
    }
  }
  for (const { value } of outputs) give(values[value]!);
  return places;
}

/** By step: values that nobody reads after it. */
function endsOf({ madeAt, lastRead }: Lives, steps: readonly Step[]): number[][] {
  const ends: number[][] = steps.map(() => []);
  lastRead.forEach((read, id) => {
    const t = Math.max(read, madeAt[id]!);
    if (t >= 0 && t < steps.length) ends[t]!.push(id);
  });
  return ends;
}

/** Gives all that has no place yet one in the arena. */
function fillArena(arena: Arena, places: (Place | undefined)[], values: readonly Value[], steps: readonly Step[], lives: Lives): void {
  const ends = endsOf(lives, steps);
  /** By value: where it lies in the arena now. */
  const offsets = new Map<number, number>();
  const put = (id: number, offset: number): void => {
    offsets.set(id, offset);
    places[id] = { base: "arena", index: 0, offset };
  };
  const allocate = (id: number): void => {
    if (!places[id]) put(id, arena.take(byteLength(values[id]!.shape, values[id]!.dtype)));
  };
  /** An elementwise result takes the place of an operand that ends here: the lines just read are written, and no others have to be fetched. */
  const inherit = (id: number, t: number): void => {
    if (places[id] || !isElementwise(values[id]!)) return;
    const { shape } = values[id]!;
    const isFitting = (from: number): boolean =>
      offsets.has(from) && lives.madeAt[from]! < t && sizeOf(values[from]!.shape) === sizeOf(shape);
    const left = ends[t]!.find((from) => isFitting(from) && readsInStep(steps[t]!.unit, from, shape));
    if (left === undefined) return;
    put(id, offsets.get(left)!);
    offsets.delete(left);
  };
  steps.forEach((step, t) => {
    const { members, results } = step.unit;
    for (const member of members) if (values[member]!.op === "loop") for (const part of partsOf(values, member)) allocate(part);
    for (const member of results) inherit(member, t);
    for (const member of results) if (values[member]!.op !== "loop") allocate(member);
    if (step.scratch > 0) {
      step.scratchAt = arena.take(step.scratch);
      arena.give(step.scratchAt, step.scratch);
    }
    for (const id of ends[t]!) {
      const offset = offsets.get(id);
      if (offset === undefined) continue;
      arena.give(offset, byteLength(values[id]!.shape, values[id]!.dtype));
      offsets.delete(id);
    }
  });
}

function stepOf(unit: Unit, value: Value, settings: CompileSettings): Step {
  if (value.op === "loop") return loopStep(unit, value, settings);
  const scratch = value.rule.kind === "kernel" ? (value.rule.scratch?.(value, settings) ?? 0) : 0;
  return { unit, scratch, scratchAt: 0 };
}

function loopStep(unit: Unit, value: Value, settings: CompileSettings): Step {
  const attributes = loopAttributes(value.attributes);
  const carried = Array.from({ length: attributes.carry }, (_unused, i) => ({ output: i, input: 1 + attributes.constants + i }));
  const body = plan(attributes.body, carried, settings);
  // Behind the body's arena: the index, and carries nobody reads afterwards.
  const own = body.lowered.outputs
    .slice(0, attributes.carry)
    .reduce((sum, { shape, value: id }) => sum + padded(byteLength(shape, body.lowered.values[id]!.dtype)), 64);
  return { unit, body, scratch: body.arenaBytes + own, scratchAt: 0 };
}

/** Copies of outputs into the arguments' memory that they take over; those of uncertain order go through memory of their own. */
function delivered(late: readonly Takeover[], outputs: Place[], bytesOf: (output: number) => number, arena: Arena): Copy[] {
  const copies: Copy[] = [];
  for (const { output, input } of late) {
    const bytes = bytesOf(output);
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
  return copies;
}

/** Outputs that are arguments which this run overwrites are saved first. */
function saveOverwritten(
  taken: readonly Takeover[],
  outputs: Place[],
  bytesOf: (output: number) => number,
  arena: Arena,
  copies: Copy[],
): void {
  const overwritten = new Set(taken.map(({ input }) => input));
  outputs.forEach((from, i) => {
    if (from.base !== "input" || taken.some(({ output }) => output === i) || !overwritten.has(from.index)) return;
    const bytes = bytesOf(i);
    const to: Place = { base: "arena", index: 0, offset: arena.take(bytes) };
    copies.unshift({ from, to, bytes });
    outputs[i] = to;
  });
}

const isSource = ({ rule }: Value): boolean => rule.kind === "source";

const partsOf = (values: readonly Value[], loop: number): number[] =>
  values.filter(({ op, operands }) => op === "part" && operands[0]!.value === loop).map(({ id }) => id);

/** Lets an output be written over the argument it takes over; false where somebody still reads that, or needs the output elsewhere. */
function replace(
  { output, input }: Takeover,
  { values, inputs, outputs }: Lowered,
  steps: readonly Step[],
  { madeAt, lastRead }: Lives,
  places: (Place | undefined)[],
): boolean {
  const { value: id, offset, shape } = outputs[output]!;
  const value = values[id]!;
  const argument = inputs[input]!;
  const t = madeAt[id]!;
  if (places[id] || t < 0 || value.op === "loop" || value.op === "part" || offset !== 0) return false;
  if (sizeOf(value.shape) !== sizeOf(shape)) return false;
  if (outputs.some((other) => other.value === argument)) return false;
  if (lastRead[argument]! > t) return false;
  if (lastRead[argument] === t && !(isElementwise(value) && readsInStep(steps[t]!.unit, argument, value.shape))) return false;
  places[id] = { base: "input", index: input, offset: 0 };
  return true;
}

/** Whether a loop over `shape` reads each element of `from` only where it is. */
function readsInStep({ operands }: Unit, from: number, shape: readonly number[]): boolean {
  for (const list of operands.values())
    for (const operand of list)
      if (operand.value === from && !(operand.offset === 0 && isContiguous(operand) && sizeOf(operand.shape) === sizeOf(shape)))
        return false;
  return true;
}
