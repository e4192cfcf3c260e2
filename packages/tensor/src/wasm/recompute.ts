/**
 * Values that are computed again where they are read instead of being stored: a few exact operations on what is read anyway cost less than a way through
 * memory. Such are x − mean and the mask of relu in batch normalisation, what only sums read, and the factors 1 ± h of tanh's derivative where that is
 * differentiated again. The same operations on the same elements give the same bits.
 */
import { isElementwise, type Lowered, type Unit, type Value } from "../kernels/rules.ts";
import type { Operand } from "../kernels/views.ts";
import { sizeOf } from "../shape.ts";
import { allOver, CHEAP, isWhole, MAX_MEMBERS } from "./fuse.ts";

/** Elements of an array that leaves the first cache (64 KiB). */
const MEDIUM = 16384;
/** So many times as large, no second cache holds it (1 MiB): a line that is written is first fetched. */
const LARGE = 16;

/** Passes through memory that writing takes where reading takes one, and operations that take as long as one. */
const costs = (isLarge: boolean): { write: number; operations: number } =>
  isLarge ? { write: 2, operations: 4 } : { write: 1, operations: 3 };

/** A value made again in a unit: the members it takes and their operands over the unit's elements. */
interface Copy {
  readonly unit: Unit;
  readonly steps: ReadonlyMap<number, readonly Operand[]>;
}

/** The units with members of their own in place of results of `least` elements and more that had better not be stored. */
export function recompute(lowered: Lowered, units: readonly Unit[], least = MEDIUM): readonly Unit[] {
  return lowered.values.some(({ shape }) => sizeOf(shape) >= least) ? withCopies(lowered, units, least) : units;
}

/** Takes results out one after the other; returns the units that still have any members. */
function withCopies({ values, outputs }: Lowered, units: readonly Unit[], least: number): Unit[] {
  const delivered = new Set(outputs.map(({ value }) => value));
  const home: Unit[] = [];
  for (const unit of units) for (const member of unit.members) home[member] = unit;
  const readers = values.map(() => new Set<Unit>());
  for (const unit of units) for (const value of unit.reads) readers[value]!.add(unit);
  const isStored = ({ id, rule }: Value): boolean => !isElementwise({ rule }) || delivered.has(id) || readers[id]!.size > 0;

  /** Adds what computing a value again takes; false where it is dear. */
  const cone = (value: Value, steps: Map<number, readonly Operand[]>, shape: readonly number[]): boolean => {
    if (steps.has(value.id)) return true;
    const seen = CHEAP.has(value.op) && allOver(value.operands, shape);
    if (!seen || value.dtype === "float64") return false;
    steps.set(value.id, seen);
    return value.operands.every((operand) => {
      const from = values[operand.value]!;
      return from.splat !== undefined || isStored(from) || (isWhole(operand, values) && cone(from, steps, shape));
    });
  };
  const copyFor = (unit: Unit, value: Value): Copy | undefined => {
    const reading = [...unit.operands.values()].flat().filter((operand) => operand.value === value.id);
    if (!takes(unit, values) || !reading.every((operand) => isWhole(operand, values))) return undefined;
    const steps = new Map<number, readonly Operand[]>();
    return cone(value, steps, reading[0]!.shape) && unit.members.length + steps.size <= MAX_MEMBERS ? { unit, steps } : undefined;
  };
  const elements = (ids: readonly number[]): number => ids.reduce((sum, id) => sum + sizeOf(values[id]!.shape), 0);
  const added = ({ unit, steps }: Copy): number[] => [...steps.keys()].filter((step) => !unit.members.includes(step));

  const setMembers = (unit: Unit, members: readonly number[]): void => {
    for (const value of unit.reads) readers[value]!.delete(unit);
    unit.members = [...members];
    unit.reads = readsOf(unit, unit.operands, members);
    for (const value of unit.reads) readers[value]!.add(unit);
  };

  for (const value of values) {
    const { id } = value;
    const size = sizeOf(value.shape);
    if (size < least || !isElementwise(value) || delivered.has(id) || readers[id]!.size === 0) continue;
    const copies = [...readers[id]!].map((unit) => copyFor(unit, value));
    const { write, operations } = costs(size >= LARGE * least);
    let saved = least === 0 ? Infinity : write * size;
    for (const copy of copies) {
      if (!copy) saved = -Infinity;
      else {
        const { unit, steps } = copy;
        const after = readsOf(unit, new Map([...unit.operands, ...steps]), [...unit.members, ...added(copy)]);
        saved += elements(unit.reads) - elements(after) - (added(copy).length * size) / operations;
      }
    }
    if (saved <= 0) continue;
    for (const copy of copies) {
      const { unit, steps } = copy!;
      for (const step of added(copy!)) unit.operands.set(step, steps.get(step)!);
      // Sums made in a group's loop stay in front, a sum behind its group at the end.
      const last = unit.members.at(-1)!;
      const sums = unit.members.filter((member) => member !== last && values[member]!.op === "sum");
      const rest = [...unit.members, ...added(copy!)].filter((member) => !sums.includes(member)).sort((a, b) => a - b);
      setMembers(unit, [...sums, ...rest]);
    }
    drop(home[id]!, id);
  }

  /** Takes a member out that nothing reads any more, and then what only it read. */
  function drop(unit: Unit, id: number): void {
    const isRead = unit.members.some((member) => unit.operands.get(member)!.some((operand) => operand.value === id));
    if (!unit.members.includes(id) || isRead || isStored(values[id]!)) return;
    const operands = unit.operands.get(id)!;
    unit.operands.delete(id);
    setMembers(
      unit,
      unit.members.filter((member) => member !== id),
    );
    for (const { value } of operands) drop(unit, value);
  }

  for (const unit of units) {
    unit.results = unit.results.filter((id) => delivered.has(id) || readers[id]!.size > 0);
    const [first, ...rest] = unit.members;
    const isSum = first !== undefined && values[first]!.op === "sum" && unit.results.length === 1 && unit.results[0] === first;
    // A sum that is all that is left of a group is made like any other.
    if (isSum && rest.length > 0) unit.members = [...rest, first];
  }
  return units.filter(({ members }) => members.length > 0);
}

/** What members read that is not one of them. */
function readsOf(unit: Unit, operands: ReadonlyMap<number, readonly Operand[]>, members: readonly number[]): number[] {
  const inside = new Set(members);
  return [...new Set(members.flatMap((member) => operands.get(member)!.map(({ value }) => value)))].filter((value) => !inside.has(value));
}

/** Whether a unit can take further members: a loop of elementwise work, or a sum or maximum whose order does not hang on what else is read. */
function takes({ members, operands }: Unit, values: readonly Value[]): boolean {
  const value = values[members.at(-1)!]!;
  if (isElementwise(value)) return true;
  if (value.op !== "sum" && value.op !== "max") return false;
  const { shape } = operands.get(value.id)![0]!;
  const axes = (value.attributes.axes as readonly number[]).filter((axis) => shape[axis]! > 1);
  const last = shape.findLastIndex((n) => n > 1);
  return !axes.includes(last) || axes.length === 1;
}
