// Runs TypeScript programs from source, two at a time, and says how each ended.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { repositoryRoot } from "./workspace.ts";

export interface Ended {
  readonly file: string;
  readonly seconds: number;
  readonly problem: string | undefined;
}

async function runOne(file: string, timeoutSeconds: number): Promise<Ended> {
  const start = performance.now();
  const child = spawn(process.execPath, ["--conditions=@rl/source", file], {
    cwd: repositoryRoot,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => void (output = (output + chunk).slice(-4000)));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeoutSeconds * 1000);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve).on("error", () => resolve(1)));
  clearTimeout(timer);
  const tail = output.trim().split("\n").slice(-12).join("\n    ");
  const problem = late
    ? `took longer than ${timeoutSeconds} s`
    : code === 0
      ? undefined
      : `ended with exit code ${String(code)}:\n    ${tail}`;
  return { file, seconds: (performance.now() - start) / 1000, problem };
}

export async function runAll(files: readonly string[], timeoutSeconds: number): Promise<Ended[]> {
  const ended: Ended[] = [];
  const queue = [...files];
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) ended.push(await runOne(file, timeoutSeconds));
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(2, availableParallelism())) }, worker));
  return ended;
}
