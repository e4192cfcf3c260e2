/** What each logger writes. */
import * as fs from "node:fs";
import { readEvents } from "@rl/data";
import { describe, expect, test } from "vitest";
import { csvLogger, jsonlLogger, tensorboardLogger } from "../src/node/index.ts";
import { inRoot, useDirectory } from "./fixtures/run-folders.ts";

useDirectory();

describe("loggers", () => {
  const record = (step: number, metrics: Record<string, number>) => ({ iteration: step, step, metrics });

  test("JSON Lines: NaN is null, infinities stay infinite", () => {
    const file = inRoot("m.jsonl");
    const logger = jsonlLogger(file);
    logger.log(record(1, { a: NaN, b: Infinity, c: -Infinity, 'q"': 0.1 }));
    logger.close!();
    expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual({ a: null, b: Infinity, c: -Infinity, 'q"': 0.1 });
  });

  test("CSV: a tag that comes later gets a column, and names with commas are quoted", () => {
    const file = inRoot("p.csv");
    let logger = csvLogger(file);
    logger.log(record(1, { a: 1, "b,c": 2 }));
    logger.log(record(2, { a: 3, late: 4 }));
    logger.log(record(3, { "b,c": 5, late: Infinity }));
    logger.close!();
    expect(fs.readFileSync(file, "utf8")).toBe('a,"b,c",late\n1,2,\n3,,4\n,5,Infinity\n');
    logger = csvLogger(file, { keep: 2 });
    logger.log(record(3, { a: 6, "b,c": 7, late: 8 }));
    logger.close!();
    expect(fs.readFileSync(file, "utf8")).toBe('a,"b,c",late\n1,2,\n3,,4\n6,7,8\n');
  });

  test("events: one file, cut to the records that are kept", async () => {
    for (const keep of [undefined, 2]) {
      const logger = tensorboardLogger(inRoot(), {
        now: () => 1_700_000_000_500,
        text: "# config",
        ...(keep === undefined ? {} : { keep }),
      });
      for (const step of keep === undefined ? [1, 2, 3, 4] : [3]) logger.log(record(step, { a: 10 * step }));
      logger.close!();
    }
    expect(fs.readdirSync(inRoot())).toEqual(["events.out.tfevents.1700000000.rl"]);
    const found: unknown[] = [];
    for await (const { step, tag, value, wallTime } of readEvents(fs.createReadStream(inRoot("events.out.tfevents.1700000000.rl"))))
      found.push([tag, step, value, wallTime]);
    expect(found).toEqual([
      ["config", 0, undefined, 1_700_000_000.5],
      ["a", 1, 10, 1_700_000_000.5],
      ["a", 2, 20, 1_700_000_000.5],
      ["a", 3, 30, 1_700_000_000.5],
    ]);
  });
});
