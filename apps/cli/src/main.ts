#!/usr/bin/env node
import { cli } from "./cli.ts";

// A reader that has seen enough (rl list envs | head) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await cli(process.argv.slice(2));
