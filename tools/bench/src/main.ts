// pnpm bench NAME [--json FILE] [--save] [--check] [--python VENV]
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { closest } from "fastest-levenshtein";
import type { Bench, BenchContext } from "./bench.ts";
import { type PeerReport, peerReport, pythonOf, runPython } from "./peers.ts";
import { makeReport, toMarkdown } from "./report.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const benchFolder = join(here, "benches");
const pythonFolder = join(here, "..", "python");
const resultFolder = join(here, "..", "results");

const benchNames = (): string[] =>
  readdirSync(benchFolder)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -3))
    .sort();

async function load(name: string): Promise<Bench> {
  const module = (await import(join(benchFolder, `${name}.ts`))) as { default?: Bench };
  if (module.default?.name !== name)
    throw new Error(`tools/bench/src/benches/${name}.ts must export default defineBench({ name: "${name}", … }).`);
  return module.default;
}

/** Every bench name among `words` that exists, or an error that names the nearest. */
function known(name: string): string {
  const names = benchNames();
  if (names.includes(name)) return name;
  throw new InvalidArgumentError(
    `There is no bench "${name}".${names.length > 0 ? ` Did you mean "${closest(name, names)}"?` : ""} pnpm bench --list shows all.`,
  );
}

interface Options {
  json?: string;
  save?: boolean;
  check?: boolean;
  python?: string;
  list?: boolean;
  [flag: string]: string | boolean | undefined;
}

async function runBench(bench: Bench, options: Options): Promise<boolean> {
  const python = options.python === undefined ? undefined : pythonOf(options.python);
  const versions: Record<string, string> = {};
  const remarks: string[] = [];
  const attached = new Map<string, string>();
  const flags: Record<string, string | undefined> = {};
  for (const flag of Object.keys(bench.flags ?? {})) flags[flag] = options[flag] as string | undefined;
  const log = (line: string): void => void process.stderr.write(`  ${line}\n`);
  const context: BenchContext = {
    hasPython: python !== undefined,
    flags,
    log,
    version: (name, version) => void (versions[name] = version),
    remark: (markdown) => void remarks.push(markdown),
    attach: (file, text) => void attached.set(file, text),
    async python(script, scriptOptions = {}): Promise<PeerReport> {
      if (python === undefined) {
        log(`${script}: not run, give --python VENV to measure its peers`);
        return peerReport();
      }
      log(`running ${script}`);
      const report = await runPython(python, join(pythonFolder, script), scriptOptions, log);
      Object.assign(versions, report.versions);
      return report;
    },
  };
  const flagWords = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag} ${value.includes(" ") ? `"${value}"` : value}`],
  );
  const command = ["pnpm bench", bench.name, ...flagWords, ...(python === undefined ? [] : ["--python VENV"])].join(" ");
  const rows = await bench.run(context);
  const report = makeReport(bench, command, versions, rows, remarks);
  const markdown = toMarkdown(report);
  process.stdout.write(markdown);
  if (options.json !== undefined)
    writeFileSync(
      resolve(process.env.INIT_CWD ?? ".", options.json),
      `${JSON.stringify(report, (_, value: unknown) => (value === undefined ? null : value), 2)}\n`,
    );
  if (options.save === true) {
    mkdirSync(resultFolder, { recursive: true });
    const file = join(resultFolder, `${bench.name}.md`);
    writeFileSync(file, markdown);
    for (const [name, text] of attached) writeFileSync(join(resultFolder, name), text);
    log(`saved ${relative(process.cwd(), file)}`);
  }
  const short = report.rows.filter((row) => row.verdict === "missed" || row.verdict === "not measured");
  for (const row of short)
    log(
      `${row.verdict === "missed" ? "MISSED" : "NOT MEASURED"}: ${row.work}: ${row.ours ?? "–"} ${row.unit}, to reach ${[row.target].flat().join(", ")}`,
    );
  const empty = rows.length + remarks.length === 0;
  if (empty) log("MISSED: the bench has no rows");
  return short.length === 0 && !empty;
}

async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("pnpm bench")
    .description("Runs benchmarks: a table with machine, versions, ours, peers of the same session, ratio, and the figure to reach.")
    .argument("[names...]", "benches to run (--list shows them)")
    .option("--list", "list the benches")
    .option("--json <file>", "also write the report as JSON")
    .option("--save", "also write the table to tools/bench/results/NAME.md")
    .option("--check", "exit 1 when a figure is missed or could not be measured")
    .option("--python <venv>", "virtual environment for the Python peers (tools/bench/python/requirements.txt)")
    .addHelpText("after", "\nExamples:\n  pnpm bench --list\n  pnpm bench random\n  pnpm bench envs --python .venv --save --check\n")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  // A bench's own flags are known only after the bench is; its name is the first word that is not a flag.
  const first = argv.find((word) => benchNames().includes(word));
  const bench = first === undefined ? undefined : await load(first);
  for (const [flag, help] of Object.entries(bench?.flags ?? {})) program.option(`--${flag} <value>`, `(${bench?.name}) ${help}`);
  program.parse(argv, { from: "user" });
  const options = program.opts<Options>();
  if (options.list === true) {
    for (const name of benchNames()) {
      const description = await load(name).then(
        (bench) => bench.description,
        (error: unknown) => `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      );
      process.stdout.write(`${name.padEnd(16)} ${description}\n`);
    }
    process.stdout.write(
      "\npnpm bench NAME runs one; pnpm bench NAME --help shows its own options; --python VENV runs its peers in Python too.\n",
    );
    return 0;
  }
  if (program.args.length === 0) {
    program.outputHelp();
    return 2;
  }
  let names: string[];
  try {
    names = program.args.map(known);
    if (options.python !== undefined) pythonOf(options.python);
    if (names.length > 1 && options.json !== undefined) throw new Error("--json writes one report; name one bench.");
    const part = bench?.partial?.find((flag) => options[flag] !== undefined);
    if (options.save === true && part !== undefined)
      throw new Error(`--save replaces the whole table of ${bench?.name} and --${part} measures a part of it; leave one of them out.`);
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n`);
    return 2;
  }
  if (names.length > 1) {
    // Each in a process of its own: compiled code and heap of one must not colour the next.
    const flags = argv.filter((word) => !names.includes(word));
    const codes = names.map(
      (name) =>
        spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name, ...flags], { stdio: "inherit" }).status ??
        1,
    );
    return Math.max(...codes);
  }
  const met = await runBench(bench ?? (await load(names[0] as string)), options);
  return options.check === true && !met ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // A plain Error is a sentence for the user; anything else (TypeError …) is a defect and keeps its stack.
  if (!(error instanceof Error) || error.constructor !== Error) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 2;
}
