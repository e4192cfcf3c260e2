import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, decodeExample, encodeExample, type FeatureInput } from "../src/index.ts";

test("what may be written, and how it comes back", () => {
  const example = decodeExample(
    encodeExample({
      text: "héllo",
      words: ["a", ""],
      bytes: Uint8Array.of(0, 255),
      one: 1.5,
      floats: [1, 2],
      ints: [1n, -1n],
      int: 9_223_372_036_854_775_807n,
      int32: Int32Array.of(-2_147_483_648, 7),
      nothing: undefined,
    }),
  );
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect({ ...example }).toEqual({
    text: [utf8("héllo")],
    words: [utf8("a"), utf8("")],
    bytes: [Uint8Array.of(0, 255)],
    one: Float32Array.of(1.5),
    floats: Float32Array.of(1, 2),
    ints: BigInt64Array.of(1n, -1n),
    int: BigInt64Array.of(9_223_372_036_854_775_807n),
    int32: BigInt64Array.of(-(2n ** 31n), 7n),
    nothing: undefined,
  });
  expect(Object.keys(example)).toContain("nothing");
});

test("the bytes of a small example", () => {
  // Example{features{feature{key:"a" value{int64_list{value:300}}}}}, written out by hand: 300 is the varint ac 02.
  expect(Buffer.from(encodeExample({ a: 300n })).toString("hex")).toBe("0a0d0a0b0a016112061a040a02ac02");
});

test("numbers that are not packed are read as well", () => {
  // float_list { value: 1.5 } with wire type 5, int64_list { value: -1 } with wire type 0.
  const float = Buffer.from("0a0e0a0c0a0166120712050d0000c03f", "hex");
  expect(decodeExample(float)["f"]).toEqual(Float32Array.of(1.5));
  const int = Buffer.from("0a140a120a0169120d1a0b08ffffffffffffffffff01", "hex");
  expect(decodeExample(int)["i"]).toEqual(BigInt64Array.of(-1n));
});

test("a feature called __proto__ is a feature", () => {
  const example = decodeExample(encodeExample(JSON.parse('{"__proto__": [1]}') as Record<string, FeatureInput>));
  expect(Object.keys(example)).toEqual(["__proto__"]);
});

test("mixed lists are refused with what is expected", () => {
  expect(() => encodeExample({ a: [1, "b"] as never })).toThrow('feature "a" is a mixed list, expected bytes or text');
});

test("any example survives the way there and back", () => {
  const feature = fc.oneof(fc.array(fc.uint8Array()), fc.float32Array({ minLength: 1, noNaN: true }), fc.bigInt64Array({ minLength: 1 }));
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), feature), (example) => {
      const back = decodeExample(encodeExample(example));
      expect(Object.entries(back)).toEqual(Object.entries(example).map(([key, value]) => [key, value]));
    }),
  );
});

test("damaged bytes give a DataError or another example, never anything else", () => {
  const good = encodeExample({ observation: Float32Array.of(1, 2, 3), action: [5n], image: Uint8Array.of(1, 2) });
  for (let bit = 0; bit < 8 * good.length; bit++) {
    const bad = good.slice();
    bad[bit >> 3]! ^= 1 << (bit & 7);
    try {
      expect(decodeExample(bad, "x")).toBeTypeOf("object");
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
    }
  }
  for (let length = 1; length < good.length; length++)
    expect(() => decodeExample(good.subarray(0, length), "cut")).toThrow(/^cut, byte \d+: /);
});

test("long fields: lengths of two, three and four bytes, nested", () => {
  const sizes = [127, 128, 16_383, 16_384, 2_097_151, 2_097_152];
  const example = Object.fromEntries(sizes.map((size) => [`é${size}`, new Uint8Array(size).fill(size & 255)]));
  const back = decodeExample(encodeExample({ first: "a", ...example, last: 1 }));
  for (const size of sizes) {
    const [value] = back[`é${size}`] as Uint8Array[];
    expect(value!.length).toBe(size);
    expect(value!.every((byte) => byte === (size & 255))).toBe(true);
  }
  expect(back["last"]).toEqual(Float32Array.of(1));
});
