/** Every function with values that nobody means: a number for numbers, one sentence for the rest. */
import { misconduct, strangeValues } from "@rl-tools/test-utils/strange";
import { expect, test } from "vitest";
import { comingFrom } from "../src/coming-from.ts";
import * as math from "../src/index.ts";
import { parseJson, treeProblem } from "../src/json.ts";
import { show } from "../src/options.ts";

const { sincos: _, sincosColumn: __, ...functions } = math;

test("elementary functions take numbers", () => {
  for (const [shown, value] of Object.entries(strangeValues()))
    for (const [name, call] of Object.entries(functions) as [string, (...args: unknown[]) => unknown][]) {
      const places =
        name === "pow" || name === "hypot" || name === "atan2"
          ? [
              [value, 2],
              [2, value],
            ]
          : [[value]];
      for (const args of places) {
        if (typeof value === "number") expect(typeof call(...args), `${name}(${shown})`).toBe("number");
        else expect(() => call(...args), `${name}(${shown})`).toThrow(`${name}: got ${typeof value}; expected a number.`);
      }
    }
});

test("what reads and shows takes anything, or says what it expects", async () => {
  for (const [shown, value] of Object.entries(strangeValues()))
    for (const call of [() => show(value), () => treeProblem(value), () => comingFrom(String(show(value)), ["discount"])])
      expect(await misconduct(call), shown).toBeUndefined();
  for (const value of Object.values(strangeValues()))
    if (typeof value !== "string") expect(() => parseJson(value as never)).toThrow(/^is not text but/);
});
