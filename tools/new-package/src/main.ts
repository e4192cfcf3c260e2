// pnpm new:package NAME "what it is" [--imports random,math]: a package that passes pnpm check as it stands.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { packageFiles } from "./files.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const at = (...parts: string[]): string => join(root, ...parts);
const read = (path: string): string => readFileSync(at(path), "utf8");
const written: string[] = [];

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
  written.push(path);
}

function fail(sentence: string): never {
  process.stderr.write(`new:package: ${sentence}\n`);
  process.exit(2);
}

const program = new Command("pnpm new:package")
  .description("Makes a package in packages/ with README, test, changeset, arrows and its rows in the root documents.")
  .argument("<name>", 'short name in kebab-case: "replay" becomes @rl/replay in packages/replay')
  .argument("<description>", "one sentence that says what it is")
  .option("--imports <names>", "packages that it may import, by commas: random,math", "")
  .addHelpText("after", '\nExample:\n  pnpm new:package replay "Uniform and prioritised replay on typed arrays." --imports random,math\n')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();
const [name, description] = program.args as [string, string];
const imports = program.opts<{ imports: string }>().imports.split(",").filter(Boolean);

interface Arrows {
  packages: Record<string, string[]>;
}
const arrows = JSON.parse(read("tools/config/arrows.json")) as Arrows;
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) fail(`got the name "${name}"; expected kebab-case such as "replay" or "optim-cg".`);
if (existsSync(at("packages", name))) fail(`packages/${name} is there already; choose another name or delete the folder.`);
if (description.trim().length < 10 || description.includes("\n"))
  fail(`got the description "${description}"; expected one sentence that says what the package is.`);
for (const wanted of imports)
  if (!existsSync(at("packages", wanted)))
    fail(`--imports names "${wanted}", which is not in packages/; expected short names such as random,math.`);

for (const [path, text] of Object.entries(packageFiles({ name, description, imports }))) write(`packages/${name}/${path}`, text);
write(`.changeset/${name}.md`, `---\n"@rl/${name}": minor\n---\n\nAdd @rl/${name}: ${description}\n`);

// An entry may be laid down before its package; then it stands.
const { packages } = arrows;
packages[name] ??= imports;
write("tools/config/arrows.json", `${JSON.stringify(arrows, null, 2)}\n`);

const examples = JSON.parse(read("examples/package.json")) as { dependencies: Record<string, string> };
examples.dependencies[`@rl/${name}`] = "workspace:*";
write("examples/package.json", `${JSON.stringify(examples, null, 2)}\n`);

const end = "\n\n<!-- /packages -->";
const readme = read("README.md");
if (!readme.includes(end)) fail(`README.md lacks the line "<!-- /packages -->" under its table.`);
write("README.md", readme.replace(end, `\n| [\`@rl/${name}\`](packages/${name}) | ${description} | – | | | |${end}`));

const features = read("FEATURES.md");
const frame = features.indexOf("\n## @rl/cli");
const section = `\n## @rl/${name}\n\n${description} New: nothing works yet.\n`;
write("FEATURES.md", frame < 0 ? features + section : features.slice(0, frame) + section + features.slice(frame));

const run = (command: string, args: string[]): boolean =>
  spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" }).status === 0;
if (!run("pnpm", ["install", "--no-frozen-lockfile"]))
  fail("the files are written, but pnpm install failed; run it again, then pnpm format.");
written.push("pnpm-lock.yaml");
run(process.execPath, [at("node_modules", "oxfmt", "bin", "oxfmt"), ...written.filter((path) => /\.(ts|json)$/.test(path))]);
process.stdout.write(
  `\n${written.map((path) => `  ${path}`).join("\n")}\n\nNext: pnpm unit packages/${name}, then pnpm check and git add.\n`,
);
