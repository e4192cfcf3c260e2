/** JSON from anywhere: as JSON.parse, and refused in words where it is none or too deep. */
import { expect, test } from "vitest";
import { MAX_DEPTH, parseJson, treeProblem } from "../src/json.ts";

const nested = (levels: number, open = "[", close = "]"): string => open.repeat(levels) + close.repeat(levels);
const problem = (text: unknown): string => {
  try {
    parseJson(text as string);
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return (error as Error).message;
  }
  return "none";
};

test("what JSON.parse gives", () => {
  for (const text of [
    '{"a":[1,-0,1e999,null,true,"\\"[\\\\"],"__proto__":{"b":2}}',
    " 5 ",
    '"[[["',
    nested(MAX_DEPTH),
    nested(85, '{"a":[', "]}"),
  ])
    expect(parseJson(text)).toEqual(JSON.parse(text));
});

test("too deep, at any size, brackets within text not counted", () => {
  expect(problem(nested(MAX_DEPTH + 1))).toBe("is nested more than 256 levels deep at character 256");
  expect(problem(nested(100_000))).toBe("is nested more than 256 levels deep at character 256");
  expect(problem("[".repeat(10_000_000))).toBe("is nested more than 256 levels deep at character 256");
  expect(problem(`{"a":${nested(100_000, '{"a":', "}")}}`)).toMatch(/^is nested more than 256 levels deep at character \d+$/);
  expect(parseJson(JSON.stringify("[".repeat(1000)))).toBe("[".repeat(1000));
  expect(parseJson(JSON.stringify([String.raw`\"[`.repeat(1000)]))).toEqual([String.raw`\"[`.repeat(1000)]);
  // One after another is not within each other.
  expect(parseJson(`[${"[],".repeat(1000)}[]]`)).toHaveLength(1001);
});

test("what is no JSON, in one line", () => {
  expect(problem("{")).toMatch(/^is not JSON \(.+\)$/);
  expect(problem("\u001b[2J\u009b")).toMatch(/^is not JSON \(.+\)$/);
  // oxlint-disable-next-line no-control-regex -- they must not get through
  expect(problem("\u001b[2J\u009b\n")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(problem(undefined)).toBe("is not text but undefined");
  expect(problem(null)).toBe("is not text but null");
  expect(problem({})).toBe("is not text but object");
});

test("values that are no tree", () => {
  const deep = (levels: number): unknown => {
    let value: unknown = 1;
    for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
    return value;
  };
  expect(treeProblem(5)).toBeUndefined();
  expect(treeProblem({ a: [1, { b: new Float32Array(3) }], c: null })).toBeUndefined();
  expect(treeProblem(deep(MAX_DEPTH))).toBeUndefined();
  expect(treeProblem(deep(MAX_DEPTH + 1))).toBe("is nested more than 256 levels deep at 0.a.0.a.0.a.0.a.…");
  expect(treeProblem(deep(100_000))).toMatch(/^is nested more than 256 levels deep/);
  const self: Record<string, unknown> = { b: {} };
  (self["b"] as Record<string, unknown>)["c"] = [1, self];
  expect(treeProblem(self)).toBe("holds itself at b.c.1");
  // The same object twice is a tree when written out …
  const shared = { x: 1 };
  expect(treeProblem([shared, shared])).toBeUndefined();
  // … but doubled thirty times it is larger than memory.
  let doubled: unknown = [];
  for (let i = 0; i < 30; i++) doubled = [doubled, doubled];
  expect(treeProblem(doubled)).toBe("has more than 2000000 parts");
});
