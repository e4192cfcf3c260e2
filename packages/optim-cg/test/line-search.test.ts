import { lineSearch } from "@rl/optim-cg";
import { expect, test } from "vitest";

const options = { shrink: 0.5, maxSteps: 10, accept: (value: number) => value < 2 };

test("takes the first fraction that is accepted", () => {
  const tried: number[] = [];
  const start = Float64Array.of(1, 1);
  const step = Float64Array.of(8, -8);
  const result = lineSearch(
    (x) => {
      tried.push(x[0]!);
      return x[0]! - 1;
    },
    start,
    step,
    options,
  );
  expect(tried).toEqual([9, 5, 3, 2]);
  expect(result).toEqual({ accepted: true, point: Float64Array.of(2, 0), fraction: 0.125 });
  expect(start).toEqual(Float64Array.of(1, 1));
  expect(step).toEqual(Float64Array.of(8, -8));
});

test("ordinary arrays of numbers become Float64Array", () => {
  expect(lineSearch((x) => x[0]!, [0], [4], options)).toEqual({ accepted: true, point: Float64Array.of(1), fraction: 0.25 });
});

test("the full step when it is good", () => {
  expect(lineSearch(() => 0, Float64Array.of(0), Float64Array.of(3), options)).toEqual({
    accepted: true,
    point: Float64Array.of(3),
    fraction: 1,
  });
});

test.each([Float64Array, Float32Array])("not accepted: the original point bit for bit, %s", (Kind) => {
  // 0.1 + h − h ≠ 0.1 for most h, −0 + 0 = 0, and NaN has many bit patterns: only a copy keeps them all.
  const start = Kind.of(0.1, -0, 1e-40, NaN, Infinity, 1 / 3);
  new Uint8Array(start.buffer)[3 * start.BYTES_PER_ELEMENT] = 7; // a NaN with a payload
  const before = new Uint8Array(start.buffer.slice(0));
  let calls = 0;
  const result = lineSearch(
    (x: Float64Array | Float32Array) => {
      calls++;
      x.fill(5); // even when evaluate scribbles on its argument
      return 1;
    },
    start,
    Kind.of(1, 2, 3, 4, 5, 6),
    { shrink: 0.8, maxSteps: 7, accept: () => false },
  );
  expect(calls).toBe(7);
  expect(result).toMatchObject({ accepted: false, fraction: 0 });
  expect(new Uint8Array(result.point.buffer)).toEqual(before);
  expect(new Uint8Array(start.buffer)).toEqual(before);
});

test("numbers that are not finite are never accepted; other values go to accept as they are", () => {
  const always = { ...options, accept: () => true };
  expect(lineSearch((x) => (x[0]! > 1 ? NaN : x[0]!), Float64Array.of(0), Float64Array.of(4), always).fraction).toBe(0.25);
  const seen: unknown[] = [];
  const result = lineSearch((x) => ({ kl: x[0]! }), Float64Array.of(0), Float64Array.of(1), {
    ...options,
    accept: (v, fraction) => (seen.push([v, fraction]), v.kl <= 0.3),
  });
  expect(seen).toEqual([
    [{ kl: 1 }, 1],
    [{ kl: 0.5 }, 0.5],
    [{ kl: 0.25 }, 0.25],
  ]);
  expect(result.fraction).toBe(0.25);
});

test("workspace: the point is that array", () => {
  const workspace = new Float64Array(1);
  expect(lineSearch(() => 0, Float64Array.of(1), Float64Array.of(2), { ...options, workspace }).point).toBe(workspace);
});

test.each<[string, () => unknown, RegExp]>([
  [
    "shrink",
    () => lineSearch(() => 0, Float64Array.of(1), Float64Array.of(1), { ...options, shrink: 1 }),
    /shrink is 1, expected a number in \(0, 1\)/,
  ],
  ["steps", () => lineSearch(() => 0, Float64Array.of(1), Float64Array.of(1), { ...options, maxSteps: 0 }), /maxSteps is 0/],
  [
    "lengths",
    () => lineSearch(() => 0, Float64Array.of(1), Float64Array.of(1, 2), options),
    /step is a Float64Array of length 2, expected a Float64Array of length 1/,
  ],
  [
    "name",
    () => lineSearch(() => 0, Float64Array.of(1), Float64Array.of(1), { ...options, srink: 0.5 } as typeof options),
    /did you mean "shrink"/,
  ],
  [
    "the start as workspace",
    () => ((s) => lineSearch(() => 0, s, Float64Array.of(1), { ...options, workspace: s }))(Float64Array.of(1)),
    /same array/,
  ],
])("bad input: %s", (_, call, message) => {
  expect(call).toThrow(message);
});
