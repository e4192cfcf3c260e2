/** One step of a random program for every primitive. The names of the steps and their order decide what a seed draws. */
import type { DType } from "../src/dtype.ts";
import { sizeOf } from "../src/shape.ts";
import { addLoop } from "./random-loop.ts";
import { EXTENTS, type Maker } from "./random-maker.ts";

const FLOAT_UNARY = "floor ceil round sqrt exp expm1 log log1p sin cos tanh sigmoid softplus erf relu".split(" ");

const FLOATS: DType[] = ["float32", "float64"];
const NUMBERS: DType[] = [...FLOATS, "int32", "uint8"];
const ALL: DType[] = [...NUMBERS, "bool"];
/** What dot, cumsum and the scatters take. */
const SUMMED: DType[] = [...FLOATS, "int32"];

export type Step = (m: Maker) => void;

export const STEPS: Record<string, Step> = {
  unary: (m) => m.add(m.choose(FLOAT_UNARY), [m.of(...FLOATS)]),
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
    const x = m.of(...SUMMED);
    const { shape, dtype } = m.nodes[x]!;
    if (shape.length > 0 && SUMMED.includes(dtype)) m.add("cumsum", [x], { axis: m.between(0, shape.length - 1), reverse: m.chance(0.5) });
  },
  dot: (m) => {
    const rank = m.choose([2, 2, 3]);
    const dtypes = m.dtypes.filter((dtype) => SUMMED.includes(dtype));
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
    const base = m.of(...SUMMED);
    const { shape, dtype } = m.nodes[base]!;
    const axes = shape.flatMap((n, i) => (n > 0 ? [i] : []));
    if (axes.length === 0 || !SUMMED.includes(dtype)) return;
    const axis = m.choose(axes);
    const many = m.choose([[], [3], [7], [2, 2], [0]]);
    const updates = m.fresh([...shape.slice(0, axis), ...many, ...shape.slice(axis + 1)], dtype);
    m.add("scatterAdd", [base, m.indices(many, shape[axis]!), updates], { axis });
  },
  scatterAddAlong: (m) => {
    const base = m.of(...SUMMED);
    const { shape, dtype } = m.nodes[base]!;
    const axes = shape.flatMap((n, i) => (n > 0 ? [i] : []));
    if (axes.length === 0 || !SUMMED.includes(dtype)) return;
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
    if (m.nodes[windows]!.op === "unfold" && m.chance(0.5)) m.add("fold", [windows], { kernel, stride, dilation, size });
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
  loop: (m) => addLoop(m, STEPS),
};
