import { expect, test } from "vitest";
import { shellPath } from "../src/program-name.ts";
import { collectSetting, compact, duration, parseCount, parseNumber, parseValue, short } from "../src/values.ts";

test("counts as people write them", () => {
  const count = parseCount("--steps");
  expect(["300000", "300_000", "3e5", "300k", "0.3M", "300K"].map(count)).toEqual(Array.from({ length: 6 }, () => 300_000));
  for (const wrong of ["", "x", "-1", "0", "1.5", "0x10", "5 000", "3e-1"])
    expect(() => count(wrong), wrong).toThrow(`--steps is "${wrong}", expected a whole number of at least 1`);
  for (const large of ["1e999", "1e16", "9007199254740993"])
    expect(() => count(large), large).toThrow(`--steps is "${large}", expected a whole number of at most 9,007,199,254,740,991.`);
});

test("numbers within limits", () => {
  expect(parseNumber("--fps", 1, 1000)("12.5")).toBe(12.5);
  for (const wrong of ["", " ", "0", "1001", "NaN", "fast"])
    expect(() => parseNumber("--fps", 1, 1000)(wrong)).toThrow("expected a number from 1 to 1000");
});

test("settings: numbers, JSON, schedules, text", () => {
  expect(
    ["3e-3", "-1", "1_000", ".5", "true", "null", "[64,64]", '{"linear":[1,0]}', "lin_2.5e-4", "relu", '"3"', "Infinity", "lin_x"].map(
      parseValue,
    ),
  ).toEqual([0.003, -1, 1000, 0.5, true, null, [64, 64], { linear: [1, 0] }, { linear: [2.5e-4, 0] }, "relu", "3", Infinity, "lin_x"]);
  expect(collectSetting("b=2", collectSetting("a=x=y"))).toEqual({ a: "x=y", b: 2 });
  expect(() => collectSetting("=3")).toThrow("expected key=value");
});

test("numbers for people", () => {
  expect([0.0123456, 12.3456, 499.12, 12345.6, 300000, 1.5e-9, NaN, -72.51].map(short)).toEqual([
    "0.01235",
    "12.35",
    "499.1",
    "12,346",
    "300,000",
    "1.50e-9",
    "–",
    "-72.51",
  ]);
  expect([1_190_912, 2 ** 53 - 1].map(short)).toEqual(["1,190,912", "9,007,199,254,740,991"]);
  expect([512, 96_256, 1_190_912, 1e8].map(compact)).toEqual(["512", "96,256", "1.191M", "100M"]);
  expect([0, 7.4, 754, 3723, NaN].map(duration)).toEqual(["0:00", "0:07", "12:34", "1:02:03", "–"]);
});

test("paths in commands to paste survive a shell, and are no options", () => {
  expect(["runs/pg/a-1", "-runs/a", "my runs/a", "it's", "$HOME/a\nb"].map(shellPath)).toEqual([
    "runs/pg/a-1",
    "./-runs/a",
    "'my runs/a'",
    `'it'\\''s'`,
    "'$HOME/a\nb'",
  ]);
});
