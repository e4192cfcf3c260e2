/** Random cases on both sides, until one differs; then the smallest that still does, as a test. */
import { compileFunction } from "node:vm";
import { Generator as Stream } from "@rl/random";
import { difference, type Tolerance } from "./compare.ts";
import { literal, pack, type Json } from "./json.ts";
import type { Reply } from "./peer.ts";
import { shrink } from "./shrink.ts";

/** A source of random cases and what our side makes of them. One file each. */
export interface CaseGenerator<C extends Json = Json> {
  readonly name: string;
  /** One line: what is beside what. */
  readonly about: string;
  /** The file of python/ that answers, without its ending; absent where `theirs` does. */
  readonly python?: string;
  /** The right answer where no Python is needed. */
  readonly theirs?: (input: C) => Json | Promise<Json>;
  readonly tolerance: Tolerance | ((input: C) => Tolerance);
  /** A case, from nothing but the stream. */
  readonly make: (rng: Stream) => C;
  /** JavaScript statements whose `return` gives our answer. What is printed as a test is what ran. */
  readonly code: (input: C) => string;
  /** Names that the statements may use, and the import that a printed test has for them. */
  readonly scope: Readonly<Record<string, unknown>>;
  readonly imports: string;
  /** Whether a smaller case makes sense; all that do not lack something do. */
  readonly valid?: (input: C) => boolean;
  /** True where one side may refuse what the other takes. */
  readonly lenient?: boolean;
}

/** What a run found: nothing, or a failure and its smallest form. */
export interface Failure {
  readonly index: number;
  readonly what: string;
  readonly smallest: Json;
  readonly test: string;
}
export type Ask = (input: Json) => Promise<Reply>;

export async function ours(generator: CaseGenerator, input: Json): Promise<Reply> {
  try {
    const names = Object.keys(generator.scope);
    const run = compileFunction(`return (async () => {\n${generator.code(input)}\n})();`, names) as (
      ...values: unknown[]
    ) => Promise<unknown>;
    return { answer: pack(await run(...Object.values(generator.scope))) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** In words, how the two sides differ on a case; undefined where they agree or both refuse it. */
export async function judge(generator: CaseGenerator, input: Json, ask: Ask): Promise<{ what: string; theirs: Reply } | undefined> {
  const [mine, theirs] = [await ours(generator, input), await ask(input)];
  if ("error" in mine || "error" in theirs) {
    if (generator.lenient || ("error" in mine && "error" in theirs)) return undefined;
    const what = "error" in mine ? `ours refuses: ${mine.error}` : `theirs refuses: ${(theirs as { error: string }).error}`;
    return { what, theirs };
  }
  const tolerance = typeof generator.tolerance === "function" ? generator.tolerance(input) : generator.tolerance;
  const what = difference(mine.answer, theirs.answer, tolerance);
  return what === undefined ? undefined : { what, theirs };
}

/** Case `index` of a seed. */
export const makeCase = (generator: CaseGenerator, seed: number, index: number): Json => {
  const made = generator.make(new Stream(seed).fork(generator.name, index));
  return JSON.parse(JSON.stringify(pack(made))) as Json;
};

/** Tries cases `from`, from + 1, … until `stop` says so; calls `found` with each failure. Gives the number of cases tried. */
export async function search(
  generator: CaseGenerator,
  ask: Ask,
  options: { readonly seed: number; readonly from?: number; readonly stop: (tried: number, failures: number) => boolean },
  found: (failure: Failure) => void,
): Promise<number> {
  let [tried, failures] = [0, 0];
  for (let index = options.from ?? 0; !options.stop(tried, failures); index++, tried++) {
    const input = makeCase(generator, options.seed, index);
    const verdict = await judge(generator, input, ask);
    if (!verdict) continue;
    failures++;
    const kind = kindOf(verdict.what);
    const smallest = await shrink(input, async (candidate) => {
      if (generator.valid && !generator.valid(candidate)) return false;
      const again = await judge(generator, candidate, ask);
      return again !== undefined && kindOf(again.what) === kind;
    });
    const last = (await judge(generator, smallest, ask)) ?? verdict;
    found({ index, what: last.what, smallest, test: testOf(generator, smallest, last.theirs, `--seed ${options.seed} --case ${index}`) });
  }
  return tried;
}

/** While a case shrinks a refusal stays one, by the same side and beginning with the same words. */
const kindOf = (what: string): string => (what.includes(" refuses: ") ? what.split(" ").slice(0, 4).join(" ") : "differs");

/** A test for the package, with the case as literals and the right value. */
function testOf(generator: CaseGenerator, input: Json, right: Reply, where: string): string {
  const tolerance = typeof generator.tolerance === "function" ? generator.tolerance(input) : generator.tolerance;
  const close = (x: number): string => {
    const allowed = tolerance.absolute + tolerance.relative * Math.abs(x);
    const text = Object.is(x, -0) ? "-0" : String(x);
    return allowed === 0 || !Number.isFinite(x)
      ? text
      : `expect.closeTo(${text}, ${Math.max(0, Math.min(18, Math.floor(-Math.log10(2 * allowed))))})`;
  };
  const indented = generator.code(input).replaceAll(/^/gm, "    ");
  const verdict =
    "error" in right
      ? `  await expect(actual()).rejects.toThrow(); // theirs: ${right.error.split("\n")[0]}`
      : `  expect(await actual()).toEqual(${literal(right.answer, close)});`;
  return [
    `import { expect, test } from "vitest";`,
    generator.imports,
    ``,
    `test("differential ${generator.name} ${where}", async () => {`,
    `  const actual = async () => {`,
    indented,
    `  };`,
    verdict,
    `});`,
  ].join("\n");
}
