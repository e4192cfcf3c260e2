import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../src/workspace.ts";

// The real configuration on a file of our own in packages/x/src: line → rule that must speak, or none.
const lines: readonly (readonly [code: string, rule: string | undefined])[] = [
  ["export const a = Math.sin(1);", "rl(exact-math)"],
  ["export const b = Math.random();", "rl(exact-math)"],
  ["export const c = Math.floor(Math.sqrt(2)) + Math.PI;", undefined],
  ["const { tan } = Math;", "rl(exact-math)"],
  ["export const { sqrt, PI } = Math;", undefined],
  ["export const u = globalThis.Math.sin(1);", "rl(exact-math)"],
  ["export const v = [1].map(Math.cos);", "rl(exact-math)"],
  ["export const w = (): typeof Math => Math;", "rl(exact-math)"],
  ["export const d = tan(x ** 2);", "rl(exact-math)"],
  ["export const e = 2 ** 32 + 2 ** -53 + 10 ** 3;", undefined],
  ["export const f = 2 ** 0.5;", "rl(exact-math)"],
  ["export const g = 10 ** -3;", "rl(exact-math)"],
  ["export const h = Date.now();", "rl(no-clock)"],
  ["export const i = performance.now();", "rl(no-clock)"],
  ["export const j = new Date();", "rl(no-clock)"],
  ["export const k = crypto.getRandomValues(new Uint8Array(1));", "rl(no-clock)"],
  ["export const l = (Math: { sin(v: number): number }): number => Math.sin(1);", undefined],
  ["export const m = { Date: 1, performance: 2 }.Date;", undefined],
  ['export * from "./y.ts";', "rl(no-export-star)"],
  ["export const n = (v: any): unknown => v;", "typescript(no-explicit-any)"],
  ["export const o = (v: string): string => JSON.parse(v);", "typescript(no-unsafe-return)"],
  ["export const p = (): void => { later(); };", "typescript(no-floating-promises)"],
  ["export const q = [1].map(later);", undefined],
  ["export const r = (): void => { [1].forEach(later); };", "typescript(no-misused-promises)"],
  ['export const s = (): void => { console.log("no"); };', "eslint(no-console)"],
  ["export const t = async (): Promise<number> => await x;", "typescript(await-thenable)"],
];
const head = ["const x = 3;", "async function later(): Promise<void> { await Promise.resolve(); }"];

let folder = "";
let output = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rl-lint-"));
  const source = join(folder, "packages/x/src");
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "x.ts"), [...head, ...lines.map(([code]) => code)].join("\n"));
  writeFileSync(join(source, "y.ts"), "export const z = 1;\n");
  mkdirSync(join(folder, "tools/config"), { recursive: true });
  cpSync(join(repositoryRoot, "tools/config"), join(folder, "tools/config"), { recursive: true });
  cpSync(join(repositoryRoot, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  const tsconfig = { extends: "../../tools/config/tsconfig.base.json", include: ["src"] };
  writeFileSync(join(folder, "packages/x/tsconfig.json"), JSON.stringify(tsconfig));
  const bin = join(repositoryRoot, "node_modules/.bin");
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ""}`, OXLINT_TSGOLINT_PATH: join(bin, "tsgolint") };
  const oxlint = join(repositoryRoot, "node_modules/oxlint/bin/oxlint");
  output = spawnSync(process.execPath, [oxlint, "--type-aware", "-f", "unix"], { cwd: folder, encoding: "utf8", env }).stdout;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("lint of packages/", () => {
  it.each(lines.map(([code, rule], i) => [code, rule ?? "nothing", i] as const))("%s → %s", (_, rule, i) => {
    const found = output.split("\n").filter((line) => line.startsWith(`packages/x/src/x.ts:${i + 1 + head.length}:`));
    if (rule === "nothing") expect(found).toEqual([]);
    else expect(found.join("\n")).toContain(rule);
  });
});
