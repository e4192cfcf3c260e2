import { KernelVecEnv } from "./kernel-vec-env.ts";

const ours = /* @__PURE__ */ new WeakSet<object>();

/** Marks a vector whose physics is this package's: it needs no checks in every step. */
export function trust<V extends object>(vec: V): V {
  ours.add(vec);
  return vec;
}

/** Whether a vector is one of the built-in environments, with its own `reset` and `step`. */
export function isTrusted(vec: object): boolean {
  const { reset, step } = KernelVecEnv.prototype;
  return ours.has(vec) && (vec as KernelVecEnv<Int32Array>).reset === reset && (vec as KernelVecEnv<Int32Array>).step === step;
}
