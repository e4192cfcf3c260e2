/** Applying a primitive to tensors: by recording it (traced), by an engine (data there), or at once (reference code). */
import { allocate, isFloating, type TensorDType } from "./elements.ts";
import type { DType, TypedArray } from "./dtype.ts";
import type { Attributes, ValueType } from "./graph.ts";
import { isGradEnabled } from "./autodiff/mode.ts";
import { evaluateOnEngine } from "./engines/single.ts";
import { evaluateInt64 } from "./eager/int64.ts";
import { renewHistory } from "./eager/view-history.ts";
import { viewOf } from "./eager/views.ts";
import { creator, NO_ATTRIBUTES, type Creator } from "./graph-node.ts";
import { primitives } from "./primitives/index.ts";
import { sizeOf } from "./shape.ts";
import type { Primitive } from "./primitives/primitive.ts";
import { Tensor } from "./tensor.ts";
import type { Trace } from "./trace/trace.ts";

export function apply(name: string, inputs: readonly Tensor[], attributes: Attributes = NO_ATTRIBUTES): Tensor {
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
    const symbol = Tensor._traced(type.shape, type.dtype, trace);
    symbol._creator = creator(name, inputs, attributes);
    symbol._creator.output = symbol;
    symbol._tracked = tracked;
    return symbol;
  }
  const result = evaluate(primitive, inputs, type, attributes);
  if (tracked)
    record(
      result,
      creator(
        name,
        inputs.map((tensor) => tensor._snapshot()),
        attributes,
      ),
    );
  return result;
}

/** Makes `result` the tracked output of `made`. */
export function record(result: Tensor, made: Creator): void {
  result._creator = made;
  result._tracked = true;
  made.output = result._snapshot();
}

interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: TensorDType;
}

const NARROW = new Set<TensorDType>(["int8", "int16", "int64"]);

/** Shape rules know the graph's dtypes; the small and large integers of the eager side follow int32's rules. */
function inferType(primitive: Primitive, inputs: readonly Tensor[], attributes: Attributes): TensorType {
  const narrow = inputs.find((tensor) => NARROW.has(tensor.dtype));
  if (!narrow) return primitive.infer(inputs as readonly ValueType[], attributes);
  if (narrow._trace)
    throw new TypeError(`${primitive.name}: ${narrow.dtype} does not exist inside compiled programs; convert with .cast("int32") first`);
  const { shape, dtype } = primitive.infer(asInt32(inputs), attributes);
  const keeps = dtype === "int32" && primitive.name !== "argmax" && primitive.name !== "cast";
  return { shape, dtype: keeps ? narrow.dtype : dtype };
}

const asInt32 = (inputs: readonly Tensor[]): ValueType[] =>
  inputs.map(({ shape, dtype }) => ({ shape, dtype: NARROW.has(dtype) ? "int32" : (dtype as DType) }));

function evaluate(primitive: Primitive, inputs: readonly Tensor[], type: TensorType, attributes: Attributes): Tensor {
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
  return Tensor._concrete(out as TypedArray, type.shape, type.dtype);
}
