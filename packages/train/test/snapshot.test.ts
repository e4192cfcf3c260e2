import fc from "fast-check";
import { decodeSafetensors } from "@rl/data";
import { expect, test } from "vitest";
import { decodeState, encodeState, type Snapshot } from "../src/index.ts";

/** Through JSON text, as on disk. */
const roundTrip = (state: object): object => {
  const { tensors, json } = encodeState(state);
  return decodeState({ tensors, json: JSON.parse(JSON.stringify(json)) } as Snapshot);
};

test("everything that JSON cannot hold comes back", () => {
  const state = {
    numbers: [NaN, Infinity, -Infinity, -0, 0, 5e-324, 1.7976931348623157e308, 2 ** 53],
    big: -(2n ** 70n),
    nothing: undefined,
    none: null,
    text: "\u0000 ✓ \ud800",
    arrays: {
      i64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
      u64: BigUint64Array.of(2n ** 64n - 1n),
      f32: Float32Array.of(NaN, -0, 1e-45),
      clamped: Uint8ClampedArray.of(1, 255),
      empty: new Float64Array(0),
    },
    $number: "mine, not a mark",
    nested: { $tensor: "x", $other: 1 },
    "": { "a.b": new Int8Array(1), a: { b: new Int16Array(2) } },
  };
  const back = roundTrip(state);
  expect(back).toStrictEqual(state);
});

test("NaN keeps its bits", () => {
  const odd = new Float32Array(new Uint32Array([0x7fc12345, 0xff800001]).buffer);
  const { a } = roundTrip({ a: odd }) as { a: Float32Array };
  expect([...new Uint32Array(a.buffer)]).toEqual([0x7fc12345, 0xff800001]);
});

test("arrays are in the tensor file under their path, with the shape that stands beside them", () => {
  const { tensors } = encodeState({
    policy: { layers: [{ weights: { shape: [2, 3], dtype: "float32", data: new Float32Array(6) }, bias: new Float32Array(2) }] },
  });
  const entries = decodeSafetensors(tensors).tensors;
  expect([...entries].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
    ["policy.layers.0.bias", "F32", [2]],
    ["policy.layers.0.weights", "F32", [2, 3]],
  ]);
});

test("a shape that does not fit its data is data like any other", () => {
  expect(roundTrip({ a: { shape: [2, 2], data: new Float32Array(3) } })).toStrictEqual({ a: { shape: [2, 2], data: new Float32Array(3) } });
});

test("what is not plain data is refused, with its path", () => {
  class Weights {}
  expect(() => encodeState({ net: { w: new Weights() } })).toThrow("The state holds a Weights at net.w; expected plain data");
  expect(() => encodeState({ f: () => 1 })).toThrow("a function at f");
  expect(() => encodeState({ m: new Map() })).toThrow("a Map at m");
  expect(() => encodeState({ v: new DataView(new ArrayBuffer(8)) })).toThrow("a DataView at v");
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  expect(() => encodeState(loop)).toThrow("The state holds itself at self; expected a tree");
});

test("the same array twice is two arrays, not a loop", () => {
  const one = { data: Float32Array.of(1) };
  expect(roundTrip({ a: one, b: one })).toStrictEqual({ a: one, b: one });
});

test("files of two checkpoints are told apart", () => {
  const { tensors } = encodeState({ a: new Float32Array(1) });
  const { json } = encodeState({ b: new Float32Array(1) });
  expect(() => decodeState({ tensors, json })).toThrow('state.json asks for tensor "b", which tensors.safetensors does not hold');
});

test("any tree survives", () => {
  const leaf = fc.oneof(
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.bigInt(),
    fc.constant(null),
    fc.constant(undefined),
    fc.float64Array(),
    fc.int32Array(),
    fc.uint8Array(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("$tensor", "$object", "shape", "data", "__proto__")), tie("tree"), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      expect(roundTrip({ value })).toStrictEqual({ value });
    }),
    { numRuns: 300 },
  );
});

test.each([[undefined], [null], [{}], [5], [{ tensors: new Uint8Array(8) }], [{ json: {} }], [{ tensors: "x", json: {} }]])(
  "what is no snapshot is refused: %j",
  (snapshot) => {
    expect(() => decodeState(snapshot as never)).toThrow(
      /^decodeState: the snapshot is .*, expected \{ tensors, json \} as encodeState gives it/,
    );
  },
);

test.each([
  [{ $bigint: "x" }, '"$bigint": "x" at a, expected at most 10000 digits'],
  [{ $bigint: "" }, '"$bigint": "" at a, expected at most 10000 digits'],
  [{ $bigint: " 5" }, '"$bigint": " 5" at a'],
  [{ $bigint: "0x10" }, '"$bigint": "0x10" at a'],
  [{ $bigint: "9".repeat(1e6) }, "(1000000 characters) at a"],
  [{ $bigint: 5 }, '"$bigint": 5 at a'],
  [{ $number: "x" }, '"$number": "x" at a, expected NaN, Infinity, -Infinity, -0'],
  [{ $number: "5" }, '"$number": "5" at a'],
  [{ $number: "constructor" }, '"$number": "constructor" at a'],
  [{ $undefined: false }, '"$undefined": false at a, expected true'],
  [{ $object: [] }, '"$object": [] at a, expected an object'],
  [{ $tensor: 5 }, '"$tensor": 5 at a, expected the name of a tensor'],
  [{ $number: "NaN", more: 1 }, '"$number": "NaN" at a'],
  [{ $matrix: 1 }, '"$matrix" at a, which is none of $number'],
])("a mark that stands for nothing is refused by its place: %#", (value, message) => {
  const { tensors } = encodeState({});
  expect(() => decodeState({ tensors, json: { a: value } })).toThrow(message);
});

test("trees without end are refused by name", () => {
  const deep = JSON.parse(`${"[".repeat(1e5)}${"]".repeat(1e5)}`) as object;
  expect(() => encodeState({ deep })).toThrow(/^The state is nested more than 256 levels deep at deep\..*; expected a tree\.$/);
  const { tensors } = encodeState({});
  expect(() => decodeState({ tensors, json: { deep } })).toThrow(/^state\.json is nested more than 256 levels deep/);
  for (const state of [undefined, null, 5, "x"]) expect(() => encodeState(state as never)).toThrow("encodeState: the state is");
});
