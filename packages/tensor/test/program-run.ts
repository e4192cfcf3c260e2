/** Runs the first `count` random programs on the wasm engine of this thread: judged against the reference, or only for their bits. See wasm-programs.ts. */
import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { TypedArray } from "../src/dtype.ts";
import type { Graph } from "../src/graph.ts";
import { compile, type Tensor } from "../src/index.ts";
import { graphKey } from "../src/passes/key.ts";
import { optimize } from "../src/passes/optimize.ts";
import { loopAttributes } from "../src/primitives/loop.ts";
import { type WasmEngine, wasmEngine } from "../src/wasm/engine.ts";
import { failureOf } from "./agreement.ts";
import { goldenCases, load, operationOf } from "./golden.ts";
import type { Judge } from "./judge.ts";
import { randomProgram, type RandomProgram } from "./random-programs.ts";
import { randomUpdate } from "./random-updates.ts";

/** Every tenth program is a whole training step. */
export const programOf = (seed: number): RandomProgram =>
  seed % 10 === 9
    ? randomUpdate(seed)
    : randomProgram(seed, { dtypes: ["float32", "float32", "float32", "int32", "uint8", "bool"], donates: true });

/** What occurs in programs: operations (also inside loops), and how many programs hold what. */
export class Coverage {
  readonly operations = new Set<string>();
  readonly counts = new Map<string, number>();

  add({ graph, inputs }: RandomProgram): void {
    const here = new Set<string>();
    const visit = ({ nodes }: Graph): void => {
      for (const node of nodes) {
        this.operations.add(node.op);
        if (node.op === "loop") visit(loopAttributes(node.attributes).body);
        for (const n of node.shape) if (n === 0 || n === 1) here.add(`an extent ${n}`);
        if (node.shape.some((n) => n > 3 && [5, 7, 11, 13, 17, 19, 31].includes(n))) here.add("a prime extent > 3");
        if (node.op === "broadcast") here.add("a broadcast");
      }
    };
    visit(graph);
    for (const data of inputs) {
      if (!(data instanceof Float32Array)) continue;
      for (const x of data) {
        if (x !== x) here.add("NaN");
        else if (Math.abs(x) === Infinity) here.add(x > 0 ? "∞" : "−∞");
        else if (Object.is(x, -0)) here.add("−0");
        else if (x !== 0 && Math.abs(x) < 1.17549435e-38) here.add("a denormal");
      }
    }
    for (const what of here) this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

/** A program as it is, and as the passes leave it. */
function failureIn(engine: WasmEngine, program: RandomProgram, judge: Judge): string | undefined {
  const graph = optimize(program.graph);
  const changed = graphKey(graph) !== graphKey(program.graph);
  return failureOf(engine, program, judge) ?? (changed ? failureOf(engine, { ...program, graph }, judge) : undefined);
}

export interface ProgramRun {
  /** One hash per program (and one for all golden cases): equal exactly where the bits of all results are equal. */
  readonly hashes: readonly string[];
  readonly failures: readonly string[];
}

export async function runPrograms(
  count: number,
  options: { engine?: WasmEngine; judge?: Judge; coverage?: Coverage; progress?: (done: number) => void },
): Promise<ProgramRun> {
  const { engine = wasmEngine } = options;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const hashes: string[] = [];
  const failures: string[] = [];
  for (let seed = 0; seed < count; seed++) {
    if (seed % 100 === 99) {
      // Programs out of use are collected between turns.
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
    if (seed > 0 && seed % 1000 === 0) options.progress?.(seed);
    const program = programOf(seed);
    options.coverage?.add(program);
    const failure = options.judge && failureIn(engine, program, options.judge);
    if (failure !== undefined) failures.push(`seed ${seed}: ${failure}`);
    try {
      hashes.push(hashOfProgram(engine, program));
    } catch (error) {
      if (failure === undefined) failures.push(`seed ${seed}: ${String((error as Error).stack)}`);
      hashes.push("failed");
    }
    if (failures.length >= 5) break;
  }
  hashes.push(
    hashOf(
      goldenCases.flatMap((golden) => {
        const operation = operationOf(golden.op);
        if (!operation) return [];
        const inputs = golden.inputs.map((input) => load(input, "float32"));
        return [compile((...x: Tensor[]) => operation(x, golden.attributes), { engine })(...inputs).read() as TypedArray];
      }),
    ),
  );
  return { hashes, failures };
}

/** The bits of a program's results. */
export const hashOfProgram = (engine: WasmEngine, { graph, inputs }: RandomProgram): string =>
  hashOf(
    engine
      .compile(graph)
      .run(inputs)
      .map((result) => ("read" in result ? result.read() : result)),
  );

/** NaN counts as one value: its payload is the processor's. */
function hashOf(results: readonly TypedArray[]): string {
  const hash = createHash("sha256");
  for (const result of results) {
    const copy = result.slice();
    if (copy instanceof Float32Array) {
      const bits = new Int32Array(copy.buffer);
      for (let i = 0; i < copy.length; i++) if (copy[i] !== copy[i]) bits[i] = 0x7fc00000;
    }
    hash.update(`${copy.constructor.name} ${copy.length} `).update(new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength));
  }
  return hash.digest("hex");
}

/** One hash of all. */
export const hashOfAll = (hashes: readonly string[]): string => createHash("sha256").update(hashes.join()).digest("hex").slice(0, 32);
