import { readFileSync } from "node:fs";
import { readmeFindings } from "@rl-tools/test-envs/readme";
import { expect, it } from "vitest";
import { pgDefaults, pgMetricInfo } from "../src/index.ts";

it("the README has every metric as metricInfo says it, and every option with its default", () => {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readmeFindings(text, { metricInfo: pgMetricInfo, defaults: pgDefaults })).toEqual([]);
});
