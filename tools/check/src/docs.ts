// API documentation of every package's exports; a warning is an error. Writes docs/api (ignored by git).
//   node tools/check/src/docs.ts [FOLDER…]      all packages when none is named
import { join } from "node:path";
import { Application, LogLevel, TSConfigReader } from "typedoc";
import { repositoryRoot, sourceEntries, workspaces } from "./workspace.ts";

process.chdir(repositoryRoot);
const named = process.argv.slice(2);
const packages = workspaces(repositoryRoot).filter(({ folder }) => named.length === 0 || named.includes(folder));
const app = await Application.bootstrap(
  {
    name: "@rl",
    tsconfig: "tools/check/tsconfig.docs.json",
    entryPoints: packages.flatMap(({ folder, manifest }) => Object.values(sourceEntries(manifest)).map((file) => join(folder, file))),
    entryPointStrategy: "resolve",
    readme: "README.md",
    out: "docs/api",
    disableGit: true,
    sourceLinkTemplate: "",
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    // Types are another check's business.
    skipErrorChecking: true,
    treatWarningsAsErrors: true,
    treatValidationWarningsAsErrors: true,
    validation: {
      notExported: false,
      invalidLink: true,
      invalidPath: false,
      rewrittenLink: true,
      notDocumented: false,
      unusedMergeModuleWith: true,
    },
    logLevel: LogLevel.Warn,
  },
  [new TSConfigReader()],
);
const project = await app.convert();
if (project) {
  // A page is titled by what one imports, "@rl/envs/paint", not by its file.
  const specifiers = new Map(
    packages.flatMap(({ manifest, short }) =>
      Object.entries(sourceEntries(manifest)).map(([subpath, file]) => [
        `${short}/${file.slice(2).replace(/(?:\/index)?\.ts$/, "")}`,
        manifest.name + subpath.slice(1),
      ]),
    ),
  );
  for (const page of project.children ?? []) page.name = specifiers.get(page.name) ?? page.name;
  app.validate(project);
  await app.generateOutputs(project);
}
if (!project || app.logger.hasErrors() || app.logger.hasWarnings()) {
  process.stderr.write(`docs: ${app.logger.errorCount} errors, ${app.logger.warningCount} warnings\n`);
  process.exitCode = 1;
} else process.stdout.write(`docs: ok, ${packages.length} packages in docs/api\n`);
