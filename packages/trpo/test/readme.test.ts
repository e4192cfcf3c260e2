import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readmeOf } from "@rl-tools/test-envs/readme";
import { expect, it } from "vitest";
import { trpoMetricInfo, trpoOptions } from "../src/index.ts";

it("the README's tables are those of the code (vitest -u writes them)", async () => {
  const readme = fileURLToPath(new URL("../README.md", import.meta.url));
  const tables = { options: trpoOptions, metricInfo: trpoMetricInfo };
  await expect(readmeOf(readFileSync(readme, "utf8"), tables)).toMatchFileSnapshot(readme);
});
