/** Applying a primitive to tensors: by recording it (traced), by an engine (data there), or at once (reference code). */
import type { DType } from "../dtype.ts";
import { allocate, isFloating, type TensorDType } from "../elements.ts";
import type { Attributes, ValueType } from "../graph.ts";
import { isGradEnabled } from "../mode.ts";
import { primitives } from "../primitives/index.ts";
import type { Primitive } from "../primitives/primitive.ts";
import { sizeOf } from "../shape.ts";
import type { Trace } from "../tracing.ts";
import { symbolic } from "./access.ts";
import { evaluateInt64 } from "./int64.ts";
import { evaluateOnEngine } from "./single.ts";
import { creator, type Stored } from "./stored.ts";
import { renewHistory } from "./view-history.ts";
import { viewOf } from "./views.ts";

/** `like` makes the result. */
export function apply(like: Stored, name: string, inputs: readonly Stored[], attributes: Attributes): Stored {
  const primitive = primitives.get(name);
  if (!primitive) throw new Error(`apply: there is no primitive "${name}"`);
  const type = inferType(primitive, inputs, attributes);
  let trace: Trace | undefined;
  let tracked = false;
  const recording = isGradEnabled();
  for (const tensor of inputs) {
    if (recording) renewHistory(tensor);
    if (tensor._trace && (!trace || tensor._trace.depth > trace.depth)) trace = tensor._trace;
    if (tensor._tracked) tracked = true;
  }
  tracked &&= recording && isFloating(type.dtype);
  if (trace) {
    for (const tensor of inputs) tensor._checkTrace(name);
    if (NARROW.has(type.dtype)) throw absent(name, type.dtype);
    return symbolic(like.make(type.shape, type.dtype), trace, creator(name, inputs, attributes), tracked);
  }
  const result = evaluate(like, primitive, inputs, type, attributes);
  if (!tracked) return result;
  const made = creator(
    name,
    inputs.map((tensor) => tensor._snapshot()),
    attributes,
  );
  result._creator = made;
  result._tracked = true;
  made.output = result._snapshot();
  return result;
}

interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: TensorDType;
}

const NARROW = new Set<TensorDType>(["int8", "int16", "int64"]);

/** Shape rules know the graph's dtypes; the small and large integers of the eager side follow int32's rules. */
function inferType(primitive: Primitive, inputs: readonly Stored[], attributes: Attributes): TensorType {
  const narrow = inputs.find((tensor) => NARROW.has(tensor.dtype));
  if (!narrow) return primitive.infer(inputs as readonly ValueType[], attributes);
  if (narrow._trace) throw absent(primitive.name, narrow.dtype);
  const { shape, dtype } = primitive.infer(asInt32(inputs), attributes);
  const keeps = dtype === "int32" && primitive.name !== "argmax" && primitive.name !== "cast";
  return { shape, dtype: keeps ? narrow.dtype : dtype };
}

const absent = (name: string, dtype: TensorDType): Error =>
  new TypeError(`${name}: got ${dtype}, which does not exist inside compiled programs; convert with .cast("int32") first, or outside`);

const asInt32 = (inputs: readonly Stored[]): ValueType[] =>
  inputs.map(({ shape, dtype }) => ({ shape, dtype: NARROW.has(dtype) ? "int32" : (dtype as DType) }));

function evaluate(like: Stored, primitive: Primitive, inputs: readonly Stored[], type: TensorType, attributes: Attributes): Stored {
  const view = inputs.length === 1 ? viewOf(primitive.name, inputs[0]!, type, attributes) : undefined;
  if (view) return view;
  const resident = inputs.find((tensor) => tensor._engine());
  if (resident) return evaluateOnEngine(primitive.name, inputs, type as ValueType, attributes, resident._engine()!);
  const arrays = inputs.map((tensor) => tensor._elements());
  const out = allocate(type.dtype, sizeOf(type.shape));
  if (type.dtype === "int64" || inputs.some((tensor) => tensor.dtype === "int64"))
    evaluateInt64(primitive, inputs, arrays, out, type, attributes);
  else
    primitive.evaluate(arrays, out, {
      inputTypes: asInt32(inputs),
      type: { shape: type.shape, dtype: NARROW.has(type.dtype) ? "int32" : (type.dtype as DType) },
      attributes,
    });
  return like.concrete(out, type.shape, type.dtype);
}
