/**
 * Random programs over all primitives, for holding two engines (or the compiler and plain evaluation) against each other. One seed, one program. Shapes hold
 * zeros, ones and primes; elements NaN, ±∞, −0, denormals and huge numbers.
 */
import { Generator } from "@rl/random";
import type { DType, TypedArray } from "../src/dtype.ts";
import { allocate } from "../src/elements.ts";
import type { Attributes, Graph, Node, ValueType } from "../src/graph.ts";
import { primitives } from "../src/primitives/index.ts";
import { loopResults, type LoopAttributes } from "../src/primitives/loop.ts";
import { sameShape, sizeOf } from "../src/primitives/primitive.ts";

export interface RandomProgram {
  readonly graph: Graph;
  readonly inputs: readonly TypedArray[];
}

export interface ProgramOptions {
  /** Number of nodes that are tried, without inputs. Default 12. */
  readonly nodes?: number;
  /** Default float32, int32, uint8, bool. */
  readonly dtypes?: readonly DType[];
  /** Only primitives whose results are equal to the bit on every engine. Default false. */
  readonly exact?: boolean;
  /** Whether arguments may be donated. Default false. */
  readonly donates?: boolean;
  /** Without NaN, ±∞ and huge numbers among the elements. Default false. */
  readonly tame?: boolean;
}

const EXTENTS = [0, 1, 1, 1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 33];
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

const FLOAT_UNARY = "floor ceil round sqrt exp expm1 log log1p sin cos tanh sigmoid softplus erf relu".split(" ");
const EXACT_UNARY = new Set("neg abs sign floor ceil round sqrt relu".split(" "));

class Maker {
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
    if (!this.options.tame && this.chance(0.05)) return this.choose(SPECIAL);
    if (this.chance(0.1)) return this.choose([0, -0, 1, -1, 0.5, 2]);
    return this.rng.standardNormal() * this.choose([0.1, 1, 1, 3, 30]);
  }

  /** A new argument (or, now and then, a constant) with elements from `next`. */
  fresh(shape: readonly number[], dtype: DType, next = () => this.element(dtype)): number {
    const array = allocate(dtype, sizeOf(shape));
    for (let i = 0; i < array.length; i++) array[i] = next();
    if (this.chance(0.2))
      return this.nodes.push({ op: "constant", inputs: [], attributes: { data: array, shape, dtype }, shape, dtype }) - 1;
    const position = this.nodes.push({ op: "input", inputs: [], attributes: { shape, dtype }, shape, dtype }) - 1;
    this.inputs.push(position);
    this.data.push(array);
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

const FLOATS: DType[] = ["float32", "float64"];
const NUMBERS: DType[] = [...FLOATS, "int32", "uint8"];
const ALL: DType[] = [...NUMBERS, "bool"];

type Step = (m: Maker) => void;

const STEPS: Record<string, Step> = {
  unary: (m) => {
    const names = m.options.exact ? FLOAT_UNARY.filter((name) => EXACT_UNARY.has(name)) : FLOAT_UNARY;
    m.add(m.choose(names), [m.of(...FLOATS)]);
  },
  plainUnary: (m) => m.add(m.choose(["neg", "abs", "sign"]), [m.of(...NUMBERS)]),
  binary: (m) => {
    const a = m.of(...NUMBERS);
    const names = ["add", "sub", "mul", "div", "rem", "maximum", "minimum", "add", "mul"];
    if (FLOATS.includes(m.nodes[a]!.dtype) && !m.options.exact) names.push("pow");
    const b = m.like(a);
    m.add(m.choose(names), m.chance(0.5) ? [a, b] : [b, a]);
  },
  compare: (m) => {
    const a = m.of(...ALL);
    m.add(m.choose(["equal", "less", "lessEqual"]), [a, m.like(a)]);
  },
  logic: (m) => {
    const a = m.of("bool", "int32", "uint8");
    m.add(m.choose(["and", "or", "xor"]), [a, m.like(a)]);
  },
  not: (m) => m.add("not", [m.of("bool", "int32", "uint8")]),
  select: (m) => {
    const a = m.of(...ALL);
    m.add("select", [m.like(a, "bool"), a, m.like(a)]);
  },
  cast: (m) => m.add("cast", [m.of(...ALL)], { dtype: m.choose(m.dtypes) }),
  reshape: (m) => {
    const x = m.of(...ALL);
    const size = sizeOf(m.nodes[x]!.shape);
    const divisors = EXTENTS.filter((n) => n > 0 && size % n === 0);
    const first = m.choose(divisors);
    m.add("reshape", [x], {
      shape: size === 0 ? [...m.nodes[x]!.shape, 1] : m.choose([[size], [first, size / first], [size / first, 1, first], [1, size]]),
    });
  },
  permute: (m) => {
    const x = m.of(...ALL);
    m.add("permute", [x], { axes: [...m.rng.permutation(m.nodes[x]!.shape.length)] });
  },
  broadcast: (m) => {
    const x = m.of(...ALL);
    const stretched = m.nodes[x]!.shape.map((n) => (n === 1 && m.chance(0.7) ? m.choose(EXTENTS) : n));
    m.add("broadcast", [x], { shape: m.chance(0.4) ? [m.choose(EXTENTS), ...stretched] : stretched });
  },
  slice: (m) => {
    const x = m.of(...ALL);
    const { shape } = m.nodes[x]!;
    const start = shape.map((n) => m.between(0, n));
    const stop = shape.map((n, i) => m.between(start[i]!, n));
    m.add("slice", [x], { start, stop, step: shape.map(() => m.choose([1, 1, 2, 3])) });
  },
  pad: (m) => {
    const x = m.of(...ALL);
    const { shape, dtype } = m.nodes[x]!;
    const amounts = (): number[] => shape.map(() => m.choose([0, 0, 1, 2]));
    m.add("pad", [x], {
      low: amounts(),
      high: amounts(),
      interior: amounts(),
      value: FLOATS.includes(dtype) && m.chance(0.3) ? -Infinity : 0,
    });
  },
  concat: (m) => {
    const x = m.of(...ALL);
    const { shape, dtype } = m.nodes[x]!;
    if (shape.length === 0) return;
    const axis = m.between(0, shape.length - 1);
    const other = m.fresh(
      shape.map((n, i) => (i === axis ? m.choose(EXTENTS) : n)),
      dtype,
    );
    m.add(
      "concat",
      m.choose([
        [x, other],
        [other, x],
        [x, other, x],
      ]),
      { axis },
    );
  },
  flip: (m) => {
    const x = m.of(...ALL);
    m.add("flip", [x], { axes: m.axes(m.nodes[x]!.shape.length) });
  },
  sum: (m) => {
    if (m.options.exact) return;
    const x = m.of(...NUMBERS);
    m.add("sum", [x], { axes: m.axes(m.nodes[x]!.shape.length) });
  },
  max: (m) => {
    const x = m.of(...NUMBERS);
    m.add("max", [x], { axes: m.axes(m.nodes[x]!.shape.length) });
  },
  argmax: (m) => {
    const x = m.of(...ALL);
    const { shape } = m.nodes[x]!;
    const axes = shape.flatMap((n, i) => (n > 0 ? [i] : []));
    if (axes.length > 0) m.add("argmax", [x], { axis: m.choose(axes) });
  },
  cumsum: (m) => {
    const x = m.of(...(m.options.exact ? (["int32"] as const) : ([...FLOATS, "int32"] as const)));
    const { shape, dtype } = m.nodes[x]!;
    if (shape.length > 0 && (!m.options.exact || dtype === "int32") && dtype !== "uint8" && dtype !== "bool")
      m.add("cumsum", [x], { axis: m.between(0, shape.length - 1), reverse: m.chance(0.5) });
  },
  dot: (m) => {
    const rank = m.choose([2, 2, 3]);
    const dtypes = m.dtypes.filter((dtype) => (dtype === "float32" || dtype === "float64" ? !m.options.exact : dtype === "int32"));
    if (dtypes.length === 0) return;
    let a = m.ranked(rank, m.choose(dtypes));
    if (m.chance(0.3)) a = m.add("permute", [a], { axes: rank === 2 ? [1, 0] : [0, 2, 1] });
    const { shape, dtype } = m.nodes[a]!;
    const K = shape.at(-1)!;
    const N = m.choose(EXTENTS);
    let b: number;
    if (m.chance(0.4)) b = m.add("permute", [m.fresh([...shape.slice(0, -2), N, K], dtype)], { axes: rank === 2 ? [1, 0] : [0, 2, 1] });
    else if (rank === 3 && m.chance(0.5)) b = m.add("broadcast", [m.fresh([K, N], dtype)], { shape: [shape[0]!, K, N] });
    else b = m.fresh([...shape.slice(0, -2), K, N], dtype);
    if (m.nodes[b]!.shape.length === rank && m.nodes[b]!.shape.at(-2) === K) m.add("dot", [a, b]);
  },
  take: (m) => {
    const x = m.of(...ALL);
    const { shape } = m.nodes[x]!;
    const axes = shape.flatMap((n, i) => (n > 0 ? [i] : []));
    if (axes.length === 0) return;
    const axis = m.choose(axes);
    m.add("take", [x, m.indices(m.choose([[], [3], [7], [2, 2], [0]]), shape[axis]!)], { axis });
  },
  takeAlong: (m) => {
    const x = m.of(...ALL);
    const { shape } = m.nodes[x]!;
    const axes = shape.flatMap((n, i) => (n > 0 ? [i] : []));
    if (axes.length === 0) return;
    const axis = m.choose(axes);
    m.add(
      "takeAlong",
      [
        x,
        m.indices(
          shape.map((n, i) => (i === axis ? m.choose(EXTENTS) : n)),
          shape[axis]!,
        ),
      ],
      { axis },
    );
  },
  scatterAdd: (m) => {
    const base = m.of(...(m.options.exact ? (["int32"] as const) : ([...FLOATS, "int32"] as const)));
    const { shape, dtype } = m.nodes[base]!;
    const axes = shape.flatMap((n, i) => (n > 0 ? [i] : []));
    if (axes.length === 0 || dtype === "uint8" || dtype === "bool" || (m.options.exact && dtype !== "int32")) return;
    const axis = m.choose(axes);
    const many = m.choose([[], [3], [7], [2, 2], [0]]);
    const updates = m.fresh([...shape.slice(0, axis), ...many, ...shape.slice(axis + 1)], dtype);
    m.add("scatterAdd", [base, m.indices(many, shape[axis]!), updates], { axis });
  },
  scatterAddAlong: (m) => {
    const base = m.of(...(m.options.exact ? (["int32"] as const) : ([...FLOATS, "int32"] as const)));
    const { shape, dtype } = m.nodes[base]!;
    const axes = shape.flatMap((n, i) => (n > 0 ? [i] : []));
    if (axes.length === 0 || dtype === "uint8" || dtype === "bool" || (m.options.exact && dtype !== "int32")) return;
    const axis = m.choose(axes);
    const at = m.indices(
      shape.map((n, i) => (i === axis ? m.choose(EXTENTS) : n)),
      shape[axis]!,
    );
    m.add("scatterAddAlong", [base, at, m.fresh(m.nodes[at]!.shape, dtype)], { axis });
  },
  windows: (m) => {
    if (!m.dtypes.includes("float32")) return;
    const kernel = [m.between(1, 3), m.between(1, 3)];
    const dilation = [m.between(1, 2), m.between(1, 2)];
    const stride = [m.between(1, 3), m.between(1, 3)];
    const size = [0, 1].map((i) => dilation[i]! * (kernel[i]! - 1) + 1 + m.between(0, 4));
    const windows = m.add("unfold", [m.fresh([m.between(0, 2), m.between(1, 3), ...size], "float32")], { kernel, stride, dilation });
    if (m.nodes[windows]!.op === "unfold" && m.chance(0.5) && !m.options.exact)
      m.add("fold", [windows], { kernel, stride, dilation, size });
  },
  iota: (m) => {
    const shape = m.shape(m.between(1, 3));
    m.add("iota", [], {
      shape,
      dtype: m.choose(m.dtypes.filter((dtype) => dtype !== "bool" && dtype !== "uint8")),
      axis: m.between(0, shape.length - 1),
    });
  },
  randomBits: (m) => m.add("randomBits", [m.fresh([2], "int32")], { shape: m.shape() }),
  loop: (m) => addLoop(m),
};

/**
 * A loop whose body is a random exact program: carries, constants and rows of one type, sometimes with an early stop. A carry's next value may be any value of
 * the body, also another carry (they change places) or the same as another's.
 */
function addLoop(m: Maker): void {
  const count = m.choose([0, 1, 2, 3, 5]);
  const dtype = m.choose(m.dtypes.filter((d) => d !== "bool" && d !== "uint8"));
  const shape = m.shape(m.between(0, 2));
  const inner = new Maker(m.rng, { ...m.options, exact: true });
  const place = (type: ValueType): number => {
    const position = inner.nodes.push({ op: "input", inputs: [], attributes: { ...type }, ...type }) - 1;
    inner.inputs.push(position);
    return position;
  };
  const stops = m.chance(0.3);
  const index = place({ shape: [], dtype: "int32" });
  const constant = place({ shape, dtype });
  const carries = Array.from({ length: m.choose([1, 1, 2, 3]) }, () => place({ shape, dtype }));
  const flag = stops ? place({ shape: [], dtype: "bool" }) : -1;
  const row = place({ shape, dtype });
  const before = inner.nodes.length;
  for (let i = 0; i < 4; i++) STEPS[inner.choose(["binary", "plainUnary", "select", "compare", "cast"])]!(inner);
  // What the steps drew as new arguments would be inputs of the body: make constants of them.
  inner.nodes.forEach((node, i) => {
    if (i >= before && node.op === "input") {
      const data = inner.data[inner.inputs.indexOf(i) - before]!;
      inner.nodes[i] = {
        op: "constant",
        inputs: [],
        attributes: { data, shape: node.shape, dtype: node.dtype },
        shape: node.shape,
        dtype: node.dtype,
      };
    }
  });
  const same = inner.nodes.flatMap((node, i) => (node.dtype === dtype && sameShape(node.shape, shape) ? [i] : []));
  const next = inner.add("add", [inner.choose(same), m.choose([...carries, constant, row])]);
  const outputs = [...carries.map((_carry, i) => (i === 0 ? next : inner.chance(0.4) ? inner.choose(carries) : inner.choose(same)))];
  outputs.push(inner.choose(same));
  if (stops) {
    const limit =
      inner.nodes.push({
        op: "constant",
        inputs: [],
        attributes: { data: Int32Array.of(m.between(0, 4)), shape: [], dtype: "int32" },
        shape: [],
        dtype: "int32",
      }) - 1;
    outputs.splice(carries.length, 0, inner.add("lessEqual", [limit, index]));
  }
  const body: Graph = { nodes: inner.nodes, inputs: inner.inputs.slice(0, before), outputs, donated: [] };
  const attributes: LoopAttributes = {
    body,
    count,
    constants: 1,
    carry: carries.length + (stops ? 1 : 0),
    scanned: 1,
    stop: stops ? carries.length : -1,
  };
  void flag;
  const given = [
    m.fresh(shape, dtype),
    ...carries.map(() => m.fresh(shape, dtype)),
    ...(stops ? [m.fresh([], "bool", () => 0)] : []),
    m.fresh([count, ...shape], dtype),
  ];
  const loop = m.add("loop", given, attributes as never);
  loopResults(attributes).forEach((type, i) =>
    m.nodes.push({ op: "part", inputs: [loop], attributes: { index: i }, shape: type.shape, dtype: type.dtype }),
  );
}

/** The program of a seed. Everything that nothing else uses is a result, so that no node goes unseen. */
export function randomProgram(seed: number, options: ProgramOptions = {}): RandomProgram {
  const m = new Maker(new Generator(seed), options);
  const names = Object.keys(STEPS);
  for (let i = 0; i < (options.nodes ?? 12); i++) STEPS[m.choose(["unary", "unary", "binary", "binary", "binary", ...names])]!(m);
  const used = new Set(m.nodes.flatMap(({ inputs }) => inputs));
  const outputs = m.nodes.flatMap((node, i) =>
    used.has(i) || node.op === "loop" || (node.op === "input" && m.nodes.length > 1) ? [] : [i],
  );
  // Some arguments are donated, and some results are arguments as they are.
  const donates = options.donates === true && m.chance(0.5);
  if (donates && m.inputs.length > 0 && m.chance(0.3)) outputs.push(m.choose(m.inputs));
  const donated = donates ? m.inputs.flatMap((_position, i) => (m.chance(0.5) ? [i] : [])) : [];
  return { graph: { nodes: m.nodes, inputs: m.inputs, outputs: outputs.length > 0 ? outputs : [0], donated }, inputs: m.data };
}
