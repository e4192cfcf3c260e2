// The processor time of every test file, and of the whole of npm test, beside what it was before (tools/bench/results/tests-before.json). Linux.
//   node tools/check/src/test-times.ts [--save]
// --save writes tools/bench/results/tests.md. The figures are of a machine that does nothing else.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { repositoryRoot } from "./workspace.ts";

interface Line {
  readonly file: string;
  readonly pid: number;
  readonly own: number;
  readonly children: number;
}
type Times = Readonly<Record<string, number>>;

const results = join(repositoryRoot, "tools/bench/results");
const before = JSON.parse(readFileSync(join(results, "tests-before.json"), "utf8")) as {
  readonly wall: number;
  readonly processor: number;
  readonly files: Times;
};

/** Seconds by file: a process that several files share says each time what it has taken in all. */
function byFile(lines: readonly Line[]): Times {
  const spent = new Map<number, number>();
  return Object.fromEntries(
    lines.map(({ file, pid, own, children }) => {
      const until = spent.get(pid) ?? 0;
      spent.set(pid, own + children);
      return [relative(repositoryRoot, file), own + children - until];
    }),
  );
}

function table(files: Times, wall: number, processor: number): string {
  const names = [...new Set([...Object.keys(before.files), ...Object.keys(files)])];
  const slow = names.filter((name) => Math.max(before.files[name] ?? 0, files[name] ?? 0) >= 2);
  const most = (name: string): number => Math.max(before.files[name] ?? 0, files[name] ?? 0);
  const cell = (seconds: number | undefined): string => (seconds === undefined ? "" : seconds.toFixed(1));
  const rest = (times: Times): number =>
    Object.entries(times).reduce((sum, [name, seconds]) => sum + (slow.includes(name) ? 0 : seconds), 0);
  return [
    "| seconds | before | now |",
    "|---|---:|---:|",
    `| by the clock, whole run | ${cell(before.wall)} | ${cell(wall)} |`,
    `| of processor time, whole run | ${cell(before.processor)} | ${cell(processor)} |`,
    ...slow.toSorted((a, b) => most(b) - most(a)).map((name) => `| ${name} | ${cell(before.files[name])} | ${cell(files[name])} |`),
    `| all others, ${names.length - slow.length} files | ${cell(rest(before.files))} | ${cell(rest(files))} |`,
    "",
  ].join("\n");
}

const folder = mkdtempSync(join(tmpdir(), "rl-times-"));
try {
  const list = join(folder, "times.jsonl");
  const started = performance.now();
  const children = (): number => {
    const text = readFileSync("/proc/self/stat", "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) / 100;
  };
  const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run"], {
    cwd: repositoryRoot,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, RL_TIMES: list },
  });
  const wall = (performance.now() - started) / 1000;
  const lines = readFileSync(list, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const text = table(byFile(lines), wall, children());
  console.log(`\n${text}`);
  if (process.argv.includes("--save") && status === 0) {
    const page = join(results, "tests.md");
    const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.versions.node}`;
    // The page says the rest by hand.
    const marks = /(<!-- times -->\n)[^]*?(<!-- end -->)/;
    writeFileSync(page, readFileSync(page, "utf8").replace(marks, `$1\n${machine}\n\n${text}\n$2`));
  }
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
