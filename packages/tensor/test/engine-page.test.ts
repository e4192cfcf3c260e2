import { expect, test } from "vitest";
import { page, renewed, sentences } from "./engine-page.ts";

const again = "run node --conditions=@rl/source packages/tensor/test/engine-page.ts --write";

test("docs/engine.md shows what inspect prints: the graph, kernels, memory plan and WebAssembly text; and the source of a primitive", () => {
  const kinds = [...page.matchAll(/^```(graph|kernels|memory|wat|ts(?= src))/gm)].map(([, kind]) => kind);
  expect(kinds).toEqual(["graph", "wat", "wat", "ts", "kernels", "wat", "memory"]);
  expect(page, again).toBe(renewed);
});

test("the numbers in its text are right", () => {
  expect(sentences.filter((sentence) => !page.includes(sentence))).toEqual([]);
});
