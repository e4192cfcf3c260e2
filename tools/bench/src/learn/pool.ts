// Runs jobs in worker threads and keeps one JSON file per finished run, so that a stopped bench goes on where it was.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { defaultsOf } from "@rl/agent";
import { findAlgorithm } from "./algorithms.ts";
import type { RunJob, RunRecord } from "./run.ts";

export interface PoolOptions {
  /** Folder of the records. */
  readonly folder: string;
  readonly threads: number;
  /** Runs again what has a record. */
  readonly fresh: boolean;
  log(line: string): void;
}

/** Every setting that a job runs with, as text. */
function settingsOf({ algorithm, preset, set }: RunJob): string {
  const { options, presets } = findAlgorithm(algorithm);
  return JSON.stringify({ ...defaultsOf(options), ...presets[preset], ...set }, (_, value: unknown) =>
    value === Infinity ? "Infinity" : value,
  );
}

function fileOf(folder: string, job: RunJob, settings: string): string {
  const mark = createHash("sha256").update(settings).digest("hex").slice(0, 8);
  return join(folder, job.algorithm, job.env.replaceAll("/", "-"), `${job.preset}-${job.steps}-${mark}`, `seed-${job.seed}.json`);
}

/** The records of the jobs, in their order. A run that threw is recorded too, and not tried again unless `fresh`. */
export async function runAll(jobs: readonly RunJob[], { folder, threads, fresh, log }: PoolOptions): Promise<RunRecord[]> {
  const records = new Array<RunRecord>(jobs.length);
  const waiting: number[] = [];
  const plans = jobs.map((job) => {
    const settings = settingsOf(job);
    return { job, settings, file: fileOf(folder, job, settings) };
  });
  plans.forEach(({ file }, i) => {
    if (!fresh && existsSync(file)) records[i] = read(file);
    else waiting.push(i);
  });
  if (waiting.length < jobs.length)
    log(`${jobs.length - waiting.length} of ${jobs.length} runs have records in ${folder} (--fresh yes runs them again)`);
  let ended = 0;
  const total = waiting.length;
  const work = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      const { job, settings, file } = plans[i]!;
      const result = await ask(worker, job);
      const record: RunRecord = { ...result, settings };
      records[i] = record;
      write(file, record);
      const score = record.error === undefined ? record.score.toFixed(2) : `failed: ${record.error}`;
      log(`${++ended}/${total} ${job.algorithm} ${job.env} ${job.preset} seed ${job.seed}: ${score} (${record.seconds.toFixed(1)} s)`);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: threads }, work));
  return records;
}

function ask(worker: Worker, job: RunJob): Promise<Omit<RunRecord, "settings">> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (record: Omit<RunRecord, "settings">) => {
      worker.off("error", reject);
      resolve(record);
    });
    worker.postMessage(job);
  });
}

function read(file: string): RunRecord {
  const record = JSON.parse(readFileSync(file, "utf8")) as RunRecord & { score: number | null };
  return { ...record, score: record.score ?? NaN };
}

/** Written aside and renamed: a stopped bench leaves no half record. */
function write(file: string, record: RunRecord): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${JSON.stringify(record)}\n`);
  renameSync(`${file}.part`, file);
}
