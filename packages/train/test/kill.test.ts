import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, test } from "vitest";
import { openRunFolder } from "../src/node/index.ts";

const script = path.join(import.meta.dirname, "fixtures/toy-run.ts");
/** How often the run is killed: RL_KILLS=20 for the long form. */
const KILLS = Number(process.env["RL_KILLS"] ?? 4);

/** Runs the script; kills it after `after` milliseconds if it still runs. True when it finished by itself. */
function play(dir: string, command: string, after: number | undefined): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--conditions=@rl/source", "--disable-warning=ExperimentalWarning", script, dir, command], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const timer = after === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), after);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(true);
      else if (signal === "SIGKILL") resolve(false);
      else reject(new Error(`${command} failed: ${errors}`));
    });
  });
}

/** Lines of metrics.jsonl without what the clock put there. */
const metricLines = (dir: string): string[] =>
  fs
    .readFileSync(path.join(dir, "metrics.jsonl"), "utf8")
    .replaceAll(/,"time\/(time_elapsed|fps)":[\d.e+-]+/g, "")
    .split("\n");
const checkpointBytes = (dir: string): Record<string, string> => {
  const files: Record<string, string> = {};
  for (const name of fs.readdirSync(path.join(dir, "checkpoints"))) {
    for (const file of fs.readdirSync(path.join(dir, "checkpoints", name)))
      files[`${name}/${file}`] = fs.readFileSync(path.join(dir, "checkpoints", name, file)).toString("base64");
  }
  return files;
};

test(`killed ${KILLS} times at random moments, a run loses nothing and ends with the bits of one never stopped`, async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-kill-"));
  try {
    const whole = path.join(root, "whole");
    const started = performance.now();
    expect(await play(whole, "run", undefined)).toBe(true);
    const duration = performance.now() - started;

    const broken = path.join(root, "broken");
    let kills = 0;
    while (kills < KILLS) {
      const after = 30 + Math.random() * duration;
      if (await play(broken, fs.existsSync(broken) ? "resume" : "run", after)) {
        // It came to its end first: start over, so that every kill hits a run at work.
        for (const [file, text] of Object.entries(checkpointBytes(broken))) expect(text, file).toBe(checkpointBytes(whole)[file]);
        fs.rmSync(broken, { recursive: true });
        continue;
      }
      kills++;
      if (!fs.existsSync(broken)) continue;
      const folder = openRunFolder(broken);
      for (const name of folder.checkpointNames()) expect(folder.load(name).progress.step).toBeGreaterThan(0);
    }
    expect(await play(broken, fs.existsSync(broken) ? "resume" : "run", undefined)).toBe(true);
    expect(metricLines(broken)).toEqual(metricLines(whole));
    expect(metricLines(whole)).toHaveLength(201);
    expect(Object.keys(checkpointBytes(broken))).toEqual(Object.keys(checkpointBytes(whole)));
    for (const [file, text] of Object.entries(checkpointBytes(whole))) expect(checkpointBytes(broken)[file] === text, file).toBe(true);
    expect(
      fs
        .readdirSync(root)
        .filter((name) => !name.startsWith("."))
        .sort(),
    ).toEqual(["broken", "whole"]);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
});
