// pnpm check [--without TASK,…] [--only TASK,…] [--force] [turbo filters…]: all that CI checks. turbo runs the tasks and repeats none whose inputs did not change.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Task → what it looks at. */
const tasks = {
  "format:check": "oxfmt: one form for all code",
  lint: "oxlint with types: promises, any, exact Math, no clock, no export *",
  arrows: "the arrows of the package map; Node's modules only behind ./node",
  lengths: "no function of packages/*/src over 60 lines; prints the longest ten",
  hygiene: "no paths of one machine, registry hosts, focused tests",
  lockfile: "binaries for Linux, macOS and Windows are in pnpm-lock.yaml",
  typecheck: "TypeScript, every package",
  unit: "vitest, every package",
  published: "publint, attw, each tarball installed alone, imported, bundled for the browser",
  consumers: "all packages packed: import, require, types, bundles; the same bits",
  examples: "examples/*.ts run and end well",
  readme: "the READMEs' code blocks type-check and run",
  docs: "typedoc without warnings",
  generator: "pnpm new:package makes a package that passes all of this",
  changesets: "changeset status",
};

const argv = process.argv.slice(2);
if (argv.includes("--help") || argv.includes("-h")) {
  console.log(
    `pnpm check [--without TASK,…] [--only TASK,…] [--force] [--filter=PACKAGE]\n\n${Object.entries(tasks)
      .map(([name, what]) => `  ${name.padEnd(14)} ${what}`)
      .join("\n")}`,
  );
  process.exit(0);
}
const take = (flag) => {
  const at = argv.indexOf(flag);
  if (at < 0) return undefined;
  const names = (argv.splice(at, 2)[1] ?? "").split(",");
  for (const name of names)
    if (!(name in tasks)) {
      console.error(`check: there is no task "${name}"; known are ${Object.keys(tasks).join(", ")}.`);
      process.exit(2);
    }
  return names;
};
const only = take("--only");
const without = take("--without") ?? [];
const chosen = (only ?? Object.keys(tasks)).filter((name) => !without.includes(name));

const summaries = join(root, ".turbo", "runs");
rmSync(summaries, { recursive: true, force: true });
mkdirSync(summaries, { recursive: true });
const start = Date.now();
const bin = join(root, "node_modules", ".bin");
const turbo = (options, stdout) =>
  spawnSync(join(bin, "turbo"), ["run", ...chosen, ...options, ...argv], {
    cwd: root,
    stdio: ["inherit", stdout, "inherit"],
    maxBuffer: 1 << 28,
    shell: process.platform === "win32",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
  });
const result = turbo(
  [
    "--continue=dependencies-successful",
    "--output-logs=errors-only",
    "--ui=stream",
    "--log-order=grouped",
    "--summarize",
    // Most tasks use more than one core by themselves.
    ...(argv.some((word) => word.startsWith("--concurrency")) ? [] : [`--concurrency=${Math.max(2, availableParallelism())}`]),
  ],
  "inherit",
);
if (result.error) {
  console.error(`check: turbo could not be started: ${result.error.message}; run npm start or pnpm install once.`);
  process.exit(1);
}

const [summary] = readdirSync(summaries).map((name) => JSON.parse(readFileSync(join(summaries, name), "utf8")));
const rows = new Map();
const place = (folder) => (folder === "//" ? "root" : folder);
const done = new Set();
for (const { taskId, task: name, package: folder, cache, execution } of summary?.tasks ?? []) {
  if (!execution) continue;
  done.add(taskId);
  const row = rows.get(name) ?? { ran: 0, cached: 0, failed: [], seconds: 0 };
  if (execution.exitCode !== 0) row.failed.push(place(folder));
  else if (cache?.status === "HIT") row.cached++;
  else row.ran++;
  row.seconds += (execution.endTime - execution.startTime) / 1000;
  rows.set(name, row);
}
/** Tasks that were to run and did not: what turbo's summary leaves out, its plan has. */
const blocked = new Map();
if (result.status !== 0 && rows.size > 0) {
  const text = String(turbo(["--dry=json"], "pipe").stdout ?? "");
  for (const { taskId, task: name, package: folder, command } of text.includes("{") ? JSON.parse(text.slice(text.indexOf("{"))).tasks : [])
    if (!done.has(taskId) && command !== "<NONEXISTENT>") blocked.set(name, [...(blocked.get(name) ?? []), place(folder)]);
}
console.log("\ncheck           ran  cached  seconds  result");
for (const [name, row] of rows)
  console.log(
    `${name.padEnd(14)} ${String(row.ran + row.failed.length).padStart(4)} ${String(row.cached).padStart(7)} ${row.seconds.toFixed(1).padStart(8)}  ${row.failed.length === 0 ? "ok" : `FAILED: ${row.failed.join(", ")}`}`,
  );
if (blocked.size > 0)
  console.log(
    `not run, because what they need failed: ${[...blocked].map(([name, where]) => `${name} of ${where.join(", ")}`).join("; ")}`,
  );
// A filter chooses packages; what looks at the whole repository belongs to none of them.
const left = rows.size === 0 ? [] : chosen.filter((name) => !rows.has(name) && !blocked.has(name));
if (left.length > 0)
  console.log(`not asked for by this choice of packages: ${left.join(", ")}; pnpm check --only ${left.join(",")} runs them.`);
const status = result.status === 0 && rows.size === 0 ? 1 : (result.status ?? 1);
const verdict =
  rows.size === 0
    ? "nothing was checked"
    : status !== 0
      ? "checks FAILED"
      : left.length > 0
        ? "the checks that were asked for passed"
        : "all checks passed";
console.log(`${verdict} in ${((Date.now() - start) / 1000).toFixed(1)} s`);
process.exit(status);
