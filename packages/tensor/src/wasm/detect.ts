/** What the runtime's WebAssembly can do, by validating the smallest modules that need it; and how this process has it set. */
import { Func, ModuleBuilder } from "../kernels/assembler.ts";
import { I32, Op, V128 } from "../kernels/opcodes.ts";

function validates(write: (f: Func) => void): boolean {
  if (typeof WebAssembly === "undefined") return false;
  const f = new Func([I32]);
  write(f);
  const module = new ModuleBuilder();
  module.add("test", f);
  return WebAssembly.validate(module.build() as BufferSource);
}

let simd: boolean | undefined;
let relaxed: boolean | undefined;

export const hasSimd = (): boolean =>
  (simd ??= validates((f) => {
    f.local(V128);
    f.get(0);
    f.op(Op.i32Splat);
    f.set(1);
  }));

export const hasRelaxedSimd = (): boolean =>
  (relaxed ??= validates((f) => {
    const v = f.local(V128);
    f.get(v);
    f.get(v);
    f.get(v);
    f.op(Op.relaxedMadd);
    f.set(v);
  }));

/** Whether pairs of vectors are joined to 256 bits in this process, and why (not). Set by enableWideVectors of @rl/tensor/node. */
export const wideState = {
  enabled: false,
  reason: "enableWideVectors() of @rl/tensor/node was not called",
  /** Bytes to module; enableWideVectors puts a faster way here. */
  compile: (bytes: Uint8Array): object => new WebAssembly.Module(bytes as BufferSource),
};

export interface EngineInfo {
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  readonly wide: boolean;
  readonly reason: string;
}

/** Which path compiled programs take in this process, for a run's record. */
export const engineInfo = (): EngineInfo => ({
  simd: hasSimd(),
  relaxedSimd: hasRelaxedSimd(),
  wide: wideState.enabled,
  reason: wideState.reason,
});
