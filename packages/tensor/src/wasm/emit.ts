/** From a plan to one WebAssembly module: kernels as functions (equal ones once), and `run`, which calls them in order with the addresses of the plan. */
import type { Graph } from "../graph.ts";
import { Func, ModuleBuilder } from "../kernels/assembler.ts";
import { byteLength, elementBytes, padded } from "../kernels/bytes.ts";
import { emitMap } from "../kernels/emit-elementwise.ts";
import { laneCalls } from "../kernels/lane-calls.ts";
import { copyKernel, fillKernel } from "../kernels/moves.ts";
import type { Surroundings } from "../kernels/nest.ts";
import { F32, I32, Op } from "../kernels/opcodes.ts";
import { ConstantPool, HANDOVER_BYTES } from "../kernels/pool.ts";
import type { Call, CompileSettings, Emitter, Gather, Level, Place, Plan, Step, Value } from "../kernels/rules.ts";
import type { Operand } from "../kernels/views.ts";
import { sizeOf } from "../shape.ts";
import { plan, takeovers } from "./plan.ts";

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

/** Parameters and fixed locals of `run`. */
const ARENA = 0;
const BLOCK = 1;

export class ModuleEmitter implements Emitter {
  readonly module = new ModuleBuilder();
  readonly mark: number;
  readonly pool = new ConstantPool();
  readonly run = new Func([I32, I32], [I32]);
  readonly imports: string[] = [];
  readonly constants: { value: Value; at: number }[] = [];
  constantBytes = 0;
  readonly sites: { op: string; extent: number }[] = [];
  readonly calls: Call[] = [];
  readonly settings: CompileSettings;
  tableBytes = 0;
  /** Address of the pool: local of `run`. */
  readonly poolLocal: number;
  readonly constantsLocal: number;
  readonly around: Surroundings;
  readonly kernels = new Map<string, number>();

  constructor(settings: CompileSettings) {
    this.settings = settings;
    for (const name of Object.keys(laneCalls)) this.imports[this.module.import(name, [F32, F32], [F32])] = name;
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

  fill(memory: ArrayBuffer, at: number, constantsAt: number): void {
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
  level(level: Level): void {
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

  /** Views and sources make no steps: what is not a kernel is a group of elementwise values. */
  private step(level: Level, step: Step): void {
    const value = level.plan.lowered.values[step.unit.members.at(-1)!]!;
    if (value.rule.kind === "kernel") value.rule.emit(this, level, step, value);
    else emitMap(this, level, step.unit);
  }

  /** Puts an address on the stack. */
  push(level: Level, { base, index, offset }: Place, extra = 0): void {
    const f = this.run;
    const plus = offset + extra + (base === "arena" ? level.arenaAt : base === "block" ? level.constantsAt : 0);
    f.get(base === "arena" ? ARENA : base === "block" ? this.constantsLocal : level.inputs[index]!);
    if (plus !== 0) {
      f.i32(plus);
      f.op(Op.i32Add);
    }
  }
  pushOperand(level: Level, operand: Operand): void {
    this.push(level, level.plan.places[operand.value]!, operand.offset * elementBytes(level.plan.lowered.values[operand.value]!.dtype));
  }
  pushValue(level: Level, value: number, extra = 0): void {
    this.push(level, level.plan.places[value]!, extra);
  }

  /** Locals with the addresses of two operands and of the result, which a loop advances. */
  pointers(level: Level, a: Operand, b: Operand, result: number): readonly [number, number, number] {
    const f = this.run;
    const locals = [f.local(I32), f.local(I32), f.local(I32)] as const;
    this.pushOperand(level, a);
    f.set(locals[0]);
    this.pushOperand(level, b);
    f.set(locals[1]);
    this.pushValue(level, result);
    f.set(locals[2]);
    return locals;
  }

  /** Number of a kernel, built unless an equal one (by key) is there. */
  kernel(name: string, key: string, make: () => Func): number {
    const full = `${name} ${key}`;
    let index = this.kernels.get(full);
    if (index === undefined) {
      index = this.module.add(name, make());
      this.kernels.set(full, index);
    }
    return index;
  }

  /** A function that kernels share. */
  readonly part = (name: string, key: string, make: () => Func): number => this.kernel(name, key, make);

  /** Calls a kernel; `make` builds it unless an equal one (by key) is there. */
  call(name: string, key: string, make: () => Func, push: () => void, work: { flops?: number; bytes?: number; step?: string } = {}): void {
    const index = this.kernel(name, key, make);
    push();
    this.run.call(index);
    this.note({ name: `${name}${key ? ` ${key}` : ""}`, step: work.step ?? "", flops: work.flops ?? 0, bytes: work.bytes ?? 0 });
  }

  /** Notes a kernel call. */
  note(call: Call): void {
    this.calls.push(call);
    if (this.mark < 0) return;
    this.run.i32(this.calls.length - 1);
    this.run.call(this.mark);
  }

  /** Calls a kernel that takes what `pushes` leave on the stack; `elements` are those that profiles count as moved. */
  plainCall(name: string, key: string, make: () => Func, pushes: readonly (() => void)[], elements: number): void {
    this.call(name, key, make, () => pushes.forEach((push) => push()), { bytes: 4 * elements });
  }

  /** Copies memory; both addresses come from what is called. */
  copyBytes(to: () => void, from: () => void, bytes: number): void {
    if (bytes === 0) return;
    to();
    from();
    this.run.i32(bytes);
    this.run.memoryCopy();
  }

  /** Copies every element of `domain` between any strides, which count elements. */
  copy(domain: readonly number[], to: readonly number[], pushTo: () => void, from: readonly number[], pushFrom: () => void): void {
    this.plainCall(
      "copy",
      `${domain.join("×")} ${to.join()} ← ${from.join()}`,
      () => copyKernel(domain, to, from),
      [pushTo, pushFrom],
      sizeOf(domain),
    );
  }

  /** Gives each of a value's `size` elements the same 32 bits. */
  fillValue(level: Level, value: number, bits: number, size: number): void {
    if (size > 0) this.fillAt(() => this.pushValue(level, value), bits, size);
  }
  /** The same for `size` > 0 elements from an address on, and up to seven more. */
  fillAt(push: () => void, bits: number, size: number): void {
    this.plainCall("fill", "", () => fillKernel(), [push, () => this.run.i32(bits), () => this.run.i32(4 * size)], size);
  }

  /** A kernel that may meet a bad index: leaves `run` with the number of the site. */
  gather(op: string, gather: Gather, make: () => Func, pushes: readonly (() => void)[]): void {
    if (gather.count === 0 || gather.outer === 0 || gather.inner === 0) return;
    const key = `${gather.outer}·${gather.count} of ${gather.extent} × ${gather.inner}`;
    this.plainCall(op, key, make, [() => this.run.get(this.poolLocal), ...pushes], gather.outer * gather.count * gather.inner);
    this.sites.push({ op, extent: gather.extent });
    this.run.if();
    this.run.i32(this.sites.length);
    this.run.op(Op.return);
    this.run.end();
  }
}
