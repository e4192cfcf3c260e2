import { show } from "@rl/math/options";

/** Where bytes come from: all at once, a file or response in the browser (Blob, ReadableStream), a Node stream, or any (async) iterable of chunks. */
export type ByteSource = Uint8Array | ArrayBuffer | BlobLike | ByteStream | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

// By their shapes: programs without the types of a browser or of Node have no names for them.
/** A ReadableStream of bytes. */
export interface ByteStream {
  getReader(): ByteReader;
}
interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}
/** A Blob or File. */
export interface BlobLike {
  readonly size: number;
  stream(): ByteStream;
}

export type Compression = "none" | "gzip" | "zlib";
/** TensorFlow's own names are taken too. */
export type CompressionName = Compression | "" | "NONE" | "GZIP" | "ZLIB";

/** The compression of that name; a TypeError for any other. */
export function compressionOf(call: string, name: unknown): Compression {
  const plain = typeof name === "string" && name.length <= 4 ? name.toLowerCase() : undefined;
  if (plain === "none" || plain === "") return "none";
  if (plain === "gzip" || plain === "zlib") return plain;
  throw new TypeError(`${call}: compression is ${show(name)}, expected "none", "gzip" or "zlib" (TensorFlow's "", "GZIP", "ZLIB" too).`);
}

/** Whether it is bytes, or can give chunks of them. */
function isByteSource(source: unknown): boolean {
  if (typeof source !== "object" || source === null) return false;
  return (
    source instanceof Uint8Array ||
    source instanceof ArrayBuffer ||
    (typeof Blob !== "undefined" && source instanceof Blob) ||
    ("getReader" in source && typeof source.getReader === "function") ||
    (!ArrayBuffer.isView(source) && (Symbol.asyncIterator in source || Symbol.iterator in source))
  );
}

/** Refuses at the call, not at the first chunk. */
export function checkSource(call: string, source: unknown): void {
  if (!isByteSource(source))
    throw new TypeError(
      `${call}: the source is ${show(source)}, expected bytes (Uint8Array), a Blob, a stream, or an iterable of such chunks.`,
    );
}

/** What a caller's iterable gave: bytes, or an error that says what it was. */
function chunkOf(chunk: unknown): Uint8Array {
  if (!(chunk instanceof Uint8Array)) throw new TypeError(`The source gave ${show(chunk)} as a chunk, expected a Uint8Array.`);
  return chunk;
}

/** The chunks of any source. */
export async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array, void, void> {
  if (source instanceof Uint8Array) yield source;
  else if (source instanceof ArrayBuffer) yield new Uint8Array(source);
  else if (typeof Blob !== "undefined" && source instanceof Blob) yield* readStream(source.stream());
  else if (typeof (source as ReadableStream<Uint8Array>).getReader === "function") yield* readStream(source as ReadableStream<Uint8Array>);
  else for await (const chunk of source as AsyncIterable<Uint8Array> | Iterable<Uint8Array>) yield chunkOf(chunk);
}

// Not every browser can iterate over a ReadableStream.
async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        finished = true;
        return;
      }
      yield chunkOf(value);
    }
  } finally {
    if (!finished) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

/** What to call the source in errors: `name` if given, else a Node file stream's path, else "input". */
export function sourceName(source: unknown, name: string | undefined): string {
  if (name !== undefined) {
    if (typeof name !== "string") throw new TypeError(`name is ${show(name)}, expected text: what errors call the source.`);
    return name;
  }
  const path = (source as { readonly path?: unknown } | undefined)?.path;
  return typeof path === "string" ? path : "input";
}

function streamOf(chunks: AsyncIterator<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}

const platformName = (compression: "gzip" | "zlib"): "gzip" | "deflate" => (compression === "gzip" ? "gzip" : "deflate");

/** Chunks, compressed by the platform's own CompressionStream. */
export function compress(chunks: AsyncGenerator<Uint8Array, void, void>, compression: Compression): AsyncGenerator<Uint8Array, void, void> {
  if (compression === "none") return chunks;
  return readStream(streamOf(chunks).pipeThrough(new CompressionStream(platformName(compression))));
}

/** Chunks, unpacked by the platform's own DecompressionStream. Never holds more than a few chunks. */
export function decompress(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  compression: Compression,
): AsyncGenerator<Uint8Array, void, void> {
  if (compression === "none") return chunks;
  return readStream(streamOf(chunks).pipeThrough(new DecompressionStream(platformName(compression))));
}
