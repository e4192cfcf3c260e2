/** Ctrl-C, a polite kill, a closed terminal, a closed pipe: the first ends training after the iteration that is under way, a second Ctrl-C or kill
 *  ends the program at once. */
import * as os from "node:os";
import { SHOW_CURSOR, type Screen } from "./terminal/screen.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"] as const;

export interface StopSwitch {
  readonly signal: AbortSignal;
  /** 130 after Ctrl-C, 143 after a polite kill, 129 after a closed terminal, 141 after a closed pipe; as shells count. */
  readonly exitCode: number;
  /** Ctrl-C does again what it does everywhere. */
  release(): void;
}

/** `say` is called at the first. */
export function onInterrupt(screen: Screen, say: () => void): StopSwitch {
  const controller = new AbortController();
  let exitCode = 130;
  const handle = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      // A closed terminal often says so twice, and a closed pipe at every line.
      if (name === "SIGHUP" || name === "SIGPIPE") return;
      if (screen.live) screen.write(`${SHOW_CURSOR}\n`);
      process.exit(128 + os.constants.signals[name]);
    }
    exitCode = 128 + os.constants.signals[name];
    controller.abort();
    say();
  };
  for (const name of SIGNALS) process.on(name, handle);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release() {
      for (const name of SIGNALS) process.off(name, handle);
    },
  };
}
