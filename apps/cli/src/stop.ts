/** Ctrl-C: the first ends training after the iteration that is under way, the second ends the program at once. */
import { SHOW_CURSOR, type Screen } from "./terminal/screen.ts";

export interface StopSwitch {
  readonly signal: AbortSignal;
  /** 130 after Ctrl-C, 143 after a polite kill; as shells count. */
  readonly exitCode: number;
  /** Ctrl-C does again what it does everywhere. */
  release(): void;
}

/** `say` is called at the first. */
export function onInterrupt(screen: Screen, say: () => void): StopSwitch {
  const controller = new AbortController();
  let exitCode = 130;
  const handle = (name: NodeJS.Signals): void => {
    exitCode = name === "SIGTERM" ? 143 : 130;
    if (controller.signal.aborted) {
      if (screen.live) screen.write(`${SHOW_CURSOR}\n`);
      process.exit(exitCode);
    }
    controller.abort();
    say();
  };
  process.on("SIGINT", handle);
  process.on("SIGTERM", handle);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release() {
      process.off("SIGINT", handle);
      process.off("SIGTERM", handle);
    },
  };
}
