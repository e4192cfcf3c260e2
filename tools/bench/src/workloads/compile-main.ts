/**
 * compile-main.ts WORK PATH: in a fresh process, milliseconds that the engine's import takes, the first call of a compiled function (trace, graph, passes,
 * module, one run), the first call of the same work compiled a second time, and a later one; and how many programs the engine then has. Prints one JSON
 * line.
 */
// Node loads its clock when it is first read.
performance.now();
const start = performance.now();
const { createWasmEngine, registerEngine } = await import("@rl/tensor");
const load = performance.now() - start;
const { enableWideVectors } = await import("@rl/tensor/node");
const { actor, caller, workloads } = await import("./rows.ts");

const [name, path] = process.argv.slice(2);
if (path === "joined") enableWideVectors();
const engine = createWasmEngine("cold");
registerEngine(engine);

function timed(call: () => void): number {
  const before = performance.now();
  call();
  return performance.now() - before;
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
console.log(
  JSON.stringify({ load, first, second, later: timed(two), programs: compiled - before, more: engine.programs().length - compiled }),
);
