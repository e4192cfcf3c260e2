/** `--import`: environments of one's own on the command line, found again by every command; and what config.json says about a run. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start, rl } from "./rl.ts";

let root = "";
const MODULE = `
import { Box, Discrete, register, type Env } from "@rl/envs";
const make = (): Env<Float32Array, number> => {
  let t = 0;
  return {
    observationSpace: new Box<"float32">({ low: -1, high: 1, shape: [1] }),
    actionSpace: new Discrete(2),
    spec: undefined,
    reset: () => ((t = 0), { observation: Float32Array.of(0.5), info: {} }),
    step: (action) => ({ observation: Float32Array.of(0.5), reward: action, terminated: ++t === 10, truncated: false, info: {} }),
    scene: () => undefined,
    state: () => ({ t }),
    restore: (state) => void (t = state["t"] as number),
  };
};
register({ id: "mine/Ten-v0", entry: make as never });
`;
beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-import-"));
  // A folder without node_modules: @rl/envs is the program's own.
  fs.writeFileSync(path.join(root, "my-env.ts"), MODULE);
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

const SMALL = ["--set", "stepsPerEnv=32", "--set", "hiddenSizes=[8]", "--eval-episodes", "2", "--save-freq", "256"];
const DIR = "runs/ppo/mine-Ten-v0/seed-0";
const configOf = (dir: string): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(path.join(root, dir, "config.json"), "utf8")) as Record<string, unknown>;

test("train, stop, resume, eval, watch, plot and list find the environment; a module that was moved is named", async () => {
  const running = start(root, "train", "ppo", "--import", "my-env.ts", "--env", "mine/Ten-v0", "-n", "200000", ...SMALL);
  await running.until(/ 5 %/);
  running.kill("SIGINT");
  expect((await running.done).code).toBe(130);
  const file = path.join(root, "my-env.ts");
  expect(configOf(DIR)["imports"]).toEqual([fs.realpathSync(file)]);
  const config = fs.readFileSync(path.join(root, DIR, "config.json"), "utf8");
  fs.writeFileSync(path.join(root, DIR, "config.json"), config.replaceAll("200000", "8192"));
  expect(await rl(root, "resume", DIR)).toMatchObject({ code: 0, stderr: "" });
  expect(await rl(root, "eval", DIR, "--episodes", "2")).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringContaining("over 2 episodes") as string,
  });
  expect(await rl(root, "watch", DIR, "--episodes", "1")).toMatchObject({ code: 0, stderr: "" });
  expect(await rl(root, "plot", DIR)).toMatchObject({ code: 0, stderr: "" });
  expect((await rl(root, "list", "envs", "--import", pathToFileURL(file).href)).stdout).toMatch(
    /^mine\/Ten-v0 +1 number, −1 … 1 +2 choices/m,
  );

  fs.renameSync(file, path.join(root, "moved.ts"));
  expect(await rl(root, "eval", DIR)).toMatchObject({ code: 2, stderr: expect.stringContaining(`${DIR}/config.json names "`) as string });
  expect(await rl(root, "eval", DIR, "--import", "moved.ts", "--episodes", "2")).toMatchObject({ code: 0, stderr: "" });
}, 120_000);

test.each([
  ["enum.ts", "enum A { x }\nexport const a = A.x;", "Node only strips types; write it without enums"],
  ["throws.mjs", 'throw new Error("no\\u001b[2J way")', "cannot be imported: no\\u001b[2J way"],
  ["missing.mjs", 'import "./nothing.js"', "something that it imports is not there"],
  ["syntax.ts", "const x = ;", "it is not valid TypeScript"],
])(
  "%s: why a module cannot be imported",
  async (name, text, words) => {
    fs.writeFileSync(path.join(root, name), text);
    const { code, stdout, stderr } = await rl(root, "train", "ppo", "--import", name, "--env", "mine/Ten-v0", "--dir", "none");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain(words);
    expect(fs.existsSync(path.join(root, "none"))).toBe(false);
  },
  30_000,
);

test("config.json has the command, which makes the same run again, and every setting in force, which resume keeps to", async () => {
  const made = await rl(
    root,
    "train",
    "pg",
    "--preset",
    "simplest",
    "--set",
    "iterations=2",
    "--set",
    "stepsPerEnv=200",
    "--set",
    "hiddenSizes=[8, 8]",
    "--dir",
    "it's here",
  );
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const dir = "it's here/pg/CartPole-v0/seed-0";
  const { record, settings, options, preset } = configOf(dir) as Record<string, Record<string, unknown>>;
  expect(record!["command"]).toBe(
    `pnpm rl train pg --preset simplest --set iterations=2 --set stepsPerEnv=200 --set 'hiddenSizes=[8, 8]' --dir 'it'\\''s here'`,
  );
  expect({ preset, options }).toEqual({ preset: "simplest", options: { iterations: 2, stepsPerEnv: 200, hiddenSizes: [8, 8] } });
  // Of the preset, of --set, of the defaults.
  expect(settings).toMatchObject({ advantage: "return", iterations: 2, hiddenSizes: [8, 8], discount: 1, seed: 0, totalSteps: "Infinity" });

  // As if the preset had another learning rate by now: the run goes on with its own.
  const file = path.join(root, dir, "config.json");
  const text = fs.readFileSync(file, "utf8");
  fs.writeFileSync(file, text.replace(/("settings": [^]*?"learningRate": )[\d.]+/, "$10.5"));
  const { loadedRate } = JSON.parse(
    (await import("node:child_process")).execFileSync(
      process.execPath,
      [
        "--conditions=@rl/source",
        "--disable-warning=ExperimentalWarning",
        "--input-type=module",
        "-e",
        `import { openJob } from ${JSON.stringify(pathToFileURL(path.join(import.meta.dirname, "../src/revive.ts")).href)};
         import { prepare } from ${JSON.stringify(pathToFileURL(path.join(import.meta.dirname, "../src/job.ts")).href)};
         console.log(JSON.stringify({ loadedRate: prepare(openJob(${JSON.stringify(path.join(root, dir))}).job).trainer.config.learningRate }));`,
      ],
      { encoding: "utf8", cwd: import.meta.dirname },
    ),
  ) as { loadedRate: number };
  expect(loadedRate).toBe(0.5);

  // A file of an earlier release has neither.
  const old = JSON.parse(text) as Record<string, unknown>;
  delete old["settings"];
  fs.writeFileSync(file, JSON.stringify(old));
  expect(await rl(root, "resume", dir)).toMatchObject({ code: 0, stdout: expect.stringContaining("is finished") as string });
}, 60_000);
