/** The floors of docs/engine.md: every file lies on one, and imports only files of its own floor or of those below, types included. */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";
import { page } from "./engine-page.ts";

const source = new URL("../src/", import.meta.url);

/** Floor of each name in the table: a file, or a folder. */
const floors = new Map(
  [...page.matchAll(/^\| (\d+) +\| (.*?) \|/gm)].flatMap(([, floor, names]) =>
    [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => [name!, Number(floor)] as const),
  ),
);
const floorOf = (file: string): number | undefined => floors.get(file.split("/")[0]!);

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replaceAll("\\", "/"));

test("every file is on a floor, and every name of the table is there", () => {
  expect(files.length).toBeGreaterThan(150);
  expect(files.filter((file) => floorOf(file) === undefined)).toEqual([]);
  expect([...floors.keys()].filter((name) => !files.some((file) => file === name || file.startsWith(`${name}/`)))).toEqual([]);
});

test("no import goes up", () => {
  const up: string[] = [];
  let seen = 0;
  for (const file of files)
    for (const [, path] of readFileSync(new URL(file, source), "utf8").matchAll(/from "(\.[^"]+)"/g)) {
      const target = posix.join(posix.dirname(file), path!);
      seen++;
      if (floorOf(target)! > floorOf(file)!) up.push(`${file} → ${target}`);
    }
  expect(seen).toBeGreaterThan(500);
  expect(up).toEqual([]);
});

test("members of tensors with a leading underscore are used in one folder", () => {
  const users = files.filter((file) => /\._[a-z]/.test(readFileSync(new URL(file, source), "utf8")));
  expect(new Set(users.map((file) => posix.dirname(file)))).toEqual(new Set(["tensor"]));
});
