/**
 * Node only (subpath @rl/tensor/node): pairs of 128-bit vectors joined to 256 bits, by V8 flags set at run time. They hold for the whole process, which is why
 * a program asks for it by this one line. RL_WIDE=0 switches it off.
 */
import process from "node:process";
import v8 from "node:v8";
import { type Func, ModuleBuilder } from "../kernels/assembler.ts";
import { gemm } from "../kernels/gemm.ts";
import { type EngineInfo, engineInfo, hasSimd, wideState } from "./detect.ts";

/** Joining, and (so that the first call is fast already) no baseline code. Node 25 and later abort when the second is set at run time; there code gets fast after some calls. */
const flagsOf = (major: number): readonly string[] => ["--experimental-wasm-revectorize", ...(major < 25 ? ["--no-liftoff"] : [])];

/** Joins pairs where the runtime can; returns what runs now and why. Calling it again changes nothing. */
export function enableWideVectors(): EngineInfo {
  if (wideState.enabled) return engineInfo();
  const off = (reason: string): EngineInfo => {
    wideState.reason = reason;
    return engineInfo();
  };
  if (process.env.RL_WIDE === "0") return off("switched off by RL_WIDE=0");
  if (!hasSimd()) return off("no WebAssembly SIMD in this runtime");
  if (process.versions.v8 === undefined) return off("not V8");
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 23) return off(`Node ${process.versions.node} cannot join vectors; Node 24 can`);
  const flags = flagsOf(major);
  const plain = selfTest(false);
  for (const flag of flags) v8.setFlagsFromString(flag);
  const wide = selfTest(true);
  if (wide === undefined || plain === undefined || wide.some((bits, i) => bits !== plain[i])) {
    for (const flag of ["--no-experimental-wasm-revectorize", ...(major < 25 ? ["--liftoff"] : [])]) v8.setFlagsFromString(flag);
    return off("the self-test gave other bits with joined vectors than without");
  }
  wideState.enabled = true;
  if (major < 25 && !process.execArgv.includes(EAGER)) wideState.compile = compileAtOnce;
  wideState.reason = `V8 ${process.versions.v8} with ${flags.join(" ")}; self-test passed`;
  return engineInfo();
}

const EAGER = "--no-wasm-lazy-compilation";

/** All functions at once and on all cores, instead of each in its first call. The flag goes back: other people's modules stay lazy. */
function compileAtOnce(bytes: Uint8Array): WebAssembly.Module {
  v8.setFlagsFromString(EAGER);
  try {
    return new WebAssembly.Module(bytes as BufferSource);
  } finally {
    v8.setFlagsFromString("--wasm-lazy-compilation");
  }
}

/** Bits of a small product with edges of every kind, and of one with few columns; undefined where the module does not compile. */
function selfTest(wide: boolean): Int32Array | undefined {
  const bytes = 2048;
  const products = [
    { M: 13, N: 29, K: 37 },
    { M: 16, N: 2, K: 8 },
  ];
  try {
    const builder = new ModuleBuilder();
    products.forEach(({ M, N, K }, p) => {
      const f: Func = gemm(
        { M, N, K, rowA: 4 * K, stepA: 4, stepB: 4 * N, columnB: 4, rowC: 4 * N, fused: false, wide },
        (name, _key, make) => builder.add(name, make()),
      );
      builder.export(`gemm${p}`, builder.add("gemm", f));
    });
    const memory = new WebAssembly.Memory({ initial: 1 });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(builder.build() as BufferSource), { env: { memory } });
    const values = new Float32Array(memory.buffer);
    for (let i = 0; i < 4096; i++) values[i] = Math.fround(((i * 7919) % 1013) / 301 - 1.7);
    products.forEach(({ M, K }, p) => {
      (instance.exports[`gemm${p}`] as (a: number, b: number, c: number, scratch: number) => void)(0, 4 * M * K, 16384 + p * bytes, 40000);
    });
    return new Int32Array(memory.buffer.slice(16384, 16384 + 2 * bytes));
  } catch {
    return undefined;
  }
}
