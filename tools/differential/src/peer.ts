/** One long-lived Python process per generator: a case per line in, an answer per line out. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Json } from "./json.ts";

/** What one side says of a case: an answer, or that it refuses it. */
export type Reply = { readonly answer: Json } | { readonly error: string };

export interface Peer {
  ask(input: Json): Promise<Reply>;
  close(): void;
}

/** Text that marks a Python module that cannot be imported, with its name. */
export class MissingModule extends Error {}

/** Starts python/SCRIPT.py in a virtual environment and waits until its imports are done. */
export async function startPeer(script: string, venv: string): Promise<Peer> {
  const python = [join(venv, "bin", "python"), join(venv, "Scripts", "python.exe")].find((path) => existsSync(path));
  if (python === undefined)
    throw new Error(`--python: ${venv} holds no bin/python; expected a virtual environment; make one with python -m venv ${venv}.`);
  const child = spawn(python, [fileURLToPath(new URL("../python/peer.py", import.meta.url)), script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = new Lines(child);
  const hello = JSON.parse(await lines.next()) as { ready?: true; missing?: string };
  if (hello.missing !== undefined) throw new MissingModule(hello.missing);
  return {
    async ask(input) {
      child.stdin!.write(`${JSON.stringify(input)}\n`);
      return JSON.parse(await lines.next()) as Reply;
    },
    close: () => child.stdin!.end(),
  };
}

class Lines {
  private readonly waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  private ended: Error | undefined;
  constructor(child: ChildProcess) {
    createInterface({ input: child.stdout! }).on("line", (line) => this.waiting.shift()?.resolve(line));
    child.on("exit", (code) => {
      this.ended = new Error(`the Python process ended with ${code}; what it wrote above says why.`);
      for (const each of this.waiting.splice(0)) each.reject(this.ended);
    });
  }
  next(): Promise<string> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }
}
