/** A path as the user can paste it behind a command: quoted where a shell would take it apart, and never like an option. */
export function shellPath(file: string): string {
  const safe = file.startsWith("-") ? `./${file}` : file;
  return /^[\w./\\:@%+=,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}

/** How the user can call this program again: what to print in front of "resume DIR". */
export function programName(
  script: string = process.argv[1] ?? "",
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  // From source it runs by the repo's script; `npm run` and `pnpm` both bring the right Node.
  if (!script.endsWith(".ts")) return "rl";
  return env["npm_config_user_agent"]?.startsWith("npm/") === true ? "npm run rl --" : "pnpm rl";
}
