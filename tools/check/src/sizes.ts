// pnpm sizes [--save]: the table of the packages and what each costs to install alone, and what single exports cost, from what the check `published`
// measured.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import type { Size } from "./published.ts";
import { repositoryRoot, workspaces } from "./workspace.ts";

const { values } = parseArgs({ options: { save: { type: "boolean" } } });

function pulls(size: Size): string {
  const outside = size.pulls.filter((name) => !name.startsWith("@rl/"));
  const inside = size.pulls.filter((name) => name.startsWith("@rl/")).map((name) => name.slice(4));
  return [inside.join(", "), outside.length > 4 ? `${outside.length} others` : outside.join(", ")].filter(Boolean).join("; ") || "–";
}

const sizes: Size[] = [];
const rows = workspaces(repositoryRoot, ["packages", "apps"]).map(({ path, folder, manifest }) => {
  const file = join(path, ".pack", "size.json");
  const what = [`[\`${manifest.name}\`](${folder})`, manifest.description ?? ""];
  if (!existsSync(file)) return [...what, "", "", "", ""];
  const size = JSON.parse(readFileSync(file, "utf8")) as Size;
  sizes.push(size);
  return [
    ...what,
    pulls(size),
    size.kilobytesInstalled.toFixed(0),
    size.kilobytesBundled?.toFixed(1) ?? "–",
    size.importMilliseconds?.toFixed(0) ?? "–",
  ];
});
const header = ["package", "what it is", "pulls", "KB installed", "KB min + gzip", "import ms"];
const table = markdownTable([header, ...rows], { align: ["l", "l", "l", "r", "r", "r"] });
process.stdout.write(`${table}\n`);

const alone = sizes.flatMap(({ name, kilobytesOfExports }) =>
  Object.entries(kilobytesOfExports ?? {}).map(([key, kilobytes]) => [`\`${key}\``, `\`${name}\``, kilobytes.toFixed(2)]),
);
if (alone.length > 0)
  process.stdout.write(`\n${markdownTable([["one export alone", "of", "KB min + gzip"], ...alone], { align: ["l", "l", "r"] })}\n`);

if (values.save === true) {
  const readme = join(repositoryRoot, "README.md");
  const [start, end] = ["<!-- packages: pnpm sizes --save -->", "<!-- /packages -->"];
  const text = readFileSync(readme, "utf8");
  if (!text.includes(start) || !text.includes(end)) throw new Error(`README.md lacks the markers ${start} and ${end} around the table.`);
  const before = text.slice(0, text.indexOf(start) + start.length);
  writeFileSync(readme, `${before}\n\n${table}\n\n${text.slice(text.indexOf(end))}`);
  process.stderr.write("saved in README.md\n");
}
