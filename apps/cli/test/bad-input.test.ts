import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli } from "../src/cli.ts";
import { rl } from "./rl.ts";
import { recorder } from "./recorder.ts";

let root = "";
let run = "";
beforeAll(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-cli-"));
  const made = await rl(
    root,
    "train",
    "pg",
    "--env",
    "CartPole-v1",
    "--steps",
    "1024",
    "--set",
    "hiddenSizes=[8]",
    "--eval-episodes",
    "2",
    "--dir",
    "good",
  );
  if (made.code !== 0) throw new Error(made.stderr);
  run = path.join(root, "good/pg/CartPole-v1/seed-0");
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

/** Names and bytes of everything in a folder. */
function contents(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    files[path.relative(folder, file)] = entry.isFile() ? fs.readFileSync(file, "base64") : "folder";
  }
  return files;
}

/** Runs the command (in this process, or as one of its own) and expects one line on standard error that holds the words, exit code 2, and not a byte written. */
async function expectRefusal(args: readonly string[], words: readonly string[], own = false): Promise<void> {
  const before = contents(root);
  const { code, stdout, stderr } = await (own ? rl(root, ...args) : here(args));
  expect(stderr.trimEnd().split("\n"), stderr).toHaveLength(1);
  for (const word of words) expect(stderr).toContain(word);
  expect(stderr).not.toMatch(/\bat .*\.ts:\d+/);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  expect(contents(root)).toEqual(before);
}

async function here(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { screen, text } = recorder();
  let stderr = "";
  const code = await cli(args, screen, (line) => (stderr += `${line}\n`));
  return { code, stdout: text(), stderr };
}

const train = (...args: readonly string[]): string[] => ["train", "pg", "--env", "CartPole-v1", "--dir", path.join(root, "runs"), ...args];

const refusals: readonly { readonly name: string; readonly args: () => readonly string[]; readonly words: readonly string[] }[] = [
  { name: "command", args: () => ["trian", "pg"], words: ["unknown command 'trian'", "train"] },
  { name: "algorithm", args: () => ["train", "gp", "--env", "CartPole-v1"], words: ['no algorithm "gp"', 'did you mean "pg"?'] },
  {
    name: "environment",
    args: () => ["train", "pg", "--env", "CartPol-v1"],
    words: ['no environment "CartPol-v1"', 'did you mean "CartPole-v1"?'],
  },
  {
    name: "environment left out",
    args: () => ["train", "pg"],
    words: ["No environment is given", '"gae" of pg is for any environment', "--env <id>", "made for one: simplest."],
  },
  { name: "algorithm left out", args: () => ["train", "--env", "CartPole-v1"], words: ["algorithm"] },
  { name: "preset", args: () => train("--preset", "simple"), words: ['no preset "simple"', 'did you mean "simplest"?'] },
  { name: "flag", args: () => train("--stepps", "5"), words: ["unknown option '--stepps'", "--steps"] },
  {
    name: "setting",
    args: () => train("--set", "learningrate=3e-3"),
    words: ['unknown option "learningrate"', 'did you mean "learningRate"?'],
  },
  { name: "setting without value", args: () => train("--set", "learningRate"), words: ["expected key=value", "--set learningRate=3e-3"] },
  { name: "setting that has its own option", args: () => train("--set", "seed=3"), words: ["use --seed"] },
  { name: "steps that are words", args: () => train("--steps", "many"), words: ['--steps is "many"', "expected a whole number"] },
  { name: "steps that are a part", args: () => train("--steps", "0.5"), words: ["expected a whole number of at least 1"] },
  { name: "negative steps", args: () => train("--steps=-5"), words: ["expected a whole number of at least 1"] },
  { name: "negative seed", args: () => train("--seed=-1"), words: ["expected a whole number of at least 0"] },
  {
    name: "discount out of range",
    args: () => train("--set", "discount=1.5"),
    words: ["discount is 1.5", "expected a number of at least 0 and at most 1"],
  },
  { name: "learning rate that is a word", args: () => train("--set", "learningRate=fast"), words: ['learningRate is "fast"'] },
  { name: "layer sizes", args: () => train("--set", "hiddenSizes=[64,0]"), words: ["hiddenSizes is [64,0]"] },
  {
    name: "setting for other actions",
    args: () => train("--set", "squashActions=true"),
    words: ["squashActions needs continuous (Box) actions"],
  },
  { name: "name of the run", args: () => train("--name", "../x"), words: ['--name is "../x"'] },
  { name: "name of the run that is a folder above", args: () => train("--name", ".."), words: ['--name is ".."', "the first a letter"] },
  {
    name: "name of the run that is too long",
    args: () => train("--name", "x".repeat(300)),
    words: ["expected up to 200 letters"],
  },
  { name: "setting that every object has", args: () => train("--set", "__proto__=1"), words: ["__proto__"] },
  { name: "too many episodes", args: () => ["eval", "x", "--episodes", "9e15"], words: ["at most 10,000,000"] },
  {
    name: "seed whose episodes have none",
    args: () => ["eval", "x", "--seed", "9007199254740991"],
    words: ["at most 9,007,199,244,740,991"],
  },
  { name: "too many items", args: () => ["shuffle", "--items", "1e12"], words: ["at most 100,000"] },
  { name: "figure that every object has", args: () => ["cg", "--figure", "constructor"], words: ['--figure is "constructor"'] },
  {
    name: "picture where a file is in the way",
    args: () => ["plot", root + "/good/pg/CartPole-v1/seed-0", "--out", root + "/good/pg/CartPole-v1/seed-0/config.json/x.svg"],
    words: ["Cannot write", "choose another place with --out"],
  },
  { name: "no such folder", args: () => ["resume", "nowhere"], words: ["There is no folder nowhere"] },
  { name: "no such folder to watch", args: () => ["watch", root + "/good/pg/CartPole-v1/seed-7"], words: ["Runs there: seed-0."] },
  {
    name: "checkpoint",
    args: () => ["eval", root + "/good/pg/CartPole-v1/seed-0", "--checkpoint", "frist"],
    words: ['no checkpoint "frist"', "choose one of last, best"],
  },
  { name: "episodes", args: () => ["eval", root + "/good/pg/CartPole-v1/seed-0", "--episodes", "0"], words: ['--episodes is "0"'] },
  { name: "fps", args: () => ["watch", root + "/good/pg/CartPole-v1/seed-0", "--fps", "0"], words: ["expected a number from 1 to 1000"] },
  {
    name: "metric",
    args: () => ["plot", root + "/good/pg/CartPole-v1/seed-0", "--metric", "train/los"],
    words: ['did you mean "train/loss"?'],
  },
  { name: "picture format", args: () => ["plot", root + "/good/pg/CartPole-v1/seed-0", "--out", "x.bmp"], words: ["ends with .svg"] },
  { name: "list", args: () => ["list", "env"], words: ['did you mean "envs"?'] },
];

describe("bad input is one line that names the fix, exit 2, and nothing written", () => {
  test.each(refusals)("$name", ({ args, words }) => expectRefusal(args(), words));

  test("as a process of its own", async () => {
    await expectRefusal(["train", "pg", "--env", "CartPol-v1"], ['did you mean "CartPole-v1"?'], true);
    await expectRefusal(["resume", "nowhere"], ["There is no folder nowhere"], true);
  });
});

describe("run folders that cannot be used", () => {
  const broken = (name: string, damage: (dir: string) => void): string => {
    const dir = path.join(root, name);
    fs.cpSync(run, dir, { recursive: true });
    damage(dir);
    return name;
  };
  const tensors = (dir: string): string => path.join(dir, "checkpoints/last/tensors.safetensors");

  test("empty", async () => {
    fs.mkdirSync(path.join(root, "empty"));
    for (const command of ["resume", "eval", "watch", "plot"])
      await expectRefusal([command, path.join(root, "empty")], ["empty is empty, so it is not a run folder"]);
  });

  test("of a newer version", async () => {
    const dir = broken("newer", (at) =>
      fs.writeFileSync(
        path.join(at, "config.json"),
        fs.readFileSync(path.join(at, "config.json"), "utf8").replace('"version": 1', '"version": 2'),
      ),
    );
    await expectRefusal(["resume", path.join(root, dir)], ["is a run of version 2, newer than version 1", "npm install"]);
  });

  test("with a truncated checkpoint", async () => {
    const dir = broken("cut", (at) => fs.truncateSync(tensors(at), 100));
    await expectRefusal(
      ["resume", path.join(root, dir), "--checkpoint", "last"],
      ["tensors.safetensors is damaged: it has 100 bytes", 'Use another checkpoint: "best"'],
    );
  });

  test("with a flipped bit", async () => {
    const dir = broken("flipped", (at) => {
      for (const name of ["last", "best"]) {
        const file = path.join(at, "checkpoints", name, "tensors.safetensors");
        const bytes = fs.readFileSync(file);
        bytes[bytes.length >> 1]! ^= 16;
        fs.writeFileSync(file, bytes);
      }
    });
    for (const command of ["resume", "eval", "watch"])
      await expectRefusal([command, path.join(root, dir)], ["tensors.safetensors is damaged: its bytes do not give its checksum"]);
  });

  test("with an edited config", async () => {
    const edit = (from: string, to: string) => (at: string) =>
      fs.writeFileSync(path.join(at, "config.json"), fs.readFileSync(path.join(at, "config.json"), "utf8").replace(from, to));
    await expectRefusal(["resume", path.join(root, broken("edited", edit('"pg"', '"gp"')))], ['no algorithm "gp"']);
    await expectRefusal(
      ["resume", path.join(root, broken("edited2", edit('"seed": 0', '"seed": "x"')))],
      ['config.json: seed is "x", expected a whole number'],
    );
    for (const command of ["resume", "eval", "watch"])
      await expectRefusal(
        [command, path.join(root, broken(`edited3-${command}`, edit("      8\n", "      9\n")))],
        ["checkpoints/", "does not fit", "config.json, which may have been edited since: createPg.restore: tensor"],
      );
  });
});

test("--debug shows the stack", async () => {
  const { stderr, code } = await rl(root, "train", "gp", "--env", "CartPole-v1", "--debug");
  expect(stderr).toMatch(/^rl: There is no algorithm "gp".*\n.*\n\s+at .*algorithms\.ts:\d+/);
  expect(code).toBe(2);
});
