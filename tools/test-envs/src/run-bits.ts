/** Bits of whole runs, without anything of Node: also for pages. */

export interface PinnedTrainer {
  train(): Iterable<unknown>;
  state(): object;
  restore(state: object): void;
}
/** Each call makes the trainer of a run anew. */
export type PinnedRuns = Readonly<Record<string, () => PinnedTrainer>>;

/** Everything in a value: numbers by their bits (NaN and −0 included), typed arrays by their bytes, keys and the rest as text. */
export function bytesOf(value: unknown): Uint8Array {
  const parts: Uint8Array[] = [];
  const text = new TextEncoder();
  const walk = (x: unknown): void => {
    if (typeof x === "number") parts.push(new Uint8Array(Float64Array.of(x).buffer));
    else if (ArrayBuffer.isView(x)) parts.push(new Uint8Array(x.buffer, x.byteOffset, x.byteLength));
    else if (typeof x === "object" && x !== null)
      for (const [key, part] of Object.entries(x)) {
        parts.push(text.encode(key));
        walk(part);
      }
    else parts.push(text.encode(String(x)));
  };
  walk(value);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Trains for `iterations` more iterations, or to the end, and adds what was measured to `metrics`. */
export function goOn(trainer: PinnedTrainer, metrics: unknown[], iterations = Infinity): void {
  let count = 0;
  for (const each of trainer.train()) {
    metrics.push(each);
    if (++count >= iterations) return;
  }
}

/** A state without the settings that stand in it: bits are of what was computed. */
export function numbersOf(state: object): object {
  const { settings: _, ...numbers } = state as { readonly settings?: unknown };
  return numbers;
}

/** A whole run of 20 iterations: metrics of all of them, then the state. */
export function bytesOfRun(create: () => PinnedTrainer): Uint8Array {
  const trainer = create();
  const metrics: unknown[] = [];
  goOn(trainer, metrics);
  if (metrics.length !== 20) throw new Error(`A pinned run has ${metrics.length} iterations; expected 20.`);
  return bytesOf([metrics, numbersOf(trainer.state())]);
}

/** The same of all runs, as text that a page can hand over. */
export const textsOfRuns = (runs: PinnedRuns): Record<string, string> =>
  Object.fromEntries(
    Object.entries(runs).map(([run, create]) => [
      run,
      Array.from(bytesOfRun(create), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    ]),
  );
