// What must not be in a committed file: paths of somebody's machine, hosts of a registry, focused tests, long examples.
//   node tools/check/src/hygiene.ts [FILE…]      all files that git knows when none is named
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { conclude, repositoryRoot } from "./workspace.ts";

const binary = new Set([".png", ".gif", ".jpg", ".ico", ".wasm", ".safetensors", ".gz", ".tfrecord", ".bin", ".npz", ".woff2"]);

export interface Rule {
  readonly pattern: RegExp;
  readonly message: string;
  readonly files?: RegExp;
}
export const rules: readonly Rule[] = [
  // A home folder, a mounted work folder or a drive. The temporary folder may be spoken of; a file in it is a leftover.
  {
    pattern: /(?<![\w.~@-])\/(?:home|root|Users|work|mnt|tmp)\/[\w.-]+/,
    message: "names a path of one machine; make it relative, or take it as an argument",
  },
  { pattern: /(?<![\w])[A-Z]:\\(?:Users|work)\\/, message: "names a path of one machine; make it relative, or take it as an argument" },
  {
    pattern: /^\s*(?:tarball|resolved):\s*['"]?https?:|\btarball: https?:/m,
    message: "names the host of a registry; install with the default registry settings and commit that lockfile",
    files: /(?:^|\/)(?:pnpm-lock\.yaml|package-lock\.json)$/,
  },
  {
    pattern: /^\s*(?:@[\w-]+:)?registry\s*=/m,
    message: "sets a registry for everybody; keep it in your own .npmrc",
    files: /(?:^|\/)\.npmrc$/,
  },
  { pattern: /\b(?:it|test|describe)\.only\(/, message: "focuses one test and silences the rest; remove .only", files: /\.test\.ts$/ },
  { pattern: /^(?:<{7}|>{7}) /m, message: "holds a merge conflict" },
];

/** Findings for one file's text. */
export function inspect(file: string, text: string): string[] {
  const findings: string[] = [];
  for (const { pattern, message, files } of rules) {
    if (files && !files.test(file)) continue;
    const global = new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`);
    for (const match of text.matchAll(global))
      findings.push(`${file}:${text.slice(0, match.index).split("\n").length}: ${message}: ${match[0].trim().slice(0, 60)}`);
  }
  return findings;
}

if (import.meta.main) {
  const named = process.argv.slice(2);
  const all =
    named.length > 0
      ? named
      : execFileSync("git", ["ls-files", "-z"], { cwd: repositoryRoot, encoding: "utf8", maxBuffer: 1 << 26 })
          .split("\0")
          .filter(Boolean);
  const files = all.filter((file) => !binary.has(extname(file)) && existsSync(join(repositoryRoot, file)));
  const findings = files.flatMap((file) => inspect(file, readFileSync(join(repositoryRoot, file), "utf8")));
  conclude("hygiene", findings, `${files.length} files`);
}
