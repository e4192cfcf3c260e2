/** Values that nobody means, and what a call may do with them: answer, or throw an Error of one sentence of its own. Never the engine's words, never long. */

const deep = (): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < 100_000; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
};
const self = (): unknown => {
  const value: Record<string, unknown> = { a: [] };
  (value["a"] as unknown[]).push(value);
  return value;
};

/** Name → value. Made anew by each call, so that no test sees what another did to them. */
export function strangeValues(): Readonly<Record<string, unknown>> {
  return {
    undefined: undefined,
    null: null,
    true: true,
    "-0": -0,
    "-1": -1,
    "0.5": 0.5,
    NaN,
    Infinity,
    "-Infinity": -Infinity,
    "1e308": 1e308,
    "-1e308": -1e308,
    "5e-324": 5e-324,
    "2^31": 2 ** 31,
    "2^53": 2 ** 53,
    "1e12": 1e12,
    "1n": 1n,
    "2^64n": 2n ** 64n,
    "2^100000n": 2n ** 100_000n,
    '""': "",
    '"1"': "1",
    '"BOOL"': "BOOL",
    "control characters": "\u001b[2J\u009b\n",
    "long text": "1".repeat(1_000_000),
    symbol: Symbol("s"),
    "[]": [],
    "[1, 2]": [1, 2],
    '["1"]': ["1"],
    "[NaN]": [NaN],
    sparse: new Array(5),
    "{}": {},
    "{ a: 1 }": { a: 1 },
    "no prototype": Object.create(null),
    "{ length: 3 }": { length: 3 },
    "{ length: -1 }": { length: -1 },
    Set: new Set([1, 2]),
    Map: new Map([["a", 1]]),
    Date: new Date(0),
    Promise: Promise.resolve(1),
    "Int32Array(4)": new Int32Array(4),
    "Float32Array(2)": new Float32Array([1, NaN]),
    "BigInt64Array(1)": new BigInt64Array(1),
    DataView: new DataView(new ArrayBuffer(8)),
    function: () => NaN,
    class: class A {},
    deep: deep(),
    self: self(),
    "throws when read": new Proxy({}, { get: () => undefined, ownKeys: () => [] }),
  };
}

/** The engine's own words, where a package should have used its. */
const RAW =
  /is not (?:a function|iterable|defined|a constructor|callable)|Cannot (?:read|convert|mix|destructure|set|assign|perform)|Maximum call stack|Invalid (?:array|typed|string|count)|undefined \(reading|allocation failed|incompatible|could not be cloned|out of (?:memory|bounds)|too (?:large|big)|Reduce of empty/;

/** What is wrong with how a call took its arguments; undefined where it answered, or refused in a sentence, in less than a second of the processor. */
export async function misconduct(call: () => unknown): Promise<string | undefined> {
  const start = process.cpuUsage();
  let problem: string | undefined;
  try {
    await call();
  } catch (error) {
    if (!(error instanceof Error)) return `threw ${typeof error}`;
    const { message } = error;
    if (RAW.test(message)) problem = `threw the engine's words: ${message.slice(0, 200)}`;
    // oxlint-disable-next-line no-control-regex -- they must not get through
    else if (/[\u0000-\u001f\u007f-\u009f]/.test(message)) problem = `threw control characters: ${JSON.stringify(message.slice(0, 200))}`;
    else if (message.length > 1000) problem = `threw ${message.length} characters`;
    else if (!/expected|needs|must|takes|knows|did you mean|Known are|cannot|is missing/.test(message))
      problem = `does not say what is expected: ${message}`;
  }
  const { user, system } = process.cpuUsage(start);
  return problem ?? (user + system > 1_000_000 ? `took ${(user + system) / 1e6} s of the processor` : undefined);
}

/** Whether some number in plain data is NaN or infinite. */
export function holdsNaN(data: unknown): boolean {
  if (typeof data === "number") return !Number.isFinite(data);
  if (typeof data !== "object" || data === null) return false;
  return Object.values(data).some(holdsNaN);
}
