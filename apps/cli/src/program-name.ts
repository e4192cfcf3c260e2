import { unbroken } from "./terminal/guard.ts";

/** A path as the user can paste it behind a command: quoted where a shell would take it apart, and never like an option. */
export function shellPath(file: string): string {
  return shellWord(file.startsWith("-") ? `./${file}` : file);
}

/** A word as a shell takes it for one, in a command that can be run again. */
export function shellWord(word: string): string {
  return word !== "" && /^[\w./\\:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command of this program for the user to paste. */
export const commandText = (...words: readonly string[]): string => unbroken([programName(), ...words].join(" "));

/** How the user can call this program again: what to print in front of "resume DIR". */
export function programName(
  script: string = process.argv[1] ?? "",
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  // From source it runs by the repo's script; `npm run` and `pnpm` both bring the right Node.
  if (!script.endsWith(".ts")) return "rl";
  return env["npm_config_user_agent"]?.startsWith("npm/") === true ? "npm run rl --" : "pnpm rl";
}
