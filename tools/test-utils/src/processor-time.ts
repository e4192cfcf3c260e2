/** Set up before each test file when the variable RL_TIMES names a file (tools/check/src/test-times.ts): a line there for what the process has taken until now. */
import { appendFileSync, readFileSync } from "node:fs";
import { afterAll, expect } from "vitest";

/** Seconds of processor time of this process and of those that it has waited for. Linux alone tells of both. */
export function processorTime(): { readonly own: number; readonly children: number } {
  const text = readFileSync("/proc/self/stat", "utf8");
  // Behind the name, which may hold anything; in hundredths.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [user, system, userOfChildren, systemOfChildren] = fields.slice(11, 15).map((ticks) => Number(ticks) / 100) as [
    number,
    number,
    number,
    number,
  ];
  return { own: user + system, children: userOfChildren + systemOfChildren };
}

afterAll(() => {
  const file = expect.getState().testPath;
  appendFileSync(process.env["RL_TIMES"]!, `${JSON.stringify({ file, pid: process.pid, ...processorTime() })}\n`);
});
