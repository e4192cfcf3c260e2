/** Bad arguments of the right TypeScript types: every operation either works or says, beginning with a name, what is wrong. Never a trap, never JavaScript's own complaint. */
import { Generator } from "@rl/random";
import { expect, test } from "vitest";
import { functions } from "./functions.ts";
import { compile, tensor, Tensor, zeros, type TensorDType } from "../src/index.ts";

const rng = new Generator(5);
const choose = <T>(list: readonly T[]): T => list[rng.integers(0, list.length)]!;
const extents = [0, 1, 2, 3];
const dtypes: readonly TensorDType[] = ["float32", "float32", "int32", "uint8", "bool", "float64", "int8", "int64"];
const anyShape = (): number[] => Array.from({ length: rng.integers(0, 5) }, () => choose(extents));
const anyTensor = (): Tensor => {
  const made = zeros(anyShape(), { dtype: choose(dtypes) });
  return rng.random() < 0.3 ? made : made.add(choose([1, 2, -1])).cast(made.dtype);
};
const anyNumber = (): number => choose([0, 1, 2, -1, -2, 7, 1.5, NaN, Infinity, -Infinity, 2 ** 40]);
const anyList = (): number[] => Array.from({ length: rng.integers(0, 4) }, anyNumber);
const anyOptions = (): object =>
  choose([
    {},
    { kernel: anyNumber() },
    { kernel: [anyNumber(), anyNumber()], stride: anyNumber() },
    { kernel: 2, padding: anyNumber(), dilation: anyNumber() },
    { stride: anyNumber(), groups: anyNumber() },
    { eps: anyNumber() },
    { keepDims: true, correction: anyNumber() },
    { delta: anyNumber() },
    { reduction: "none" },
  ]);
const anything = (): unknown =>
  choose([anyTensor, anyTensor, anyTensor, anyNumber, anyList, anyOptions, () => [anyTensor(), anyTensor()], () => undefined])();

const show = (value: unknown): string => {
  if (value instanceof Tensor) return `${value.dtype}[${value.shape.join()}]`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

/** What only a defect says. */
const internal =
  /is not a function|is not iterable|Cannot read|Cannot convert|Invalid (array|typed array) length|BigInt|out of bounds|unreachable|defect|\[object|reduce of empty/i;

test("six thousand bad calls end in a clear error or a result", () => {
  const names = Object.keys(functions);
  const bad = new Map<string, string>();
  let refused = 0;
  let worked = 0;
  for (let i = 0; i < 6000; i++) {
    const name = names[i % names.length]!;
    const args = Array.from({ length: rng.integers(1, 5) }, anything);
    if (name === "concat" || name === "stack") args[0] = [anyTensor(), anyTensor()];
    else if (rng.random() < 0.8 || name === "scatterAdd" || name === "scatterAddAlong") args[0] = anyTensor();
    const shown = `${name}(${args.map(show).join(", ")})`;
    for (const run of [
      (): unknown => functions[name]!(...args),
      (): unknown =>
        compile((...given: unknown[]) => functions[name]!(...given), {
          static: args.map((_a, k) => k),
        })(...args),
    ]) {
      try {
        run();
        worked++;
      } catch (error) {
        refused++;
        const { message } = error as Error;
        if (error instanceof WebAssembly.RuntimeError || internal.test(message) || !/^[a-zA-Z0-9_ ()]+: /.test(message))
          bad.set(`${name}: ${message.replaceAll(/[\d.,\- ]+/g, "#")}`, `${shown}: ${message}`);
      }
    }
  }
  expect([...bad.values()].slice(0, 20)).toEqual([]);
  expect(refused).toBeGreaterThan(2000);
  expect(worked).toBeGreaterThan(500);
  expect(tensor(1).item()).toBe(1);
});
