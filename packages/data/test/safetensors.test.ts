import { expect, test } from "vitest";
import { DataError, decodeSafetensors, encodeSafetensors, type SafetensorsEntry } from "../src/index.ts";
import { goldenBytes, goldenJson } from "./golden.ts";

interface Golden {
  readonly metadata: Record<string, string>;
  readonly tensors: Record<string, { readonly dtype: string; readonly shape: number[]; readonly data: (number | string | boolean)[] }>;
}
const golden = goldenJson<Golden>("small.json");

test("reads the safetensors package's file", () => {
  const { tensors, metadata } = decodeSafetensors(goldenBytes("small.safetensors"));
  expect(metadata).toEqual(golden.metadata);
  expect([...tensors.keys()].sort()).toEqual(Object.keys(golden.tensors).sort());
  for (const [name, { shape, data }] of Object.entries(golden.tensors)) {
    expect(tensors.get(name)!.shape, name).toEqual(shape);
    expect(Array.from(tensors.get(name)!.data as ArrayLike<number | bigint>, String), name).toEqual(
      data.map((value) => String(Number.isFinite(value) || typeof value === "string" ? value : Number(value))),
    );
  }
  expect(tensors.get("w")!.dtype).toBe("F32");
  expect(tensors.get("step")!.data).toEqual(BigInt64Array.of(1_099_511_627_777n));
});

test("writes the file of the safetensors package, byte for byte", () => {
  const { tensors, metadata } = decodeSafetensors(goldenBytes("small.safetensors"));
  expect(Buffer.from(encodeSafetensors(tensors, metadata)).equals(goldenBytes("small.safetensors"))).toBe(true);
});

const broken: readonly (readonly [name: string, offset: number, problem: string])[] = [
  ["bad_header_length.safetensors", 0, "claims 1125899906842624 bytes"],
  ["bad_json.safetensors", 8, 'expected "{"'],
  ["bad_dtype.safetensors", 8, 'dtype "F99"'],
  ["bad_shape.safetensors", 640, "expected 60 for F32 [3, 5]"],
  ["bad_offsets.safetensors", 603, "there are only 107"],
  ["bad_overlap.safetensors", 641, "takes 48 bytes, expected 32"],
  ["bad_truncated.safetensors", 620, "there are only 98"],
];
test.each(broken)("%s: the error names file and offset", (name, offset, problem) => {
  const before = process.memoryUsage().arrayBuffers;
  const read = (): unknown => decodeSafetensors(goldenBytes(name), name);
  expect(read).toThrow(DataError);
  expect(read).toThrow(`${name}, byte ${offset}: `);
  expect(read).toThrow(problem);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
});

test("overlaps, gaps and bytes left over are refused", () => {
  const file = (header: object, bytes: number): Uint8Array => {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const all = new Uint8Array(8 + text.length + bytes);
    all[0] = text.length;
    all.set(text, 8);
    return all;
  };
  const u8 = (begin: number, end: number): object => ({ dtype: "U8", shape: [end - begin], data_offsets: [begin, end] });
  expect(() => decodeSafetensors(file({ a: u8(0, 4), b: u8(3, 6) }, 6))).toThrow('tensor "b" begins at 3 of the data, expected 4');
  expect(() => decodeSafetensors(file({ a: u8(0, 4), b: u8(5, 6) }, 6))).toThrow('tensor "b" begins at 5 of the data, expected 4');
  expect(() => decodeSafetensors(file({ a: u8(0, 4) }, 6))).toThrow("the file goes on for 2 bytes");
  expect(() => decodeSafetensors(file({ a: { ...u8(0, 4), shape: [2 ** 52, 2 ** 52] } }, 4))).toThrow("takes 4 bytes");
  expect(() => decodeSafetensors(file({ a: { ...u8(0, 4), shape: [-4] } }, 4))).toThrow("shape [-4]");
  expect(decodeSafetensors(file({ a: u8(0, 4), b: u8(4, 6) }, 6)).tensors.size).toBe(2);
});

test("every type comes back, also from bytes at an odd address", () => {
  const tensors: Record<string, SafetensorsEntry> = {
    f32: { dtype: "F32", shape: [2], data: Float32Array.of(NaN, -0) },
    f64: { dtype: "F64", shape: [1, 1], data: Float64Array.of(Math.PI) },
    i8: { dtype: "I8", shape: [1], data: Int8Array.of(-128) },
    i16: { dtype: "I16", shape: [1], data: Int16Array.of(-32768) },
    i32: { dtype: "I32", shape: [1], data: Int32Array.of(-(2 ** 31)) },
    i64: { dtype: "I64", shape: [], data: BigInt64Array.of(-(2n ** 63n)) },
    u8: { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 255) },
    u16: { dtype: "U16", shape: [1], data: Uint16Array.of(65535) },
    u32: { dtype: "U32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
    u64: { dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
    none: { dtype: "F32", shape: [0, 3], data: new Float32Array(0) },
  };
  const bytes = encodeSafetensors(tensors);
  const odd = new Uint8Array(bytes.length + 1).subarray(1);
  odd.set(bytes);
  expect(Object.fromEntries(decodeSafetensors(odd).tensors)).toEqual(tensors);
});

test("an array that does not fit its shape is refused before anything is written", () => {
  expect(() => encodeSafetensors({ a: { dtype: "F32", shape: [3], data: new Float32Array(2) } })).toThrow(
    'tensor "a" is a Float32Array of 2 elements, expected a Float32Array of 3 for F32 [3]',
  );
  expect(() => encodeSafetensors({ a: { dtype: "F32", shape: [2], data: new Float64Array(2) } })).toThrow("is a Float64Array");
  expect(() => encodeSafetensors({ a: { dtype: "float32" as "F32", shape: [2], data: new Float32Array(2) } })).toThrow(
    'tensor "a" has dtype "float32", expected one of BOOL, U8,',
  );
});
