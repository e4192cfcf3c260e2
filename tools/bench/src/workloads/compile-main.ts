/**
 * compile-main.ts WORK PATH: in a fresh process, milliseconds of the first call of a compiled function (trace, graph, passes, module, one run), of the first
 * call of the same work compiled a second time, and of a later one; and how many programs the engine then has. Prints one JSON line.
 */
import { createWasmEngine, registerEngine } from "@rl/tensor";
import { enableWideVectors } from "@rl/tensor/node";
import { actor, caller, workloads } from "./rows.ts";

const [name, path] = process.argv.slice(2);
if (path === "joined") enableWideVectors();
const engine = createWasmEngine("cold");
registerEngine(engine);
// Node loads its clock when it is first read.
performance.now();

function timed(call: () => void): number {
  const start = performance.now();
  call();
  return performance.now() - start;
}

const make = (): (() => void) =>
  name === "action"
    ? actor(1, engine)
    : caller(
        workloads.find((work) => work.name === name)!,
        engine,
      );
const [one, two] = [make(), make()];
const before = engine.programs().length;
const first = timed(one);
const compiled = engine.programs().length;
const second = timed(two);
console.log(JSON.stringify({ first, second, later: timed(two), programs: compiled - before, more: engine.programs().length - compiled }));
