import { readFileSync } from "node:fs";
import { readmeFindings } from "@rl-tools/test-envs/readme";
import { networkDefaults } from "@rl/agent";
import { expect, it } from "vitest";
import { trpoDefaults, trpoMetricInfo } from "../src/index.ts";

it("the README has every metric as metricInfo says it, and every option with its default", () => {
  const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  // The options of networks are explained where they come from, in @rl/pg.
  const elsewhere = Object.keys(networkDefaults);
  expect(readmeFindings(text, { metricInfo: trpoMetricInfo, defaults: trpoDefaults, elsewhere })).toEqual([]);
});
