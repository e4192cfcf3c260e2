import { spawn } from "node:child_process";
import * as path from "node:path";
import { cli } from "../src/cli.ts";
import { openScreen } from "../src/terminal/screen.ts";

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

/** The real program in `cwd`, with a process of its own: for signals, for what comes before the command line, and for what it must not share. */
export const rl = (cwd: string, ...args: readonly string[]): Promise<Outcome> => start(cwd, ...args).done;

/** The same command in this process, with standard output that is no terminal, without the second that a start takes. One at a time: `cwd` becomes the process's. */
export async function here(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const before = { cwd: process.cwd(), script: process.argv[1]!, agent: process.env["npm_config_user_agent"] };
  let [stdout, stderr] = ["", ""];
  const stream = { write: (text: string) => (stdout += text) } as unknown as NodeJS.WriteStream;
  process.chdir(cwd);
  process.argv[1] = NODE_ARGUMENTS.at(-1)!;
  process.env["npm_config_user_agent"] = "pnpm/12";
  try {
    const code = await cli(args, openScreen(stream, env), (line) => (stderr += `${line}\n`));
    return { code, stdout, stderr };
  } finally {
    process.chdir(before.cwd);
    process.argv[1] = before.script;
    if (before.agent === undefined) delete process.env["npm_config_user_agent"];
    else process.env["npm_config_user_agent"] = before.agent;
  }
}
