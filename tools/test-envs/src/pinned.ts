/**
 * Runs whose bits are pinned: their fingerprints here, in worker threads and with joined vectors, and after stopping and going on in a new process. A
 * package gives its runs by name; `main` is a file of it that does nothing but call `pinnedMain` with them.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { engineInfo } from "@rl/tensor";
import { enableWideVectors } from "@rl/tensor/node";

export interface PinnedTrainer {
  train(): Iterable<unknown>;
  state(): object;
  restore(state: object): void;
}
/** Each call makes the trainer of a run anew. */
export type PinnedRuns = Readonly<Record<string, () => PinnedTrainer>>;

/** Numbers by their bits (NaN and −0 included), typed arrays by their bytes. */
export function fingerprint(value: unknown): string {
  const hash = createHash("sha256");
  const walk = (x: unknown): void => {
    if (typeof x === "number") hash.update(Buffer.from(Float64Array.of(x).buffer));
    else if (ArrayBuffer.isView(x)) hash.update(Buffer.from(x.buffer, x.byteOffset, x.byteLength));
    else if (typeof x === "object" && x !== null)
      for (const [key, part] of Object.entries(x)) {
        hash.update(key);
        walk(part);
      }
    else hash.update(String(x));
  };
  walk(value);
  return hash.digest("hex").slice(0, 16);
}

/** Trains for `iterations` more iterations, or to the end, and adds what was measured to `metrics`. */
export function goOn(trainer: PinnedTrainer, metrics: unknown[], iterations = Infinity): void {
  let count = 0;
  for (const each of trainer.train()) {
    metrics.push(each);
    if (++count >= iterations) return;
  }
}

/** The fingerprint of a whole run of 20 iterations: metrics of all of them, then the state. */
export function fingerprintOf(create: () => PinnedTrainer): string {
  const trainer = create();
  const metrics: unknown[] = [];
  goOn(trainer, metrics);
  if (metrics.length !== 20) throw new Error(`A pinned run has ${metrics.length} iterations; expected 20.`);
  return fingerprint([metrics, trainer.state()]);
}

/** The same of a run that stops after `stop` iterations and goes on in another trainer. */
export function fingerprintOfResumed(create: () => PinnedTrainer, stop: number): string {
  const first = create();
  const metrics: unknown[] = [];
  goOn(first, metrics, stop);
  const second = create();
  second.restore(structuredClone(first.state()));
  goOn(second, metrics);
  return fingerprint([metrics, second.state()]);
}

/** What a process of its own says of the runs. */
export interface Elsewhere {
  readonly wide: boolean;
  readonly worker: boolean;
  readonly hashes: Readonly<Record<string, string>>;
}

/**
 * The main program of a process. Arguments "wide" (pairs of vectors joined) and "worker" (all of it in a worker thread), in any order: prints the fingerprints
 * as JSON. Arguments "resume" and a folder: goes on with each run from the state in file `i` of the folder, and writes what was measured and the last states.
 */
export function pinnedMain(main: string, runs: PinnedRuns): void {
  const words = isMainThread ? process.argv.slice(2) : (workerData as string[]);
  if (words[0] === "resume") return resume(words[1]!, runs);
  if (isMainThread && words.includes("worker")) {
    const worker = new Worker(new URL(main), { workerData: words, execArgv: ["--conditions=@rl/source"] });
    worker.on("message", (text: string) => process.stdout.write(text));
    return;
  }
  if (words.includes("wide")) enableWideVectors();
  const hashes = Object.fromEntries(Object.entries(runs).map(([run, create]) => [run, fingerprintOf(create)]));
  const text = JSON.stringify({ wide: engineInfo().wide, worker: !isMainThread, hashes } satisfies Elsewhere);
  if (parentPort === null) process.stdout.write(text);
  else parentPort.postMessage(text);
}

const call = (main: URL, ...words: string[]): string =>
  execFileSync(process.execPath, ["--conditions=@rl/source", fileURLToPath(main), ...words], { encoding: "utf8" });

/** The fingerprints of a process of its own. */
export const elsewhere = (main: URL, ...words: ("wide" | "worker")[]): Elsewhere => JSON.parse(call(main, ...words)) as Elsewhere;

function resume(folder: string, runs: PinnedRuns): void {
  const results = Object.values(runs).map((create, i) => {
    const trainer = create();
    trainer.restore(deserialize(readFileSync(join(folder, `${i}`))) as object);
    return rest(trainer);
  });
  writeFileSync(join(folder, "result"), serialize(results));
}

interface Rest {
  readonly metrics: unknown[];
  readonly state: object;
}
function rest(trainer: PinnedTrainer): Rest {
  const metrics: unknown[] = [];
  goOn(trainer, metrics);
  return { metrics, state: trainer.state() };
}

/**
 * Stops run i after `stops[i]` iterations and goes on with it in a new process. Gives what that one measured and its last states, and the same of runs that
 * never stopped.
 */
export function resumedElsewhere(main: URL, runs: PinnedRuns, stops: readonly number[]): { resumed: Rest[]; whole: Rest[] } {
  if (stops.length !== Object.keys(runs).length) throw new Error(`${stops.length} stops for ${Object.keys(runs).length} runs.`);
  const folder = mkdtempSync(join(tmpdir(), "pinned-"));
  try {
    const whole = Object.values(runs).map((create, i) => {
      const first = create();
      goOn(first, [], stops[i]);
      writeFileSync(join(folder, `${i}`), serialize(first.state()));
      const { metrics, state } = rest(create());
      return { metrics: metrics.slice(stops[i]), state };
    });
    call(main, "resume", folder);
    return { resumed: deserialize(readFileSync(join(folder, "result"))) as Rest[], whole };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
