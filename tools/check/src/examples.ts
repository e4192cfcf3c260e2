// Every program in examples/ runs, ends with 0 and stays within 40 lines.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runAll } from "./run-programs.ts";
import { conclude, repositoryRoot } from "./workspace.ts";

const folder = join(repositoryRoot, "examples");
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".ts"))
  .sort();
const findings: string[] = [];
for (const name of names) {
  if (!/^\d\d-[a-z0-9-]+\.ts$/.test(name)) findings.push(`examples/${name}: name it like 01-what-it-shows.ts.`);
  const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\n").length;
  if (lines > 40) findings.push(`examples/${name}: ${lines} lines; an example has at most 40.`);
}
const ended = await runAll(
  names.map((name) => `examples/${name}`),
  120,
);
for (const { file, seconds, problem } of ended) {
  process.stdout.write(`${problem === undefined ? "ok  " : "FAIL"} ${seconds.toFixed(1).padStart(5)} s  ${file}\n`);
  if (problem !== undefined) findings.push(`${file}: ${problem}`);
}
conclude("examples", findings, `${names.length} programs`);
