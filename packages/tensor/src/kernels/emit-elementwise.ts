/** Groups of elementwise values, and reductions with the group in front of them, as kernels. */
import type { DType } from "../dtype.ts";
import { sizeOf } from "../shape.ts";
import type { Func } from "./assembler.ts";
import { flatPairs, isFlat, isSmall, mapKernel } from "./map.ts";
import type { Load } from "./nest.ts";
import { Op } from "./opcodes.ts";
import { identityBits, reduceKernel } from "./reduce.ts";
import { hasShortRows, rowSumsKernel } from "./row-sums.ts";
import type { Emitter, Level, Unit, Value } from "./rules.ts";
import { type Vec, Vectors } from "./vector.ts";
import { type Operand, plainView } from "./views.ts";

/** Loads of a flat nest: repeated or walked through; of a single element, all are repeated. */
const flatLoads = (domain: readonly number[], loads: readonly Load[]): Load[] =>
  loads.map(({ strides }) => ({ strides: [strides.some((stride, axis) => stride !== 0 && domain[axis]! > 1) ? 1 : 0] }));

/** What was loaded from memory as lanes. There every element takes four bytes; a bool is 0 or 1. */
const fromMemory = (v: Vectors, x: Vec, dtype: DType): Vec => (dtype === "bool" ? v.op(Op.i32x4Ne, x, v.bits(0)) : x);
/** Lanes as they are kept in memory. */
const toMemory = (v: Vectors, x: Vec, dtype: DType): Vec => (dtype === "bool" ? v.and(x, v.bits(1)) : x);

/** What decides the code of a body. */
const bodyKey = (v: Vectors, loads: readonly Load[], roots: readonly Vec[]): string =>
  `${v.ops.join()};${v.args.join(" ")};${v.data.join()};${v.imports.join()};${loads.map(({ strides }) => strides.join()).join("|")};${roots.join()}`;

/** Loads and graph of a unit's elementwise members; returns the node of each member. */
function bodyOf(e: Emitter, level: Level, unit: Unit, v: Vectors): { nodes: Map<number, Vec>; loads: Load[]; sources: Operand[] } {
  const { values } = level.plan.lowered;
  const loads: Load[] = [];
  const sources: Operand[] = [];
  const nodes = new Map<number, Vec>();
  for (const member of unit.members) {
    const value = values[member]!;
    if (value.op === "sum" && member !== unit.members.at(-1)) continue;
    const operands = unit.operands.get(member)!;
    const args = operands.map((operand) => {
      const inside = nodes.get(operand.value);
      if (inside !== undefined) return inside;
      const from = values[operand.value]!;
      if (from.splat !== undefined) return v.bits(from.dtype === "bool" ? -from.splat : from.splat);
      let leaf = sources.findIndex(
        (other) =>
          other.value === operand.value &&
          other.offset === operand.offset &&
          other.strides.every((stride, i) => stride === operand.strides[i]),
      );
      if (leaf < 0) {
        leaf = sources.push(operand) - 1;
        loads.push({ strides: operand.strides });
      }
      return fromMemory(v, v.leaf(leaf), from.dtype);
    });
    const { rule, attributes } = value;
    nodes.set(member, rule.kind === "elementwise" ? rule.lanes(v, args, values[operands[0]!.value]!.dtype, attributes) : args[0]!);
  }
  return { nodes, loads, sources };
}

export function emitMap(e: Emitter, level: Level, unit: Unit): void {
  const { values } = level.plan.lowered;
  const size = sizeOf(unit.domain);
  if (size === 0) return;
  const v = new Vectors();
  const { nodes, loads, sources } = bodyOf(e, level, unit, v);
  const { domain } = unit;
  const sums = new Map<number, number>();
  const roots = unit.results.map((result, i) => {
    const { op, dtype, shape, operands } = values[result]!;
    if (op !== "sum") return toMemory(v, nodes.get(result)!, dtype);
    const soFar = loads.push({ strides: domain.map((_n, axis) => (axis === domain.length - 1 ? 1 : 0)) }) - 1;
    sources.push({ value: result, ...plainView(shape) });
    e.fillValue(level, result, 0, sizeOf(shape));
    sums.set(i, soFar);
    return v.add(v.leaf(soFar), nodes.get(operands[0]!.value)!);
  });
  const kernel = { domain, v, loads, roots, sums };
  const ops = [...new Set(unit.members.map((member) => values[member]!.op))].join("·");
  const flat = isFlat(kernel);
  const index = e.kernel(
    `map ${ops}`,
    `${flat ? isSmall(domain) : domain.join()};${[...sums].join()};${bodyKey(v, flat ? flatLoads(unit.domain, loads) : loads, roots)}`,
    () => (hasShortRows(kernel) ? rowSumsKernel : mapKernel)(kernel, e.around),
  );
  e.run.get(e.poolLocal);
  for (const result of unit.results) e.pushValue(level, result);
  for (const source of sources) e.pushOperand(level, source);
  e.run.i32(flat ? flatPairs(unit.domain) : 0);
  e.run.call(index);
  e.note({
    name: `map ${ops} ${unit.domain.join("×")}`,
    step: "map",
    flops: size * v.ops.length,
    bytes: 4 * size * (loads.length + roots.length),
  });
}

export function emitReduce(e: Emitter, level: Level, unit: Unit, value: Value): void {
  const { values } = level.plan.lowered;
  const operand = unit.operands.get(value.id)![0]!;
  const size = sizeOf(operand.shape);
  const resultSize = sizeOf(value.shape);
  const op = value.op as "sum" | "max";
  if (resultSize === 0) return;
  if (size === 0) return e.fillValue(level, value.id, identityBits(op, value.dtype), resultSize);
  const v = new Vectors();
  const { nodes, loads, sources } = bodyOf(e, level, unit, v);
  const inner = unit.members.length > 1 ? nodes.get(operand.value)! : nodes.get(value.id)!;
  const axes = value.attributes.axes as readonly number[];
  const reduced = operand.shape.map((_n, i) => axes.includes(i));

  const ops = [...new Set(unit.members.map((member) => values[member]!.op))].join("·");
  const make = (): Func => reduceKernel({ domain: operand.shape, v, loads, root: inner, op, dtype: value.dtype, reduced }, e.around);
  const index = e.kernel(`reduce ${ops}`, `${op}${value.dtype}${operand.shape.join()};${axes.join()};${bodyKey(v, loads, [inner])}`, make);
  e.run.get(e.poolLocal);
  e.pushValue(level, value.id);
  for (const source of sources) e.pushOperand(level, source);
  e.run.call(index);
  e.note({
    name: `reduce ${ops} ${operand.shape.join("×")} → ${value.shape.join("×")}`,
    step: "reduce",
    flops: size * v.ops.length,
    bytes: 4 * size * loads.length,
  });
}
