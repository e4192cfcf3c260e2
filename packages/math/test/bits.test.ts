/** The bits that every engine must give: here in this Node; `pnpm bench math-bits` asks the others. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as math from "@rl/math";
import { hashOf } from "@rl-tools/test-utils/math-bits";

const { hashes } = JSON.parse(readFileSync(new URL("golden/bits.json", import.meta.url), "utf8")) as { hashes: Record<string, string> };

it("stores a hash for every function", () => {
  expect(Object.keys(hashes).toSorted()).toEqual(
    Object.keys(math)
      .filter((name) => !name.startsWith("sincos"))
      .toSorted(),
  );
});

it.each(Object.entries(hashes))("%s over 2²⁰ arguments hashes to %s", (name, hash) => {
  expect(hashOf(name, math)).toBe(hash);
});

it("notices one wrong bit in a million", () => {
  let calls = 0;
  const once = (x: number): number => (++calls === 777_778 ? math.exp(x) * (1 + 2 ** -52) : math.exp(x));
  expect(hashOf("exp", { exp: once })).not.toBe(hashes["exp"]);
});
