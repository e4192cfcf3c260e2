#!/usr/bin/env node
import { enableWideVectors } from "@rl/tensor/node";
import { cli } from "./cli.ts";

// One process, one set of V8 flags: the training thread asks for the same. RL_WIDE=0 switches it off.
enableWideVectors();

// A reader that has seen enough (rl list envs | head) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await cli(process.argv.slice(2));
