import { lastCreatorId } from "./creation-order.ts";

/** One tracing of one function. Values made while it runs are symbols; they mean nothing once it has ended. */
export class Trace {
  /** Nesting: the body of a loop is traced inside the trace of the function around it. */
  readonly depth: number;
  /** The newest creator when it began. */
  readonly after = lastCreatorId();
  /** What is being traced, for error messages. */
  readonly label: string;
  alive = true;

  constructor(depth: number, label: string) {
    this.depth = depth;
    this.label = label;
  }
}

let current: Trace | undefined;

/** Runs `body` with a fresh trace, which ends when the body does. */
export function withTrace<T>(label: string, body: (trace: Trace) => T): T {
  const outer = current;
  const trace = new Trace((outer?.depth ?? 0) + 1, label);
  current = trace;
  try {
    return body(trace);
  } finally {
    current = outer;
    trace.alive = false;
  }
}

/** The innermost tracing under way. */
export const currentTrace = (): Trace | undefined => current;

/** Whether some function is being traced now. */
export const isTracing = (): boolean => current !== undefined;
