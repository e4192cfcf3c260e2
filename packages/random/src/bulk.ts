// Filling arrays at WebAssembly's speed, ten times JavaScript's: PCG64 needs 64-bit products. Same bits as the scalar methods, which take over where a
// runtime has no WebAssembly or forbids compiling it (a content security policy).
import { MODULE } from "./bulk-module.ts";
import { normal } from "./ziggurat.ts";

interface Bulk {
  readonly words: Int32Array;
  readonly block: Float64Array;
  readonly random: (at: number, end: number) => void;
  readonly normal: (at: number, end: number) => number;
}

const START = 8192;
/** Shorter fills are not worth the copy of the state. */
export const BULK_LEAST = 16;

let bulk: Bulk | false | undefined;

function load(): Bulk | false {
  try {
    const bytes = Uint8Array.from(atob(MODULE), (letter) => letter.charCodeAt(0));
    const { memory, random, normal: fill } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as {
      memory: WebAssembly.Memory;
      random: Bulk["random"];
      normal: Bulk["normal"];
    };
    const view = new DataView(memory.buffer);
    for (let i = 0; i < 256; i++) {
      view.setFloat64(64 + 8 * i, normal.w[i] as number, true);
      const k = normal.k[i] as number;
      view.setUint32(2112 + 8 * i, k >>> 0, true);
      view.setUint32(2116 + 8 * i, Math.floor(k / 4294967296), true);
    }
    return { words: new Int32Array(memory.buffer, 0, 8), block: new Float64Array(memory.buffer, START), random, normal: fill };
  } catch {
    return false;
  }
}

/** The module, instantiated at the first call; false where it cannot be. */
export function bulkModule(): Bulk | false {
  return (bulk ??= load());
}

/** Fills `out` with uniforms in [0, 1) and moves the stream's words on. */
export function bulkRandom({ words, block, random }: Bulk, stream: Int32Array, out: Float32Array | Float64Array): void {
  for (let i = 0; i < 8; i++) words[i] = stream[i] as number;
  for (let done = 0; done < out.length; ) {
    const count = Math.min(block.length, out.length - done);
    random(START, START + 8 * count);
    copy(block, out, done, count);
    done += count;
  }
  for (let i = 0; i < 4; i++) stream[i] = words[i] as number;
}

/** Fills `out` with standard normals; `scalar` draws the one in eighty that needs more than its strip. */
export function bulkNormal({ words, block, normal: fill }: Bulk, stream: Int32Array, out: Float32Array | Float64Array, scalar: () => number): void {
  for (let i = 0; i < 8; i++) words[i] = stream[i] as number;
  for (let done = 0; done < out.length; ) {
    const count = Math.min(block.length, out.length - done);
    const end = START + 8 * count;
    for (let at = fill(START, end); at < end; at = fill(at + 8, end)) {
      for (let i = 0; i < 4; i++) stream[i] = words[i] as number;
      block[(at - START) / 8] = scalar();
      for (let i = 0; i < 4; i++) words[i] = stream[i] as number;
    }
    copy(block, out, done, count);
    done += count;
  }
  for (let i = 0; i < 4; i++) stream[i] = words[i] as number;
}

function copy(block: Float64Array, out: Float32Array | Float64Array, at: number, count: number): void {
  if (count === block.length) out.set(block, at);
  else for (let i = 0; i < count; i++) out[at + i] = block[i] as number;
}
