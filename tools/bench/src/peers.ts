// Peers in Python: scripts in tools/bench/python print JSON lines, one fact each.
//   {"version": {"PyTorch": "2.9.0"}}                                   what ran
//   {"work": "…", "peer": "PyTorch", "value": 859.0, "unit": "µs"}       a figure; `work` and `unit` as in our row; "median" too where there is one
//   {"work": "…", "peer": "PyTorch", "error": "…"}                       could not be measured, and why
// Anything else goes through to stderr: libraries chatter.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface PeerReport {
  /** The figure of a peer for a work; undefined when it was not measured. Throws when the script used another unit. */
  get(work: string, peer: string, unit: string): number | undefined;
  /** The median beside that figure; undefined when none was given. */
  median(work: string, peer: string): number | undefined;
  /** Figures of the named peers for a work, ready for a row's `peers`. */
  row(work: string, unit: string, peers: readonly string[]): Record<string, number | undefined>;
  readonly versions: Readonly<Record<string, string>>;
  /** What could not be measured, and why. */
  readonly errors: readonly PeerError[];
}

export interface PeerError {
  readonly work: string;
  readonly peer: string;
  readonly error: string;
}

interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly median: number | undefined;
}

export function peerReport(): PeerReport & { add(line: string): boolean } {
  const figures = new Map<string, Figure>();
  const versions: Record<string, string> = {};
  const errors: PeerError[] = [];
  const get = (work: string, peer: string, unit: string): number | undefined => {
    const figure = figures.get(`${work}\n${peer}`);
    if (figure && figure.unit !== unit)
      throw new Error(`Peer ${peer} reports "${work}" in ${figure.unit}, ours is in ${unit}; make the script print ${unit}.`);
    return figure?.value;
  };
  return {
    versions,
    errors,
    get,
    median: (work, peer) => figures.get(`${work}\n${peer}`)?.median,
    row: (work, unit, peers) => Object.fromEntries(peers.map((peer) => [peer, get(work, peer, unit)])),
    /** True when the line was one of ours. */
    add(line) {
      let fact: Record<string, unknown>;
      try {
        fact = JSON.parse(line) as Record<string, unknown>;
      } catch {
        return false;
      }
      if (typeof fact !== "object" || fact === null) return false;
      if (typeof fact.version === "object") Object.assign(versions, fact.version);
      else if (typeof fact.error === "string") errors.push({ work: String(fact.work), peer: String(fact.peer), error: fact.error });
      else if (
        typeof fact.work === "string" &&
        typeof fact.peer === "string" &&
        typeof fact.value === "number" &&
        typeof fact.unit === "string"
      )
        figures.set(`${fact.work}\n${fact.peer}`, {
          value: fact.value,
          unit: fact.unit,
          median: typeof fact.median === "number" ? fact.median : undefined,
        });
      else return false;
      return true;
    },
  };
}

/** One thread everywhere: figures are per core. */
const oneThread = {
  OMP_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  NUMEXPR_NUM_THREADS: "1",
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
};

export function pythonOf(venv: string): string {
  for (const candidate of [join(venv, "bin", "python"), join(venv, "Scripts", "python.exe"), venv])
    if (existsSync(candidate) && candidate !== venv) return candidate;
  throw new Error(
    `--python needs the folder of a virtual environment; "${venv}" holds no bin/python. Make one: python3 -m venv VENV && VENV/bin/pip install -r tools/bench/python/requirements.txt`,
  );
}

export async function runPython(
  python: string,
  script: string,
  options: { args?: readonly string[]; timeoutSeconds?: number; env?: Readonly<Record<string, string>> },
  log: (line: string) => void,
): Promise<PeerReport> {
  if (!existsSync(script)) throw new Error(`There is no peer script ${script}.`);
  const report = peerReport();
  const child = spawn(python, ["-u", script, ...(options.args ?? [])], {
    env: { ...process.env, ...oneThread, ...options.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const timeout = setTimeout(() => child.kill("SIGKILL"), (options.timeoutSeconds ?? 1800) * 1000);
  const closed = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) if (!report.add(line)) log(line);
  const code = await closed;
  clearTimeout(timeout);
  if (code !== 0)
    throw new Error(
      `The peer script ${script} ended with ${code === null ? `a kill after ${options.timeoutSeconds ?? 1800} s` : `exit code ${code}`}.`,
    );
  for (const { work, peer, error } of report.errors) log(`not measured: ${peer}, ${work}: ${error}`);
  return report;
}
