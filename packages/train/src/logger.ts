/** What one iteration gives to be written down: tags and numbers, `time/…` and `eval/…` included. */
export interface LogRecord {
  /** Iterations so far, from 1. */
  readonly iteration: number;
  /** Environment steps so far. */
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Logger {
  /** Called once per iteration, in order. */
  log(record: LogRecord): void;
  /** Makes sure that everything so far is on disk; called before each checkpoint. */
  flush?(): void;
  /** Called once, at the end. */
  close?(): void;
}

/** One plain line per iteration, e.g. for a log file: `write` gets each without its newline. */
export function consoleLogger(write: (line: string) => void): Logger {
  return {
    log({ step, metrics }) {
      const parts = Object.entries(metrics)
        .filter(([tag]) => tag !== "time/total_timesteps")
        .map(([tag, value]) => `${tag} ${short(value)}`);
      write(`step ${step} · ${parts.join(" · ")}`);
    },
  };
}

const short = (value: number): string => (Number.isInteger(value) ? String(value) : Number(value.toPrecision(5)).toString());

/** Closes all, and then throws what the first that failed threw. */
export function closeAll(loggers: readonly Logger[]): void {
  const failures: unknown[] = [];
  for (const logger of loggers) {
    try {
      logger.close?.();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Closes all where something has failed already: what failed first is what is said. */
export function closeQuietly(loggers: readonly Logger[]): void {
  try {
    closeAll(loggers);
  } catch {
    // As above.
  }
}
