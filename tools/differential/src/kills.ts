/** Runs in processes of their own, killed and resumed, and what they leave in their folder. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface KillCase {
  readonly [key: string]: number | string | readonly number[];
  readonly env: string;
  readonly seed: number;
  readonly totalSteps: number;
  readonly stepsPerEnv: number;
  /** Steps between checkpoints. */
  readonly every: number;
  /** Milliseconds after which each process is killed; after the last of them one runs to its end. */
  readonly kills: readonly number[];
}

/** Plays the case and gives what is in the run's folder: hashes of the checkpoints' files, and the metrics but for what the clock says. */
export async function outcome(input: KillCase, kills: readonly number[]): Promise<Record<string, string | number>> {
  const root = mkdtempSync(join(tmpdir(), "differential-kills-"));
  try {
    const dir = join(root, "run");
    let ended = false;
    for (const after of kills) if ((ended = await play(dir, input, after))) break;
    // Killed after it was done, a run says so to whoever resumes it; that is right too.
    if (!ended) await play(dir, input, undefined).catch((error: Error) => void (error.message.includes("is finished") || fail(error)));
    return contents(dir);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function fail(error: Error): never {
  throw error;
}

/** True when the process ended by itself. */
function play(dir: string, { kills: _kills, ...options }: KillCase, after: number | undefined): Promise<boolean> {
  const command = existsSync(join(dir, "config.json")) ? "resume" : "run";
  const words = [
    "--conditions=@rl/source",
    "--disable-warning=ExperimentalWarning",
    fileURLToPath(new URL("kill-main.ts", import.meta.url)),
    dir,
    command,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...words, JSON.stringify({ ...options, numEnvs: 2, hiddenSizes: [8] })], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const timer = after === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), after);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(true);
      else if (signal === "SIGKILL") resolve(false);
      else reject(new Error(`${command} ended with ${code}: ${errors.trim().split("\n").slice(0, 3).join(" ")}`));
    });
  });
}

const lines = (dir: string): string[] =>
  readFileSync(join(dir, "metrics.jsonl"), "utf8")
    .replaceAll(/,"time\/(time_elapsed|fps)":[\d.e+-]+/g, "")
    .trim()
    .split("\n");

function contents(dir: string): Record<string, string | number> {
  const found: Record<string, string | number> = { lines: lines(dir).length, log: hash(lines(dir).join("\n")) };
  for (const name of readdirSync(join(dir, "checkpoints")))
    for (const file of readdirSync(join(dir, "checkpoints", name)))
      found[`${name}/${file}`] = hash(readFileSync(join(dir, "checkpoints", name, file)));
  return found;
}

const hash = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex").slice(0, 16);
