// Clocks. On a busy machine the minimum of many short repetitions is the least disturbed figure; the median is printed beside it.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Seconds per call. */
export interface Timing {
  readonly min: number;
  readonly median: number;
  readonly repetitions: number;
  readonly callsPerRepetition: number;
}

export interface TimeOptions {
  /** Repetitions that count (default 30). */
  readonly repetitions?: number;
  /** Seconds of warm-up before anything counts (default 0.2). */
  readonly warmupSeconds?: number;
  /** Calls per repetition; by default as many as fill `repetitionSeconds`. */
  readonly calls?: number;
  /** Length of a repetition when `calls` is not given (default 0.01). */
  readonly repetitionSeconds?: number;
}

const now = (): number => Number(process.hrtime.bigint()) * 1e-9;

/** Times a synchronous function: warm-up, then repetitions; figures are seconds per call. */
export function time(fn: () => unknown, options: TimeOptions = {}): Timing {
  return timeInterleaved({ fn }, options).fn;
}

/** Times several functions in one process, one repetition of each in turn with the order rotating, so that drift of the machine hits all alike. */
export function timeInterleaved<K extends string>(fns: Readonly<Record<K, () => unknown>>, options: TimeOptions = {}): Record<K, Timing> {
  const { repetitions = 30, warmupSeconds = 0.2, repetitionSeconds = 0.01 } = options;
  const names = Object.keys(fns) as K[];
  const calls = new Map<K, number>();
  const samples = new Map<K, number[]>(names.map((name) => [name, []]));
  for (const name of names) {
    let n = 0;
    const start = now();
    do {
      keep(fns[name]());
      n++;
    } while (now() - start < warmupSeconds);
    // The second half of the warm-up is closer to the final speed than the whole; a fresh short run decides how many calls fill a repetition.
    const probe = Math.max(1, n >> 3);
    const probeStart = now();
    for (let i = 0; i < probe; i++) keep(fns[name]());
    calls.set(name, options.calls ?? Math.max(1, Math.round((repetitionSeconds * probe) / Math.max(1e-9, now() - probeStart))));
  }
  for (let r = 0; r < repetitions; r++) {
    for (let k = 0; k < names.length; k++) {
      const name = names[(r + k) % names.length] as K;
      const fn = fns[name];
      const n = calls.get(name) ?? 1;
      const start = now();
      for (let i = 0; i < n; i++) keep(fn());
      samples.get(name)?.push((now() - start) / n);
    }
  }
  return Object.fromEntries(names.map((name) => [name, summary(samples.get(name) ?? [], calls.get(name) ?? 1)])) as Record<K, Timing>;
}

/** Times an asynchronous function, one call after the other. */
export async function timeAsync(fn: () => Promise<unknown>, options: { repetitions?: number; warmups?: number } = {}): Promise<Timing> {
  for (let i = 0; i < (options.warmups ?? 1); i++) keep(await fn());
  const samples: number[] = [];
  for (let i = 0; i < (options.repetitions ?? 5); i++) {
    const start = now();
    keep(await fn());
    samples.push(now() - start);
  }
  return summary(samples, 1);
}

/** Items per second at the best repetition: `rate(timing, 64)` for calls that handle 64 items each. */
export const rate = (timing: Timing, itemsPerCall = 1): number => itemsPerCall / timing.min;

let sink: unknown;
/** Keeps a value alive, so that the optimiser cannot drop what computed it. */
export function keep(value: unknown): void {
  sink = value;
}
/** The last value kept. */
export const kept = (): unknown => sink;

let collect: (() => void) | undefined;
/** Bytes by which the heap (with array buffers) grew over `calls` calls after a warm-up; garbage is collected before both readings. */
export function heapGrowth(fn: () => unknown, calls: number, warmupCalls: number = Math.min(calls, 10_000)): number {
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  for (let i = 0; i < warmupCalls; i++) fn();
  const used = (): number => {
    collect?.();
    collect?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  for (let i = 0; i < calls; i++) fn();
  return used() - before;
}

function summary(samples: number[], callsPerRepetition: number): Timing {
  const sorted = samples.slice().sort((a, b) => a - b);
  const at = (i: number): number => sorted[i] ?? Number.NaN;
  const half = sorted.length >> 1;
  return {
    min: at(0),
    median: sorted.length % 2 ? at(half) : (at(half - 1) + at(half)) / 2,
    repetitions: sorted.length,
    callsPerRepetition,
  };
}
