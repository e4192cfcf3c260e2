// node scripts/rehearse.mjs [FOLDER [PACKAGE…]]: all of publishing but the publishing, in a copy of the working tree: changeset version, provenance
// metadata, build, pack; then the tarballs are installed, and the README's example runs with them.
//   without a folder: in an empty temporary one, every package; the tarballs stay in .pack/
//   with one: FOLDER gets the tarballs in rl-packages/ and the packages installed from there, all of packages/ or those that are named (@rl/ppo)
// Runs on any Node from 18.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { ensureInstalled, fail, root } from "./install.mjs";

const [folder, ...names] = process.argv.slice(2);
const node = await ensureInstalled("scripts/rehearse.mjs");
const windows = process.platform === "win32";
const delimiter = windows ? ";" : ":";
const read = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));
const write = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
const say = (line) => process.stderr.write(`${line}\n`);

function run(cwd, command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: windows,
    maxBuffer: 1 << 28,
    env: {
      ...process.env,
      CI: "1",
      NODE_OPTIONS: "",
      TURBO_TELEMETRY_DISABLED: "1",
      PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`,
    },
  });
  if (status !== 0)
    fail(
      `rehearse: ${command} ${args.join(" ")} failed in ${cwd}:\n${(error?.message ?? `${stdout}\n${stderr}`).trim().split("\n").slice(-15).join("\n")}`,
    );
  return stdout.trim();
}

/** Short name → manifest, of everything that is published. */
const published = (tree) =>
  ["packages", "apps"]
    .flatMap((group) => readdirSync(join(tree, group)).map((name) => join(group, name)))
    .filter((path) => existsSync(join(tree, path, "package.json")))
    .map((path) => ({ path: path.replaceAll("\\", "/"), manifest: read(tree, path, "package.json") }));

/** The named packages and those that they need. */
function closure(packages, wanted) {
  const byName = new Map(packages.map((entry) => [entry.manifest.name, entry]));
  const found = new Set();
  const queue = [...wanted];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name) || (!byName.has(name) && !wanted.includes(name))) continue;
    if (!byName.has(name)) fail(`rehearse: got the package "${name}"; expected some of ${[...byName.keys()].join(", ")}.`);
    found.add(name);
    queue.push(...Object.keys(byName.get(name).manifest.dependencies ?? {}));
  }
  return found;
}

/** Links out of the package lead to the repository; where that is unknown, their words stay. The note that nothing is published goes. */
function publishedReadme(text, path, remote) {
  const base = remote?.replace(/^git@([^:]+):/, "https://$1/").replace(/\.git$/, "");
  return text
    .replace(/^(npm install [^#\n]*?) +# not on npm yet.*$/gm, "$1")
    .replace(/(!?)\[([^\]]*)\]\((?!https?:|#)([^)\s]+)\)/g, (link, image, words, target) => {
      const file = posix.join(path, target);
      if (file.startsWith(`${path}/src/`)) return link;
      if (base) return `${image}[${words}](${base}/${image ? "raw" : "blob"}/main/${file})`;
      return image ? "" : words;
    });
}

const packages = published(root);
const all = packages.filter(({ path }) => folder === undefined || path.startsWith("packages/")).map(({ manifest }) => manifest.name);
const chosen = closure(packages, names.length > 0 ? names : all);
if (folder !== undefined && !existsSync(folder)) fail(`rehearse: there is no folder ${folder}; make it first.`);
const foreign = ["pnpm-lock.yaml", "yarn.lock", "bun.lock"].find((name) => folder !== undefined && existsSync(join(folder, name)));
if (foreign !== undefined)
  fail(`rehearse: ${folder} has a ${foreign}; only npm resolves tarballs that need one another, so install in a folder of npm's.`);

const copy = mkdtempSync(join(tmpdir(), "rl-rehearsal-"));
const project = folder === undefined ? join(copy, "project") : resolve(folder);
const tree = join(copy, "tree");
try {
  say("1/5  a copy of the working tree, with its packages");
  const files = run(root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0");
  for (const file of files.filter((path) => path !== "" && existsSync(join(root, path)))) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(root, file), join(tree, file), { recursive: true });
  }
  run(tree, "git", "init", "--quiet", "--initial-branch=main");
  run(tree, "git", "add", "--all");
  run(tree, "git", "-c", "user.name=rehearsal", "-c", "user.email=rehearsal@example.org", "commit", "--quiet", "--message=rehearsal");
  const pnpm = spawnSync("pnpm", ["--version"], { encoding: "utf8", shell: windows }).stdout?.startsWith("12.")
    ? ["pnpm"]
    : ["npx", "-y", "pnpm@12"];
  run(tree, ...pnpm, "install", "--frozen-lockfile", "--prefer-offline");

  run(tree, ...pnpm, "exec", "changeset", "version");
  const { version } = read(tree, packages[0].path, "package.json");
  const remote = spawnSync("git", ["remote", "get-url", "origin"], { cwd: root, encoding: "utf8" }).stdout?.trim();
  say(
    `2/5  version ${version}; ${remote ? `provenance for ${remote}` : "no provenance: publishing needs it, and so a git remote named origin"}`,
  );
  for (const { path } of packages) {
    const file = join(tree, path, "package.json");
    // npm takes a provenance statement only where `repository` is the repository whose CI publishes.
    const repository = remote ? { repository: { type: "git", url: remote, directory: path } } : {};
    write(file, { ...read(file), ...repository, publishConfig: { access: "public", provenance: true } });
    const readme = join(tree, path, "README.md");
    writeFileSync(readme, publishedReadme(readFileSync(readme, "utf8"), path, remote));
  }

  say("3/5  build and pack");
  const tarballs = folder === undefined ? join(root, ".pack") : join(project, "rl-packages");
  mkdirSync(tarballs, { recursive: true });
  const filters = [...chosen].map((name) => `--filter=${name}`);
  run(tree, ...pnpm, "exec", "turbo", "run", "tarball", ...filters);
  const dependencies = {};
  for (const { path, manifest } of packages.filter((entry) => chosen.has(entry.manifest.name))) {
    const name = `${manifest.name.replace("@", "").replace("/", "-")}-${version}.tgz`;
    copyFileSync(join(tree, path, ".pack/package.tgz"), join(tarballs, name));
    dependencies[manifest.name] = `file:${folder === undefined ? join(tarballs, name).replaceAll("\\", "/") : `rl-packages/${name}`}`;
  }

  say(`4/5  npm install of ${chosen.size} tarballs in ${folder === undefined ? "an empty folder" : project}`);
  mkdirSync(project, { recursive: true });
  const file = join(project, "package.json");
  const isNew = !existsSync(file);
  const mine = !isNew ? read(file) : { private: true, type: "module" };
  write(file, { ...mine, dependencies: { ...mine.dependencies, ...dependencies } });
  run(project, "npm", "install", "--no-audit", "--no-fund", "--loglevel=error");

  if (!["@rl/envs", "@rl/pg"].every((name) => chosen.has(name))) say("5/5  done; the README's example needs @rl/envs and @rl/pg");
  else {
    const [, example] = /^```ts\n([\s\S]*?)^```/m.exec(readFileSync(join(root, "README.md"), "utf8"));
    const program = join(project, "rl-example.mjs");
    writeFileSync(program, example);
    const output = run(project, node, program);
    if (!isNew) rmSync(program);
    say(`5/5  the README's example ends with: ${output.split("\n").at(-1)}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
