/** Saving and loading: whole, or refused. */
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, test } from "vitest";
import { openRunFolder, RunError } from "../src/node/index.ts";
import { finished, useDirectory } from "./fixtures/run-folders.ts";
import { bits, ToyTrainer } from "./fixtures/toy-trainer.ts";

useDirectory();

describe("checkpoints", () => {
  test("come back as they were saved", async () => {
    const dir = await finished();
    const trainer = new ToyTrainer({ iterations: 12 });
    const { progress, state } = openRunFolder(dir).load("last");
    trainer.restore(state as ReturnType<ToyTrainer["state"]>);
    expect(progress).toMatchObject({ iteration: 12, step: 1200 });
    const fresh = new ToyTrainer({ iterations: 12 });
    for (const _ of fresh.train());
    expect(bits(trainer.state().weights.data)).toBe(bits(fresh.state().weights.data));
    expect(state).toStrictEqual(fresh.state());
  });

  test("every flipped bit and every cut is found, in both files", async () => {
    const dir = await finished("small", { iterations: 3, size: 4 });
    const folder = openRunFolder(dir);
    folder.save("last", folder.load("last"));
    for (const name of ["state.json", "tensors.safetensors"]) {
      const file = path.join(dir, "checkpoints", "last", name);
      const good = fs.readFileSync(file);
      for (let bit = 0; bit < 8 * good.length; bit += 29) {
        const bad = Buffer.from(good);
        bad[bit >> 3]! ^= 1 << (bit & 7);
        fs.writeFileSync(file, bad);
        expect(() => folder.load("last"), `${name}, bit ${bit}`).toThrow(RunError);
      }
      for (const length of [0, 1, good.length >> 1, good.length - 1]) {
        fs.writeFileSync(file, good.subarray(0, length));
        expect(() => folder.load("last")).toThrow(RunError);
      }
      fs.writeFileSync(file, Buffer.concat([good, Buffer.from(" ")]));
      expect(() => folder.load("last")).toThrow(RunError);
      fs.rmSync(file);
      expect(() => folder.load("last")).toThrow("cannot be read (ENOENT)");
      fs.writeFileSync(file, good);
    }
    expect(folder.load("last").progress.step).toBe(300);
  });

  test("the error names the file and a checkpoint that can be used instead", async () => {
    const dir = await finished();
    const file = path.join(dir, "checkpoints", "last", "tensors.safetensors");
    const bytes = fs.readFileSync(file);
    bytes[bytes.length - 1]! ^= 4;
    fs.writeFileSync(file, bytes);
    expect(() => openRunFolder(dir).load("last")).toThrow(
      `${file} is damaged: its bytes do not give its checksum. Use another checkpoint: "best" (step 1200).`,
    );
    expect(() => openRunFolder(dir).load("step-77")).toThrow('has no checkpoint "step-77"; choose one of last, best, step-600, step-1200.');
  });

  test("a checkpoint of a newer version is not damage", async () => {
    const dir = await finished();
    const { createHash } = await import("node:crypto");
    const file = path.join(dir, "checkpoints", "last", "state.json");
    const body = fs
      .readFileSync(file, "utf8")
      .replace('"version": 1', '"version": 2')
      .replace(/^\{\n "sha256": "[0-9a-f]+",/, "")
      .slice(0, -1);
    fs.writeFileSync(file, `{\n "sha256": "${createHash("sha256").update(body).digest("hex")}",${body}\n`);
    expect(() => openRunFolder(dir).load("last")).toThrow(`${file} is a checkpoint of version 2, newer than version 1`);
  });

  test("a save that was killed between its steps leaves the old or the new one, never none", async () => {
    const dir = await finished();
    const last = path.join(dir, "checkpoints", "last");
    const folder = openRunFolder(dir);
    const [old, fresh] = [folder.load("step-600"), folder.load("step-1200")];
    folder.save("last", old);
    const stage = (name: string, checkpoint: string): void =>
      fs.cpSync(path.join(dir, "checkpoints", checkpoint), `${last}.${name}`, { recursive: true });

    // Half written: the old one counts.
    fs.mkdirSync(`${last}.new`);
    fs.writeFileSync(path.join(`${last}.new`, "state.json"), "{");
    expect(folder.load("last").progress.step).toBe(600);
    expect(folder.checkpointNames()).toEqual(["last", "best", "step-600", "step-1200"]);
    folder.settle();
    expect(fs.existsSync(`${last}.new`)).toBe(false);

    // Between the two renames: the new one is whole.
    stage("new", "step-1200");
    fs.renameSync(last, `${last}.old`);
    expect(folder.load("last").progress.step).toBe(1200);
    expect(folder.checkpointNames()).toEqual(["last", "best", "step-600", "step-1200"]);
    folder.settle();
    expect(fs.readdirSync(path.dirname(last)).sort()).toEqual(["best", "last", "step-1200", "step-600"]);
    expect(folder.load("last").progress.step).toBe(1200);

    // After them: the old one is left over.
    stage("old", "step-600");
    expect(folder.load("last").progress.step).toBe(1200);
    folder.save("last", fresh);
    expect(fs.readdirSync(path.dirname(last)).sort()).toEqual(["best", "last", "step-1200", "step-600"]);
  });
});
