/** The table of names of other libraries: well formed, and only ever answered with an option that the call knows. apps/cli/test/coming-from.test.ts tries each entry on real calls. */
import { expect, test } from "vitest";
import { comingFrom, comingFromTable } from "../src/coming-from.ts";
import { unknownOption } from "../src/options.ts";

const table = comingFromTable();

test("every row is whole", () => {
  for (const { libraries, name, meaning, note } of table) {
    expect(libraries.length, name).toBeGreaterThan(0);
    expect(libraries, name).not.toContain(undefined);
    expect(name).toMatch(/^_?[a-zA-Z][a-zA-Z0-9_]*$/);
    for (const option of meaning) expect(option, name).toMatch(/^[a-z][a-zA-Z]*$/);
    if (meaning.length === 0) expect(note.length, name).toBeGreaterThan(10);
    expect(note, name).not.toMatch(/\.$/);
  }
});

test("no name stands twice, whatever its spelling", () => {
  const words = table.map(({ name }) => name.toLowerCase().replaceAll("_", ""));
  expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
});

test.each(table.map(({ name, meaning, note }) => [name, meaning, note] as const))("%s", (name, meaning, note) => {
  const spellings = [
    name,
    name.replaceAll(/(?<=.)_(.)/g, (_, letter: string) => letter.toUpperCase()),
    name.replaceAll("_", "-"),
    name.toUpperCase(),
  ];
  for (const spelling of spellings) {
    for (const option of meaning)
      if (spelling !== option)
        // Undefined: our own name in another spelling.
        expect([undefined, `did you mean "${option}"?${note === "" ? "" : ` ${note}.`}`]).toContain(
          comingFrom(spelling, ["zzzzzz", option]),
        );
    if (meaning.length === 0) expect(comingFrom(spelling, ["zzzzzz"])).toBe(`it is absent here: ${note}.`);
    else expect(comingFrom(spelling, ["zzzzzz"])).toBe(`where it exists it is "${meaning[0]}", which is absent here.`);
  }
});

test("one sentence, with what else is to be known", () => {
  expect(unknownOption("f", { anneal_lr: true }, ["learningRate"], comingFrom)).toBe(
    'f: unknown option "anneal_lr"; did you mean "learningRate"? Write { linear: [from, 0] }. Known are learningRate.',
  );
  expect(unknownOption("f", { device: "cuda" }, ["learningRate"], comingFrom)).toBe(
    'f: unknown option "device"; it is absent here: programs run on the processor, as WebAssembly. Known are learningRate.',
  );
  // Our own name misspelt, and a name nobody knows.
  expect(unknownOption("f", { learning_rates: 1 }, ["learningRate"], comingFrom)).toBe(
    'f: unknown option "learning_rates"; did you mean "learningRate"? Known are learningRate.',
  );
  expect(unknownOption("f", { flavour: 1 }, ["learningRate"], comingFrom)).toBe('f: unknown option "flavour". Known are learningRate.');
  expect(unknownOption("f", { constructor: 1, __proto__: { hasOwnProperty: 1 } }, ["learningRate"], comingFrom)).toBe(
    'f: unknown option "constructor". Known are learningRate.',
  );
});
