/** A compiled program: a module's instance, and how a call's arguments and results pass between typed arrays and the engine's memory. */
import type { DType, TypedArray } from "../dtype.ts";
import type { Engine, EngineBuffer, Program, Storage } from "../engine.ts";
import type { Graph, ValueType } from "../graph.ts";
import { byteLength, elementBytes, padded } from "../kernels/bytes.ts";
import { BAD_INDEX_AT } from "../kernels/indexed.ts";
import { laneCalls } from "../kernels/lane-calls.ts";
import type { Call } from "../kernels/rules.ts";
import { sizeOf } from "../shape.ts";
import { hasSimd, wideState } from "./detect.ts";
import type { Emitted } from "./emit.ts";
import type { Heap, Region } from "./heap.ts";
import { takeovers } from "./plan.ts";
import { moduleText } from "./wat.ts";

/** What a program needs of its engine. */
export interface Host extends Engine {
  readonly heap: Heap;
  readonly clock: (() => number) | undefined;
  copyIn(data: TypedArray, address: number, dtype: DType): void;
  copyOut(address: number, dtype: DType, length: number): TypedArray;
  copyOver(address: number, dtype: DType, out: TypedArray): void;
  arenaFor(bytes: number): number;
}

/** A handle on a region; programs that update it in place give out new handles on the same region. */
export class WasmBuffer implements EngineBuffer {
  readonly engine: Host;
  readonly dtype: DType;
  readonly length: number;
  readonly region: Region;
  alive = true;

  constructor(engine: Host, dtype: DType, length: number, region: Region) {
    this.engine = engine;
    this.dtype = dtype;
    this.length = length;
    this.region = region;
  }
  read(): TypedArray {
    if (!this.alive)
      throw new Error(
        "wasm engine: got a buffer that was donated to a call (or to one that failed half way); expected a live one; use the call's result, or a copy made before",
      );
    return this.engine.copyOut(this.region.address, this.dtype, this.length);
  }
}

export interface KernelTime extends Call {
  readonly milliseconds: number;
}

export const noSimd = (): Error =>
  new Error(
    `wasm engine: this runtime has no WebAssembly with SIMD; expected Node ≥ 18 or a browser since 2023; use setDefaultEngine("reference")`,
  );

function instantiate(bytes: Uint8Array, heap: Heap, mark: (kernel: number) => void): (arena: number, block: number) => number {
  let module: WebAssembly.Module;
  try {
    module = wideState.compile(bytes) as WebAssembly.Module;
  } catch (cause) {
    // Asked only now: the answer takes half a millisecond of a first call.
    if (!hasSimd()) throw noSimd();
    throw new Error(
      `wasm engine: the runtime refused to compile (${(cause as Error).message}); where a content security policy forbids it, allow 'wasm-unsafe-eval', or use setDefaultEngine("reference")`,
      { cause },
    );
  }
  const { run } = new WebAssembly.Instance(module, { env: { memory: heap.memory as WebAssembly.Memory, mark, ...laneCalls } }).exports;
  return run as (arena: number, block: number) => number;
}

export class WasmProgram implements Program {
  readonly inputs: readonly ValueType[];
  readonly outputs: readonly ValueType[];
  readonly emitted: Emitted;
  private readonly engine: Host;
  private readonly block: Region;
  private readonly times: number[];
  private lastMark = 0;
  private readonly start: (arena: number, block: number) => number;
  /** Per input: where in the arena a typed array is put. */
  private readonly staging: number[] = [];
  private readonly arenaBytes: number;
  /** Per input: the output that takes it over, or −1; −2 for donated arguments that nothing takes over. */
  private readonly takenBy: number[];
  private readonly inputDTypes: readonly DType[];
  private readonly inputLengths: readonly number[];
  private readonly outputLengths: readonly number[];
  private readonly takes: readonly number[];
  /** Regions of this call's donated arguments. */
  private readonly regions: (Region | undefined)[];

  constructor(engine: Host, graph: Graph, emitted: Emitted) {
    const typeOf = (position: number): ValueType => ({ shape: graph.nodes[position]!.shape, dtype: graph.nodes[position]!.dtype });
    this.inputs = graph.inputs.map(typeOf);
    this.outputs = graph.outputs.map(typeOf);
    this.engine = engine;
    this.emitted = emitted;
    const { heap } = engine;
    this.block = heap.allocate(emitted.blockBytes, "a program's constants");
    emitted.fill(heap.memory.buffer, this.block.address);
    this.times = emitted.calls.map(() => Infinity);
    const clock = engine.clock ?? (() => 0);
    this.start = instantiate(emitted.bytes, heap, (kernel) => {
      const now = clock();
      this.times[kernel] = Math.min(this.times[kernel]!, now - this.lastMark);
      this.lastMark = now;
    });
    this.takenBy = this.inputs.map((_type, i) => (graph.donated.includes(i) ? -2 : -1));
    const takes = this.outputs.map(() => -1);
    for (const { output, input } of takeovers(graph)) {
      this.takenBy[input] = output;
      takes[output] = input;
    }
    this.takes = takes;
    let bytes = emitted.plan.arenaBytes;
    this.inputs.forEach(({ shape, dtype }, i) => {
      this.staging.push(bytes);
      // What a result takes over has a region of its own.
      if (this.takenBy[i]! < 0) bytes += padded(byteLength(shape, dtype));
    });
    this.arenaBytes = bytes + 64;
    this.inputDTypes = this.inputs.map(({ dtype }) => dtype);
    this.inputLengths = this.inputs.map(({ shape }) => sizeOf(shape));
    this.outputLengths = this.outputs.map(({ shape }) => sizeOf(shape));
    this.regions = this.inputs.map(() => undefined);
  }

  run(inputs: readonly Storage[], into?: Storage[]): Storage[] {
    const { engine, staging, takenBy, regions, inputDTypes } = this;
    const { heap } = engine;
    const arena = engine.arenaFor(this.arenaBytes);
    const block = this.block.address;
    // They may grow the memory.
    this.findRegions(inputs);
    const table = block >>> 2;
    for (let i = 0; i < takenBy.length; i++) {
      const given = inputs[i]!;
      const region = regions[i];
      const address = region ? region.address : arena + staging[i]!;
      if (!(given instanceof WasmBuffer)) engine.copyIn(given as TypedArray, address, inputDTypes[i]!);
      heap.i32[table + i] = address;
    }
    if (engine.clock) this.lastMark = engine.clock();
    const status = this.start(arena, block);
    if (status !== 0) {
      // Arguments that results take over may be half written: they are gone.
      for (let i = 0; i < takenBy.length; i++) {
        const given = inputs[i]!;
        if (takenBy[i]! >= 0 && given instanceof WasmBuffer) given.alive = false;
        regions[i] = undefined;
      }
      throw this.failure(status);
    }
    for (let i = 0; i < takenBy.length; i++) {
      const given = inputs[i]!;
      if (takenBy[i] !== -1 && given instanceof WasmBuffer) given.alive = false;
    }
    const { places } = this;
    const results = into ?? new Array<Storage>(places.length);
    for (let i = 0; i < places.length; i++) {
      const { dtype } = this.outputs[i]!;
      const length = this.outputLengths[i]!;
      const taken = this.takes[i]!;
      if (taken >= 0) results[i] = new WasmBuffer(engine, dtype, length, regions[taken]!);
      else {
        const { base, index, offset } = places[i]!;
        const from = base === "arena" ? arena : base === "input" ? heap.i32[table + index]! : block + this.constantsAt;
        const old = into?.[i];
        if (old === undefined || old instanceof WasmBuffer) results[i] = engine.copyOut(from + offset, dtype, length);
        else engine.copyOver(from + offset, dtype, old as TypedArray);
      }
    }
    for (let i = 0; i < regions.length; i++) regions[i] = undefined;
    return results;
  }

  /** Regions of arguments: those of resident ones, new ones for typed arrays that results take over. */
  private findRegions(inputs: readonly Storage[]): void {
    const { engine, takenBy, regions } = this;
    try {
      for (let i = 0; i < takenBy.length; i++) {
        const given = inputs[i]!;
        if (given instanceof WasmBuffer) {
          if (!given.alive || given.engine !== engine) throw misused(given, engine, i);
          regions[i] = given.region;
        } else if (takenBy[i]! < 0) regions[i] = undefined;
        else regions[i] = engine.heap.allocate(this.inputLengths[i]! * elementBytes(this.inputDTypes[i]!) + 32, `argument ${i}`);
      }
    } catch (error) {
      regions.fill(undefined);
      throw error;
    }
  }

  /** Shortest time of each kernel so far, where the engine has a clock. */
  profile(): KernelTime[] {
    return this.emitted.calls.map((call, i) => ({ ...call, milliseconds: this.times[i]! }));
  }

  /** Kernels in order, the memory plan, and the module as text. */
  describe(): string {
    const { calls, plan, bytes, functionNames } = this.emitted;
    const places = plan.places.flatMap((place, id) => {
      const value = plan.lowered.values[id]!;
      return place
        ? [
            `  ${value.op} ${value.dtype}[${value.shape.join(", ")}] at ${place.base}${place.base === "input" ? ` ${place.index}` : ""} + ${place.offset}`,
          ]
        : [];
    });
    return [
      `kernels`,
      ...calls.map(({ name }) => `  ${name}`),
      `memory: ${plan.arenaBytes} bytes of shared scratch, ${this.emitted.blockBytes} of its own`,
      ...places,
      moduleText(bytes, functionNames),
    ].join("\n");
  }

  private get places(): Emitted["plan"]["outputs"] {
    return this.emitted.plan.outputs;
  }

  private get constantsAt(): number {
    return this.emitted.constantsAt;
  }

  private failure(status: number): Error {
    const { op, extent } = this.emitted.sites[status - 1]!;
    const index = this.engine.heap.i32[(this.block.address + this.emitted.tableBytes + BAD_INDEX_AT) >>> 2];
    return new RangeError(`${op}: index ${index} is outside 0 … ${extent - 1}; check the indices`);
  }
}

export function misused(buffer: WasmBuffer, engine: Host, input: number): Error {
  if (!buffer.alive)
    return new Error(
      `wasm engine: got a donated buffer as input ${input}; expected a live one; use the result of the call it was donated to`,
    );
  return new Error(
    `wasm engine: got a buffer of another "${buffer.engine.name}" engine as input ${input}; expected one of "${engine.name}"; read it and upload it again`,
  );
}
