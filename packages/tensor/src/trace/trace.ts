/** One tracing of one function. Values made while it runs are symbols; they mean nothing once it has ended. */
export class Trace {
  /** Nesting: the body of a loop is traced inside the trace of the function around it. */
  readonly depth: number;
  /** What is being traced, for error messages. */
  readonly label: string;
  alive = true;

  constructor(depth: number, label: string) {
    this.depth = depth;
    this.label = label;
  }
}

let depth = 0;

/** Runs `body` with a fresh trace, which ends when the body does. */
export function withTrace<T>(label: string, body: (trace: Trace) => T): T {
  depth++;
  const trace = new Trace(depth, label);
  try {
    return body(trace);
  } finally {
    depth--;
    trace.alive = false;
  }
}

/** Whether some function is being traced now. */
export const isTracing = (): boolean => depth > 0;
