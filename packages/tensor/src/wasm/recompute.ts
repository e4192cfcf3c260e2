/**
 * Large values that are computed again where they are read instead of being stored: writing an array that no second cache holds costs two passes through
 * memory and each reading one, a few exact operations on what is read anyway cost less. In batch normalisation x − mean and the mask of relu are such, and what
 * only sums read. The same operations on the same elements give the same bits.
 */
import { sizeOf } from "../primitives/primitive.ts";
import { CHEAP, isWhole, type Unit } from "./fuse.ts";
import { withoutUnread, type Lowered, type Value } from "./ir.ts";
import { isElementwise } from "./rules.ts";

/** Elements from which an array counts as large: 1 MiB. */
const LARGE = 262144;
/** Operations that take about as long as one element takes through memory. */
const OPERATIONS = 4;

/** What a unit reads, and what it computes again, when the values decided so far are not stored. */
interface Work {
  readonly loads: ReadonlySet<number>;
  readonly again: ReadonlySet<number>;
}

/** The graph with a copy of each such value for every unit that reads it; undefined where no value is better not stored. */
export function recompute(lowered: Lowered, units: readonly Unit[]): Lowered | undefined {
  const { values } = lowered;
  const isLarge = (value: Value): boolean => isElementwise(value) && value.dtype !== "float64" && sizeOf(value.shape) >= LARGE;
  if (!values.some(isLarge)) return undefined;
  const of: Unit[] = [];
  for (const unit of units) for (const member of unit.members) of[member] = unit;
  const stored = new Set(
    units.flatMap(({ members, results }) => [...results, ...members.filter((member) => !isElementwise(values[member]!))]),
  );
  const dropped = unstored(lowered, units, of, stored, isLarge);
  if (dropped.size === 0) return undefined;

  const made: Value[] = [];
  const numbers: number[] = [];
  const copies = new Map<Unit, Map<number, number>>(units.map((unit) => [unit, new Map()]));
  /** The value as it is read in a unit: where it is stored, or the unit's own. */
  const read = (id: number, unit: Unit): number => {
    if (!dropped.has(id) && (stored.has(id) || of[id] === unit)) return numbers[id]!;
    const own = copies.get(unit)!;
    const copy = own.get(id) ?? add(values[id]!, unit);
    own.set(id, copy);
    return copy;
  };
  const add = (value: Value, unit: Unit): number => {
    const operands = value.operands.map((operand) => ({ ...operand, value: read(operand.value, unit) }));
    return made.push({ ...value, id: made.length, operands }) - 1;
  };
  for (const value of values) if (!dropped.has(value.id)) numbers[value.id] = add(value, of[value.id]!);
  const outputs = lowered.outputs.map((operand) => ({ ...operand, value: numbers[operand.value]! }));
  return withoutUnread({ values: made, inputs: lowered.inputs.map((id) => numbers[id]!), outputs });
}

/** Values of `stored` that had better not be: decided one after the other, in order, each by what it saves and what it costs its readers. */
function unstored(
  { values, outputs }: Lowered,
  units: readonly Unit[],
  of: readonly Unit[],
  stored: ReadonlySet<number>,
  isLarge: (value: Value) => boolean,
): Set<number> {
  const dropped = new Set<number>();
  const readers: Value[][] = values.map(() => []);
  for (const value of values) for (const { value: from } of value.operands) readers[from]!.push(value);
  const delivered = new Set(outputs.map(({ value }) => value));
  const work = new Map<Unit, Work>(units.map((unit) => [unit, { loads: new Set(unit.reads), again: new Set() }]));
  /** Adds all that computing a value again takes; false where that cannot be, or is dear. */
  const cone = (value: Value, loads: Set<number>, again: Set<number>): boolean => {
    if (again.has(value.id)) return true;
    if (!CHEAP.has(value.op)) return false;
    again.add(value.id);
    return value.operands.every((operand) => {
      const from = values[operand.value]!;
      if (from.splat !== undefined) return true;
      if (!stored.has(from.id) || dropped.has(from.id)) return isWhole(operand, values) && cone(from, loads, again);
      loads.add(from.id);
      return true;
    });
  };
  const elements = (ids: Iterable<number>): number => [...ids].reduce((sum, id) => sum + sizeOf(values[id]!.shape), 0);

  for (const value of values) {
    if (!stored.has(value.id) || !isLarge(value) || delivered.has(value.id)) continue;
    if (!readers[value.id]!.every((reader) => takes(reader, value, values))) continue;
    const size = sizeOf(value.shape);
    let saved = 2 * size;
    const after = new Map<Unit, Work>();
    for (const unit of new Set(readers[value.id]!.map(({ id }) => of[id]!))) {
      if (unit === of[value.id]) continue;
      const before = work.get(unit)!;
      const [loads, again] = [new Set(before.loads), new Set(before.again)];
      loads.delete(value.id);
      if (!cone(value, loads, again)) saved = -Infinity;
      saved += elements(before.loads) - elements(loads) - ((again.size - before.again.size) * size) / OPERATIONS;
      after.set(unit, { loads, again });
    }
    if (saved <= 0) continue;
    dropped.add(value.id);
    for (const [unit, now] of after) work.set(unit, now);
  }
  return dropped;
}

/** Whether a reader can compute `value` in its own loop, a sum in an order that does not hang on what else is read: along rows, or along one axis. */
function takes(reader: Value, value: Value, values: readonly Value[]): boolean {
  if (reader.dtype === "float64") return false;
  if (!reader.operands.every((operand) => operand.value !== value.id || isWhole(operand, values))) return false;
  if (isElementwise(reader)) return true;
  if (reader.op !== "sum" && reader.op !== "max") return false;
  const { shape } = reader.operands[0]!;
  const axes = (reader.attributes.axes as readonly number[]).filter((axis) => shape[axis]! > 1);
  const last = shape.findLastIndex((n) => n > 1);
  return !axes.includes(last) || axes.length === 1;
}
