import { defineConfig } from "vitest/config";

// Tests run from source: the @rl/source condition resolves every workspace package to its src/index.ts.
export default defineConfig({
  resolve: { conditions: ["@rl/source"] },
  ssr: { resolve: { conditions: ["@rl/source"] } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "tools/*/test/**/*.test.ts"],
    reporters: ["default", "./tools/check/src/vitest-counts.ts"],
  },
});
