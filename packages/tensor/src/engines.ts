/** Which engines there are, and which one compile uses. */
import { nearest } from "@rl/math/options";
import type { Engine } from "./engine.ts";
import { referenceEngine } from "./reference.ts";
import { wasmEngine } from "./wasm/engine.ts";

const engines = new Map<string, Engine>([
  ["wasm", wasmEngine],
  ["reference", referenceEngine],
]);
let chosen: Engine | undefined;

/** Engines by name, as `to(name)` takes them. */
export const availableEngines = (): readonly string[] => [...engines.keys()];

/** Makes an engine known under its name. */
export function registerEngine(engine: Engine): void {
  engines.set(engine.name, engine);
}

/** The engine of a name, or the engine itself. */
export function engineOf(engine: string | Engine): Engine {
  if (typeof engine !== "string") return engine;
  const found = engines.get(engine);
  if (!found) {
    const meant = nearest(engine, availableEngines());
    throw new Error(
      `engine: got "${engine}"; expected one of ${availableEngines().join(", ")}${meant === undefined ? "" : `; did you mean "${meant}"?`}; other engines are installed separately and made known with registerEngine`,
    );
  }
  return found;
}

/** The engine of compile where no other is named. */
export function setDefaultEngine(engine: string | Engine): void {
  chosen = engineOf(engine);
}

/** The engine that compile uses now. */
export const defaultEngine = (): Engine => chosen ?? wasmEngine;
