// Shared by start.mjs and test.mjs. Runs on any Node from 18 and needs no package: it installs the workspace when the lockfile is not the one of
// the last install, with pnpm 12 (by npx where it is missing), and hands back the Node 24 that the workspace brings.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const windows = process.platform === "win32";
const marker = join(root, "node_modules", ".installed-lockfile");
const node24 = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");
const pnpmMajor = "12";

/** Ends with one line on stderr. */
export function fail(sentence, code = 1) {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}

const lockfileHash = () =>
  createHash("sha256")
    .update(`${process.platform} ${process.arch}\n`)
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .update(readFileSync(join(root, "pnpm-workspace.yaml")))
    .digest("hex");

const installed = (hash) => existsSync(node24) && existsSync(marker) && readFileSync(marker, "utf8") === hash;

/** Installs when needed and returns the path of Node 24. `again` is the command to name in messages. */
export async function ensureInstalled(again) {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 18)
    fail(`Node ${process.versions.node} is too old to start from: install Node 18 or newer (https://nodejs.org) and run ${again} again.`);
  if (!existsSync(join(root, "pnpm-lock.yaml"))) fail(`There is no pnpm-lock.yaml in ${root}: this needs a whole clone of the repository.`);
  const hash = lockfileHash();
  if (installed(hash)) return node24;

  const start = Date.now();
  const elapsed = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
  const say = (line) => process.stderr.write(`${line}\n`);
  say(
    existsSync(marker)
      ? "The lockfile changed since the last install; installing again."
      : "First run in this clone: installing what it needs (some 650 MB: Node 24, compilers, a headless browser for tests).",
  );
  rmSync(marker, { force: true });

  const pnpm = pnpmCommand();
  say(`  1/3  pnpm ${pnpmMajor}: ${pnpm.length === 1 ? "the one on this machine" : "by npx"}  ${elapsed()}`);
  const stop = progress((seconds, detail) => `  2/3  packages of pnpm-lock.yaml: ${detail || "starting"}  ${seconds} s`);
  const result = await collect([...pnpm, "install", "--frozen-lockfile", "--reporter=append-only"], stop.detail);
  stop.end();
  if (result.interrupted) process.exit(128 + (constants.signals[result.interrupted] ?? 2));
  if (result.code !== 0) fail(explain(result.output, again));
  say(`  2/3  packages of pnpm-lock.yaml: installed  ${elapsed()}`);

  const version = existsSync(node24) ? spawnSync(node24, ["--version"], { encoding: "utf8" }).stdout?.trim() : "";
  if (!version)
    fail(
      `The install ended well but brought no Node 24 for ${process.platform} ${process.arch} (node_modules/node/bin): delete node_modules and run ${again} again.`,
    );
  writeFileSync(marker, hash);
  say(`  3/3  Node ${version.slice(1)} ready  ${elapsed()}\n`);
  return node24;
}

/** pnpm itself where version 12 is on the PATH, else npx with that version. */
function pnpmCommand() {
  const found = spawnSync("pnpm", ["--version"], {
    cwd: root,
    encoding: "utf8",
    shell: windows,
    env: { ...process.env, COREPACK_ENABLE_STRICT: "0", COREPACK_ENABLE_DOWNLOAD_PROMPT: "0" },
  });
  return found.status === 0 && found.stdout.trim().startsWith(`${pnpmMajor}.`) ? ["pnpm"] : ["npx", "-y", `pnpm@${pnpmMajor}`];
}

function collect([command, ...args], onDetail) {
  return new Promise((resolve) => {
    // CI=1: pnpm must never stop to ask a question.
    const child = spawn(command, args, { cwd: root, shell: windows, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, CI: "1" } });
    let output = "";
    let interrupted;
    const take = (chunk) => {
      output += chunk;
      const counts = [...String(chunk).matchAll(/resolved (\d+), reused (\d+), downloaded (\d+), added (\d+)/g)].pop();
      if (counts) onDetail(`${counts[4]} of ${counts[1]} in place`);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", (error) => resolve({ code: 1, interrupted, output: `${output}\n${error.message}` }));
    child.on("close", (code, signal) => resolve({ code, interrupted: interrupted ?? signal, output }));
    for (const signal of ["SIGINT", "SIGTERM"])
      process.once(signal, () => {
        interrupted = signal;
        child.kill(signal);
      });
  });
}

/** A line that moves on a terminal, a line now and then elsewhere. */
function progress(text) {
  const start = Date.now();
  const live = process.stderr.isTTY;
  let detail = "";
  const show = () => {
    const line = text(((Date.now() - start) / 1000).toFixed(0), detail);
    process.stderr.write(live ? `\r\u001b[2K${line}` : `${line}\n`);
  };
  show();
  const timer = setInterval(show, live ? 250 : 10_000);
  return {
    detail: (now) => void (detail = now),
    end: () => {
      clearInterval(timer);
      if (live) process.stderr.write("\r\u001b[2K");
    },
  };
}

/** One sentence for the failures that people meet; for others, the end of what pnpm said. */
function explain(output, again) {
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_PNPM_META_FETCH_FAIL|error sending request|dns error|fetch failed/i.test(
      output,
    )
  )
    return `The package registry could not be reached: check the network (or the proxy and registry settings of npm) and run ${again} again.`;
  if (/ENOSPC|no space left/i.test(output)) return `The disk is full: free about 1 GB and run ${again} again.`;
  if (/EACCES|EPERM|permission denied/i.test(output))
    return `A folder cannot be written: check who owns ${root} and the npm cache, then run ${again} again.`;
  if (/FROZEN_LOCKFILE|OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH/.test(output))
    return `pnpm-lock.yaml does not match a package.json or pnpm-workspace.yaml: run npx pnpm@${pnpmMajor} install, commit the lockfile, then run ${again} again.`;
  if (/command not found|ENOENT.*npx|spawn npx/i.test(output))
    return `npx was not found: install Node with npm (https://nodejs.org) and run ${again} again.`;
  return `The install failed. What pnpm said last:\n${output.trim().split("\n").slice(-15).join("\n")}`;
}

/** Runs Node 24 in the foreground and ends with its exit code. Ctrl-C on a terminal reaches the child by itself (same process group), so it is
 *  not sent twice; signals from elsewhere are passed on. */
export function runNode(node, args) {
  const bin = join(root, "node_modules", ".bin");
  const delimiter = windows ? ";" : ":";
  const child = spawn(node, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
  });
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on("SIGINT", () => terminal || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm passes a signal only to the shell between; when that is gone, the child must not go on alone.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500).unref();
  child.on("error", (error) => fail(`Node 24 could not be started: ${error.message}`));
  child.on("close", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)));
}

// node scripts/install.mjs: only install.
if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureInstalled("npm start");
