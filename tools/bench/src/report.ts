// What a bench prints and what --save commits: the same Markdown.
import { execFileSync } from "node:child_process";
import { arch, cpus, release, totalmem, type } from "node:os";
import { markdownTable } from "markdown-table";
import type { Bench, Row } from "./bench.ts";
import { judge, judgeRow, targetsOf, type Verdict } from "./target.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly os: string;
  readonly node: string;
  readonly v8: string;
}
export interface Report {
  readonly name: string;
  readonly description: string;
  readonly command: string;
  readonly date: string;
  readonly commit: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly (Row & { readonly verdict: Verdict | undefined })[];
  readonly remarks: readonly string[];
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    os: `${type()} ${release().split("-")[0]} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return (
      git("rev-parse", "--short=10", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") === "" ? "" : " with local changes")
    );
  } catch {
    return "unknown";
  }
}

export function makeReport(
  bench: Bench,
  command: string,
  versions: Readonly<Record<string, string>>,
  rows: readonly Row[],
  remarks: readonly string[],
): Report {
  const seen = new Set<string>();
  for (const row of rows) {
    if (seen.has(row.work)) throw new Error(`The bench ${bench.name} has two rows named "${row.work}".`);
    seen.add(row.work);
    for (const target of targetsOf(row.stretch)) judge(row, target);
  }
  const date = new Date().toISOString().slice(0, 10);
  return {
    name: bench.name,
    description: bench.description,
    command,
    date,
    commit: commit(),
    machine: machine(),
    versions,
    rows: rows.map((row) => ({ ...row, verdict: judgeRow(row) })),
    remarks,
  };
}

/** Four significant digits, thin groups of three: 15 230 000, 0.9513. */
export function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value) || value === 0) return String(value);
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-4) return value.toExponential(3);
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(size)));
  const [whole = "", part] = value.toFixed(Math.min(decimals, 7)).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, " ") + (part === undefined ? "" : `.${part}`);
}

/** How many times better ours is than the peer: 2.0 × reads "twice as good" whichever direction is good. */
const ratio = (row: Row, peer: number | undefined): string => {
  if (row.ours === undefined || peer === undefined) return "–";
  return `${figure(row.better === "higher" ? row.ours / peer : peer / row.ours)} ×`;
};

const cell = (text: string): string => text.replaceAll("|", "\\|");

export function toMarkdown(report: Report): string {
  const peers = [...new Set(report.rows.flatMap((row) => Object.keys(row.peers ?? {})))];
  const has = (key: "target" | "stretch" | "note"): boolean => report.rows.some((row) => row[key] !== undefined);
  const reach = has("target") || has("stretch");
  const header = [
    "work",
    "ours",
    "unit",
    ...peers.flatMap((peer) => [peer, `better than ${peer}`]),
    ...(reach ? ["to reach", "met"] : []),
    ...(has("note") ? ["note"] : []),
  ];
  const body = report.rows.map((row) => {
    const stretch = targetsOf(row.stretch).map((target) => `stretch ${target}: ${judge(row, target)}`);
    return [
      row.work,
      figure(row.ours),
      row.unit,
      ...peers.flatMap((peer) => (peer in (row.peers ?? {}) ? [figure(row.peers?.[peer]), ratio(row, row.peers?.[peer])] : ["", ""])),
      ...(reach
        ? [
            targetsOf(row.target).join(", "),
            [row.verdict === undefined ? "" : row.verdict === "met" ? "yes" : row.verdict === "missed" ? "NO" : "not measured", ...stretch]
              .filter(Boolean)
              .join("; "),
          ]
        : []),
      ...(has("note") ? [row.note ?? ""] : []),
    ].map(cell);
  });
  const align = header.map((title) =>
    title === "ours" || peers.some((peer) => title === peer || title === `better than ${peer}`) ? "r" : "l",
  );
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  const m = report.machine;
  return [
    `# Bench: ${report.name}`,
    "",
    report.description,
    "",
    `- Command: \`${report.command}\`, ${report.date}, commit ${report.commit}`,
    `- Machine: ${m.cpu}, ${m.cores} cores, ${m.memory}, ${m.os}`,
    `- Versions: ${[`Node ${m.node}`, `V8 ${m.v8}`, ...versions].join(", ")}`,
    "",
    ...(body.length > 0 ? [markdownTable([header, ...body], { align }), ""] : []),
    ...(peers.length > 0
      ? [`"better than" says how many times ours is better than the peer, above 1 is in our favour. "–": not measured.`, ""]
      : []),
    ...report.remarks.flatMap((remark) => [remark, ""]),
  ].join("\n");
}
