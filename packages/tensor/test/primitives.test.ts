/** One primitive, one file: src/primitives/less-equal.ts holds lessEqual, complete, so that a new one needs no other file of the engine. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { primitives } from "../src/primitives/index.ts";
import type { Primitive } from "../src/primitives/primitive.ts";

const folder = new URL("../src/primitives/", import.meta.url);
const shared = ["index.ts", "primitive.ts"];
const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !shared.includes(name));
const fileOf = (name: string): string => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`;
const load = (file: string): Promise<Record<string, unknown>> => import(new URL(file, folder).pathname);

const modules = new Map<string, Record<string, unknown>>();
for (const file of files) modules.set(file, await load(file));

/** Values that are there before a program's first step; the engine has nothing to compute. */
const SOURCES = ["constant", "input", "iota", "part"];

test("every primitive has a file of its name, and every file a primitive", () => {
  expect([...primitives.keys()].map(fileOf).toSorted()).toEqual(files.toSorted());
});

test("primitives without code in the wasm engine are sources", () => {
  const sources = [...primitives.values()].filter(({ wasm }) => wasm.kind === "source").map(({ name }) => name);
  expect(sources.toSorted()).toEqual(SOURCES);
});

/** What a primitive's rule must have, by kind. */
const PART = { elementwise: "lanes", view: "view", kernel: "emit", source: "lower" } as const;

describe.each([...primitives.values()].map((primitive): [string, Primitive] => [primitive.name, primitive]))("%s", (name, primitive) => {
  test("is complete in its file", () => {
    expect(modules.get(fileOf(name))?.[name]).toBe(primitive);
    expect(readFileSync(new URL(fileOf(name), folder), "utf8")).toMatch(new RegExp(`^/\\*\\*(\\n \\*)? ${name}[:({]`));
    for (const part of [primitive.infer, primitive.evaluate, primitive.flops]) expect(part).toBeTypeOf("function");
    const { wasm } = primitive;
    expect((wasm as unknown as Record<string, unknown>)[PART[wasm.kind]]).toBeTypeOf("function");
  });

  // The engine's lists of primitives are made at import: a file that leads back to them must not be needed for that.
  test("its file can be imported before all others", async () => {
    vi.resetModules();
    expect(await load(fileOf(name))).toHaveProperty(name);
  });
});
