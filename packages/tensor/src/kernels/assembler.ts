/**
 * A small WebAssembly assembler: functions are written instruction by instruction as bytes; `build` lays out the sections.
 * One memory is imported as "env"."memory". Nothing is validated here; `WebAssembly.Module` does that.
 */
import { I32, Op, VOID, type ValType } from "./opcodes.ts";

/** Growing byte array. */
export class Bytes {
  data = new Uint8Array(1024);
  length = 0;

  byte(value: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length++] = value;
  }
  pair(first: number, second: number): void {
    if (this.length + 2 > this.data.length) this.reserve(2);
    this.data[this.length++] = first;
    this.data[this.length++] = second;
  }
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.data.set(bytes, this.length);
    this.length += bytes.length;
  }
  unsigned(value: number): void {
    if (value >= 0 && value < 128) return this.byte(value);
    let rest = value >>> 0;
    while (rest > 127) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }
  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      if ((rest === 0 && !(low & 64)) || (rest === -1 && low & 64)) return this.byte(low);
      this.byte(low | 128);
    }
  }
  text(value: string): void {
    this.unsigned(value.length);
    for (let i = 0; i < value.length; i++) this.byte(value.charCodeAt(i));
  }
  view(): Uint8Array {
    return this.data.subarray(0, this.length);
  }
  private reserve(count: number): void {
    if (this.length + count <= this.data.length) return;
    const larger = new Uint8Array(Math.max(2 * this.data.length, this.length + count));
    larger.set(this.view());
    this.data = larger;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** The body of one function. Locals are numbered: parameters first. */
export class Func {
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
  readonly locals: ValType[] = [];
  readonly code = new Bytes();

  constructor(params: readonly ValType[], results: readonly ValType[] = []) {
    this.params = params;
    this.results = results;
  }
  local(type: ValType): number {
    return this.params.length + this.locals.push(type) - 1;
  }
  op(instruction: number): void {
    const { code } = this;
    if (instruction >>> 24 === 1) code.byte(instruction);
    else {
      code.pair(instruction, instruction >> 8);
      if (instruction >>> 24 === 3) code.byte(instruction >> 16);
    }
  }
  private indexed(instruction: number, index: number): void {
    if (index < 128) this.code.pair(instruction, index);
    else {
      this.code.byte(instruction);
      this.code.unsigned(index);
    }
  }
  get(local: number): void {
    this.indexed(Op.localGet, local);
  }
  set(local: number): void {
    this.indexed(Op.localSet, local);
  }
  tee(local: number): void {
    this.indexed(Op.localTee, local);
  }
  call(index: number): void {
    this.indexed(Op.call, index);
  }
  br(depth: number): void {
    this.indexed(Op.br, depth);
  }
  brIf(depth: number): void {
    this.indexed(Op.brIf, depth);
  }
  i32(value: number): void {
    this.op(Op.i32Const);
    this.code.signed(value);
  }
  f32(value: number): void {
    this.op(Op.f32Const);
    scratch.setFloat32(0, value, true);
    for (let i = 0; i < 4; i++) this.code.byte(scratch.getUint8(i));
  }
  f64(value: number): void {
    this.op(Op.f64Const);
    scratch.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) this.code.byte(scratch.getUint8(i));
  }
  /** Sixteen immediate bytes: v128.const and i8x16.shuffle. */
  bytes16(instruction: number, bytes: readonly number[]): void {
    this.op(instruction);
    for (let i = 0; i < 16; i++) this.code.byte(bytes[i]!);
  }
  lane(instruction: number, lane: number): void {
    this.op(instruction);
    this.code.byte(lane);
  }
  /** Loads and stores, with a constant offset; alignment is declared as 4 bytes, which is always true here. */
  memory(instruction: number, offset = 0, lane = -1): void {
    this.op(instruction);
    this.code.byte(2);
    this.code.unsigned(offset);
    if (lane >= 0) this.code.byte(lane);
  }
  block(): void {
    this.op(Op.block);
    this.code.byte(VOID);
  }
  loop(): void {
    this.op(Op.loop);
    this.code.byte(VOID);
  }
  if(): void {
    this.op(Op.if);
    this.code.byte(VOID);
  }
  end(): void {
    this.op(Op.end);
  }
  memoryCopy(): void {
    this.op(Op.memoryCopy);
    this.code.byte(0);
    this.code.byte(0);
  }
  memoryFill(): void {
    this.op(Op.memoryFill);
    this.code.byte(0);
  }
  /** local += amount. */
  advance(local: number, amount: number): void {
    if (amount === 0) return;
    this.get(local);
    this.i32(amount);
    this.op(Op.i32Add);
    this.set(local);
  }
  /** A loop that runs `count` ≥ 1 times; the counter goes down. */
  repeat(count: number | (() => void), body: () => void): void {
    if (count === 1) return body();
    const counter = this.local(I32);
    if (typeof count === "number") this.i32(count);
    else count();
    this.set(counter);
    this.loop();
    body();
    this.get(counter);
    this.i32(1);
    this.op(Op.i32Sub);
    this.tee(counter);
    this.brIf(0);
    this.end();
  }
  /** Declarations of locals and the code, as they stand in the code section. */
  body(): Uint8Array {
    const bytes = new Bytes();
    const runs: [ValType, number][] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last && last[0] === type) last[1]++;
      else runs.push([type, 1]);
    }
    bytes.unsigned(runs.length);
    for (const [type, count] of runs) {
      bytes.unsigned(count);
      bytes.byte(type);
    }
    bytes.append(this.code.view());
    bytes.byte(0x0b);
    return bytes.view();
  }
}

interface Imported {
  readonly name: string;
  readonly type: number;
}

/** A module under construction. */
export class ModuleBuilder {
  private readonly types = new Map<string, number>();
  private readonly typeList: [readonly ValType[], readonly ValType[]][] = [];
  private readonly imports: Imported[] = [];
  private readonly bodies: { type: number; body: Uint8Array; name: string }[] = [];
  private readonly exports: [string, number][] = [];
  /** Set on the first function: no import may follow. */
  private sealed = 0;

  private type(params: readonly ValType[], results: readonly ValType[]): number {
    const key = `${params.join()}>${results.join()}`;
    let index = this.types.get(key);
    if (index === undefined) {
      index = this.typeList.push([params, results]) - 1;
      this.types.set(key, index);
    }
    return index;
  }
  /** A JavaScript function from "env"; before any function is added. */
  import(name: string, params: readonly ValType[], results: readonly ValType[]): number {
    if (this.sealed) throw new Error("assembler: imports come before functions");
    return this.imports.push({ name, type: this.type(params, results) }) - 1;
  }
  /** Adds a function. Returns its index for `call`. */
  add(name: string, func: Func): number {
    this.sealed = 1;
    return this.imports.length + this.bodies.push({ type: this.type(func.params, func.results), body: func.body(), name }) - 1;
  }
  export(name: string, index: number): void {
    this.exports.push([name, index]);
  }
  /** Names of the functions by index (imports first). */
  names(): string[] {
    return [...this.imports.map(({ name }) => name), ...this.bodies.map(({ name }) => name)];
  }
  build(): Uint8Array {
    const out = new Bytes();
    for (const byte of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte);
    const section = (id: number, write: (bytes: Bytes) => void): void => {
      const bytes = new Bytes();
      write(bytes);
      out.byte(id);
      out.unsigned(bytes.length);
      out.append(bytes.view());
    };
    section(1, (bytes) => {
      bytes.unsigned(this.typeList.length);
      for (const [params, results] of this.typeList) {
        bytes.byte(0x60);
        for (const list of [params, results]) {
          bytes.unsigned(list.length);
          for (const type of list) bytes.byte(type);
        }
      }
    });
    section(2, (bytes) => {
      bytes.unsigned(1 + this.imports.length);
      bytes.text("env");
      bytes.text("memory");
      for (const byte of [2, 0, 0]) bytes.byte(byte);
      for (const { name, type } of this.imports) {
        bytes.text("env");
        bytes.text(name);
        bytes.byte(0);
        bytes.unsigned(type);
      }
    });
    section(3, (bytes) => {
      bytes.unsigned(this.bodies.length);
      for (const { type } of this.bodies) bytes.unsigned(type);
    });
    section(7, (bytes) => {
      bytes.unsigned(this.exports.length);
      for (const [name, index] of this.exports) {
        bytes.text(name);
        bytes.byte(0);
        bytes.unsigned(index);
      }
    });
    section(10, (bytes) => {
      bytes.unsigned(this.bodies.length);
      for (const { body } of this.bodies) {
        bytes.unsigned(body.length);
        bytes.append(body);
      }
    });
    return out.view();
  }
}
