/** The structure of arguments: what a compiled function is specialised to, and the quick way from arguments to an engine's inputs. */
import type { DType, TypedArray } from "../dtype.ts";
import { dtypeOfArray, isFloating } from "../elements.ts";
import type { Engine, Storage } from "../engine.ts";
import type { ValueType } from "../graph.ts";
import { isGradEnabled } from "../mode.ts";
import { sameShape } from "../shape.ts";
import { storageOf, traceOf } from "../tensor/access.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isBranch } from "../tree.ts";

/** One argument, or part of one. */
export type Spec =
  | { readonly kind: "tensor"; readonly shape: readonly number[]; readonly dtype: DType; readonly path: string }
  | { readonly kind: "array"; readonly length: number; readonly type: unknown; readonly dtype: DType; readonly path: string }
  | { readonly kind: "number"; readonly slot: Float32Array; readonly path: string }
  | { readonly kind: "static"; readonly value: unknown; readonly path: string }
  | { readonly kind: "list"; readonly children: readonly Spec[]; readonly path: string }
  | { readonly kind: "record"; readonly keys: readonly string[]; readonly children: readonly Spec[]; readonly path: string };

/** Describes a value. Numbers are inputs, unless `fixed`: then, like strings, booleans and functions, they are part of the structure. */
export function specOf(value: unknown, path: string, fixed: boolean): Spec {
  if (value instanceof Tensor) {
    const { shape, dtype } = value;
    if (dtype === "int8" || dtype === "int16" || dtype === "int64")
      throw new TypeError(
        `compile: got dtype ${dtype} at ${path}; expected float32, float64, int32, uint8 or bool, which alone exist inside compiled programs; convert with .cast("int32")`,
      );
    return { kind: "tensor", shape, dtype, path };
  }
  if (ArrayBuffer.isView(value)) {
    const dtype = dtypeOfArray(value);
    if (dtype === undefined || dtype === "int8" || dtype === "int16" || dtype === "int64")
      throw new TypeError(
        `compile: got ${value.constructor.name} at ${path}; expected Float32Array, Float64Array, Int32Array or Uint8Array`,
      );
    return { kind: "array", length: (value as TypedArray).length, type: value.constructor, dtype, path };
  }
  if (typeof value === "number" && !fixed) return { kind: "number", slot: new Float32Array(1), path };
  if (!isBranch(value)) return { kind: "static", value, path };
  if (Array.isArray(value)) return { kind: "list", children: Array.from(value, (item, i) => specOf(item, `${path}[${i}]`, fixed)), path };
  const keys = Object.keys(value);
  return {
    kind: "record",
    keys,
    children: keys.map((key) => specOf((value as Record<string, unknown>)[key], `${path}.${key}`, fixed)),
    path,
  };
}

/** Inputs of a program in order, with the place where each comes from. */
export function inputsOf(spec: Spec): { readonly type: ValueType; readonly path: string }[] {
  switch (spec.kind) {
    case "tensor":
      return [{ type: { shape: spec.shape, dtype: spec.dtype }, path: spec.path }];
    case "array":
      return [{ type: { shape: [spec.length], dtype: spec.dtype }, path: spec.path }];
    case "number":
      return [{ type: { shape: [], dtype: "float32" }, path: spec.path }];
    case "static":
      return [];
    default:
      return spec.children.flatMap(inputsOf);
  }
}

/** The value of a spec with its inputs taken in order from `next`. */
export function rebuild(spec: Spec, next: () => Tensor): unknown {
  switch (spec.kind) {
    case "static":
      return spec.value;
    case "list":
      return spec.children.map((child) => rebuild(child, next));
    case "record": {
      const made: Record<string, unknown> = {};
      spec.keys.forEach((key, i) => (made[key] = rebuild(spec.children[i]!, next)));
      return made;
    }
    default:
      return next();
  }
}

/** Whether any leaf is being traced, or is tracked while recording is on: then a compiled function must run inside the surrounding computation. */
export function isSymbolic(value: unknown): boolean {
  if (value instanceof Tensor) return traceOf(value) !== undefined || (isGradEnabled() && value.requiresGrad && isFloating(value.dtype));
  if (!isBranch(value)) return false;
  return Array.isArray(value) ? value.some(isSymbolic) : Object.values(value).some(isSymbolic);
}

/** Collects storages from arguments that fit a spec. Reused between calls; allocates nothing. */
export class Collector {
  readonly storages: Storage[] = [];
  readonly tensors: (Tensor | undefined)[] = [];
  private next = 0;
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  start(): void {
    this.next = 0;
  }

  /** Lets go of what was collected. */
  forget(): void {
    this.storages.length = 0;
    this.tensors.length = 0;
  }

  /** False when the value does not fit the spec, or is symbolic. */
  take(spec: Spec, value: unknown): boolean {
    switch (spec.kind) {
      case "tensor": {
        if (!(value instanceof Tensor) || value.dtype !== spec.dtype) return false;
        if (value.shape !== spec.shape && !sameShape(value.shape, spec.shape)) return false;
        if (traceOf(value) !== undefined || (isGradEnabled() && value.requiresGrad)) return false;
        this.tensors[this.next] = value;
        this.storages[this.next++] = storageOf(value, this.engine, spec.path);
        return true;
      }
      case "array":
        if (
          (value as { constructor?: unknown } | null | undefined)?.constructor !== spec.type ||
          (value as TypedArray).length !== spec.length
        )
          return false;
        this.tensors[this.next] = undefined;
        this.storages[this.next++] = value as TypedArray;
        return true;
      case "number":
        if (typeof value !== "number") return false;
        spec.slot[0] = value;
        this.tensors[this.next] = undefined;
        this.storages[this.next++] = spec.slot;
        return true;
      case "static":
        return Object.is(value, spec.value);
      case "list": {
        const { children } = spec;
        if (!Array.isArray(value) || value.length !== children.length) return false;
        for (let i = 0; i < children.length; i++) if (!this.take(children[i]!, value[i])) return false;
        return true;
      }
      default: {
        if (typeof value !== "object" || value === null) return false;
        // A plain object, as isBranch says of what is no array.
        const prototype: unknown = Object.getPrototypeOf(value);
        if (prototype !== Object.prototype && prototype !== null) return false;
        const { keys, children } = spec;
        const record = value as Record<string, unknown>;
        let i = 0;
        for (const key in record) {
          if (key !== keys[i]) return false;
          if (!this.take(children[i++]!, record[key])) return false;
        }
        return i === keys.length;
      }
    }
  }
}
