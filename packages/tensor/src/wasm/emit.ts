/** From a plan to one WebAssembly module: kernels as functions (equal ones once), and `run`, which calls them in order with the addresses of the plan. */
import type { Graph } from "../graph.ts";
import { sizeOf, splitAt } from "../primitives/primitive.ts";
import type { DType } from "../dtype.ts";
import { Func, ModuleBuilder } from "./assembler.ts";
import { dotShape, windowShape, type CompileSettings } from "./dot.ts";
import { fromMemory, isElementwise, lowerElementwise, toMemory } from "./elementwise.ts";
import type { Unit } from "./fuse.ts";
import { gemm } from "./gemm.ts";
import { loopOf, type Operand, type Value } from "./ir.ts";
import { argmaxKernel, cumsumKernel, randomBitsKernel } from "./scans.ts";
import { copyKernel, fillKernel, scatterAlongKernel, scatterKernel, takeAlongKernel, takeKernel } from "./moves.ts";
import { flatPairs, isFlat, mapKernel, plainStrides, type Load, type Surroundings } from "./nest.ts";
import { F32, I32, Op } from "./opcodes.ts";
import { byteLength, elementBytes, padded, plan, takeovers, type Place, type Plan, type Step } from "./plan.ts";
import { ConstantPool, HANDOVER_BYTES } from "./pool.ts";
import { identityBits, reduceKernel } from "./reduce.ts";
import { Vectors, type Vec } from "./vector.ts";
import { foldChannelsLast, foldKernel } from "./windows.ts";

/** A kernel call of `run`, for profiles. */
export interface Call {
  readonly name: string;
  readonly step: string;
  readonly flops: number;
  readonly bytes: number;
}

export interface Emitted {
  readonly bytes: Uint8Array;
  readonly plan: Plan;
  /** Bytes of the program's own block: pointer table, handover area and pool, constants. */
  readonly blockBytes: number;
  readonly tableBytes: number;
  /** Where constants begin in the block. */
  readonly constantsAt: number;
  /** Writes pool and constants into the block. */
  readonly fill: (memory: ArrayBuffer, at: number) => void;
  readonly imports: readonly string[];
  /** What a non-zero result of `run` means. */
  readonly sites: readonly { readonly op: string; readonly extent: number }[];
  readonly calls: readonly Call[];
  readonly functionNames: readonly string[];
}

const word = new DataView(new ArrayBuffer(4));
function bitsOf(value: number, dtype: DType): number {
  if (dtype === "float32") word.setFloat32(0, value);
  else word.setInt32(0, value);
  return word.getInt32(0);
}

/** Loads of a flat nest: repeated or walked through; of a single element, all are repeated. */
const flatLoads = (domain: readonly number[], loads: readonly Load[]): Load[] =>
  loads.map(({ strides }) => ({ strides: [strides.some((stride, axis) => stride !== 0 && domain[axis]! > 1) ? 1 : 0] }));

/** What decides the code of a body. */
const bodyKey = (v: Vectors, loads: readonly Load[], roots: readonly Vec[]): string =>
  `${v.ops.join()};${v.args.join(" ")};${v.data.join()};${v.imports.join()};${loads.map(({ strides }) => strides.join()).join("|")};${roots.join()}`;

/** Parameters and fixed locals of `run`. */
const ARENA = 0;
const BLOCK = 1;

/** One level of `run`: the program, or the body of a loop. */
interface Level {
  readonly plan: Plan;
  /** Where the level's arena begins within the program's. */
  readonly arenaAt: number;
  /** Where the level's constants begin within the block. */
  constantsAt: number;
  /** Local with the address of each input. */
  readonly inputs: number[];
}

export class Emitter {
  private readonly module = new ModuleBuilder();
  private readonly mark: number;
  private readonly pool = new ConstantPool();
  private readonly run = new Func([I32, I32], [I32]);
  private readonly imports: string[] = [];
  private readonly constants: { value: Value; at: number }[] = [];
  private constantBytes = 0;
  private readonly sites: { op: string; extent: number }[] = [];
  readonly calls: Call[] = [];
  private readonly settings: CompileSettings;
  private tableBytes = 0;
  /** Address of the pool: local of `run`. */
  private readonly poolLocal: number;
  private readonly constantsLocal: number;
  private readonly around: Surroundings;
  private readonly kernels = new Map<string, number>();

  constructor(settings: CompileSettings) {
    this.settings = settings;
    for (const name of ["pow", "sin", "cos", "erf", "rem"]) this.imports[this.module.import(name, [F32, F32], [F32])] = name;
    this.mark = settings.profile ? this.module.import("mark", [I32], []) : -1;
    this.poolLocal = this.run.local(I32);
    this.constantsLocal = this.run.local(I32);
    this.around = { pool: this.pool, import: (name) => this.imports.indexOf(name) };
  }

  emit(graph: Graph): Emitted {
    const top = plan(graph, takeovers(graph), this.settings);
    const count = top.lowered.inputs.length;
    this.tableBytes = padded(4 * count);
    const f = this.run;
    f.get(BLOCK);
    f.i32(this.tableBytes);
    f.op(Op.i32Add);
    f.set(this.poolLocal);
    // The constants' distance is known only at the end: the first word of the handover area tells it.
    f.get(this.poolLocal);
    f.memory(Op.i32Load, HANDOVER_BYTES - 4);
    f.get(BLOCK);
    f.op(Op.i32Add);
    f.set(this.constantsLocal);
    const inputs = top.lowered.inputs.map((_value, i) => {
      const local = f.local(I32);
      f.get(BLOCK);
      f.memory(Op.i32Load, 4 * i);
      f.set(local);
      return local;
    });
    this.level({ plan: top, arenaAt: 0, constantsAt: 0, inputs });
    f.i32(0);
    this.module.export("run", this.module.add("run", f));
    const poolBytes = padded(HANDOVER_BYTES + 4 * this.pool.words.length);
    const constantsAt = this.tableBytes + poolBytes;
    return {
      bytes: this.module.build(),
      plan: top,
      blockBytes: constantsAt + this.constantBytes + 64,
      tableBytes: this.tableBytes,
      constantsAt,
      fill: (memory, at) => this.fill(memory, at, constantsAt),
      imports: this.imports,
      sites: this.sites,
      calls: this.calls,
      functionNames: this.module.names(),
    };
  }

  private fill(memory: ArrayBuffer, at: number, constantsAt: number): void {
    const words = new Int32Array(memory);
    words[(at + this.tableBytes + HANDOVER_BYTES - 4) / 4] = constantsAt;
    words.set(this.pool.words, (at + this.tableBytes + HANDOVER_BYTES) / 4);
    for (const { value, at: offset } of this.constants) {
      const target = (at + constantsAt + offset) / 4;
      if (value.dtype === "float32") new Float32Array(memory).set(value.data!, target);
      else words.set(value.data!, target);
    }
  }

  /** Emits the steps of a plan into `run`. */
  private level(level: Level): void {
    const { steps, copies, lowered, places } = level.plan;
    level.constantsAt = this.constantBytes;
    for (const value of lowered.values) {
      const place = places[value.id];
      if (value.op !== "constant" || !place) continue;
      this.constants.push({ value, at: level.constantsAt + place.offset });
      this.constantBytes = Math.max(this.constantBytes, level.constantsAt + place.offset + padded(byteLength(value.shape, value.dtype)));
    }
    for (const step of steps) this.step(level, step);
    for (const { from, to, bytes } of copies) {
      if (bytes === 0) continue;
      this.push(level, to);
      this.push(level, from);
      this.run.i32(bytes);
      this.run.memoryCopy();
    }
  }

  /** Puts an address on the stack. */
  private push(level: Level, { base, index, offset }: Place, extra = 0): void {
    const f = this.run;
    const plus = offset + extra + (base === "arena" ? level.arenaAt : base === "block" ? level.constantsAt : 0);
    f.get(base === "arena" ? ARENA : base === "block" ? this.constantsLocal : level.inputs[index]!);
    if (plus !== 0) {
      f.i32(plus);
      f.op(Op.i32Add);
    }
  }
  private pushOperand(level: Level, operand: Operand): void {
    this.push(level, level.plan.places[operand.value]!, operand.offset * elementBytes(level.plan.lowered.values[operand.value]!.dtype));
  }
  private pushValue(level: Level, value: number): void {
    this.push(level, level.plan.places[value]!);
  }

  /** Number of a kernel, built unless an equal one (by key) is there. */
  private kernel(name: string, key: string, make: () => Func): number {
    const full = `${name} ${key}`;
    let index = this.kernels.get(full);
    if (index === undefined) {
      index = this.module.add(name, make());
      this.kernels.set(full, index);
    }
    return index;
  }

  /** Calls a kernel; `make` builds it unless an equal one (by key) is there. */
  private call(
    name: string,
    key: string,
    make: () => Func,
    push: () => void,
    work: { flops?: number; bytes?: number; step?: string } = {},
  ): void {
    const index = this.kernel(name, key, make);
    push();
    this.run.call(index);
    this.note({ name: `${name}${key ? ` ${key}` : ""}`, step: work.step ?? "", flops: work.flops ?? 0, bytes: work.bytes ?? 0 });
  }

  private step(level: Level, step: Step): void {
    const { values } = level.plan.lowered;
    const value = values[step.unit.members.at(-1)!]!;
    if (isElementwise(value.op)) return this.map(level, step.unit);
    const operands = value.operands;
    const size = sizeOf(value.shape);
    const place = (): void => this.pushValue(level, value.id);
    const operand = (i: number) => (): void => this.pushOperand(level, operands[i]!);
    const inputShape = (i: number): readonly number[] => operands[i]!.shape;
    const axis = value.attributes.axis as number;
    switch (value.op) {
      case "sum":
      case "max":
        return this.reduce(level, step.unit, value);
      case "dot":
        return this.dot(level, step, value);
      case "windowDot":
      case "foldDot":
        return this.windows(level, step, value);
      case "loop":
        return this.loop(level, step, value);
      case "concat": {
        let before = 0;
        const strides = plainStrides(value.shape);
        operands.forEach((from, i) => {
          if (sizeOf(from.shape) > 0) {
            this.copy(
              level,
              from.shape,
              strides,
              () => this.push(level, level.plan.places[value.id]!, 4 * before * strides[axis]!),
              from.strides,
              operand(i),
            );
          }
          before += from.shape[axis]!;
        });
        return;
      }
      case "pad": {
        if (size === 0) return;
        const {
          low,
          interior,
          value: filler,
        } = value.attributes as unknown as { low: readonly number[]; interior: readonly number[]; value: number };
        this.fillValue(level, value.id, bitsOf(filler, value.dtype), size);
        if (sizeOf(inputShape(0)) === 0) return;
        const strides = plainStrides(value.shape);
        const offset = low.reduce((sum, n, i) => sum + n * strides[i]!, 0);
        const to = strides.map((stride, i) => stride * (interior[i]! + 1));
        return this.copy(
          level,
          inputShape(0),
          to,
          () => this.push(level, level.plan.places[value.id]!, 4 * offset),
          operands[0]!.strides,
          operand(0),
        );
      }
      case "argmax": {
        if (size === 0) return;
        const shape = splitAt(inputShape(0), axis);
        const dtype = values[operands[0]!.value]!.dtype;
        return this.plainCall(
          "argmax",
          `${Object.values(shape).join("×")} ${dtype}`,
          () => argmaxKernel(shape, dtype),
          [place, operand(0)],
          sizeOf(inputShape(0)),
        );
      }
      case "cumsum": {
        if (size === 0) return;
        const shape = splitAt(value.shape, axis);
        const reverse = value.attributes.reverse as boolean;
        return this.plainCall(
          "cumsum",
          `${Object.values(shape).join("×")} ${value.dtype} ${reverse}`,
          () => cumsumKernel(shape, value.dtype, reverse),
          [place, operand(0)],
          size,
        );
      }
      case "randomBits":
        if (size === 0) return;
        return this.plainCall("randomBits", `${size}`, () => randomBitsKernel(size), [place, operand(0)], size);
      case "take": {
        const { outer, extent, inner } = splitAt(inputShape(0), axis);
        const gather = { outer, extent, inner, count: sizeOf(inputShape(1)) };
        return this.gather(level, "take", gather, () => takeKernel(gather), [place, operand(0), operand(1)]);
      }
      case "takeAlong": {
        const { outer, extent, inner } = splitAt(inputShape(0), axis);
        const gather = { outer, extent, inner, count: inputShape(1)[axis]! };
        return this.gather(level, "takeAlong", gather, () => takeAlongKernel(gather), [place, operand(0), operand(1)]);
      }
      case "scatterAdd":
      case "scatterAddAlong": {
        const { outer, extent, inner } = splitAt(value.shape, axis);
        const along = value.op === "scatterAddAlong";
        const gather = { outer, extent, inner, count: along ? inputShape(1)[axis]! : sizeOf(inputShape(1)) };
        const float = value.dtype === "float32";
        if (size === 0 && gather.count * outer * inner === 0) return;
        this.copyBytes(place, operand(0), 4 * size);
        const make = (): Func => (along ? scatterAlongKernel(gather, float) : scatterKernel(gather, float));
        return this.gather(level, `${value.op}${float ? "" : "Int"}`, gather, make, [operand(2), place, operand(1)]);
      }
      case "fold": {
        if (size === 0) return;
        const attributes = value.attributes as unknown as {
          stride: readonly number[];
          dilation: readonly number[];
          channelsLast?: boolean;
        };
        this.fillValue(level, value.id, 0, size);
        const windows = inputShape(0);
        const key = `${windows.join("×")} → ${value.shape.join("×")} /${attributes.stride.join()} ${attributes.dilation.join()}${attributes.channelsLast ? " channels last" : ""}`;
        if (sizeOf(windows) === 0) return;
        return this.plainCall(
          "fold",
          key,
          () => (attributes.channelsLast ? foldChannelsLast : foldKernel)(windows, value.shape, attributes.stride, attributes.dilation),
          [place, operand(0)],
          sizeOf(windows),
        );
      }
      default:
        throw new Error(`wasm engine: the primitive "${value.op}" is not known; use the reference engine for this program`);
    }
  }

  /** Notes a kernel call. */
  private note(call: Call): void {
    this.calls.push(call);
    if (this.mark < 0) return;
    this.run.i32(this.calls.length - 1);
    this.run.call(this.mark);
  }

  private plainCall(name: string, key: string, make: () => Func, pushes: readonly (() => void)[], elements: number): void {
    this.call(name, key, make, () => pushes.forEach((push) => push()), { bytes: 4 * elements });
  }

  private copyBytes(to: () => void, from: () => void, bytes: number): void {
    if (bytes === 0) return;
    to();
    from();
    this.run.i32(bytes);
    this.run.memoryCopy();
  }

  private copy(
    level: Level,
    domain: readonly number[],
    to: readonly number[],
    pushTo: () => void,
    from: readonly number[],
    pushFrom: () => void,
  ): void {
    void level;
    this.plainCall(
      "copy",
      `${domain.join("×")} ${to.join()} ← ${from.join()}`,
      () => copyKernel(domain, to, from),
      [pushTo, pushFrom],
      sizeOf(domain),
    );
  }

  private fillValue(level: Level, value: number, bits: number, size: number): void {
    if (size === 0) return;
    this.plainCall(
      "fill",
      "",
      () => fillKernel(),
      [() => this.pushValue(level, value), () => this.run.i32(bits), () => this.run.i32(4 * size)],
      size,
    );
  }

  /** A kernel that may meet a bad index: leaves `run` with the number of the site. */
  private gather(
    level: Level,
    op: string,
    gather: { outer: number; extent: number; inner: number; count: number },
    make: () => Func,
    pushes: readonly (() => void)[],
  ): void {
    void level;
    if (gather.count === 0 || gather.outer === 0 || gather.inner === 0) return;
    const key = `${gather.outer}·${gather.count} of ${gather.extent} × ${gather.inner}`;
    this.plainCall(op, key, make, [() => this.run.get(this.poolLocal), ...pushes], gather.outer * gather.count * gather.inner);
    this.sites.push({ op, extent: gather.extent });
    this.run.if();
    this.run.i32(this.sites.length);
    this.run.op(Op.return);
    this.run.end();
  }

  /** Loads and graph of a unit's elementwise members; returns the node of each member. */
  private body(level: Level, unit: Unit, v: Vectors): { nodes: Map<number, Vec>; loads: Load[]; sources: Operand[] } {
    const { values } = level.plan.lowered;
    const loads: Load[] = [];
    const sources: Operand[] = [];
    const nodes = new Map<number, Vec>();
    for (const member of unit.members) {
      const value = values[member]!;
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
      if (isElementwise(value.op))
        nodes.set(member, lowerElementwise(v, value.op, value.attributes, value.operands.map((o) => values[o.value]!.dtype), args)); // prettier-ignore
      else nodes.set(member, args[0]!);
    }
    return { nodes, loads, sources };
  }

  private map(level: Level, unit: Unit): void {
    const { values } = level.plan.lowered;
    const size = sizeOf(unit.domain);
    if (size === 0) return;
    const v = new Vectors();
    const { nodes, loads, sources } = this.body(level, unit, v);
    const roots = unit.results.map((result) => toMemory(v, nodes.get(result)!, values[result]!.dtype));
    const kernel = { domain: unit.domain, v, loads, roots };
    const ops = [...new Set(unit.members.map((member) => values[member]!.op))].join("·");
    const flat = isFlat(kernel);
    const index = this.kernel(
      `map ${ops}`,
      `${flat ? "" : unit.domain.join()};${bodyKey(v, flat ? flatLoads(unit.domain, loads) : loads, roots)}`,
      () => mapKernel(kernel, this.around),
    );
    this.run.get(this.poolLocal);
    for (const result of unit.results) this.pushValue(level, result);
    for (const source of sources) this.pushOperand(level, source);
    this.run.i32(flat ? flatPairs(unit.domain) : 0);
    this.run.call(index);
    this.note({
      name: `map ${ops} ${unit.domain.join("×")}`,
      step: "map",
      flops: size * v.ops.length,
      bytes: 4 * size * (loads.length + roots.length),
    });
  }

  private reduce(level: Level, unit: Unit, value: Value): void {
    const { values } = level.plan.lowered;
    const operand = unit.operands.get(value.id)![0]!;
    const size = sizeOf(operand.shape);
    const resultSize = sizeOf(value.shape);
    const op = value.op as "sum" | "max";
    if (resultSize === 0) return;
    if (size === 0) return this.fillValue(level, value.id, identityBits(op, value.dtype), resultSize);
    const v = new Vectors();
    const { nodes, loads, sources } = this.body(level, unit, v);
    const inner = unit.members.length > 1 ? nodes.get(operand.value)! : nodes.get(value.id)!;
    const axes = value.attributes.axes as readonly number[];
    const reduced = operand.shape.map((_n, i) => axes.includes(i));

    const ops = [...new Set(unit.members.map((member) => values[member]!.op))].join("·");
    const make = (): Func => reduceKernel({ domain: operand.shape, v, loads, root: inner, op, dtype: value.dtype, reduced }, this.around);
    const index = this.kernel(
      `reduce ${ops}`,
      `${op}${value.dtype}${operand.shape.join()};${axes.join()};${bodyKey(v, loads, [inner])}`,
      make,
    );
    this.run.get(this.poolLocal);
    this.pushValue(level, value.id);
    for (const source of sources) this.pushOperand(level, source);
    this.run.call(index);
    this.note({
      name: `reduce ${ops} ${operand.shape.join("×")} → ${value.shape.join("×")}`,
      step: "reduce",
      flops: size * v.ops.length,
      bytes: 4 * size * loads.length,
    });
  }

  private dot(level: Level, step: Step, value: Value): void {
    const size = sizeOf(value.shape);
    if (size === 0) return;
    const shape = dotShape(value, this.settings);
    if (shape.K === 0) return this.fillValue(level, value.id, 0, size);
    const { M, N, K, batches, swapped } = shape;
    const [a, b] = swapped ? [value.operands[1]!, value.operands[0]!] : [value.operands[0]!, value.operands[1]!];
    const f = this.run;
    const key = `${shape.integer ? "int " : ""}${M}×${N}×${K} ${shape.rowA},${shape.stepA} ${shape.stepB},${shape.columnB}`;
    const work = { flops: 2 * size * K, bytes: 4 * (M * K + K * N + M * N) * batches, step: "dot" };
    const scratch = (): void => this.push(level, { base: "arena", index: 0, offset: step.scratchAt });
    if (batches === 1) {
      this.call("dot", key, () => gemm(shape, (part, func) => this.module.add(part, func)), () => {
        this.pushOperand(level, a);
        this.pushOperand(level, b);
        this.pushValue(level, value.id);
        f.i32(0);
        scratch();
      }, work); // prettier-ignore
      return;
    }
    const pointers = [f.local(I32), f.local(I32), f.local(I32)] as const;
    this.pushOperand(level, a);
    f.set(pointers[0]);
    this.pushOperand(level, b);
    f.set(pointers[1]);
    this.pushValue(level, value.id);
    f.set(pointers[2]);
    f.repeat(batches, () => {
      this.call("dot", key, () => gemm(shape, (part, func) => this.module.add(part, func)), () => {
        for (const pointer of pointers) f.get(pointer);
        f.i32(0);
        scratch();
      }, work); // prettier-ignore
      f.advance(pointers[0], shape.batchA);
      f.advance(pointers[1], shape.batchB);
      f.advance(pointers[2], shape.batchC);
    });
  }

  /** Products with windows of images, block by block: windows are copied out of the image (windowDot) or added into it (foldDot). */
  private windows(level: Level, step: Step, value: Value): void {
    const f = this.run;
    const { images, blocks, rows, columns, bytes, product } = windowShape(value, this.settings);
    const [a, b] = value.operands as [Operand, Operand];
    const folding = value.op === "foldDot";
    const transposed = value.attributes.transposed === true;
    const size = sizeOf(value.shape);
    const block: Place = { base: "arena", index: 0, offset: step.scratchAt };
    const scratch: Place = { base: "arena", index: 0, offset: step.scratchAt + bytes };
    const pointers = [f.local(I32), f.local(I32), f.local(I32)] as const;
    this.pushOperand(level, a);
    f.set(pointers[0]);
    this.pushOperand(level, b);
    f.set(pointers[1]);
    this.pushValue(level, value.id);
    f.set(pointers[2]);
    if (folding || transposed) this.fillValue(level, value.id, 0, size);
    const { M, N, K } = product;
    const multiply = (from: () => void, to: () => void): void =>
      this.call("dot", `${M}×${N}×${K} ${product.rowA},${product.stepA} ${product.stepB},${product.columnB}${product.accumulate ? " added" : ""}`, () => gemm(product, (part, func) => this.module.add(part, func)), () => {
        from();
        f.get(pointers[1]);
        to();
        f.i32(0);
        this.push(level, scratch);
      }, { flops: 2 * M * N * K, bytes: 4 * (M * K + K * N + M * N), step: "dot" }); // prettier-ignore
    f.repeat(blocks, () => {
      if (folding) {
        const { stride, dilation, channelsLast, windows } = value.attributes as unknown as {
          stride: readonly number[];
          dilation: readonly number[];
          channelsLast: boolean;
          windows: readonly number[];
        };
        multiply(() => f.get(pointers[0]), () => this.push(level, block)); // prettier-ignore
        const part = [images, ...windows.slice(1)];
        const image = [images, ...value.shape.slice(1)];
        const make = (): Func => (channelsLast ? foldChannelsLast : foldKernel)(part, image, stride, dilation);
        const key = `${part.join("×")} → ${image.join("×")} /${stride.join()} ${dilation.join()}`;
        this.plainCall("fold", key, make, [() => f.get(pointers[2]), () => this.push(level, block)], rows * columns);
        f.advance(pointers[0], 4 * rows * K);
        f.advance(pointers[2], 4 * sizeOf(image));
        return;
      }
      const part = [images, ...a.shape.slice(1)];
      this.copy(
        level,
        part,
        plainStrides(part),
        () => this.push(level, block),
        a.strides,
        () => f.get(pointers[0]),
      );
      multiply(() => this.push(level, block), () => f.get(pointers[2])); // prettier-ignore
      f.advance(pointers[0], 4 * images * a.strides[0]!);
      if (transposed) f.advance(pointers[1], product.stepB * K);
      else f.advance(pointers[2], 4 * rows * N);
    });
  }

  /** The body inside a WebAssembly loop; carries live where the loop's results go. */
  private loop(level: Level, step: Step, value: Value): void {
    const f = this.run;
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
    this.push(level, index);
    f.set(inputs[0]!);
    for (let i = 0; i < constants; i++) {
      this.pushOperand(level, value.operands[i]!);
      f.set(inputs[1 + i]!);
    }
    for (let i = 0; i < carry; i++) {
      const bytes = byteLength(types[i]!.shape, types[i]!.dtype);
      const part = parts.get(i);
      const place = part ? level.plan.places[part.id]! : own(bytes);
      const input = inputs[1 + constants + i]!;
      this.push(level, place);
      f.set(input);
      this.copyBytes(() => f.get(input), () => this.pushOperand(level, value.operands[constants + i]!), bytes); // prettier-ignore
    }
    for (let i = 0; i < scanned; i++) {
      this.pushOperand(level, value.operands[constants + carry + i]!);
      f.set(inputs[1 + constants + carry + i]!);
    }
    const stacked = types.slice(carry).map(({ shape, dtype }, i) => {
      const bytes = byteLength(shape, dtype);
      const part = parts.get(carry + i);
      const pointer = f.local(I32);
      if (part) {
        this.pushValue(level, part.id);
        f.set(pointer);
        if (stop >= 0) this.fillValue(level, part.id, 0, count * sizeOf(shape));
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
    this.level(inside);
    stacked.forEach(({ bytes, pointer, wanted }, i) => {
      if (!wanted || bytes === 0) return;
      f.get(pointer);
      this.push(inside, body.outputs[carry + i]!);
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
}
