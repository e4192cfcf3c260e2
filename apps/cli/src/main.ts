#!/usr/bin/env node
import * as module from "node:module";

// Before anything else is loaded: what was compiled once is kept in Node's cache folder, and the next start takes a third of the time.
const cache = module.enableCompileCache?.().directory;
// Threads look for this variable alone.
if (cache !== undefined) process.env["NODE_COMPILE_CACHE"] ??= cache;
const { cli } = await import("./cli.ts");
const { enableWideVectors } = await import("@rl/tensor/node");

// One process, one set of V8 flags: the training thread asks for the same. RL_WIDE=0 switches it off.
enableWideVectors();

// A reader that has seen enough (rl list envs | head) or a terminal that was closed is no error, a full disk behind > is one; training saves first.
const GONE = ["EPIPE", "EIO", "ERR_STREAM_DESTROYED"];
let exitCode: number | undefined;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  const gone = GONE.includes(error.code ?? "");
  if (!gone && exitCode === undefined) process.stderr.write(`rl: Standard output cannot be written: ${error.message}.\n`);
  const listening = process.emit("SIGPIPE", "SIGPIPE");
  exitCode ??= gone ? (listening ? 141 : 0) : 1;
  if (!listening) process.exit(exitCode);
});
process.stderr.on("error", () => undefined);

const code = await cli(process.argv.slice(2));
process.exitCode = exitCode ?? code;
