/** What reaches the terminal: no control character from elsewhere, words whole, lengths bounded, in time that grows with the length alone. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import pc from "picocolors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli } from "../src/cli.ts";
import { guard, oneLine, unbroken, visible, wrap } from "../src/terminal/guard.ts";
import { collectSetting, parseCount, parseValue } from "../src/values.ts";
import { recorder } from "./recorder.ts";
import { rl } from "./rl.ts";

const BAD = "\u001b]0;title\u0007\u001b[2J\u009b31m\u202e\u0000\r\n";
// eslint-disable-next-line no-control-regex -- what it is about
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

test("control characters are shown; only the screen's own styles stay, and are closed", () => {
  expect(visible(BAD)).toBe(String.raw`\u001b]0;title\u0007\u001b[2J\u009b31m\u202e\u0000\u000d\n`);
  const { bold, cyan } = pc.createColors(true);
  expect(visible(`${bold("a")} ${cyan("b")}`, true)).toBe(`${bold("a")} ${cyan("b")}\u001b[22m\u001b[39m`);
  expect(visible(bold("a"))).toBe(String.raw`\u001b[1ma\u001b[22m`);
  for (const code of ["\u001b[8m", "\u001b[2J", "\u001b[?25l", "\u001b[38;5;1m", "\u001b[m", "\u001b", "\u001b[", "\u001b[1"])
    expect(visible(code, true)).not.toMatch(CONTROL);
});

test("lines are broken between words; commands stay whole, examples go on as a shell reads them", () => {
  expect(wrap("one two three four", 9)).toEqual(["one two", "three", "four"]);
  expect(wrap("one    two      three", 8)).toEqual(["one", "two", "three"]);
  expect(wrap("  one two three", 9)).toEqual(["  one two", "  three"]);
  expect(wrap(`a ${"b".repeat(20)} c`, 9)).toEqual(["a", "b".repeat(20), "c"]);
  expect(wrap("  $ rl train ppo --env CartPole-v1 --seed 1", 30)).toEqual([
    "  $ rl train ppo \\",
    "      --env CartPole-v1 \\",
    "      --seed 1",
  ]);
  const { bold } = pc.createColors(true);
  expect(wrap(bold("one two"), 7)).toEqual([bold("one two")]);
  const { screen, text } = recorder({ live: true, columns: 30 });
  guard(screen, () => undefined).line(`Watch it with: ${unbroken("pnpm rl watch runs/a b")}`);
  expect(text()).toBe("Watch it with:\npnpm rl watch runs/a b\n");
});

describe("at 40, 60, 80 and 120 columns", () => {
  const shown = async (columns: number, ...args: readonly string[]): Promise<string[]> => {
    const { screen, text } = recorder({ live: true, columns });
    expect(await cli(args, screen)).toBe(0);
    return text().split("\n");
  };
  test.each([
    [["--help"]],
    [["train", "--help"]],
    [["train", "ppo", "--help"]],
    [["list"]],
    [["list", "envs"]],
    [["list", "algos"]],
    [["list", "presets"]],
    [["list", "settings"]],
    [["list", "settings", "ppo", "clip"]],
  ])("%j: no line is too long, no word is broken", async (args) => {
    const words = (lines: readonly string[]): Set<string> => new Set(lines.flatMap((line) => line.split(/[\s\\]+/)));
    const whole = words(await shown(1000, ...args));
    for (const columns of [40, 60, 80, 120]) {
      const lines = await shown(columns, ...args);
      // One long value alone may be wider: it has no blank.
      for (const line of lines) if (/\S\s+\S/.test(line.trimStart())) expect(line.length, line).toBeLessThan(columns);
      for (const word of words(lines)) expect(whole.has(word) || whole.has(word.replace(/:$/, "")), `${columns}: ${word}`).toBe(true);
    }
  });
});

test("lists: an overview, an algorithm, words that are looked for, and help per algorithm", async () => {
  const here = async (...args: readonly string[]): Promise<string> => {
    const { screen, text } = recorder({ columns: 120 });
    let complaint = "";
    const code = await cli(args, screen, (line) => (complaint += line));
    return code === 0 ? text() : `${code} ${complaint}`;
  };
  expect(await here("list")).toMatch(/^rl list envs +6 environments: Acrobot-v1, [^]*^rl list settings \[ALGO\] \[WORD\] /m);
  const settings = await here("list", "settings", "ppo", "learning", "rate");
  expect(
    settings
      .split("\n")
      .slice(1, -1)
      .every((line) => line.startsWith("ppo ") && /learning.?rate/i.test(line)),
  ).toBe(true);
  expect(settings).toMatch(/^ppo +learningRate +.* +Adam's step size$/m);
  expect(await here("list", "settings", "trpo")).not.toMatch(/^ppo/m);
  expect(await here("list", "settings", "n_steps")).toBe(
    '2 rl: No setting has "n_steps"; did you mean "stepsPerEnv"? rl list settings shows all.',
  );
  expect(await here("list", "settings", "sac", "lr")).toContain('no algorithm "sac"; it is absent here.');
  expect(await here("list", "envs", "x")).toContain('takes no further words, and got "x"');
  const help = await here("train", "ppo", "--help");
  expect(help).toMatch(/clipRange +ε of the clipped surrogate \(default 0\.2\)/);
  expect(help).toContain("$ rl train ppo --env Pendulum-v1 --preset Pendulum-v1");
  expect(help).not.toContain("$ rl train pg");
  expect(await here("train", "--help")).toMatch(/\$ rl train pg .*\n.*\$ rl train ppo .*\n.*\$ rl train trpo /);
});

test.each([
  [["train", "sac"], 'no algorithm "sac"; it is absent here.'],
  [["train", "DQN"], 'no algorithm "DQN"; it is absent here.'],
  [["train", "a2c"], 'no algorithm "a2c"; did you mean "pg"?'],
  [["train", "PPO2"], 'no algorithm "PPO2"; did you mean "ppo"?'],
  [["train", "npg"], 'no algorithm "npg"; did you mean "trpo"?'],
  [["train", "xyzzy"], 'no algorithm "xyzzy". Known are'],
  [["train", "ppo", "--env", "LunarLander-v2"], "it is absent here: it is one of Box2D."],
  [["train", "ppo", "--env", "HalfCheetah-v4"], "it is absent here: it is one of MuJoCo."],
  [["train", "ppo", "--env", "ALE/Pong-v5"], "it is absent here: it is an Atari game."],
  [["train", "ppo", "--env", "PongNoFrameskip-v4"], "it is absent here: it is an Atari game."],
  [["train", "ppo", "--env", "FrozenLake-v1"], "it is absent here: it is one of Gymnasium's toy texts."],
  [["train", "ppo", "--env", "CartPole"], 'did you mean "CartPole-v1"?'],
  [["train", "ppo", "--env", "cartpole-v3"], 'did you mean "CartPole-v1"?'],
  [["train", "ppo", "--env", "Pendulum-v0"], 'did you mean "Pendulum-v1"?'],
  [["train", "ppo", "--env", "mountain_car"], 'did you mean "MountainCar-v0"?'],
  [["train", "ppo", "--env", "Banana-v0"], 'no environment "Banana-v0". rl list envs'],
  [["train", "ppo", "--env", "CartPole-v1", "--set", "n_steps=5"], 'did you mean "stepsPerEnv"?'],
  [["train", "ppo", "--env", "CartPole-v1", "--set", "vf_coef=5"], 'did you mean "valueCoefficient"?'],
])("names typed by habit: %j", async (args, words) => {
  const { screen } = recorder();
  let complaint = "";
  expect(await cli(args, screen, (line) => (complaint += line))).toBe(2);
  expect(complaint).toContain(words);
});

test("texts of any length are answered in time that grows with it alone", async () => {
  const began = performance.now();
  for (const text of ["1".repeat(60_000) + "z", "1_".repeat(60_000) + "z", ".".repeat(60_000), "lin_" + "1".repeat(60_000) + "z"]) {
    expect(parseValue(text)).toBe(text);
    expect(() => collectSetting(`x=${text}`)).toThrow("expected at most 10,000 characters");
    expect(() => parseCount("--steps")(text)).toThrow(/^--steps is ".{60}"… \(\d+ characters\), expected/);
  }
  expect(() => parseValue(`${"[".repeat(1e5)}1`)).toThrow("nested more than 256 levels deep");
  expect(oneLine(`a${" ".repeat(1e6)}\n${" ".repeat(1e6)}b`).length).toBeLessThan(3100);
  const { screen } = recorder();
  for (const args of [
    ["train", "ppo", "--env", " ".repeat(1e5)],
    ["train", "x".repeat(1e5)],
    ["train", "ppo", "--env", "CartPole-v1", "--preset", "x".repeat(1e5)],
    ["train", "ppo", "--env", "CartPole-v1", "--set", `${"x".repeat(9000)}=1`],
    ["list", "settings", "x".repeat(1e5)],
    ["eval", "/".repeat(1e5)],
  ]) {
    let complaint = "";
    expect(await cli(args, screen, (line) => (complaint += line))).toBe(2);
    expect(complaint.length, args.join(" ").slice(0, 60)).toBeLessThan(3100);
  }
  expect(performance.now() - began).toBeLessThan(5000);
}, 30_000);

describe("a run folder from elsewhere", () => {
  let root = "";
  let run = "";
  beforeAll(async () => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-guard-"));
    const made = await rl(
      root,
      "train",
      "pg",
      "--env",
      "CartPole-v1",
      "--steps",
      "512",
      "--set",
      "hiddenSizes=[8]",
      "--eval-episodes",
      "1",
    );
    if (made.code !== 0) throw new Error(made.stderr);
    run = path.join(root, "runs/pg/CartPole-v1/seed-0");
  }, 60_000);
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

  const bad = JSON.stringify(BAD).slice(1, -1);
  test.each([
    ["env", (config: string) => config.replace("CartPole-v1", bad)],
    ["algorithm", (config: string) => config.replace('"algorithm": "pg"', `"algorithm": "${bad}"`)],
    ["preset", (config: string) => config.replace('"preset": "gae"', `"preset": "${bad}"`)],
    ["an option's name", (config: string) => config.replace('"options": {', `"options": { "${bad}": 1,`)],
    ["an option's value", (config: string) => config.replace('"options": {', `"options": { "activation": "${bad}",`)],
    ["scoreMetric", (config: string) => config.replace(/"scoreMetric": "[^"]*"/, `"scoreMetric": "${bad}"`)],
    ["version", (config: string) => config.replace('"version": 1', `"version": "${bad}"`)],
    ["100 000 blanks in env", (config: string) => config.replace("CartPole-v1", " ".repeat(1e5))],
  ])(
    "%s",
    async (_, edit) => {
      const dir = path.join(root, "edited");
      fs.rmSync(dir, { recursive: true, force: true });
      fs.cpSync(run, dir, { recursive: true });
      const file = path.join(dir, "config.json");
      fs.writeFileSync(file, edit(fs.readFileSync(file, "utf8")));
      const metrics = path.join(dir, "metrics.jsonl");
      fs.writeFileSync(metrics, fs.readFileSync(metrics, "utf8").replaceAll('"train/loss"', `"${bad}"`));
      const began = performance.now();
      for (const args of [["resume"], ["eval"], ["watch", "--episodes", "1"], ["plot"], ["plot", "--metric", "x"]]) {
        for (const live of [false, true]) {
          if (live && args[0] === "watch") continue;
          const { screen, text } = recorder({ live });
          let complaint = "";
          await cli([args[0]!, dir, ...args.slice(1)], screen, (line) => (complaint += line));
          expect(text() + complaint).not.toMatch(CONTROL);
          expect(text().length + complaint.length).toBeLessThan(20_000);
        }
      }
      expect(performance.now() - began).toBeLessThan(10_000);
    },
    60_000,
  );

  test("and what is typed", async () => {
    for (const args of [
      ["train", "ppo", "--env", BAD],
      ["train", BAD],
      ["list", BAD],
      ["eval", BAD.replaceAll("\0", "")],
      [BAD],
      ["train", "ppo", `--${BAD}`],
    ]) {
      const { screen, text } = recorder();
      let complaint = "";
      expect(await cli(args, screen, (line) => (complaint += line))).toBe(2);
      expect(text() + complaint).not.toMatch(CONTROL);
    }
  });
});

test("the preset that is tuned for the environment is named, where it is not asked for", async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-tuned-"));
  const small = [
    "--env",
    "Pendulum-v1",
    "-n",
    "400",
    "--set",
    "stepsPerEnv=200",
    "--set",
    "numEnvs=1",
    "--set",
    "hiddenSizes=[4]",
    "--set",
    "minibatchSize=200",
    "--eval-episodes",
    "1",
  ];
  const line = "Tuned settings for Pendulum-v1 are there as well: --preset Pendulum-v1\n";
  expect((await rl(root, "train", "ppo", ...small)).stdout.startsWith(line)).toBe(true);
  expect((await rl(root, "train", "ppo", ...small, "--preset", "Pendulum-v1")).stdout).not.toContain(line);
  fs.rmSync(root, { recursive: true });
}, 60_000);
