// Raw outputs in blocks, at WebAssembly's speed: PCG64 needs 64-bit products. `step` of pcg64.ts takes over where a runtime has no WebAssembly or forbids
// compiling it (a content security policy).
import { MODULE } from "./outputs-module.ts";

/** Exports of a module given in hexadecimal digits, which compress better than base64; throws where it cannot be compiled. */
export function instantiate(digits: string, imports?: WebAssembly.Imports): unknown {
  const bytes = Uint8Array.from(digits.match(/../g)!, (two) => parseInt(two, 16));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}

interface Outputs {
  readonly fill: (at: number, end: number) => void;
  readonly words: Int32Array;
}

let outputs: Outputs | false | undefined;

function load(): Outputs | false {
  try {
    const { fill, memory } = instantiate(MODULE) as { fill: Outputs["fill"]; memory: WebAssembly.Memory };
    return { fill, words: new Int32Array(memory.buffer) };
  } catch {
    return false;
  }
}

/** Writes the next `count` words (even, at least two) into `out`, low words first, and moves the state on; false where it cannot. */
export function fillOutputs(state: Int32Array, out: Int32Array, count: number): boolean {
  outputs ??= load();
  if (outputs === false) return false;
  const { fill, words } = outputs;
  for (let i = 0; i < 8; i++) words[i] = state[i] as number;
  fill(32, 32 + 4 * count);
  for (let i = 0; i < count; i++) out[i] = words[8 + i] as number;
  for (let i = 0; i < 4; i++) state[i] = words[i] as number;
  return true;
}
