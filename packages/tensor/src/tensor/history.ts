/** What eager differentiation adds to tensors: backward, clone, detach. */
import type { TypedArray } from "../dtype.ts";
import { DTYPES, isFloating, type TensorDType } from "../elements.ts";
import type { Engine } from "../engine.ts";
import { engineOf } from "../engines.ts";
import { isGradEnabled, noGrad } from "../mode.ts";
import { hold, sameType } from "./access.ts";
import { pullBack } from "./backward.ts";
import { stopGradient } from "./custom.ts";
import type { Stored } from "./stored.ts";
import { aliasOf, isTracked } from "./view-history.ts";

/** Adds ∂(Σ output·gradient)/∂leaf to the grad of every tensor with requiresGrad that the output was computed from. */
export function backward(output: Stored, gradient: Stored | undefined, createGraph: boolean): void {
  if (output._trace)
    throw new Error(
      "backward: got a traced tensor; inside compile use grad or valueAndGrad, which return gradients instead of storing them",
    );
  if (!isTracked(output))
    throw new Error(
      "backward: this tensor does not depend on any tensor with requiresGrad (or was computed inside noGrad), so there is nothing to differentiate; make an input with { requiresGrad: true }",
    );
  if (gradient === undefined && output.size !== 1) {
    throw new Error(
      `backward: got a tensor of shape [${output.shape.join(", ")}] and no gradient; expected a scalar; call backward(gradient) with a tensor of that shape, which gives the gradient of sum(this · gradient), or reduce it with .sum() or .mean()`,
    );
  }
  const cotangent = gradient ?? output.onesLike();
  if (!sameType(cotangent, output))
    throw new TypeError(
      `backward: got a gradient ${cotangent.dtype}[${cotangent.shape.join(", ")}]; expected ${output.dtype}[${output.shape.join(", ")}], the type of this tensor; convert with .cast or .reshape`,
    );
  const found = pullBack([{ output, cotangent }], (made) => made.op === "leaf", 0, createGraph);
  for (const [made, slope] of found) {
    const leaf = made.output!;
    const before = leaf._grad;
    // A copy, because one cotangent can belong to several leaves, or be the gradient that was given.
    const total = (): Stored => (before ? before.add(slope) : slope.clone());
    leaf._grad = createGraph ? total() : noGrad(total);
  }
}

/** A copy with memory of its own; gradients pass through. */
export function clone<T extends Stored>(x: T): T {
  if (x._trace) return isGradEnabled() ? x : stopGradient(x);
  const engine = x._engine();
  const copy = hold(x.make(x.shape, x.dtype), engine ? engine.upload(x.read(), x.dtype as never) : copyOf(x));
  if (isGradEnabled() && isTracked(x)) derive(copy, x, "clone");
  return copy;
}

function copyOf(x: Stored): TypedArray {
  const elements = x._elements();
  return elements.buffer === (x._base ?? x)._array!.buffer ? elements.slice() : elements;
}

function derive(made: Stored, source: Stored, label: string): void {
  made._creator = aliasOf(source);
  made._creator.label = label;
  made._creator.output = made._snapshot();
  made._tracked = true;
}

/** The tensor under another dtype, or in the memory of another engine ("local": an ordinary typed array). */
export function to<T extends Stored>(x: T, target: string | Engine): T {
  if (typeof target === "string" && (DTYPES as readonly string[]).includes(target)) return x.cast(target as TensorDType);
  if (x._trace)
    throw new Error(
      `to: got a traced tensor and "${typeof target === "string" ? target : target.name}"; a compiled program runs on one engine; name it in compile's options`,
    );
  const engine = target === "local" ? undefined : engineOf(target);
  const from = x._engine();
  if (from === engine) return x;
  const elements = x.read();
  if (engine && (x.dtype === "int8" || x.dtype === "int16" || x.dtype === "int64"))
    throw new TypeError(`to: got dtype ${x.dtype}, which engines do not have; convert with .cast("int32") first`);
  const moved = hold(x.make(x.shape, x.dtype), engine ? engine.upload(elements, x.dtype as never) : elements);
  if (isGradEnabled() && isTracked(x) && isFloating(x.dtype)) derive(moved, x, "to");
  return moved;
}
