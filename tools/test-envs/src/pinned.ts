/**
 * Runs whose bits are pinned: their fingerprints here, in worker threads, with joined vectors and in web pages, and after stopping and going on in a new process. A
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
import { bytesOf, bytesOfRun, goOn, numbersOf, type PinnedRuns, type PinnedTrainer } from "./run-bits.ts";

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** The fingerprint of a whole run of 20 iterations: metrics of all of them, then the state. */
export const fingerprintOf = (create: () => PinnedTrainer): string => hashOf(bytesOfRun(create));

/** The same of a run that stops after `stop` iterations and goes on in another trainer. */
export function fingerprintOfResumed(create: () => PinnedTrainer, stop: number): string {
  const first = create();
  const metrics: unknown[] = [];
  goOn(first, metrics, stop);
  const second = create();
  second.restore(structuredClone(first.state()));
  goOn(second, metrics);
  return hashOf(bytesOf([metrics, numbersOf(second.state())]));
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

/** The fingerprints in a page of Chromium. `page` is a file whose export `main` gives textsOfRuns of the runs. */
export async function inChromium(page: URL): Promise<Record<string, string>> {
  // Bundler and browser take longer to load than a run: not in the processes of pinnedMain.
  const { bundle, runInChromium } = await import("@rl-tools/test-utils/browser");
  const { value } = await runInChromium<Record<string, string>>(`${await bundle(fileURLToPath(page))}return bundle.main();`);
  return hashesOf(value);
}

/** The same in another major version of Node, which npm brings. */
export async function inNode(major: number, page: URL): Promise<Record<string, string>> {
  const [{ bundle }, { runInNode }] = await Promise.all([
    import("@rl-tools/test-utils/browser"),
    import("@rl-tools/test-utils/node-versions"),
  ]);
  const { output } = runInNode(major, `${await bundle(fileURLToPath(page))}console.log(JSON.stringify(bundle.main()));`);
  return hashesOf(JSON.parse(output) as Record<string, string>);
}

const hashesOf = (texts: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([run, text]) => [run, hashOf(Buffer.from(text, "hex"))]));

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
