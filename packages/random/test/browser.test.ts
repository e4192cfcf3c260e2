/** The same numbers in a browser, also where a content security policy forbids WebAssembly. */
import { describe, expect, it } from "vitest";
import { bundle, noChromium, runInChromium } from "@rl-tools/test-utils/browser";
import { draw } from "./browser-entry.ts";

const entry = new URL("browser-entry.ts", import.meta.url).pathname;
const wasm = "let wasm = true; try { new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)); } catch { wasm = false; }";

describe.skipIf(noChromium() !== undefined)(`Chromium${noChromium() === undefined ? "" : ` (${noChromium()})`}`, () => {
  it.each([
    ["with WebAssembly", true, {}],
    ["without", false, { "Content-Security-Policy": "default-src 'none'; script-src 'self'" }],
  ])("%s", async (_, expected, headers) => {
    const { value } = await runInChromium<{ wasm: boolean; drawn: unknown[] }>(
      `${await bundle(entry)} ${wasm} return { wasm, drawn: bundle.draw() };`,
      { headers },
    );
    expect(value.wasm).toBe(expected);
    expect(value.drawn).toEqual(draw());
  });
});
