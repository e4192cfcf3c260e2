/** Views: rearrangements of a concrete tensor that share its memory, described by strides and an offset. */
import type { TensorDType } from "../elements.ts";
import type { Attributes } from "../graph.ts";
import { broadcastStrides, stridesOf } from "../shape.ts";
import type { Stored } from "./stored.ts";

interface Layout {
  readonly strides: readonly number[];
  readonly offset: number;
}

/** The view that a rearranging primitive makes, or undefined when the result needs memory of its own. */
export function viewOf(
  op: string,
  source: Stored,
  type: { readonly shape: readonly number[]; readonly dtype: TensorDType },
  attributes: Attributes,
): Stored | undefined {
  const layout = LAYOUTS[op];
  if (!layout || source._engine()) return undefined;
  const made = layout(source, type.shape, attributes);
  return made && viewAt(source, type.shape, made);
}

function viewAt(source: Stored, shape: readonly number[], { strides, offset }: Layout): Stored {
  source._checkReadable("view");
  const made = source.make(shape, source.dtype);
  made._base = source._base ?? source;
  made._source = source._source ?? source;
  made._seen = made._source._history;
  made._strides = strides;
  made._offset = offset;
  return made;
}

const numbers = (attributes: Attributes, key: string): readonly number[] => attributes[key] as readonly number[];

const LAYOUTS: Record<string, ((source: Stored, shape: readonly number[], attributes: Attributes) => Layout | undefined) | undefined> = {
  reshape(source, shape) {
    if (source.isContiguous) return { strides: stridesOf(shape), offset: source._offset };
    return regrouped(source, shape);
  },
  permute(source, _shape, attributes) {
    const strides = source._stridesNow();
    return { strides: numbers(attributes, "axes").map((axis) => strides[axis]!), offset: source._offset };
  },
  broadcast(source, shape) {
    const strides = source._stridesNow();
    const missing = shape.length - source.shape.length;
    const repeated = broadcastStrides(source.shape, shape);
    return {
      strides: repeated.map((_s, axis) => (axis < missing || source.shape[axis - missing] === 1 ? 0 : strides[axis - missing]!)),
      offset: source._offset,
    };
  },
  slice(source, _shape, attributes) {
    const strides = source._stridesNow();
    const step = numbers(attributes, "step");
    let offset = source._offset;
    numbers(attributes, "start").forEach((start, axis) => (offset += start * strides[axis]!));
    return { strides: strides.map((stride, axis) => stride * step[axis]!), offset };
  },
  flip(source, shape, attributes) {
    const strides = [...source._stridesNow()];
    let offset = source._offset;
    for (const axis of numbers(attributes, "axes")) {
      offset += Math.max(shape[axis]! - 1, 0) * strides[axis]!;
      strides[axis] = -strides[axis]!;
    }
    return { strides, offset };
  },
};

/** A reshape whose axes join or cut runs of elements that lie at equal distances, or undefined: elements of other layouts must move. */
function regrouped(source: Stored, shape: readonly number[]): Layout | undefined {
  const old = source._stridesNow();
  const runs: { extent: number; stride: number }[] = [];
  source.shape.forEach((extent, axis) => {
    if (extent === 1) return;
    const before = runs.at(-1);
    if (before && before.stride === old[axis]! * extent) {
      before.extent *= extent;
      before.stride = old[axis]!;
    } else runs.push({ extent, stride: old[axis]! });
  });
  const strides = new Array<number>(shape.length).fill(1);
  let left = 1;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis]!;
    if (extent === 1) continue;
    if (left === 1) ({ extent: left, stride } = runs.pop()!);
    if (left % extent !== 0) return undefined;
    strides[axis] = stride;
    stride *= extent;
    left /= extent;
  }
  return { strides, offset: source._offset };
}
