/**
 * TensorBoard event files: TFRecords of Event messages (tensorflow/core/util/event.proto, framework/summary.proto).
 *   Event { double wall_time = 1, int64 step = 2, string file_version = 3, Summary summary = 5 }
 *   Summary { repeated Value value = 1 }   Value { string tag = 1, float simple_value = 2, HistogramProto histo = 5, TensorProto tensor = 8, SummaryMetadata metadata = 9 }
 */
import { checkSource, sourceName, type ByteSource } from "./bytes.ts";
import { checkKeys, quote, show } from "@rl/math/options";
import { BYTES, FIXED32, FIXED64, ProtoReader, ProtoWriter, VARINT } from "./protobuf.ts";
import { frameRecord, readTfrecords } from "./tfrecord.ts";

const DT_STRING = 7;

export interface EventFileWriterOptions {
  /** Takes the framed bytes of each event, in order: append them to a file whose name holds "tfevents". */
  readonly write: (bytes: Uint8Array) => void;
  /** Seconds since 1970; TensorBoard shows it as wall time. Injected, because nothing here reads a clock. */
  readonly now: () => number;
  /** False where the file goes on an earlier one and has its version record already. Default true. */
  readonly header?: boolean;
}

/** Writes what TensorBoard shows: scalars, text, histograms. Every call is one event, framed and handed to `write` at once. */
export class EventFileWriter {
  private readonly write: (bytes: Uint8Array) => void;
  private readonly now: () => number;

  constructor(options: EventFileWriterOptions) {
    checkKeys("new EventFileWriter", options, ["write", "now", "header"]);
    const { write, now, header = true } = options;
    for (const [key, value] of Object.entries({ write, now }))
      if (typeof value !== "function") throw new TypeError(`new EventFileWriter: ${key} is ${show(value)}, expected a function.`);
    if (typeof header !== "boolean") throw new TypeError(`new EventFileWriter: header is ${show(header)}, expected true or false.`);
    this.write = write;
    this.now = now;
    if (options.header !== false) this.event(undefined, (event) => event.stringField(3, "brain.Event:2"));
  }

  /** One number under a tag such as "train/loss"; NaN and ±∞ are kept. step: 0 … 2⁵³ − 1. */
  scalar(tag: string, value: number, step: number): void {
    this.scalars([[tag, value]], step);
  }

  /** Several scalars of one step in one event. */
  scalars(values: Iterable<readonly [tag: string, value: number]>, step: number): void {
    if (typeof values !== "object" || values === null || !(Symbol.iterator in values))
      throw new TypeError(`EventFileWriter.scalars: values are ${show(values)}, expected an iterable of [tag, number].`);
    const checked = Array.from(values, (pair: unknown) => {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw new TypeError(`EventFileWriter.scalars: got ${show(pair)}, expected [tag, number].`);
      const [tag, value] = pair as [string, number];
      checkText("scalar: tag", tag);
      if (typeof value !== "number")
        throw new TypeError(`EventFileWriter.scalar: the value of ${quote(tag)} is ${show(value)}, expected a number.`);
      return [tag, value] as const;
    });
    this.event(step, (event) =>
      event.message(5, (summary) => {
        for (const [tag, value] of checked) {
          summary.message(1, (entry) => {
            entry.stringField(1, tag);
            entry.floatField(2, value);
          });
        }
      }),
    );
  }

  /** Markdown text. */
  text(tag: string, text: string, step: number): void {
    checkText("text: tag", tag);
    checkText("text: text", text);
    this.event(step, (event) =>
      event.message(5, (summary) =>
        summary.message(1, (entry) => {
          entry.stringField(1, tag);
          entry.message(9, (metadata) => metadata.message(1, (plugin) => plugin.stringField(1, "text")));
          entry.message(8, (tensor) => {
            tensor.varintField(1, DT_STRING);
            tensor.message(2, (shape) => shape.message(2, (dimension) => dimension.varintField(1, 1)));
            tensor.stringField(8, text);
          });
        }),
      ),
    );
  }

  /** How values are spread, in `bins` buckets of equal width (default 30). Values that are not finite are left out. */
  histogram(tag: string, values: ArrayLike<number>, step: number, bins = 30): void {
    checkText("histogram: tag", tag);
    if (!Number.isInteger(bins) || bins < 1 || bins > 100_000)
      throw new RangeError(`EventFileWriter.histogram: bins is ${show(bins)}, expected a whole number from 1 to 100000.`);
    if (!Array.isArray(values) && !(ArrayBuffer.isView(values) && !(values instanceof DataView)))
      throw new TypeError(`EventFileWriter.histogram: values are ${show(values)}, expected an array of numbers.`);
    for (let i = 0; i < values.length; i++)
      if (typeof values[i] !== "number")
        throw new TypeError(`EventFileWriter.histogram: value ${i} is ${show(values[i])}, expected a number.`);
    const { minimum, maximum, count, sum, squares } = moments(values);
    const limits: number[] = [];
    const counts: number[] = Array.from({ length: bins }, () => 0);
    const width = (maximum - minimum) / bins || 1;
    for (let i = 1; i <= bins; i++) limits.push(i === bins && maximum > minimum ? maximum : minimum + i * width);
    for (let i = 0; i < values.length; i++) {
      const value = (values as ArrayLike<number>)[i]!;
      if (Number.isFinite(value)) counts[Math.min(bins - 1, Math.floor((value - minimum) / width))]!++;
    }
    this.event(step, (event) =>
      event.message(5, (summary) =>
        summary.message(1, (entry) => {
          entry.stringField(1, tag);
          entry.message(5, (histogram) => {
            [minimum, maximum, count, sum, squares].forEach((value, i) => histogram.doubleField(i + 1, value));
            histogram.packedDoubles(6, limits);
            histogram.packedDoubles(7, counts);
          });
        }),
      ),
    );
  }

  private event(step: number | undefined, build: (event: ProtoWriter) => void): void {
    if (step !== undefined && (!Number.isSafeInteger(step) || step < 0))
      throw new RangeError(`EventFileWriter: step is ${show(step)}, expected a whole number in 0 … 2^53 − 1.`);
    const event = new ProtoWriter();
    const now: unknown = this.now();
    if (typeof now !== "number" || !Number.isFinite(now))
      throw new TypeError(`EventFileWriter: now() gave ${show(now)}, expected seconds since 1970, a finite number.`);
    event.doubleField(1, now as number);
    if (step !== undefined && step !== 0) event.varintField(2, step);
    build(event);
    this.write(frameRecord(event.finish()));
  }
}

function checkText(what: string, value: unknown): void {
  if (typeof value !== "string") throw new TypeError(`EventFileWriter.${what} is ${show(value)}, expected text.`);
}

function moments(values: ArrayLike<number>): { minimum: number; maximum: number; count: number; sum: number; squares: number } {
  let minimum = Infinity;
  let maximum = -Infinity;
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    count++;
    sum += value;
    squares += value * value;
  }
  return count === 0 ? { minimum: 0, maximum: 0, count, sum, squares } : { minimum, maximum, count, sum, squares };
}

/** What an event file says about one tag at one step. */
export interface SummaryEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly tag: string;
  /** A scalar's value, also where it is stored as a tensor. */
  readonly value?: number;
  /** A text summary's text. */
  readonly text?: string;
}

/** Scalars and texts of an event file, in order; other kinds of summary come with their tag alone. */
export function readEvents(source: ByteSource, options: { readonly name?: string } = {}): AsyncGenerator<SummaryEvent, void, void> {
  checkKeys("readEvents", options, ["name"]);
  checkSource("readEvents", source);
  return decodeEvents(source, sourceName(source, options.name));
}

async function* decodeEvents(source: ByteSource, name: string): AsyncGenerator<SummaryEvent, void, void> {
  for await (const record of readTfrecords(source, { name, compression: "none" })) yield* decodeEvent(record, name);
}

function* decodeEvent(record: Uint8Array, name: string): Generator<SummaryEvent, void, void> {
  const event = new ProtoReader(record, name);
  let wallTime = 0;
  let step = 0;
  const summaries: ProtoReader[] = [];
  while (event.next()) {
    if (event.field === 1 && event.wire === FIXED64) wallTime = event.double();
    else if (event.field === 2 && event.wire === VARINT) step = Number(event.int64());
    else if (event.field === 5 && event.wire === BYTES) summaries.push(event.message());
    else event.skip();
  }
  for (const summary of summaries) {
    while (summary.next()) {
      if (summary.field === 1 && summary.wire === BYTES) yield { wallTime, step, ...decodeValue(summary.message()) };
      else summary.skip();
    }
  }
}

function decodeValue(entry: ProtoReader): { tag: string; value?: number; text?: string } {
  let found: { tag: string; value?: number; text?: string } = { tag: "" };
  while (entry.next()) {
    if (entry.field === 1 && entry.wire === BYTES) found.tag = entry.string();
    else if (entry.field === 2 && entry.wire === FIXED32) found.value = entry.float();
    else if (entry.field === 8 && entry.wire === BYTES) found = { ...found, ...decodeTensor(entry.message()) };
    else entry.skip();
  }
  return found;
}

/** The first element of a TensorProto: dtype = 1, tensor_content = 4, float_val = 5, double_val = 6, string_val = 8. */
function decodeTensor(tensor: ProtoReader): { value?: number; text?: string } {
  let dtype = 0;
  while (tensor.next()) {
    if (tensor.field === 1 && tensor.wire === VARINT) dtype = tensor.varint();
    else if (tensor.field === 4 && tensor.wire === BYTES && (dtype === 1 || dtype === 2)) {
      const content = tensor.message();
      return { value: dtype === 1 ? content.float() : content.double() };
    } else if (tensor.field === 5) return { value: tensor.wire === BYTES ? tensor.message().float() : tensor.float() };
    else if (tensor.field === 6) return { value: tensor.wire === BYTES ? tensor.message().double() : tensor.double() };
    else if (tensor.field === 8 && tensor.wire === BYTES) return { text: tensor.string() };
    else tensor.skip();
  }
  return {};
}
