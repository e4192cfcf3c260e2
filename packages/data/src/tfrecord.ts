/**
 * TFRecord framing (tensorflow/core/lib/io/record_writer.h): per record
 *   uint64 length · uint32 masked CRC-32C of the length · length bytes · uint32 masked CRC-32C of the bytes,   little endian.
 * Reading holds one record and one chunk; a corrupt length never makes it allocate more than the file gives.
 */
import {
  checkSource,
  chunksOf,
  compress,
  compressionOf,
  decompress,
  sourceName,
  type ByteSource,
  type Compression,
  type CompressionName,
} from "./bytes.ts";
import { crc32c, maskCrc } from "./crc32c.ts";
import { checkKeys, show } from "@rl/math/options";
import { DataError } from "./errors.ts";

const HEADER = 12;
const FOOTER = 4;

/** Bytes a record of `length` bytes takes in a file without compression. */
export function framedLength(length: number): number {
  return HEADER + length + FOOTER;
}

function checkRecord(call: string, what: string, bytes: unknown): void {
  if (!(bytes instanceof Uint8Array))
    throw new TypeError(`${call}: ${what} is ${show(bytes)}, expected a Uint8Array; encodeExample makes one.`);
}

/** One record with its frame, ready to append to a file. */
export function frameRecord(record: Uint8Array): Uint8Array {
  checkRecord("frameRecord", "the record", record);
  const framed = new Uint8Array(framedLength(record.length));
  const view = new DataView(framed.buffer);
  view.setUint32(0, record.length >>> 0, true);
  view.setUint32(4, Math.floor(record.length / 2 ** 32), true);
  view.setUint32(8, maskCrc(crc32c(framed, 0, 0, 8)), true);
  framed.set(record, HEADER);
  view.setUint32(HEADER + record.length, maskCrc(crc32c(record)), true);
  return framed;
}

export interface ReadTfrecordsOptions {
  /** Default "auto": told by the first bytes. */
  readonly compression?: CompressionName | "auto";
  /** What errors call the source; default a Node file stream's path, else "input". */
  readonly name?: string;
  /** Longer records are refused, in bytes; default 2³¹ − 1. */
  readonly maxRecordBytes?: number;
  /** Where the file is compressed, how many bytes it may unpack to; default 2³⁴ (16 GB). A small file can claim to hold any amount. */
  readonly maxBytes?: number;
}

/** The records of a file, one by one; each is the caller's to keep. Offsets in errors count unpacked bytes where the file is compressed. */
export function readTfrecords(source: ByteSource, options: ReadTfrecordsOptions = {}): AsyncGenerator<Uint8Array, void, void> {
  const call = "readTfrecords";
  checkKeys(call, options, ["compression", "name", "maxRecordBytes", "maxBytes"]);
  checkSource(call, source);
  const { compression = "auto", maxRecordBytes, maxBytes = 2 ** 34 } = options;
  const chosen = compression === "auto" ? compression : compressionOf(call, compression);
  const name = sourceName(source, options.name);
  checkBytes(call, "maxBytes", maxBytes);
  return read(source, chosen, new TfrecordDecoder({ name, maxRecordBytes }), name, maxBytes);
}

async function* read(
  source: ByteSource,
  chosen: Compression | "auto",
  decoder: TfrecordDecoder,
  name: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, void> {
  let chunks = chunksOf(source);
  let compression = chosen;
  if (compression === "auto") {
    const head = await peek(chunks, HEADER);
    compression = guess(head.bytes);
    chunks = head.chunks;
  }
  const unpacked = decompress(chunks, compression);
  let bytes = 0;
  for (;;) {
    const next = await nextChunk(unpacked, name, compression, decoder.offset);
    if (next.done === true) break;
    bytes += next.value.length;
    if (compression !== "none" && bytes > maxBytes) {
      await unpacked.return();
      throw new DataError(
        name,
        decoder.offset,
        `the ${compression} data unpacks to more than ${maxBytes} bytes. Raise maxBytes if the file really holds as much.`,
      );
    }
    yield* decoder.push(next.value);
  }
  decoder.end();
}

function checkBytes(call: string, name: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new RangeError(`${call}: ${name} is ${show(value)}, expected a whole number of bytes ≥ 0.`);
}

async function nextChunk(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  name: string,
  compression: Compression,
  offset: number,
): Promise<IteratorResult<Uint8Array, void>> {
  try {
    return await chunks.next();
  } catch (cause) {
    // The platform's unpacker says only "incorrect header check" and the like, with codes that differ.
    if (compression === "none" || (cause as { code?: string }).code === "ENOENT") throw cause;
    const error = new DataError(
      name,
      offset,
      `the ${compression} data is broken or cut off (${(cause as Error).message}); expected a complete ${compression} stream. The offset counts unpacked bytes.`,
    );
    error.cause = cause;
    throw error;
  }
}

/** Gathers chunks until `wanted` bytes are there, and gives them back in front of the rest. */
async function peek(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  wanted: number,
): Promise<{ bytes: Uint8Array; chunks: AsyncGenerator<Uint8Array, void, void> }> {
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < wanted) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    first.push(value);
    length += value.length;
  }
  const bytes = new Uint8Array(Math.min(length, wanted));
  let at = 0;
  for (const chunk of first) {
    if (at >= bytes.length) break;
    const part = chunk.subarray(0, bytes.length - at);
    bytes.set(part, at);
    at += part.length;
  }
  async function* all(): AsyncGenerator<Uint8Array, void, void> {
    yield* first;
    yield* chunks;
  }
  return { bytes, chunks: all() };
}

/** A frame whose length has the right checksum is plain, whatever it looks like. */
function guess(bytes: Uint8Array): Compression {
  if (bytes.length < HEADER) return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b ? "gzip" : "none";
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(8, true) === maskCrc(crc32c(bytes, 0, 0, 8))) return "none";
  if (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8) return "gzip";
  if ((bytes[0]! & 15) === 8 && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0) return "zlib";
  return "none";
}

export interface TfrecordDecoderOptions {
  readonly name?: string | undefined;
  readonly maxRecordBytes?: number | undefined;
}

/** The frame reader without any waiting: push chunks of any size, get records; `end` says whether the last one was whole. */
export class TfrecordDecoder {
  /** Byte where the frame that is being read starts. */
  offset = 0;
  private readonly name: string;
  private readonly maximum: number;
  private readonly header = new Uint8Array(HEADER);
  private headerFilled = 0;
  // Pieces of the record and its footer, as they came.
  private pieces: Uint8Array[] = [];
  private gathered = 0;
  private needed = 0;

  constructor(options: TfrecordDecoderOptions = {}) {
    checkKeys("new TfrecordDecoder", options, ["name", "maxRecordBytes"]);
    const { name = "input", maxRecordBytes = 2 ** 31 - 1 } = options;
    if (typeof name !== "string") throw new TypeError(`new TfrecordDecoder: name is ${show(name)}, expected text.`);
    checkBytes("new TfrecordDecoder", "maxRecordBytes", maxRecordBytes);
    this.name = name;
    this.maximum = maxRecordBytes;
  }

  *push(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    checkRecord("TfrecordDecoder.push", "chunk", chunk);
    let at = 0;
    while (at < chunk.length) {
      if (this.headerFilled < HEADER) {
        const part = chunk.subarray(at, at + HEADER - this.headerFilled);
        this.header.set(part, this.headerFilled);
        this.headerFilled += part.length;
        at += part.length;
        if (this.headerFilled < HEADER) return;
        this.needed = this.readLength() + FOOTER;
      }
      const part = chunk.subarray(at, at + this.needed - this.gathered);
      at += part.length;
      this.gathered += part.length;
      if (this.gathered < this.needed) {
        this.pieces.push(part.slice());
        return;
      }
      this.pieces.push(part);
      const record = this.finish();
      this.offset += HEADER + this.needed;
      this.headerFilled = this.gathered = this.needed = 0;
      this.pieces = [];
      yield record;
    }
  }

  /** Throws where the data stops in the middle of a record. */
  end(): void {
    if (this.headerFilled === 0) return;
    const got = this.headerFilled + this.gathered;
    const expected =
      this.headerFilled < HEADER
        ? `${HEADER} bytes of frame header`
        : `a record of ${this.needed - FOOTER} bytes and its ${HEADER + FOOTER} bytes of frame`;
    throw new DataError(
      this.name,
      this.offset,
      `the file ends after ${got} bytes of this record; expected ${expected}. It was cut off: keep the records before it, or copy it again.`,
    );
  }

  private readLength(): number {
    const view = new DataView(this.header.buffer);
    const stored = view.getUint32(8, true);
    const actual = maskCrc(crc32c(this.header, 0, 0, 8));
    if (stored !== actual)
      throw new DataError(
        this.name,
        this.offset,
        `the checksum of the record's length is ${hex(stored)}, expected ${hex(actual)}. This is not a TFRecord file, or it is damaged from here on.`,
      );
    const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
    if (length > this.maximum)
      throw new DataError(
        this.name,
        this.offset,
        `the record claims ${length} bytes, expected at most ${this.maximum}. Raise maxRecordBytes if the file really holds such records.`,
      );
    return length;
  }

  private finish(): Uint8Array {
    const all = new Uint8Array(this.needed);
    let at = 0;
    for (const piece of this.pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    const record = all.subarray(0, this.needed - FOOTER);
    const stored = new DataView(all.buffer).getUint32(this.needed - FOOTER, true);
    const actual = maskCrc(crc32c(record));
    if (stored !== actual)
      throw new DataError(
        this.name,
        this.offset + HEADER,
        `the checksum of the record's ${record.length} bytes is ${hex(stored)}, expected ${hex(actual)}. The record is damaged.`,
      );
    return record;
  }
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;

export interface WriteTfrecordsOptions {
  /** Default "none". */
  readonly compression?: CompressionName;
}

/** The bytes of a TFRecord file, chunk by chunk, as fast as they are taken: `await writeFile(path, writeTfrecords(records))` in Node. */
export function writeTfrecords(
  records: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: WriteTfrecordsOptions = {},
): AsyncGenerator<Uint8Array, void, void> {
  checkKeys("writeTfrecords", options, ["compression"]);
  const { compression = "none" } = options;
  const chosen = compressionOf("writeTfrecords", compression);
  if (
    typeof records !== "object" ||
    records === null ||
    ArrayBuffer.isView(records) ||
    !(Symbol.asyncIterator in records || Symbol.iterator in records)
  )
    throw new TypeError(`writeTfrecords: records are ${show(records)}, expected an iterable of records (Uint8Array).`);
  async function* frames(): AsyncGenerator<Uint8Array, void, void> {
    for await (const record of records) yield frameRecord(record);
  }
  return compress(frames(), chosen);
}
