/** Hashes of the results of elementary functions over a million arguments each: equal hashes, equal bits. Plain integer arithmetic, so that any engine can run it. */

type Function1 = (x: number) => number;
type Function2 = (x: number, y: number) => number;

export const ONE_ARGUMENT = [
  "sin",
  "cos",
  "tan",
  "exp",
  "expm1",
  "log",
  "log1p",
  "log2",
  "tanh",
  "sinh",
  "cosh",
  "atan",
  "asin",
  "acos",
] as const;
export const TWO_ARGUMENTS = ["pow", "atan2", "hypot"] as const;

export const ARGUMENTS = 1 << 20;

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** Marsaglia's xorshift128. */
function xorshift(): () => number {
  let [x, y, z, w] = [123456789, 362436069, 521288629, 88675123];
  return () => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w;
  };
}

/** Arguments of all kinds in turn: any bits at all, near 1, up to ±1, ±32, ±800, multiples of π/4 as well as they can be written. */
export function argumentSource(): () => number {
  const next = xorshift();
  let turn = 0;
  const unit = (): number => next() * 2 ** -31 + (next() >>> 8) * 2 ** -56;
  return () => {
    turn = (turn + 1) % 6;
    if (turn === 0) {
      words[0] = next();
      words[1] = next();
      return float[0] as number;
    }
    if (turn === 1) return 1 + unit() * 2 ** -(next() & 31);
    if (turn === 2) return unit();
    if (turn === 3) return 32 * unit();
    if (turn === 4) return 800 * unit();
    return (next() >> 8) * 0.7853981633974483;
  };
}

/** 32 hexadecimal bits of one function's results; `name` decides how it is called. */
export function hashOf(name: string, functions: Readonly<Record<string, unknown>>): string {
  const argument = argumentSource();
  let h = 0x811c9dc5;
  const take = (value: number): void => {
    float[0] = value;
    // All NaNs are one.
    const high = value === value ? (words[1] as number) : 0x7ff80000;
    const low = value === value ? (words[0] as number) : 0;
    h = Math.imul(h ^ low, 0x01000193);
    h = Math.imul(h ^ (h >>> 15) ^ high, 0x85ebca6b);
    h ^= h >>> 13;
  };
  if ((TWO_ARGUMENTS as readonly string[]).includes(name)) {
    const f = functions[name] as Function2;
    for (let i = 0; i < ARGUMENTS; i++) {
      const x = argument();
      // Two kinds on, so that kinds meet in many pairs.
      if (i % 5 === 0) argument();
      take(f(i % 3 === 0 ? Math.abs(x) : x, argument()));
    }
  } else {
    const f = functions[name] as Function1;
    for (let i = 0; i < ARGUMENTS; i++) {
      const x = argument();
      take(f(i % 3 === 0 ? Math.abs(x) : x));
    }
  }
  return (h >>> 0).toString(16).padStart(8, "0");
}

/** The hash of each function that `functions` has. */
export function mathBits(functions: Readonly<Record<string, unknown>>): Record<string, string> {
  const known = [...ONE_ARGUMENT, ...TWO_ARGUMENTS].filter((name) => typeof functions[name] === "function");
  return Object.fromEntries(known.map((name) => [name, hashOf(name, functions)]));
}
