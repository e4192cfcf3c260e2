import { optionRows, settingText } from "@rl/agent";
import { makeVec, registeredIds, spec } from "@rl/envs";
import { comingFrom } from "@rl/math/coming-from";
import { plain, quote } from "@rl/math/options";
import { hint } from "@rl/train";
import { algorithms, findAlgorithm, madeFor, type Algorithm } from "../algorithms.ts";
import { UsageError } from "../errors.ts";
import { RESERVED } from "../job.ts";
import { printTable } from "../terminal/table.ts";
import type { Screen } from "../terminal/screen.ts";

const WHAT = ["envs", "algos", "presets", "settings"] as const;

/** `names`: of settings and presets, an algorithm and words that are looked for. */
export function list(screen: Screen, what: string | undefined, names: readonly string[] = []): void {
  if (names.length > 0 && what !== "settings" && what !== "presets")
    throw new UsageError(`rl list ${what} takes no further words, and got ${names.map(quote).join(", ")}; leave them out.`);
  switch (what as (typeof WHAT)[number] | undefined) {
    case undefined:
      return overview(screen);
    case "envs":
      return listEnvironments(screen);
    case "algos":
      return printTable(
        screen,
        ["algorithm", "actions", "presets", "what it is"],
        algorithms.map((algorithm) => [algorithm.name, algorithm.actions, presetNames(algorithm), algorithm.title]),
      );
    case "presets":
      return listPresets(screen, names);
    case "settings":
      return listSettings(screen, names);
    default:
      throw new UsageError(`rl list knows no ${quote(what!)}${hint(what!, WHAT)} Choose one of ${WHAT.join(", ")}.`);
  }
}

const presetNames = ({ presets, defaultPreset }: Algorithm): string =>
  Object.keys(presets)
    .map((preset) => (preset === defaultPreset ? `${preset}*` : preset))
    .join(" ");

function overview(screen: Screen): void {
  const count = (of: (algorithm: Algorithm) => object): string =>
    algorithms.map((algorithm) => `${Object.keys(of(algorithm)).length} of ${algorithm.name}`).join(", ");
  printTable(
    screen,
    ["command", "shows"],
    [
      ["rl list envs", `${registeredIds().length} environments: ${registeredIds().join(", ")}`],
      ["rl list algos", `${algorithms.length} algorithms: ${algorithms.map(({ name }) => name).join(", ")}`],
      ["rl list presets [ALGO]", `named settings: ${count(({ presets }) => presets)}`],
      ["rl list settings [ALGO] [WORD]", `what --set changes, with meaning and default: ${count(({ options }) => options)}`],
    ],
  );
}

function listEnvironments(screen: Screen): void {
  printTable(
    screen,
    ["environment", "observations", "actions", "steps at most", "solved at"],
    registeredIds().map((id) => {
      const env = makeVec(id, 1);
      const { maxEpisodeSteps, rewardThreshold } = spec(id);
      return [
        id,
        describe(env.singleObservationSpace),
        describe(env.singleActionSpace),
        maxEpisodeSteps === undefined ? "–" : String(maxEpisodeSteps),
        rewardThreshold === undefined ? "–" : String(rewardThreshold),
      ];
    }),
  );
}

/** The algorithm that the first word names, or all; and the other words, of which each must be somewhere in a row. */
function narrow(names: readonly string[]): { readonly chosen: readonly Algorithm[]; readonly words: readonly string[] } {
  const [first, ...rest] = names;
  const named = algorithms.filter(({ name }) => name === first);
  if (named.length > 0) return { chosen: named, words: rest };
  // Two words or more begin with an algorithm; one alone may be what is looked for.
  if (rest.length > 0) findAlgorithm(first!);
  return { chosen: algorithms, words: names };
}

function printFound(
  screen: Screen,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  what: string,
  words: readonly string[],
): void {
  const found = rows.filter((row) => words.every((word) => plain(row.join(" ")).includes(plain(word))));
  if (found.length === 0) {
    const names = [...new Set(rows.map((row) => row[1] ?? ""))];
    throw new UsageError(
      `No ${what} has ${words.map(quote).join(" and ")}${hint(words[0] ?? "", names, comingFrom)} rl list ${what}s shows all.`,
    );
  }
  printTable(screen, head, found);
}

function listPresets(screen: Screen, names: readonly string[]): void {
  const { chosen, words } = narrow(names);
  const rows = chosen.flatMap((algorithm) =>
    Object.entries(algorithm.presets).map(([preset, settings]) => [
      algorithm.name,
      preset,
      madeFor(algorithm, preset) ?? "any",
      Object.entries(settings as Record<string, unknown>)
        .map(([key, value]) => `${key}=${typeof value === "number" ? String(value) : JSON.stringify(value)}`)
        .join(" ") || "none",
    ]),
  );
  printFound(screen, ["algorithm", "preset", "made for", "settings that differ from the algorithm's defaults"], rows, "preset", words);
}

/** Rows of an algorithm's settings, but for those that options of the commands set. */
const settingRows = ({ name, options }: Algorithm): string[][] =>
  optionRows(options)
    .filter((row) => RESERVED[row.name] === undefined)
    .map((row) => [name, row.name, row.default, row.values, row.meaning]);

function listSettings(screen: Screen, names: readonly string[]): void {
  const { chosen, words } = narrow(names);
  printFound(screen, ["algorithm", "setting", "default", "values", "meaning"], chosen.flatMap(settingRows), "setting", words);
}

/** What `rl train ALGORITHM --help` adds: its presets, its settings, examples. */
export function printAlgorithm(screen: Screen, algorithm: Algorithm): void {
  const { name, title, presets, options } = algorithm;
  screen.line();
  screen.line(`${name}: ${title}.`);
  screen.line();
  screen.line(`Presets (* where --preset is left out; rl list presets ${name} shows their settings):`);
  screen.line(`  ${Object.keys(presets).length === 0 ? "none" : presetNames(algorithm)}`);
  screen.line();
  screen.line(`Settings for --set (rl list settings ${name} shows which values they take):`);
  const rows = Object.entries(options).filter(([key]) => RESERVED[key] === undefined);
  printTable(
    screen,
    ["setting", "meaning"],
    rows.map(([key, own]) => [key, `${own.meaning} (default ${settingText(own.default)})`]),
  );
}

/** "2 choices", "1 number, −2 … 2", "4 numbers": a space in a few words. */
function describe(space: object): string {
  const { n, low, high, size } = space as {
    readonly n?: number;
    readonly low?: ArrayLike<number>;
    readonly high?: ArrayLike<number>;
    readonly size: number;
  };
  if (low !== undefined && high !== undefined) {
    const same = new Set(Array.from(low)).size === 1 && new Set(Array.from(high)).size === 1;
    return `${size} ${size === 1 ? "number" : "numbers"}${same ? `, ${String(low[0]).replace("-", "−")} … ${high[0]}` : ""}`;
  }
  return n === undefined ? String(space) : `${n} choices`;
}
