// Drawing many numbers at WebAssembly's speed, ten times JavaScript's: PCG64 needs 64-bit products. Same bits as drawing one at a time, which takes over
// where a runtime has no WebAssembly or forbids compiling it (a content security policy).
import { exp } from "@rl/math";
import { MODULE } from "./bulk-module.ts";
import { instantiate } from "./outputs.ts";
import { exponential, normal, type Ziggurat } from "./ziggurat.ts";

/** The module's memory and functions. Each draws into the bytes from `at` to `end`. */
export interface Bulk {
  readonly words: Int32Array;
  readonly block: Float64Array;
  readonly random: (at: number, end: number) => void;
  readonly normal: (at: number, end: number) => void;
  readonly exponential: (at: number, end: number) => void;
  /** The tails' logarithm: for tests. */
  readonly log1pMinus: (u: number) => number;
}

const EXP = 32;
const NORMAL_TABLES = 64;
const EXPONENTIAL_TABLES = 4160;
const NORMAL_DENSITIES = 8256;
const EXPONENTIAL_DENSITIES = 10_304;
/** Where results go; before it lie the state, and the tables. */
export const START = 12_352;
/** Results at a time: few enough to stay in the nearest cache. */
const BLOCK = 1024;

let bulk: Bulk | false | undefined;

function load(): Bulk | false {
  try {
    let cell = new Float64Array(1);
    const math = { exp: (): void => void (cell[0] = exp(cell[0] as number)) };
    const { memory, ...functions } = instantiate(MODULE, { math }) as Omit<Bulk, "words" | "block"> & {
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
