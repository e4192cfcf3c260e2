import { spawn } from "node:child_process";
import * as path from "node:path";

/** What starts the real program, for Node. */
export const NODE_ARGUMENTS = [
  "--conditions=@rl/source",
  "--disable-warning=ExperimentalWarning",
  path.join(import.meta.dirname, "../src/main.ts"),
] as const;

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  /** Resolves when standard output matches. */
  until(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Nobody reads what it says any more. */
  closeOutput(): void;
  readonly done: Promise<Outcome>;
}

/** Starts the real program in `cwd`. */
export function start(cwd: string, ...args: readonly string[]): Running {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, ...args], {
    cwd,
    env: { ...env, npm_config_user_agent: "pnpm/12" },
  });
  let stdout = "";
  let stderr = "";
  const waiting: { readonly pattern: RegExp; readonly resolve: () => void }[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    for (const { pattern, resolve } of waiting) if (pattern.test(stdout)) resolve();
  });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const done = new Promise<Outcome>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
  return {
    pid: child.pid!,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        if (pattern.test(stdout)) resolve();
        waiting.push({ pattern, resolve });
        void done.then((outcome) => reject(new Error(`ended before ${pattern}: ${JSON.stringify(outcome)}`)));
      }),
    closeOutput: () => child.stdout.destroy(),
    kill: (signal) => child.kill(signal),
    done,
  };
}

export const rl = (cwd: string, ...args: readonly string[]): Promise<Outcome> => start(cwd, ...args).done;
