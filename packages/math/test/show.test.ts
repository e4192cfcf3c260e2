/** Values in messages: short, one line, no control characters, whatever they are. */
import { expect, test } from "vitest";
import { plainText, quote, show } from "../src/options.ts";

test.each([
  [1, "1"],
  [-0, "-0"],
  [NaN, "NaN"],
  [5n, "5n"],
  [2n ** 1_000_000n, "a bigint of more than 256 bits"],
  [-(2n ** 300n), "a bigint of more than 256 bits"],
  [true, "true"],
  [null, "null"],
  [undefined, "undefined"],
  ["a", '"a"'],
  ["\u001b]0;x\u0007\u009b\u2028", String.raw`"\u001b]0;x\u0007\u009b\u2028"`],
  ["a".repeat(1_000_000), `"${"a".repeat(60)}"… (1000000 characters)`],
  [Symbol("s"), "Symbol(s)"],
  [(): number => 1, "a function"],
  [[1, "b", [2]], '[1, "b", a list]'],
  [Array.from({ length: 100 }, () => 0), "[0, 0, 0, 0, 0, 0, …] (100 items)"],
  // oxlint-disable-next-line no-sparse-arrays -- a hole is what is shown
  [[, 1], "[undefined, 1]"],
  [new Float32Array([1, 2]), "Float32Array [1, 2]"],
  [{}, "{}"],
  [{ a: 1, b: { c: 2 } }, "{ a, b }"],
  [Object.fromEntries(Array.from("abcdefghij", (key) => [key, 1])), "{ a, b, c, d, e, f, … }"],
  [Object.create(null), "{}"],
  [new Map(), "a Map"],
  [new Error("no"), "an Error"],
  [{ constructor: 5 }, "{ constructor }"],
  [
    new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error("no");
        },
      },
    ),
    "an object that cannot be read",
  ],
] as const)("%#", (value, text) => {
  expect(show(value)).toBe(text);
});

test("lists that hold themselves", () => {
  const list: unknown[] = [];
  list.push(list);
  expect(show(list)).toBe("[a list]");
});

test("text in the middle of a sentence", () => {
  expect(plainText('say "a"\n')).toBe(String.raw`say "a"\n`);
  expect(plainText("b".repeat(100))).toBe(`${"b".repeat(60)}…`);
  expect(quote("a")).toBe('"a"');
});
