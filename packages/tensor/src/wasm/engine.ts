/** The WebAssembly engine: graphs become modules, state stays in their common memory. */
import { checkKeys } from "@rl/math/options";
import type { DType, TypedArray } from "../dtype.ts";
import type { Program, Storage } from "../engine.ts";
import type { Graph } from "../graph.ts";
import { elementBytes } from "../kernels/bytes.ts";
import type { CompileSettings } from "../kernels/rules.ts";
import { graphKey } from "../passes/key.ts";
import { loopAttributes } from "../primitives/loop.ts";
import { referenceEngine } from "../reference.ts";
import { hasRelaxedSimd, wideState } from "./detect.ts";
import { ModuleEmitter } from "./emit.ts";
import { Heap, type Region } from "./heap.ts";
import { type Host, misused, noSimd, WasmBuffer, WasmProgram } from "./program.ts";

/** Programs kept alive although nobody holds them: the latest ones. */
const KEPT_PROGRAMS = 32;

export interface WasmEngineOptions {
  /** Products by fused multiply-add where the processor has it: faster, but the last bit depends on the processor. */
  readonly fused?: boolean;
  /** A clock in milliseconds: every program then keeps the shortest time of each of its kernels (see WasmProgram.profile). */
  readonly clock?: () => number;
}

export class WasmEngine implements Host {
  readonly name: string;
  private readonly fused: boolean;
  private readonly recomputeFrom: number | undefined;
  readonly clock: (() => number) | undefined;
  private heapOrNone: Heap | undefined;
  private arena: Region | undefined;
  private readonly cache = new Map<string, WeakRef<WasmProgram>>();
  private recent: WasmProgram[] = [];

  constructor(name: string, options: WasmEngineOptions & Pick<CompileSettings, "recomputeFrom"> = {}) {
    this.name = name;
    this.fused = options.fused ?? false;
    this.recomputeFrom = options.recomputeFrom;
    this.clock = options.clock;
  }

  get heap(): Heap {
    return (this.heapOrNone ??= new Heap());
  }

  compile(graph: Graph): Program {
    if (typeof WebAssembly === "undefined") throw noSimd();
    if (usesFloat64(graph)) return viaReference(this, graph);
    const settings: CompileSettings = {
      wide: wideState.enabled,
      fused: this.fused && hasRelaxedSimd(),
      profile: this.clock !== undefined,
      recomputeFrom: this.recomputeFrom,
    };
    const key = `${settings.wide}:${graphKey(graph)}`;
    const known = this.cache.get(key)?.deref();
    if (known) return this.keep(known);
    for (const [old, ref] of this.cache) if (ref.deref() === undefined) this.cache.delete(old);
    this.heap.sweep();
    const emitted = new ModuleEmitter(settings).emit(graph);
    const program = new WasmProgram(this, graph, emitted);
    this.cache.set(key, new WeakRef(program));
    return this.keep(program);
  }

  /** Programs in use or used lately, oldest first. */
  programs(): readonly WasmProgram[] {
    return [...this.cache.values()].flatMap((ref) => ref.deref() ?? []);
  }

  private keep(program: WasmProgram): WasmProgram {
    if (this.recent.at(-1) === program) return program;
    this.recent = [...this.recent.filter((other) => other !== program), program].slice(-KEPT_PROGRAMS);
    return program;
  }

  upload(data: TypedArray, dtype: DType): Storage {
    if (dtype === "float64") return data.slice();
    const region = this.heap.allocate(data.length * elementBytes(dtype) + 32, `a tensor of ${data.length} elements`);
    this.copyIn(data, region.address, dtype);
    return new WasmBuffer(this, dtype, data.length, region);
  }

  copyIn(data: TypedArray, address: number, dtype: DType): void {
    if (dtype === "float32") this.heap.f32.set(data, address >>> 2);
    else this.heap.i32.set(data, address >>> 2);
  }

  copyOut(address: number, dtype: DType, length: number): TypedArray {
    const at = address >>> 2;
    if (dtype === "float32") return this.heap.f32.slice(at, at + length);
    const words = this.heap.i32.subarray(at, at + length);
    return dtype === "int32" ? words.slice() : new Uint8Array(words);
  }

  /** copyOut into an array that is there. */
  copyOver(address: number, dtype: DType, out: TypedArray): void {
    const at = address >>> 2;
    const source = dtype === "float32" ? this.heap.f32 : this.heap.i32;
    if (out.length > 64) out.set(source.subarray(at, at + out.length));
    else for (let i = 0; i < out.length; i++) out[i] = source[at + i]!;
  }

  /** Address of scratch memory for calls, at least `bytes` long. */
  arenaFor(bytes: number): number {
    if (!this.arena || this.arena.bytes < bytes) {
      // Forgotten before the new one is asked for: that may fail, and this one's place may then become another's.
      const old = this.arena;
      this.arena = undefined;
      if (old) this.heap.release(old);
      this.arena = this.heap.allocate(bytes, "intermediate results");
    }
    return this.arena.address;
  }
}

function usesFloat64({ nodes }: Graph): boolean {
  return nodes.some(({ op, dtype, attributes }) => dtype === "float64" || (op === "loop" && usesFloat64(loopAttributes(attributes).body)));
}

/** Programs with float64 values are evaluated by the reference engine: exact and slow; kernels are made for four-byte elements only. */
function viaReference(engine: WasmEngine, graph: Graph): Program {
  const program = referenceEngine.compile(graph);
  return {
    inputs: program.inputs,
    outputs: program.outputs,
    run(inputs) {
      const results = program.run(
        inputs.map((given, i) => {
          if (!(given instanceof WasmBuffer)) return given;
          if (!given.alive || given.engine !== engine) throw misused(given, engine, i);
          return given.read();
        }),
      );
      for (const i of graph.donated) {
        const given = inputs[i];
        if (given instanceof WasmBuffer) given.alive = false;
      }
      return results;
    },
    describe: () => "evaluated by the reference engine, because float64 values are in it",
  };
}

/** The engine that compile uses unless told otherwise. Its memory is made at first use. */
export const wasmEngine: WasmEngine = /* @__PURE__ */ new WasmEngine("wasm");

/** An engine with options of its own; register it under its name to choose it by name. */
export function createWasmEngine(name: string, options: WasmEngineOptions = {}): WasmEngine {
  checkKeys("createWasmEngine", options, ["fused", "clock"]);
  return new WasmEngine(name, options);
}
