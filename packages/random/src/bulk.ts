// Drawing many numbers at WebAssembly's speed, ten times JavaScript's: PCG64 needs 64-bit products. Same bits as drawing one at a time, which takes over
// where a runtime has no WebAssembly or forbids compiling it (a content security policy).
import { exp } from "@rl/math";
import { MODULE } from "./bulk-module.ts";
import { exponential, normal, type Ziggurat } from "./ziggurat.ts";

/** The module's memory and functions. Each function draws into the bytes from `at` to `end` and returns where it stopped: the ziggurats do before a draw from
 *  the base strip's tail. */
export interface Bulk {
  readonly words: Int32Array;
  readonly block: Float64Array;
  readonly outputs: Int32Array;
  readonly raw: (at: number, end: number) => void;
  readonly random: (at: number, end: number) => number;
  readonly normal: (at: number, end: number) => number;
  readonly exponential: (at: number, end: number) => number;
}

const EXP = 32;
const NORMAL_TABLES = 64;
const EXPONENTIAL_TABLES = 4160;
const OUTPUTS = 8256;
const NORMAL_DENSITIES = 20_480;
const EXPONENTIAL_DENSITIES = 22_528;
/** Where results go; before it lie the state, the tables and room for raw outputs. */
export const START = 12_288;
/** Results at a time: few enough to stay in the nearest cache. */
const BLOCK = 1024;

let bulk: Bulk | false | undefined;

function load(): Bulk | false {
  try {
    const bytes = Uint8Array.from(atob(MODULE), (letter) => letter.charCodeAt(0));
    let cell = new Float64Array(1);
    const math = { exp: (): void => void (cell[0] = exp(cell[0] as number)) };
    const { memory, ...functions } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { math }).exports as unknown as Omit<
      Bulk,
      "words" | "block" | "outputs"
    > & {
      memory: WebAssembly.Memory;
    };
    cell = new Float64Array(memory.buffer, EXP, 1);
    const view = new DataView(memory.buffer);
    const put = (at: number, densities: number, { w, k, f }: Ziggurat): void => {
      for (let i = 0; i < 256; i++) {
        view.setFloat64(at + 8 * i, w[i] as number, true);
        view.setBigUint64(at + 2048 + 8 * i, BigInt(k[i] as number), true);
        view.setFloat64(densities + 8 * i, f[i] as number, true);
      }
    };
    put(NORMAL_TABLES, NORMAL_DENSITIES, normal);
    put(EXPONENTIAL_TABLES, EXPONENTIAL_DENSITIES, exponential);
    return {
      words: new Int32Array(memory.buffer, 0, 8),
      block: new Float64Array(memory.buffer, START, BLOCK),
      outputs: new Int32Array(memory.buffer, OUTPUTS, (START - OUTPUTS) / 4),
      ...functions,
    };
  } catch {
    return false;
  }
}

/** The module, instantiated at the first call; false where it cannot be. */
export function bulkModule(): Bulk | false {
  return (bulk ??= load());
}

/** Long blocks of outputs for a stream, low words first. */
export function bulkWords(state: Int32Array, out: Int32Array, count: number): boolean {
  const module = bulkModule();
  if (module === false) return false;
  const { words, outputs, raw } = module;
  for (let i = 0; i < 8; i++) words[i] = state[i] as number;
  raw(OUTPUTS, OUTPUTS + 4 * count);
  for (let i = 0; i < count; i++) out[i] = outputs[i] as number;
  for (let i = 0; i < 4; i++) state[i] = words[i] as number;
  return true;
}
