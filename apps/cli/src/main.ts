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

// A reader that has seen enough (rl list envs | head) or a terminal that was closed is no error; training that listens saves first.
const GONE = ["EPIPE", "EIO", "ERR_STREAM_DESTROYED"];
let stopping = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (!GONE.includes(error.code ?? "")) throw error;
  if (process.emit("SIGPIPE", "SIGPIPE")) stopping = true;
  else process.exit(stopping ? 141 : 0);
});
process.stderr.on("error", () => undefined);

process.exitCode = await cli(process.argv.slice(2));
