/** What draws a random program: shapes, elements, existing values that fit, and the list of nodes that grows. */
import type { Generator } from "@rl/random";
import type { DType, TypedArray } from "../src/dtype.ts";
import { allocate } from "../src/elements.ts";
import type { Attributes, Node, ValueType } from "../src/graph.ts";
import { primitives } from "../src/primitives/index.ts";
import { sameShape, sizeOf } from "../src/shape.ts";

export interface ProgramOptions {
  /** Default float32, int32, uint8, bool. */
  readonly dtypes?: readonly DType[];
  /** Binary steps without pow: for the bodies of loops. Default false. */
  readonly exact?: boolean;
  /** Whether arguments may be donated. Default false. */
  readonly donates?: boolean;
}

export const EXTENTS = [0, 1, 1, 1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 33];
const LARGEST = 3000;
const SPECIAL = [
  NaN,
  Infinity,
  -Infinity,
  -0,
  0,
  1e-42,
  -1e-45,
  1.17549435e-38,
  3.4e38,
  -3.4e38,
  1e10,
  -1e10,
  88.7,
  -103.9,
  0.5,
  -0.5,
  1.5,
  2.5,
  1,
  -1,
];

export const inputNode = ({ shape, dtype }: ValueType): Node => ({
  op: "input",
  inputs: [],
  attributes: { shape, dtype },
  shape,
  dtype,
});

export const constantNode = (data: TypedArray, { shape, dtype }: ValueType): Node => ({
  op: "constant",
  inputs: [],
  attributes: { data, shape, dtype },
  shape,
  dtype,
});

export class Maker {
  readonly nodes: Node[] = [];
  readonly inputs: number[] = [];
  readonly data: TypedArray[] = [];
  readonly rng: Generator;
  readonly options: ProgramOptions;
  readonly dtypes: readonly DType[];

  constructor(rng: Generator, options: ProgramOptions) {
    this.rng = rng;
    this.options = options;
    this.dtypes = options.dtypes ?? ["float32", "float32", "float32", "int32", "uint8", "bool"];
  }

  chance(p: number): boolean {
    return this.rng.random() < p;
  }

  choose<T>(list: readonly T[]): T {
    return list[this.rng.integers(0, list.length)]!;
  }

  between(low: number, high: number): number {
    return this.rng.integers(low, high + 1);
  }

  shape(rank = this.between(0, 4)): number[] {
    for (;;) {
      const shape = Array.from({ length: rank }, () => this.choose(EXTENTS));
      if (sizeOf(shape) <= LARGEST / 2) return shape;
    }
  }

  element(dtype: DType): number {
    if (dtype === "bool") return this.chance(0.5) ? 1 : 0;
    if (dtype === "uint8") return this.between(0, 255);
    if (dtype === "int32") return this.chance(0.9) ? this.between(-20, 20) : this.choose([-2147483648, 2147483647, 0, -1, 65536]);
    if (this.chance(0.05)) return this.choose(SPECIAL);
    if (this.chance(0.1)) return this.choose([0, -0, 1, -1, 0.5, 2]);
    return this.rng.standardNormal() * this.choose([0.1, 1, 1, 3, 30]);
  }

  /** A new argument (or, now and then, a constant) with elements from `next`. */
  fresh(shape: readonly number[], dtype: DType, next = () => this.element(dtype)): number {
    const array = allocate(dtype, sizeOf(shape));
    for (let i = 0; i < array.length; i++) array[i] = next();
    if (this.chance(0.2)) return this.nodes.push(constantNode(array, { shape, dtype })) - 1;
    this.data.push(array);
    return this.input({ shape, dtype });
  }

  /** An argument whose elements are given elsewhere. */
  input(type: ValueType): number {
    const position = this.nodes.push(inputNode(type)) - 1;
    this.inputs.push(position);
    return position;
  }

  /** An existing value that fits, newer ones more often; else a fresh one. */
  pick(fits: (type: ValueType) => boolean, otherwise: () => number): number {
    const found: number[] = [];
    this.nodes.forEach((node, i) => {
      if (node.op !== "loop" && fits(node)) found.push(i);
    });
    if (found.length === 0 || this.chance(0.1)) return otherwise();
    const back = Math.floor(this.rng.random() * this.rng.random() * found.length);
    return found[found.length - 1 - back]!;
  }

  of(...dtypes: DType[]): number {
    const known = dtypes.filter((dtype) => this.dtypes.includes(dtype));
    const dtype = this.choose(known.length > 0 ? known : this.dtypes);
    return this.pick(
      (type) => known.includes(type.dtype),
      () => this.fresh(this.shape(), dtype),
    );
  }

  ranked(rank: number, ...dtypes: DType[]): number {
    return this.pick(
      (type) => type.shape.length === rank && dtypes.includes(type.dtype),
      () => this.fresh(this.shape(rank), this.choose(dtypes)),
    );
  }

  like(position: number, dtype = this.nodes[position]!.dtype): number {
    const { shape } = this.nodes[position]!;
    return this.pick(
      (type) => type.dtype === dtype && sameShape(type.shape, shape),
      // A stretched scalar larger than LARGEST would be refused by `add`.
      () =>
        this.chance(0.3) && sizeOf(shape) <= LARGEST ? this.add("broadcast", [this.fresh([], dtype)], { shape }) : this.fresh(shape, dtype),
    );
  }

  /** A node of a primitive; its first input instead where the result would be too large. */
  add(op: string, inputs: readonly number[], attributes: Attributes = {}): number {
    const type = primitives.get(op)!.infer(
      inputs.map((i) => this.nodes[i]!),
      attributes,
    );
    if (sizeOf(type.shape) > LARGEST) return inputs[0] ?? this.fresh([], "float32");
    return this.nodes.push({ op, inputs, attributes, shape: type.shape, dtype: type.dtype }) - 1;
  }

  indices(shape: readonly number[], extent: number): number {
    return this.fresh(shape, "int32", () => this.between(0, extent - 1));
  }

  axes(rank: number): number[] {
    return Array.from({ length: rank }, (_v, i) => i).filter(() => this.chance(0.5));
  }
}
