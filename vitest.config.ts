import { defineConfig } from "vitest/config";

// Tests run from source: the @rl/source condition resolves every workspace package to its src/index.ts.
export default defineConfig({
  resolve: { conditions: ["@rl/source"] },
  ssr: { resolve: { conditions: ["@rl/source"] } },
  // Two busy cores are slow: a time limit is there to end a hang, not to judge speed.
  test: {
    testTimeout: 60_000,
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "tools/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts"],
    reporters: ["default", "./tools/check/src/vitest-counts.ts"],
  },
});
