/** compile: runs a function once with symbols, makes a program of what it did, and from then on runs the program. */
import { checkKeys } from "@rl/math/options";
import type { DType, TypedArray } from "../dtype.ts";
import type { Engine, Program, Storage } from "../engine.ts";
import { defaultEngine, engineOf } from "../engines.ts";
import type { Graph } from "../graph.ts";
import { checkFunction } from "../ops/common.ts";
import { optimize } from "../passes/optimize.ts";
import { isConsumed, markConsumed, noteWrite, unmarkConsumed } from "../tensor/consume.ts";
import { stored, Tensor } from "../tensor/tensor.ts";
import { buildGraph, inputSymbol } from "../trace/build.ts";
import { isTracing, withTrace } from "../tracing.ts";
import { isBranch, leaves } from "../tree.ts";
import { Collector, inputsOf, isSymbolic, rebuild, type Spec, specOf } from "./structure.ts";

export interface CompileOptions {
  /** Name of an engine or the engine; the default engine at the first call unless given. */
  readonly engine?: string | Engine;
  /** Numbers of arguments whose tensors a call may consume: their memory becomes the results', and touching them afterwards is an error. */
  readonly donate?: readonly number[];
  /** Numbers of arguments whose JavaScript numbers are part of the program (another number: another program) instead of float32 inputs. */
  readonly static?: readonly number[];
  /**
   * Every call with the same structure of arguments returns the same tensors, which hold what the latest call gave: nothing is allocated. For loops that
   * read results at once. Not together with donate.
   */
  readonly reuse?: boolean;
}

/** What a compiled function takes where the function it was made of says T: in place of each tensor also a typed array, or a number for a scalar. */
export type Given<T> = T extends Tensor
  ? Tensor | TypedArray | number
  : T extends (...args: never[]) => unknown
    ? T
    : T extends ArrayBufferView
      ? T
      : T extends object
        ? { [K in keyof T]: Given<T[K]> }
        : T;

/** What a function did for one structure of arguments. */
export interface Traced {
  readonly specs: readonly Spec[];
  readonly result: Output;
  readonly graph: Graph;
  /** Where each program input comes from. */
  readonly paths: readonly string[];
}

/** The structure of a result: position of a program output, or a value that does not depend on the inputs. */
type Output =
  | { readonly kind: "output"; readonly index: number; readonly shape: readonly number[]; readonly dtype: DType }
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "list"; readonly children: readonly Output[] }
  | {
      readonly kind: "record";
      readonly keys: readonly string[];
      readonly children: readonly Output[];
      readonly template: Record<string, unknown>;
    };

const OPTION_KEYS = ["engine", "donate", "static", "reuse"];

/** Structures a compiled function remembers; the one that was turned to longest ago is traced again when it comes back. */
const KEPT = 64;

/** Calls with up to so many arguments make no list of them. */
const QUICK = 6;

interface Entry extends Traced {
  readonly program: Program;
  readonly collector: Collector;
  /** Per input: what to write on a tensor that is consumed, or undefined. */
  readonly consumes: readonly (string | undefined)[];
  readonly donates: boolean;
  /** With reuse: the storages and tensors of the first call. */
  kept: { readonly storages: Storage[]; readonly result: unknown; readonly tensors: readonly Tensor[] } | undefined;
}

/** Traces a function for the given arguments and optimises nothing. */
export function trace(fn: (...args: never[]) => unknown, args: readonly unknown[], options: CompileOptions, label: string): Traced {
  const specs = args.map((value, i) => specOf(value, `argument ${i}`, options.static?.includes(i) ?? false));
  const inputs = specs.flatMap(inputsOf);
  return withTrace(label, (current) => {
    const symbols = inputs.map(({ type }) => inputSymbol(type.shape, type.dtype, current));
    let next = 0;
    const given = specs.map((spec) => rebuild(spec, () => symbols[next++]!));
    const returned = fn(...(given as never[]));
    const outputs: Tensor[] = [];
    const result = outputOf(returned, outputs, label);
    const donated = inputs.flatMap(({ path }, i) => (isDonated(path, options) ? [i] : []));
    const graph = { ...buildGraph(symbols, outputs, current), donated };
    return { specs, result, graph, paths: inputs.map(({ path }) => path) };
  });
}

const isDonated = (path: string, options: CompileOptions): boolean =>
  options.donate?.includes(Number(/^argument (\d+)/.exec(path)![1])) ?? false;

function outputOf(value: unknown, outputs: Tensor[], label: string): Output {
  if (value instanceof Tensor) {
    outputs.push(value);
    return { kind: "output", index: outputs.length - 1, shape: value.shape, dtype: value.dtype as DType };
  }
  if (value instanceof Promise) {
    // Nobody else waits for it: what it ends with would end the process.
    value.catch(() => {});
    throw new TypeError(`${label}: the function returned a promise; expected tensors; compiled functions are synchronous`);
  }
  if (!isBranch(value)) return { kind: "value", value };
  if (Array.isArray(value)) return { kind: "list", children: value.map((item) => outputOf(item, outputs, label)) };
  const keys = Object.keys(value);
  const children = keys.map((key) => outputOf((value as Record<string, unknown>)[key], outputs, label));
  return { kind: "record", keys, children, template: Object.fromEntries(keys.map((key) => [key, undefined])) };
}

/** Refuses unknown or contradictory options. */
export function checkOptions(name: string, options: CompileOptions): void {
  checkKeys(name, options, OPTION_KEYS);
  if (options.reuse === true && options.donate !== undefined)
    throw new TypeError(`${name}: got reuse and donate together; expected one of them: results that replace arguments cannot be kept`);
  for (const key of ["donate", "static"] as const) {
    const list = options[key];
    if (list !== undefined && (!Array.isArray(list) || list.some((n) => !Number.isInteger(n) || n < 0)))
      throw new TypeError(`${name}: got ${key} ${String(list)}; expected a list of argument numbers, like [0]`);
  }
}

/**
 * A function that does what `fn` does, as one program per structure of its arguments (trees of tensors and typed arrays with their shapes and dtypes;
 * JavaScript numbers count as float32 scalars). `fn` is run with symbols, once per structure: it must not read elements, and what it captures is fixed
 * when it is traced. Inside another traced or differentiated computation the function itself runs.
 */
export function compile<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options: CompileOptions = {},
): (...args: { [K in keyof A]: Given<A[K]> }) => R {
  checkFunction("compile", fn);
  checkOptions("compile", options);
  const label = `compile(${fn.name || "function"})`;
  const entries: Entry[] = [];
  let latest: Entry | undefined;
  let engine: Engine | undefined;

  const run = options.reuse === true ? runAgain : runOnce;
  /** Only the latest structure keeps what it was called with. */
  const turnTo = (entry: Entry): void => {
    latest?.collector.forget();
    latest = entry;
  };
  const slow = (args: readonly unknown[]): unknown => {
    if (isTracing() || args.some(isSymbolic)) return fn(...(args as A));
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i]!;
      if (entry === latest) continue;
      if (fitsList(entry, args)) {
        entries.push(...entries.splice(i, 1));
        turnTo(entry);
        return run(entry);
      }
      entry.collector.forget();
    }
    for (const key of ["donate", "static"] as const) {
      const beyond = options[key]?.find((position) => position >= args.length);
      if (beyond !== undefined)
        throw new TypeError(
          `${label}: got ${key} [${options[key]!.join(", ")}] and ${args.length} arguments; expected numbers below ${args.length}`,
        );
    }
    engine ??= options.engine === undefined ? defaultEngine() : engineOf(options.engine);
    const made = makeEntry(trace(fn, args, options, label), engine);
    turnTo(made);
    entries.push(made);
    if (entries.length > KEPT) entries.shift();
    if (!fitsList(made, args)) throw new Error(`${label}: arguments changed while they were traced`);
    return run(made);
  };

  const many = (...args: unknown[]): unknown => (latest !== undefined && !isTracing() && fitsList(latest, args) ? run(latest) : slow(args));
  // A list of the arguments would be garbage at every call. The rest is only handed on, which V8 does without making a list of it.
  function compiled(a?: unknown, b?: unknown, c?: unknown, d?: unknown, e?: unknown, f?: unknown, ...more: unknown[]): unknown {
    const count = arguments.length;
    if (count > QUICK) return many(a, b, c, d, e, f, ...more);
    return latest !== undefined && !isTracing() && fits(latest, count, a, b, c, d, e, f)
      ? run(latest)
      : slow([a, b, c, d, e, f].slice(0, count));
  }
  Object.defineProperties(compiled, { name: { value: fn.name }, length: { value: fn.length } });
  return compiled as (...args: readonly unknown[]) => R;
}

function makeEntry(traced: Traced, engine: Engine): Entry {
  const program = engine.compile(optimize(traced.graph));
  const { donated } = traced.graph;
  const consumes = traced.paths.map((path, i) => (donated.includes(i) ? path : undefined));
  return { ...traced, program, collector: new Collector(engine), consumes, donates: donated.length > 0, kept: undefined };
}

/** Whether the latest entry serves up to QUICK arguments, `count` of them given; their storages are then in its collector. */
function fits(entry: Entry, count: number, a: unknown, b: unknown, c: unknown, d: unknown, e: unknown, f: unknown): boolean {
  const { specs, collector } = entry;
  if (count !== specs.length) return false;
  collector.start();
  return (
    (count < 1 || collector.take(specs[0]!, a)) &&
    (count < 2 || collector.take(specs[1]!, b)) &&
    (count < 3 || collector.take(specs[2]!, c)) &&
    (count < 4 || collector.take(specs[3]!, d)) &&
    (count < 5 || collector.take(specs[4]!, e)) &&
    (count < 6 || collector.take(specs[5]!, f))
  );
}

function fitsList(entry: Entry, args: readonly unknown[]): boolean {
  const { specs, collector } = entry;
  if (args.length !== specs.length) return false;
  collector.start();
  for (let i = 0; i < specs.length; i++) if (!collector.take(specs[i]!, args[i])) return false;
  return true;
}

function runOnce(entry: Entry): unknown {
  return wrap(entry.result, entry.donates ? runConsuming(entry) : entry.program.run(entry.collector.storages));
}

function runAgain(entry: Entry): unknown {
  const { kept, program, collector } = entry;
  // What somebody donated to another call is not to be had again.
  if (kept === undefined || kept.tensors.some(isConsumed)) {
    const storages = program.run(collector.storages);
    const result = wrap(entry.result, storages);
    entry.kept = { storages: [...storages], result, tensors: leaves<unknown>(result).filter((leaf) => leaf instanceof Tensor) };
    return result;
  }
  const { storages, result, tensors } = kept;
  const fresh = program.run(collector.storages, storages);
  // An engine that makes fresh arrays all the same.
  if (fresh !== storages) for (let i = 0; i < storages.length; i++) (storages[i] as Float32Array).set(fresh[i] as Float32Array);
  // What a gradient saved of them is no longer there.
  for (let i = 0; i < tensors.length; i++) noteWrite(tensors[i]!);
  return result;
}

function wrap(output: Output, storages: readonly Storage[]): unknown {
  switch (output.kind) {
    case "output":
      return stored(storages[output.index]!, output.shape, output.dtype);
    case "value":
      return output.value;
    case "list":
      return output.children.map((child) => wrap(child, storages));
    default: {
      const made: Record<string, unknown> = { ...output.template };
      for (let i = 0; i < output.keys.length; i++) made[output.keys[i]!] = wrap(output.children[i]!, storages);
      return made;
    }
  }
}

/** Runs a program that consumes. A call that is refused, or fails before it writes, takes nothing away. */
function runConsuming(entry: Entry): Storage[] {
  const { consumes, collector, program } = entry;
  try {
    markConsumed(collector.tensors, consumes);
    return program.run(collector.storages);
  } catch (error) {
    unmarkConsumed(collector.tensors, consumes);
    throw error;
  }
}
