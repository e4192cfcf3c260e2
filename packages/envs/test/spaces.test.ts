import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple, type Space } from "@rl/envs";

const golden = JSON.parse(readFileSync(new URL("./golden/spaces.json", import.meta.url), "utf8")) as {
  samples: Record<string, { seed: number; samples: unknown[] }[]>;
};

const makers: Record<string, () => Space> = {
  "Discrete(5)": () => new Discrete(5),
  "Discrete(4,start=-2)": () => new Discrete(4, { start: -2 }),
  "Box(-1,2,(3,))": () => new Box({ low: -1, high: 2, shape: [3] }),
  "Box f64": () => new Box({ low: -1, high: 2, shape: [3], dtype: "float64" }),
  "Box unbounded": () => new Box({ low: -Infinity, high: Infinity, shape: [3] }),
  "Box below": () => new Box({ low: [0, 1], high: Infinity }),
  "Box above": () => new Box({ low: -Infinity, high: [0, 1] }),
  "Box uint8": () => new Box({ low: 0, high: 255, shape: [2, 2], dtype: "uint8" }),
  "MultiDiscrete([3,5,2])": () => new MultiDiscrete([3, 5, 2]),
  "MultiBinary(6)": () => new MultiBinary(6),
  "Tuple(Discrete(3),Box(0,1,(2,)))": () => new Tuple([new Discrete(3), new Box({ low: 0, high: 1, shape: [2] })]),
  "Dict(a=Discrete(3),b=Box(0,1,(2,)))": () => new Dict({ a: new Discrete(3), b: new Box({ low: 0, high: 1, shape: [2] }) }),
};

/** A sample as nested plain numbers, floats as float32 where the space is. */
function plain(space: Space, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return [...(value as Float32Array)];
  if (Array.isArray(value)) return value.map((v) => plain(space, v));
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(space, v)]));
  return value;
}
const flat = (value: unknown): unknown =>
  Array.isArray(value) && Array.isArray(value[0]) && typeof value[0][0] === "number" ? value.flat() : value;

describe("samples", () => {
  it.each(Object.entries(golden.samples))("%s equals Gymnasium's, bit for bit", (name, runs) => {
    for (const { seed, samples } of runs) {
      const space = makers[name]!();
      space.seed(seed);
      for (const [k, wanted] of samples.entries()) {
        const value = space.sample();
        expect(plain(space, value), `seed ${seed} sample ${k}`).toEqual(name === "Box uint8" ? flat(wanted) : wanted);
        expect(space.explain(value)).toBeUndefined();
      }
    }
  });

  it("covers every kind of space", () => {
    expect(Object.keys(golden.samples).sort()).toEqual(Object.keys(makers).sort());
  });

  it("of signed integers without bounds equal Gymnasium 1.3.0's", () => {
    const space = new Box({ low: [-Infinity, 5, -Infinity, -9], high: [Infinity, Infinity, 7, 9], dtype: "int32" });
    space.seed(3);
    expect([0, 1, 2, 3].map(() => [...space.sample()])).toEqual([
      [2, 5, 6, 2],
      [-1, 5, 7, -6],
      [-1, 5, 7, 0],
      [-1, 6, 7, 9],
    ]);
  });

  it("of signed integers stay inside bounds at the ends of their type", () => {
    // Gymnasium 1.3.0 gives -126 and 125 here, which are outside.
    const space = new Box({ low: [-128, 127], high: [-128, 127], dtype: "int8" });
    expect([...space.sample()]).toEqual([-128, 127]);
  });

  it("draws masked actions only among the allowed", () => {
    const space = new Discrete(4, { start: 10 });
    space.seed(3);
    const seen = new Set(Array.from({ length: 200 }, () => space.sample([0, 1, 0, 1])));
    expect([...seen].sort()).toEqual([11, 13]);
    expect(space.sample([0, 0, 0, 0])).toBe(10);
  });
});

describe("contains", () => {
  const cases: [Space, unknown, string | undefined][] = [
    [new Discrete(3), 2, undefined],
    [new Discrete(3), 3, "it is 3, expected a whole number in 0 … 2"],
    [new Discrete(3), 0.5, "it is 0.5, expected a whole number in 0 … 2"],
    [new Box({ low: 0, high: 1, shape: [2] }), new Float32Array([0, 1]), undefined],
    [new Box({ low: 0, high: 1, shape: [2] }), new Float32Array([0, 1.5]), "element 1 is 1.5, expected a value in 0 … 1"],
    [new Box({ low: 0, high: 1, shape: [2] }), new Float32Array([0, NaN]), "element 1 is NaN, expected a value in 0 … 1"],
    [new Box({ low: 0, high: 1, shape: [2] }), new Float64Array(2), "it is Float64Array [0, 0], expected a Float32Array of length 2"],
    [new Box({ low: 0, high: 1, shape: [2] }), new Float32Array(3), "its length is 3, expected 2 (shape [2])"],
    [new MultiDiscrete([2, 3]), Int32Array.of(1, 3), "element 1 is 3, expected a whole number in 0 … 2"],
    [new MultiBinary(2), Int8Array.of(0, 2), "element 1 is 2, expected 0 or 1"],
    [new Tuple([new Discrete(2), new Discrete(3)]), [0, 3], "part 1 is not in Discrete(3): it is 3, expected a whole number in 0 … 2"],
    [new Dict({ a: new Discrete(2) }), { a: 2 }, '"a" is not in Discrete(2): it is 2, expected a whole number in 0 … 1'],
    [new Dict({ a: new Discrete(2) }), { a: 1, b: 1 }, 'it has the key "b", expected only a'],
  ];
  it.each(cases)("%s: %o → %s", (space, value, wanted) => {
    expect(space.explain(value)).toBe(wanted);
    expect(space.contains(value)).toBe(wanted === undefined);
  });
});

describe("flatten", () => {
  it("lays values out as Gymnasium does", () => {
    expect([...new Discrete(3, { start: 5 }).flatten(6)]).toEqual([0, 1, 0]);
    expect([...new MultiDiscrete([2, 3]).flatten(Int32Array.of(1, 0))]).toEqual([0, 1, 1, 0, 0]);
    const tuple = new Tuple([new Discrete(2), new Box({ low: 0, high: 9, shape: [2] })]);
    expect([...tuple.flatten([1, Float32Array.of(4, 5)])]).toEqual([0, 1, 4, 5]);
  });

  it("comes back from a batch row", () => {
    const space = new Dict({
      a: new Discrete(3, { start: 2 }),
      b: new Tuple([new MultiDiscrete([2, 2]), new Box({ low: -1, high: 1, shape: [2] })]),
    });
    space.seed(7);
    const batch = space.createBatch(3);
    const values = [0, 1, 2].map((row) => {
      const value = space.sample();
      space.write(value, batch, row);
      return value;
    });
    values.forEach((value, row) => {
      expect(space.read(batch, row)).toEqual(value);
    });
  });
});

describe("equals", () => {
  it("sees a difference behind the sixth bound, inside Tuple and Dict too", () => {
    const box = (last: number): Box => new Box({ low: 0, high: [1, 2, 3, 4, 5, 6, 7, last] });
    expect(box(8).equals(box(9))).toBe(false);
    expect(new Dict({ a: box(8) }).equals(new Dict({ a: box(9) }))).toBe(false);
    expect(new Tuple([new Dict({ a: box(8) })]).equals(new Tuple([new Dict({ a: box(9) })]))).toBe(false);
    expect(new Tuple([new Dict({ a: box(8) })]).equals(new Tuple([new Dict({ a: box(8) })]))).toBe(true);
  });
});

describe("wrong construction", () => {
  it.each([
    [() => new Discrete(0), "new Discrete: n is 0, expected a whole number ≥ 1."],
    [
      () => new Box({ low: 1, high: 0, shape: [2] }),
      "new Box: low[0] is 1 and high[0] is 0, expected low ≤ high and no NaN; swap or correct them.",
    ],
    [
      () => new Box({ low: [0, 0], high: [1] }),
      "new Box: high has 1 elements, expected 2 for shape [2]; give one number or one per element.",
    ],
    [
      () => new Box({ low: 0, high: 300, shape: [1], dtype: "uint8" }),
      "new Box: high[0] is 300, expected a whole number in 0 … 255 for dtype uint8.",
    ],
    [
      () => new Box({ low: 0, high: 1, shap: [1] } as never),
      'new Box: unknown option "shap"; did you mean "shape"? Known are low, high, shape, dtype.',
    ],
    [
      () => {
        new Discrete(2).seed(-1);
      },
      "Discrete(2).seed: got -1, expected a whole number ≥ 0.",
    ],
    [
      () => new Discrete(2, { start: 2 ** 31 - 1 }),
      "new Discrete: values are 2147483647 … 2147483648, expected them within 32 bits, −2^31 … 2^31 − 1.",
    ],
    [
      () => new MultiDiscrete([3, 2 ** 31 + 1]),
      "new MultiDiscrete: element 1 has 2147483649 values from 0, expected whole numbers within 32 bits, −2^31 … 2^31 − 1.",
    ],
    [
      () => new MultiDiscrete([3], { start: [0.5] }),
      "new MultiDiscrete: element 0 has 3 values from 0.5, expected whole numbers within 32 bits, −2^31 … 2^31 − 1.",
    ],
  ])("%#", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("Gymnasium's order of keys, and its masks", () => {
  // Recorded from Gymnasium 1.3.0 with NumPy 2.
  it("Dict samples and flattens by sorted keys", () => {
    const space = new Dict({ zed: new Discrete(3), alpha: new Box({ low: 0, high: 1, shape: [2] }) });
    space.seed(42);
    const drawn = [space.sample(), space.sample(), space.sample()];
    expect(drawn.map(({ zed }) => zed)).toEqual([2, 0, 1]);
    expect(drawn.map((value) => Array.from(space.flatten(value)))).toEqual([
      [0.813655436038971, 0.6201189756393433, 0, 0, 1],
      [0.8839266300201416, 0.6517423987388611, 1, 0, 0],
      [0.7678564190864563, 0.11379626393318176, 0, 1, 0],
    ]);
    const nested = new Dict({ outer: new Dict({ y: new Discrete(4), x: new Discrete(4) }), inner: new Tuple([new Discrete(4)]) });
    nested.seed(3);
    expect(nested.sample()).toEqual({ inner: [2], outer: { x: 2, y: 2 } });
    expect(String(nested)).toBe("Dict(inner: Tuple(Discrete(4)), outer: Dict(x: Discrete(4), y: Discrete(4)))");
  });
  it("keys are sorted by code points, as Python sorts", () => {
    const names = ["b", "a", "B", "10", "9", "é", "𝒳", "～", "_"];
    const space = new Dict(Object.fromEntries(names.map((name) => [name, new Discrete(2)])));
    expect(String(space).match(/[^ (]+(?=: )/g)).toEqual(["10", "9", "B", "_", "a", "b", "é", "～", "𝒳"]);
  });
  it("MultiDiscrete draws among allowed choices", () => {
    const space = new MultiDiscrete([3, 4], { start: [0, 5] });
    space.seed(7);
    const drawn = Array.from({ length: 8 }, () => Array.from(space.sample([1, 0, 1, 0, 1, 1, 1])));
    expect(drawn).toEqual([
      [2, 7],
      [2, 8],
      [2, 8],
      [2, 6],
      [0, 6],
      [0, 8],
      [2, 6],
      [0, 8],
    ]);
    expect(Array.from(space.sample([0, 0, 0, 0, 0, 1, 0]))).toEqual([0, 7]);
    expect(() => space.sample([1, 1])).toThrow("the mask has 2 entries, expected 7, one per choice of each element.");
  });
});

describe("bounds and counts that are no numbers are refused", () => {
  it.each([
    [() => new Box({ low: "0" as never, high: 1 }), 'new Box: low is "0", expected a number, or a list with one for each element'],
    [() => new Box({ low: ["0"] as never, high: 1 }), 'new Box: low[0] is "0", expected a number.'],
    [() => new Box({ low: null as never, high: 1 }), "new Box: low is null, expected a number"],
    [() => new Box({ low: 0, high: 1, shape: null as never }), "new Box: shape is null, expected whole numbers ≥ 0, such as [4]."],
    [() => new Box({ low: 0, high: 1, shape: 4 as never }), "new Box: shape is 4, expected whole numbers"],
    [() => new MultiDiscrete(5 as never), "new MultiDiscrete: nvec is 5, expected a list of whole numbers ≥ 1, such as [3, 2]."],
    [() => new Box({ low: NaN, high: 1, shape: [1], dtype: "uint8" }), "new Box: low[0] is NaN, expected a number; −Infinity and Infinity"],
    [() => new Box({ low: 0, high: [1, NaN] }), "new Box: high[1] is NaN, expected a number"],
    [
      () => new MultiDiscrete([2, 2 ** 31]),
      "new MultiDiscrete: element 1 has 2147483648 values from 0, expected whole numbers within 32 bits",
    ],
    [() => new MultiBinary("2" as never), 'new MultiBinary: n is "2", expected a whole number ≥ 1 or a shape of such.'],
    [() => new MultiBinary(null as never), "new MultiBinary: n is null, expected a whole number ≥ 1"],
    [() => new MultiDiscrete([]), "new MultiDiscrete: nvec is [], expected a list"],
    [() => new Discrete("3" as never), 'new Discrete: n is "3", expected a whole number ≥ 1.'],
    [() => new Discrete(3, { start: null as never }), "new Discrete: start is null, expected a whole number."],
  ] as [() => unknown, string][])("%#", (make, message) => {
    expect(make).toThrow(message);
  });
});
