/**
 * checkpoints/NAME/{tensors.safetensors, state.json}. state.json begins with the SHA-256 of all its bytes behind that line and holds the SHA-256 of
 * the tensors, so that any changed, missing or added byte of either file is found before the state is used.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseJson } from "@rl/math/json";
import type { Checkpoint, CheckpointName, RunProgress } from "../run.ts";
import { decodeState, encodeState } from "../snapshot.ts";
import { currentFolder, replaceFolder, settleFolder } from "./atomic.ts";
import { show } from "../options.ts";
import { NewerError, RunError } from "./errors.ts";
import { checkRegular } from "./paths.ts";

export const CHECKPOINT_VERSION = 1;
const FORMAT = "rl-checkpoint";
const STATE = "state.json";
const TENSORS = "tensors.safetensors";

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** The two files of a checkpoint. Equal states give equal bytes. */
export function checkpointFiles(checkpoint: Checkpoint): Record<typeof STATE | typeof TENSORS, Uint8Array | string> {
  const { tensors, json } = encodeState(checkpoint.state);
  const { iteration, step, best } = checkpoint.progress;
  // JSON has no −∞: before the first score there is none.
  const progress = { iteration, step, best: Number.isFinite(best) ? best : null };
  const body = JSON.stringify(
    {
      format: FORMAT,
      version: CHECKPOINT_VERSION,
      progress,
      tensors: { file: TENSORS, bytes: tensors.length, sha256: sha256(tensors) },
      state: json,
    },
    undefined,
    1,
  ).slice(1);
  return { [TENSORS]: tensors, [STATE]: `{\n "sha256": "${sha256(body)}",${body}\n` } as Record<
    typeof STATE | typeof TENSORS,
    Uint8Array | string
  >;
}

export function saveCheckpoint(folder: string, name: CheckpointName, checkpoint: Checkpoint): void {
  fs.mkdirSync(folder, { recursive: true });
  replaceFolder(path.join(folder, name), checkpointFiles(checkpoint));
}

/** Finishes what a killed process left half done; for the process that is going to write. */
export function settleCheckpoints(folder: string): void {
  if (!fs.existsSync(folder)) return;
  for (const name of namesIn(folder, /\.(new|old)$/)) settleFolder(path.join(folder, name));
}

/** Names of the checkpoints there are: "last", "best", then "step-N" by N. */
export function checkpointNames(folder: string): CheckpointName[] {
  if (!fs.existsSync(folder)) return [];
  const rank = (name: string): number => (name === "last" ? -2 : name === "best" ? -1 : Number(name.slice(5)));
  return namesIn(folder, /\.old$/).sort((a, b) => rank(a) - rank(b));
}

/** Checkpoints in a folder, with or without the ending given; other things there are the user's own. */
function namesIn(folder: string, ending: RegExp): CheckpointName[] {
  if (!fs.statSync(folder).isDirectory()) throw new RunError(`${folder} is a file, expected a folder of checkpoints; move it away.`);
  const names = fs.readdirSync(folder).map((entry) => entry.replace(ending, ""));
  return [...new Set(names)].filter((name) => /^(last|best|step-\d+)$/.test(name)) as CheckpointName[];
}

/** A checkpoint that was found, and what is wrong with "last" where it is another. */
export interface FoundCheckpoint {
  readonly name: CheckpointName;
  readonly checkpoint: Checkpoint;
  readonly damage?: string;
}

/** "last", or where it is damaged or missing, the newest that is whole: training goes on with the same bits from any of them. Undefined where
 *  nothing was ever saved. */
export function newestCheckpoint(folder: string): FoundCheckpoint | undefined {
  const names = checkpointNames(folder);
  if (names.length === 0) return undefined;
  let failure: RunError | undefined;
  if (names.includes("last")) {
    try {
      return { name: "last", checkpoint: loadCheckpoint(folder, "last") };
    } catch (error) {
      if (!isDamage(error)) throw error;
      failure = error;
    }
  }
  const found = newestWhole(folder, "last");
  if (found === undefined) throw failure ?? new RunError(`No checkpoint in ${folder} is whole; start the run again.`);
  const damage = failure === undefined ? `${folder} has no "last".` : (failure.cause as Error).message;
  return { ...found, damage };
}

/** Of the checkpoints but one that of the most steps among those that can be read. */
function newestWhole(folder: string, except: CheckpointName): FoundCheckpoint | undefined {
  let newest: FoundCheckpoint | undefined;
  for (const name of checkpointNames(folder)) {
    if (name === except) continue;
    try {
      const checkpoint = readCheckpoint(currentFolder(path.join(folder, name)));
      if (newest === undefined || checkpoint.progress.step > newest.checkpoint.progress.step) newest = { name, checkpoint };
    } catch {
      // Then it is not the one.
    }
  }
  return newest;
}

/** Reads and checks one checkpoint. Also while another process is replacing it. */
export function loadCheckpoint(folder: string, name: CheckpointName): Checkpoint {
  const names = checkpointNames(folder);
  if (!names.includes(name)) {
    throw new RunError(
      `${folder} has no checkpoint "${name}"; ${names.length === 0 ? "nothing was saved there yet" : `choose one of ${names.join(", ")}`}.`,
    );
  }
  for (let attempt = 1; ; attempt++) {
    const at = currentFolder(path.join(folder, name));
    try {
      return readCheckpoint(at);
    } catch (error) {
      // A writer may have exchanged the folder between the two reads: only what stays wrong is damage.
      if (attempt === 3) throw isDamage(error) ? withAdvice(error, newestWhole(folder, name)) : error;
    }
  }
}

const isDamage = (error: unknown): error is RunError => error instanceof RunError && !(error instanceof NewerError);

function withAdvice(error: RunError, other: FoundCheckpoint | undefined): RunError {
  const advice =
    other === undefined
      ? "Start the run again; there is no other checkpoint that is whole."
      : `Use another checkpoint: "${other.name}" (step ${other.checkpoint.progress.step}).`;
  return new RunError(`${error.message} ${advice}`, { cause: error });
}

function readFile(file: string): Buffer {
  checkRegular(file);
  try {
    return fs.readFileSync(file);
  } catch (cause) {
    throw new RunError(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`, { cause });
  }
}

function readCheckpoint(folder: string): Checkpoint {
  const stateFile = path.join(folder, STATE);
  const tensorFile = path.join(folder, TENSORS);
  const text = readFile(stateFile);
  const head = /^\{\n "sha256": "([0-9a-f]{64})",/.exec(text.toString("latin1", 0, 100));
  const body = text.subarray(head?.[0].length ?? 0);
  if (head === null || sha256(body.subarray(0, -1)) !== head[1] || body.at(-1) !== 0x0a)
    throw new RunError(`${stateFile} is damaged: its bytes do not give its checksum.`);
  const content = parseContent(`{${body.toString("utf8")}`, stateFile);
  const tensors = readFile(tensorFile);
  if (tensors.length !== content.tensors.bytes)
    throw new RunError(`${tensorFile} is damaged: it has ${tensors.length} bytes, expected ${content.tensors.bytes}.`);
  if (sha256(tensors) !== content.tensors.sha256) throw new RunError(`${tensorFile} is damaged: its bytes do not give its checksum.`);
  const progress: RunProgress = { ...content.progress, best: content.progress.best ?? -Infinity };
  return { progress, state: decodeState({ tensors, json: content.state }, { tensors: tensorFile, json: stateFile }) };
}

interface Content {
  readonly progress: { readonly iteration: number; readonly step: number; readonly best: number | null };
  readonly tensors: { readonly bytes: number; readonly sha256: string };
  readonly state: unknown;
}

/** What state.json says beside its checksum. */
function parseContent(text: string, file: string): Content {
  let content: Content & { readonly format?: unknown; readonly version?: unknown };
  try {
    content = parseJson(text) as typeof content;
  } catch (cause) {
    throw new RunError(`${file} ${(cause as Error).message}; it is damaged.`, { cause });
  }
  const wrong = (key: string, value: unknown, expected: string): RunError =>
    new RunError(`${file} is no checkpoint: ${key} is ${show(value)}, expected ${expected}.`);
  const { format, version, progress, tensors } = content;
  if (format !== FORMAT) throw new RunError(`${file} is a ${show(format)}, expected a "${FORMAT}".`);
  if (typeof version !== "number") throw wrong("version", version, "a number");
  if (version > CHECKPOINT_VERSION) throw new NewerError(file, "checkpoint", version, CHECKPOINT_VERSION);
  const { iteration, step, best } = (progress ?? {}) as Partial<Content["progress"]>;
  for (const [key, value] of Object.entries({ iteration, step }))
    if (!Number.isSafeInteger(value) || value! < 0) throw wrong(`progress.${key}`, value, "a whole number");
  if (typeof best !== "number" && best !== null) throw wrong("progress.best", best, "a number or null");
  if (typeof (tensors as Partial<Content["tensors"]> | undefined)?.bytes !== "number") throw wrong("tensors", tensors, "bytes and sha256");
  return content;
}
