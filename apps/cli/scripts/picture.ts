// Makes docs/images/start.svg: runs `rl start` on a pseudo-terminal (util-linux's script), lets a terminal emulator read it, and draws its screen.
//   pnpm --filter @rl/cli picture
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import headless from "@xterm/headless";
import { terminalSvg } from "./terminal-svg.ts";

const COLUMNS = 92;
const repository = path.join(import.meta.dirname, "../../..");
const folder = mkdtempSync(path.join(tmpdir(), "rl-picture-"));
const terminal = new headless.Terminal({ cols: COLUMNS, rows: 44, allowProposedApi: true, scrollback: 1000 });
terminal.write("\x1b[1m$ npm start\x1b[0m\r\n");
try {
  const program = `stty cols ${COLUMNS} rows 44; exec "${process.execPath}" --conditions=@rl/source --disable-warning=ExperimentalWarning "${path.join(import.meta.dirname, "../src/main.ts")}" start`;
  const env = {
    ...process.env,
    TERM: "xterm-256color",
    COLORTERM: "truecolor",
    npm_config_user_agent: "npm/11",
    CI: undefined,
    NO_COLOR: undefined,
  };
  const child = spawn("script", ["-qefc", program, "/dev/null"], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.on("data", (chunk: Uint8Array) => terminal.write(chunk));
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`rl start ended with ${String(code)}.`);
  await new Promise<void>((resolve) => terminal.write("", resolve));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const buffer = terminal.buffer.active;
let last = buffer.length;
while (last > 0 && buffer.getLine(last - 1)!.translateToString(true) === "") last--;
const out = path.join(repository, "docs/images/start.svg");
mkdirSync(path.dirname(out), { recursive: true });
writeFileSync(out, terminalSvg(buffer, 0, last, COLUMNS, "npm start"));
process.stdout.write(`Wrote ${path.relative(process.cwd(), out)}\n`);
