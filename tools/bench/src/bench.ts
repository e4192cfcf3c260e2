// The one form that every benchmark of the project takes. A bench file exports `defineBench({ … })` as its default.
import type { PeerReport } from "./peers.ts";

/** A figure to reach: absolute in the row's own unit ("≥ 20 M/s"), or relative to a peer of the same row ("≤ 0.9 × JAX jit", "≤ 1/8 × PyTorch").
 *  Relative figures always compare the printed numbers: ours ≤ 0.9 times the peer's. */
export type Target = `${"≥" | "≤"} ${string}`;

export interface Row {
  /** What was done, with its sizes: "CartPole-v1, vector of 64, random actions". Unique within a bench. */
  readonly work: string;
  /** Our figure in `unit`; undefined when it could not be measured (a target then counts as missed). */
  readonly ours: number | undefined;
  readonly unit: string;
  readonly better: "higher" | "lower";
  /** Peers' figures in the same unit; undefined when one could not be measured. Columns keep the order of first appearance. */
  readonly peers?: Readonly<Record<string, number | undefined>>;
  /** One figure to reach or several; all must hold. */
  readonly target?: Target | readonly Target[];
  /** A stretch figure: shown, never checked. */
  readonly stretch?: Target | readonly Target[];
  /** Anything a reader must know about this row: the median, a standard deviation, a reason. */
  readonly note?: string;
}

export interface BenchContext {
  /** Runs tools/bench/python/SCRIPT in the virtual environment of --python and collects its JSON lines; empty when no environment was given. */
  python(
    script: string,
    options?: { args?: readonly string[]; timeoutSeconds?: number; env?: Readonly<Record<string, string>> },
  ): Promise<PeerReport>;
  /** True when --python was given. */
  readonly hasPython: boolean;
  /** Values of the bench's own flags; undefined where not given. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  /** Records the version of something that took part and is not a Python peer (those report their own). */
  version(name: string, version: string): void;
  /** A progress line for the person waiting; goes to stderr. */
  log(line: string): void;
  /** A paragraph or a fenced block below the table. */
  remark(markdown: string): void;
  /** A file beside the saved table, such as a picture that a remark shows; written only with --save. */
  attach(file: string, text: string): void;
}

export interface Bench {
  /** The file's name without its ending. */
  readonly name: string;
  /** One line: what is measured and how. */
  readonly description: string;
  /** Extra flags of this bench: name → help text. `--name VALUE` arrives in `ctx.flags.name`. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Those of the flags that leave parts out: with them --save is refused, since it would replace the whole table. */
  readonly partial?: readonly string[];
  /** The rows; none where a flag asks for something else, which then is a remark. */
  run(ctx: BenchContext): readonly Row[] | Promise<readonly Row[]>;
}

const keys = new Set(["name", "description", "flags", "partial", "run"]);

/** Checks the declaration and returns it. */
export function defineBench(bench: Bench): Bench {
  for (const key of Object.keys(bench))
    if (!keys.has(key)) throw new Error(`defineBench: unknown key "${key}"; known are ${[...keys].join(", ")}.`);
  if (!/^[a-z][a-z0-9-]*$/.test(bench.name)) throw new Error(`defineBench: name must be kebab-case like its file; got "${bench.name}".`);
  return bench;
}
