import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { impureStatements } from "../src/purity.ts";

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "rl-purity-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function kept(...statements: readonly string[]): Promise<string[]> {
  const path = join(folder, "index.js");
  writeFileSync(path, statements.join("\n"));
  return (await impureStatements(path)).map(
    (finding) =>
      finding
        .replace(`${path}:`, "")
        .replace(/: a bundle keeps/, "")
        .split(" where nothing")[0]!,
  );
}

it("finds nothing in statements that only make a value", async () => {
  const statements = [
    'import { exp, log } from "@rl/math";',
    "const table = /* @__PURE__ */ build(256);",
    "const names = { log, wide: [1, 2, table] };",
    "function build(n) { return exp(n); }",
    "class Box extends Space { size = build(2); }",
    "var Space = class { static from(value) { return new Box(value); } };",
    "let cache;",
    "const half = (wide + 1) / (2 * -Math.PI);",
    "const large = 1.5 * 2 ** 52, mask = (1n << 128n) - 1n;",
    "export { Box, names, cache };",
  ];
  expect(await kept(...statements)).toEqual([]);
});

it.each([
  "const table = build(256);",
  "const size = width / build(2);",
  "const size = all[0] / 2;",
  "const table = /* @__PURE__ */ build({ scale: 2 ** 52, all });",
  "size += 2;",
  "const { first } = all;",
  "const both = { ...width, all };",
  "for (const one of all) build(one);",
  "class Named { static all = build(1); }",
  "build(1);",
])("names %s and its line", async (statement) => {
  const others = ["const width = 3;", "const all = [1, 2];", "function build(n) { return n; }"];
  expect(await kept(...others, statement)).toEqual([`4 "${statement}"`]);
});
