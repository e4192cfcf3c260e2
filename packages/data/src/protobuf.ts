/** The little of protocol buffers that these formats need: varints, fixed 32/64-bit numbers and length-delimited fields. */
import { DataError } from "./errors.ts";

const encoder = /* @__PURE__ */ new TextEncoder();

/** Wire types. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** Appends fields to a growing buffer. */
export class ProtoWriter {
  private bytes = new Uint8Array(64);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  /** What was written so far; a copy. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(extra: number): void {
    if (this.length + extra <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.length + extra));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  /** A whole number 0 … 2⁵³. */
  varint(value: number): void {
    this.reserve(10);
    while (value >= 128) {
      this.bytes[this.length++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    this.bytes[this.length++] = value;
  }

  /** A 64-bit integer; negative ones take ten bytes. */
  varint64(value: bigint): void {
    this.reserve(10);
    let low = Number(BigInt.asUintN(32, value));
    let high = Number(BigInt.asUintN(32, value >> 32n));
    while (high !== 0 || low > 127) {
      this.bytes[this.length++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.bytes[this.length++] = low;
  }

  tag(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  /** Raw bytes without tag or length. */
  raw(data: Uint8Array): void {
    this.reserve(data.length);
    this.bytes.set(data, this.length);
    this.length += data.length;
  }

  bytesField(field: number, data: Uint8Array): void {
    this.tag(field, BYTES);
    this.varint(data.length);
    this.raw(data);
  }

  stringField(field: number, text: string): void {
    this.sized(field, () => this.utf8(text));
  }

  private utf8(text: string): void {
    this.reserve(3 * text.length);
    const start = this.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        this.length = start + encoder.encodeInto(text, this.bytes.subarray(start)).written;
        return;
      }
      this.bytes[this.length++] = code;
    }
  }

  message(field: number, build: (writer: ProtoWriter) => void): void {
    this.sized(field, build);
  }

  /** A length-delimited field whose bytes `build` appends; its length is put in front afterwards. */
  sized(field: number, build: (writer: ProtoWriter) => void): void {
    this.tag(field, BYTES);
    this.reserve(1);
    const at = this.length++;
    build(this);
    const size = this.length - at - 1;
    if (size > 127) {
      // Room for one byte of length was left; a longer one pushes the field back.
      let extra = 0;
      for (let rest = size; rest > 127; rest = Math.floor(rest / 128)) extra++;
      this.reserve(extra);
      this.bytes.copyWithin(at + 1 + extra, at + 1, this.length);
      this.length = at;
      this.varint(size);
      this.length += size;
    } else this.bytes[at] = size;
  }

  varintField(field: number, value: number): void {
    this.tag(field, VARINT);
    this.varint(value);
  }

  float(value: number): void {
    this.reserve(4);
    this.view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  floatField(field: number, value: number): void {
    this.tag(field, FIXED32);
    this.float(value);
  }

  doubleField(field: number, value: number): void {
    this.tag(field, FIXED64);
    this.double(value);
  }

  packedDoubles(field: number, values: ArrayLike<number>): void {
    this.tag(field, BYTES);
    this.varint(8 * values.length);
    for (let i = 0; i < values.length; i++) this.double(values[i]!);
  }
}

/** Walks over the fields of one message; never reads past `end`. */
export class ProtoReader {
  at: number;
  readonly end: number;
  private readonly bytes: Uint8Array;
  private readonly numbers: DataView;
  private readonly name: string;
  field = 0;
  wire = 0;

  constructor(bytes: Uint8Array, name: string, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.name = name;
    this.at = start;
    this.end = end;
  }

  fail(problem: string, at = this.at): never {
    throw new DataError(this.name, at, problem);
  }

  /** Moves to the next field; false at the end. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const start = this.at;
    const key = this.varint();
    this.field = Math.floor(key / 8);
    this.wire = key % 8;
    if (
      this.field === 0 ||
      this.field > 536_870_911 ||
      (this.wire !== VARINT && this.wire !== FIXED64 && this.wire !== BYTES && this.wire !== FIXED32)
    ) {
      this.fail(
        `a field with number ${this.field} and wire type ${this.wire}; expected a protocol-buffer field of type 0, 1, 2 or 5. The record holds something else, or it is damaged.`,
        start,
      );
    }
    return true;
  }

  /** True when the current field has the wire type that the format says; else an error. */
  expect(wire: number, what: string): void {
    if (this.wire !== wire) this.fail(`${what} has wire type ${this.wire}, expected ${wire}.`);
  }

  /** An unsigned varint as a number; exact below 2⁵³. */
  varint(): number {
    const start = this.at;
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      if (this.at >= this.end) this.fail("the data ends inside a number.", start);
      const byte = this.bytes[this.at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    return this.fail("a number of more than ten bytes; expected a varint.", start);
  }

  /** A signed 64-bit varint. */
  int64(): bigint {
    const start = this.at;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (this.at >= this.end) this.fail("the data ends inside a number.", start);
      const byte = this.bytes[this.at++]!;
      const bits = byte & 127;
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 128) return BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
    }
    return this.fail("a number of more than ten bytes; expected a varint.", start);
  }

  private need(count: number): number {
    const at = this.at;
    if (count > this.end - at) this.fail(`a field of ${count} bytes, but only ${this.end - at} are left.`);
    this.at += count;
    return at;
  }

  float(): number {
    return this.numbers.getFloat32(this.need(4), true);
  }

  double(): number {
    return this.numbers.getFloat64(this.need(8), true);
  }

  /** The current length-delimited field as a reader over its bytes. */
  message(): ProtoReader {
    const length = this.varint();
    const start = this.need(length);
    return new ProtoReader(this.bytes, this.name, start, start + length);
  }

  /** The current length-delimited field, where it stands. */
  view(): Uint8Array {
    const length = this.varint();
    const start = this.need(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Another reader of the same bytes from here on. */
  again(): ProtoReader {
    return new ProtoReader(this.bytes, this.name, this.at, this.end);
  }

  /** How many varints the rest is: each ends with a byte below 128. */
  varints(): number {
    let count = 0;
    for (let i = this.at; i < this.end; i++) if (this.bytes[i]! < 128) count++;
    return count;
  }

  string(): string {
    const start = this.at;
    const data = this.view();
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(data);
    } catch {
      return this.fail("text that is not UTF-8.", start);
    }
  }

  /** Passes over the current field. */
  skip(): void {
    if (this.wire === VARINT) this.varint();
    else if (this.wire === FIXED64) this.need(8);
    else if (this.wire === FIXED32) this.need(4);
    else this.need(this.varint());
  }
}
