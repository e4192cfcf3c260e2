/** A generator whose peer lies on purpose: the lie must be found, made small and printed as a test. No Python. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { difference, EXACT } from "../src/compare.ts";
import { defineGenerator } from "../src/define.ts";
import { int, list } from "../src/draw.ts";
import { judge, makeCase, search, type Ask, type Failure } from "../src/frame.ts";
import { generators } from "../src/generators/index.ts";
import { literal, pack, type Json } from "../src/json.ts";
import { shrink } from "../src/shrink.ts";

const sums = defineGenerator<{ numbers: readonly number[] }>({
  name: "sums",
  about: "sums beside sums",
  tolerance: EXACT,
  make: (rng) => ({ numbers: list(int(rng, 0, 12), () => int(rng, -50, 50)) }),
  code: ({ numbers }) => `return add(${literal(numbers)});`,
  scope: { add: (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) },
  imports: `import { add } from "./add.ts";`,
});
const right: Ask = async (input) => ({ answer: (input as { numbers: number[] }).numbers.reduce((a, b) => a + b, 0) });
/** Wrong wherever a number above 30 comes before a negative one. */
const wrong: Ask = async (input) => {
  const { numbers } = input as { numbers: number[] };
  const lie = numbers.some((x, i) => x > 30 && numbers.slice(i).some((y) => y < 0));
  return { answer: numbers.reduce((a, b) => a + b, 0) + (lie ? 1 : 0) };
};

async function failuresOf(ask: Ask, seed: number): Promise<Failure[]> {
  const failures: Failure[] = [];
  await search(sums, ask, { seed, stop: (tried) => tried >= 60 }, (failure) => failures.push(failure));
  return failures;
}

test("a wrong answer is found, shrunk to what it needs and printed as a test with the peer's value", async () => {
  const [first] = await failuresOf(wrong, 1);
  const { numbers } = first!.smallest as { numbers: number[] };
  expect(numbers).toHaveLength(2);
  expect(numbers[0]).toBeGreaterThan(30);
  expect(numbers[1]).toBeLessThan(0);
  expect(first!.what).toBe(`answer: ours ${numbers[0]! + numbers[1]!}, theirs ${numbers[0]! + numbers[1]! + 1}`);
  expect(first!.test).toBe(
    [
      `import { expect, test } from "vitest";`,
      `import { add } from "./add.ts";`,
      ``,
      `test("differential sums --seed 1 --case ${first!.index}", async () => {`,
      `  const actual = async () => {`,
      `    return add([${numbers.join(", ")}]);`,
      `  };`,
      `  expect(await actual()).toEqual(${numbers[0]! + numbers[1]! + 1});`,
      `});`,
    ].join("\n"),
  );
});

test("right answers give no failure, and a case depends on nothing but seed and index", async () => {
  expect(await failuresOf(right, 1)).toEqual([]);
  const [first] = await failuresOf(wrong, 2);
  const alone: Failure[] = [];
  await search(sums, wrong, { seed: 2, from: first!.index, stop: (tried) => tried >= 1 }, (failure) => alone.push(failure));
  expect(alone).toEqual([first]);
  expect(makeCase(sums, 2, 5)).not.toEqual(makeCase(sums, 3, 5));
});

test("a refusal by one side is a failure, by both it is agreement, unless the generator is lenient", async () => {
  const refusing = { ...sums, code: () => `throw new Error("no");` };
  const refuses: Ask = async () => ({ error: "neither" });
  expect((await judge(refusing, { numbers: [] }, right))!.what).toBe("ours refuses: no");
  expect((await judge(sums, { numbers: [] }, refuses))!.what).toBe("theirs refuses: neither");
  expect(await judge(refusing, { numbers: [] }, refuses)).toBeUndefined();
  expect(await judge({ ...refusing, lenient: true }, { numbers: [] }, right)).toBeUndefined();
});

test.each<[Json, Json, number, string | undefined]>([
  [1, 1, 0, undefined],
  [0, "-0", 0, "answer: ours 0, theirs -0"],
  [0, "-0", 1e-9, undefined],
  ["NaN", "NaN", 0, undefined],
  ["NaN", 1, 0.5, "answer: ours NaN, theirs 1"],
  ["Infinity", 1e300, 0.5, "answer: ours Infinity, theirs 1e+300"],
  [[1000, 0.001], [1000, 0], 1e-6, undefined],
  [[1000, 0.1], [1000, 0], 1e-6, "answer[1]: ours 0.1, theirs 0"],
  [{ a: [1] }, { a: [1, 2] }, 1, "answer.a: ours has 1 items, theirs 2"],
  [{ a: 1 }, { b: 1 }, 1, "answer.a: only ours has it"],
  [true, 1, 1, "answer: ours true, theirs 1"],
])("%j beside %j within %d: %s", (ours, theirs, relative, expected) => {
  expect(difference(ours, theirs, { relative, absolute: 0 })).toBe(expected);
});

test("numbers that JSON lacks come through as they were", () => {
  expect(pack([NaN, Infinity, -Infinity, -0, 1.5, 2n, Float32Array.of(0.5), undefined])).toEqual([
    "NaN",
    "Infinity",
    "-Infinity",
    "-0",
    1.5,
    "2",
    [0.5],
    null,
  ]);
  expect(literal(pack({ a: [NaN, -0], "b-c": "text" }))).toBe(`{ a: [NaN, -0], "b-c": "text" }`);
});

test("shrinking keeps the operands of a step, and ends", async () => {
  const start: Json = {
    steps: [
      ["add", 3, 4],
      ["mul", 12.345, 1],
    ],
    rest: [7, 8, 9],
  };
  const small = await shrink<Json>(start, async (candidate) => JSON.stringify(candidate).includes("mul"));
  expect(small).toEqual({ steps: [["mul", 0, 0]], rest: [] });
});

test.each(generators.map((generator) => ({ name: generator.name, generator })))(
  "$name makes 20 cases of a seed, the same each time, as JSON",
  ({ generator }) => {
    for (let index = 0; index < 20; index++) {
      const input = makeCase(generator, 7, index);
      expect(makeCase(generator, 7, index)).toEqual(input);
      expect(JSON.parse(JSON.stringify(input))).toEqual(input);
      expect(generator.valid?.(input as never) ?? true).toBe(true);
      expect(generator.code(input as never)).toContain("return");
    }
  },
);

test("the command lists, helps and refuses in one line", () => {
  const call = (...words: string[]) =>
    spawnSync(process.execPath, ["--conditions=@rl/source", new URL("../src/main.ts", import.meta.url).pathname, ...words], {
      encoding: "utf8",
    });
  expect(call("--list").stdout.trim().split("\n")).toHaveLength(generators.length);
  expect(call("--help").stdout).toContain("--seed S");
  const typo = call("tensr");
  expect(typo.status).toBe(2);
  expect(typo.stderr).toContain(`got "tensr"; expected all or one of`);
  expect(call("random").stdout).toContain("skipped: it needs --python VENV");
  expect(call("random", "--seconds", "-1").status).toBe(2);
});
