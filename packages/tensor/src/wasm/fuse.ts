/**
 * Which values are computed together. Elementwise values over the same elements form groups (one loop, several results); a group whose only reader
 * is a reduction moves into it. Joining never makes a cycle: no path may leave a group and come back.
 */
import { isElementwise, type Lowered, type Unit, type Value } from "../kernels/rules.ts";
import { isContiguous, type Operand, reshapeView } from "../kernels/views.ts";
import { sizeOf } from "../shape.ts";

/** Computed again rather than stored. */
export const CHEAP = new Set(["add", "sub", "mul", "neg", "less", "lessEqual", "equal", "and", "or", "not", "copy", "select", "cast"]);

export const MAX_MEMBERS = 48;
const MAX_LOADS = 14;

/** The operand is all elements of its value in their own order. */
export function isWhole(operand: Operand, values: readonly Value[]): boolean {
  return operand.offset === 0 && isContiguous(operand) && sizeOf(operand.shape) === sizeOf(values[operand.value]!.shape);
}

/** Operands seen over another shape of as many elements; undefined where no strides say it. */
export function allOver(operands: readonly Operand[], shape: readonly number[]): readonly Operand[] | undefined {
  if (operands.every((operand) => isSame(operand.shape, shape))) return operands;
  const seen: Operand[] = [];
  for (const operand of operands) {
    const view = reshapeView(operand, shape);
    if (!view) return undefined;
    seen.push({ value: operand.value, ...view });
  }
  return seen;
}

const isSame = (a: readonly number[], b: readonly number[]): boolean => a === b || (a.length === b.length && a.every((n, i) => n === b[i]));

export class Fusion {
  private readonly values: readonly Value[];
  private readonly units = new Map<number, Unit>();
  /** Unit of each value. */
  private readonly of: Unit[] = [];
  private readonly readers: number[][];
  private readonly delivered = new Set<number>();

  constructor({ values, outputs }: Lowered) {
    this.values = values;
    this.readers = values.map(() => []);
    for (const value of values) for (const { value: from } of value.operands) this.readers[from]!.push(value.id);
    for (const { value } of outputs) this.delivered.add(value);
    for (const value of values) {
      const unit: Unit = {
        id: value.id,
        members: [value.id],
        domain: value.shape,
        operands: new Map([[value.id, value.operands]]),
        results: [],
        reads: [...new Set(value.operands.map((operand) => operand.value))],
        seen: 0,
      };
      this.units.set(unit.id, unit);
      this.of.push(unit);
      if (isElementwise(value)) this.join(unit, value);
    }
    for (const value of values) if (value.op === "sum" || value.op === "max") this.absorb(value);
    for (const value of values) if (value.op === "sum") this.ride(value);
  }

  private isGroup(unit: Unit): boolean {
    return isElementwise(this.values[unit.members.at(-1)!]!);
  }

  /** Joins a new elementwise value with as many of its producers' groups as it can. */
  private join(unit: Unit, value: Value): void {
    let current = unit;
    const candidates = new Set<Unit>();
    for (const operand of value.operands) {
      const producer = this.of[operand.value]!;
      if (
        this.isGroup(producer) &&
        isWhole(operand, this.values) &&
        this.sameKind(this.values[operand.value]!, value) &&
        !this.waits(value, producer)
      )
        candidates.add(producer);
    }
    for (const candidate of [...candidates].sort((a, b) => b.members.at(-1)! - a.members.at(-1)!)) {
      if (this.of[candidate.members[0]!] !== candidate || candidate === current) continue;
      current = this.merge(candidate, current) ?? current;
    }
  }

  /**
   * Whether a value had better be computed where it is read: cheap, from results of `producer` that are stored anyway, for a reader that needs something
   * computed later. So a derivative like 1 − tanh² is not kept from the way forth to the way back.
   */
  private waits(value: Value, producer: Unit): boolean {
    const isStored = (id: number): boolean =>
      this.values[id]!.splat !== undefined ||
      this.delivered.has(id) ||
      this.readers[id]!.some((reader) => !isElementwise(this.values[reader]!));
    const isCheap = ({ id, op, operands }: Value): boolean =>
      CHEAP.has(op) && !this.delivered.has(id) && operands.every(({ value: from }) => isStored(from) || inside.has(from));
    const inside = new Set<number>();
    const last = producer.members.at(-1)!;
    const early = new Set<number>();
    /** Needs a product or the like behind the producer, perhaps by way of elementwise work. */
    const isLate = (id: number): boolean => {
      const { rule, splat, operands } = this.values[id]!;
      if (id <= last || splat !== undefined || early.has(id)) return false;
      if (!isElementwise({ rule }) || operands.some(({ value: from }) => isLate(from))) return true;
      early.add(id);
      return false;
    };
    for (let current = value; isCheap(current);) {
      inside.add(current.id);
      const [next, ...more] = new Set(this.readers[current.id]);
      const reader = this.values[next ?? 0]!;
      if (next === undefined || more.length > 0 || !isElementwise(reader)) return false;
      for (const { value: id } of reader.operands) {
        const other = this.values[id]!;
        if (!inside.has(id) && isLate(id)) return true;
        if (!inside.has(id) && this.readers[id]!.every((r) => r === next) && isCheap(other)) inside.add(id);
      }
      current = reader;
    }
    return false;
  }

  private sameKind(a: Value, b: Value): boolean {
    return a.dtype !== "float64" && b.dtype !== "float64" && b.operands.every(({ value }) => this.values[value]!.dtype !== "float64");
  }

  private merge(a: Unit, b: Unit): Unit | undefined {
    if (a.members.length + b.members.length > MAX_MEMBERS || sizeOf(a.domain) !== sizeOf(b.domain)) return undefined;
    if ((a.reads.length + b.reads.length > MAX_LOADS && this.leaves(a, b) > MAX_LOADS) || this.turned(a, b) || this.comesBack(a, b))
      return undefined;
    const domain = this.common(a, b) ?? this.common(b, a);
    if (!domain) return undefined;
    const merged: Unit = {
      id: Math.min(a.id, b.id),
      members: [...a.members, ...b.members].sort((x, y) => x - y),
      domain: domain.shape,
      operands: domain.operands,
      results: [],
      reads: [...new Set([...a.reads, ...b.reads])].filter((value) => this.of[value] !== a && this.of[value] !== b),
      seen: 0,
    };
    this.units.delete(a.id);
    this.units.delete(b.id);
    this.units.set(merged.id, merged);
    for (const member of merged.members) this.of[member] = merged;
    return merged;
  }

  /** b's operands over a's domain. */
  private common(a: Unit, b: Unit): { shape: readonly number[]; operands: Map<number, readonly Operand[]> } | undefined {
    const operands = new Map(a.operands);
    for (const [member, list] of b.operands) {
      const seen = allOver(list, a.domain);
      if (!seen) return undefined;
      operands.set(member, seen);
    }
    return { shape: a.domain, operands };
  }

  private leaves(a: Unit, b: Unit): number {
    const found = new Set<number>();
    for (const { reads } of [a, b])
      for (const value of reads)
        if (this.of[value] !== a && this.of[value] !== b && this.values[value]!.splat === undefined) found.add(value);
    return found.size;
  }

  /** Whether one reads a value of the other in another order than its own. */
  private turned(a: Unit, b: Unit): boolean {
    const inside = (value: number): boolean => this.of[value] === a || this.of[value] === b;
    return [a, b].some(({ members }) =>
      members.some((member) => this.values[member]!.operands.some((operand) => inside(operand.value) && !isWhole(operand, this.values))),
    );
  }

  /** Whether some value outside is both a consequence and a cause of the two units. */
  private comesBack(a: Unit, b: Unit): boolean {
    const search = ++this.searches;
    const pending: Unit[] = [];
    const visit = (value: number): void => {
      const unit = this.of[value]!;
      // No short cut by position: a unit in front of both may read one that was joined with something behind them (test/wasm-fuse.test.ts).
      if (unit.seen === search) return;
      unit.seen = search;
      pending.push(unit);
    };
    for (const start of [a, b]) for (const value of start.reads) if (this.of[value] !== a && this.of[value] !== b) visit(value);
    for (let unit = pending.pop(); unit; unit = pending.pop()) {
      for (const value of unit.reads) {
        if (this.of[value] === a || this.of[value] === b) return true;
        visit(value);
      }
    }
    return false;
  }
  private searches = 0;

  /** Moves the group in front of a reduction into it when nothing else reads the group. */
  private absorb(value: Value): void {
    const operand = value.operands[0]!;
    const group = this.of[operand.value]!;
    if (!this.isGroup(group) || !isWhole(operand, this.values)) return;
    const inside = new Set([...group.members, value.id]);
    if (group.members.some((member) => this.delivered.has(member) || this.readers[member]!.some((reader) => !inside.has(reader)))) return;
    if (value.dtype === "float64" || group.members.some((member) => this.values[member]!.dtype === "float64")) return;
    const operands = new Map<number, readonly Operand[]>();
    for (const [member, list] of group.operands) {
      const seen = allOver(list, operand.shape);
      if (!seen) return;
      operands.set(member, seen);
    }
    const unit = this.of[value.id]!;
    operands.set(value.id, [{ ...operand }]);
    unit.members = [...group.members, value.id];
    unit.reads = group.reads;
    unit.operands = operands;
    this.units.delete(group.id);
    for (const member of group.members) this.of[member] = unit;
  }

  /**
   * A sum over the leading axes of what a group computes and others read, too (the gradient of a bias), is made in the group's loop, in the same order. It reads
   * nothing else, so that no path comes back.
   */
  private ride(value: Value): void {
    const operand = value.operands[0]!;
    const group = this.of[operand.value]!;
    const { shape } = operand;
    const axes = value.attributes.axes as readonly number[];
    const width = shape.at(-1) ?? 0;
    if (!this.isGroup(group) || value.dtype !== "float32" || !isWhole(operand, this.values) || !isSame(shape, group.domain)) return;
    if (axes.length !== shape.length - 1 || axes.includes(shape.length - 1) || width % 8 !== 0) return;
    if (sizeOf(shape) <= width || group.members.length + 1 > MAX_MEMBERS) return;
    this.units.delete(this.of[value.id]!.id);
    group.members = [value.id, ...group.members];
    group.operands.set(value.id, [operand]);
    this.of[value.id] = group;
  }

  /** Units in an order in which everything is computed before it is read. */
  ordered(): Unit[] {
    const order: Unit[] = [];
    const state = new Map<Unit, boolean>();
    const visit = (unit: Unit): void => {
      const done = state.get(unit);
      if (done === true) return;
      if (done === false) throw new Error("wasm engine: units read each other in a circle; this is a defect of the engine");
      state.set(unit, false);
      for (const cause of unit.reads.map((value) => this.of[value]!).sort((a, b) => a.id - b.id)) visit(cause);
      state.set(unit, true);
      order.push(unit);
    };
    for (const unit of [...this.units.values()].sort((a, b) => a.members.at(-1)! - b.members.at(-1)!)) visit(unit);
    for (const unit of order) {
      const inside = new Set(unit.members);
      unit.results = unit.members.filter(
        (member) => this.delivered.has(member) || this.readers[member]!.some((reader) => !inside.has(reader)),
      );
    }
    return order;
  }
}
