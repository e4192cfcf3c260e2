import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files with a process of their own, and why. All others share one process a core: what they import is loaded once. */
const ALONE = {
  "apps/cli/test/{bad-input,bandits,flows,own-environments,score}.test.ts":
    "train in threads that set V8's flags; change the working folder",
  "packages/envs/test/registry.test.ts": "lists all that is registered",
  "packages/envs/test/vector.test.ts": "sets V8's flags, weighs the heap",
  "packages/pg/test/rollout.test.ts": "weighs the heap",
  "packages/random/test/allocation.test.ts": "weighs the heap",
  "packages/tensor/test/{autograd,memory,wasm-memory}.test.ts": "set V8's flags, weigh memory, take gigabytes of addresses",
  "tools/bench/test/command.test.ts": "weighs the heap, reads clocks",
};

/** Files that replace modules or load them anew, which only Vite's own loader can. */
const MOCKED = ["packages/random/test/bulk.test.ts", "packages/tensor/test/{primitives,wide-fallback}.test.ts"];

/** Files with long sweeps, of which only `pnpm test:long` takes all cases (sample.ts beside them). */
const LONG = ["packages/tensor/test/{programs,reference,wasm-contract,wasm-memory,wasm-products,wasm-programs,wasm-sizes}.test.ts"];

/** Seconds of processor time of the slowest: they begin first, so that no core waits for the last one at the end. */
const SECONDS: Readonly<Record<string, number>> = {
  "apps/cli/test/flows.test.ts": 20,
  "packages/ppo/test/calls.test.ts": 16,
  "packages/tensor/test/wasm-products.test.ts": 11,
  "apps/cli/test/import.test.ts": 11,
  "tools/bench/test/engine-peers.test.ts": 9,
  "apps/cli/test/own-environments.test.ts": 9,
  "packages/tensor/test/wasm-programs.test.ts": 8,
  "apps/cli/test/bandits.test.ts": 8,
  "packages/trpo/test/garbage.test.ts": 8,
  "tools/check/test/arrows.test.ts": 7,
  "packages/tensor/test/wasm-contract.test.ts": 7,
  "packages/ppo/test/golden.test.ts": 7,
  "packages/trpo/test/golden.test.ts": 7,
};

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const seconds = ({ moduleId }: TestSpecification): number =>
      Object.entries(SECONDS).find(([file]) => moduleId.endsWith(`/${file}`))?.[1] ?? 0;
    // A process is handed on to the next file only where that may share it, too.
    const alone = ({ project }: TestSpecification): number => Number(project.config.isolate);
    return (await super.sort(files)).sort((a, b) => alone(b) - alone(a) || seconds(b) - seconds(a));
  }
}

// Node runs the sources as they are, and keeps what it compiled for the next process, also for those that tests start.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/node-compiled", import.meta.url));
const native = {
  execArgv: ["--conditions=@rl/source"],
  experimental: { viteModuleRunner: false, nodeLoader: false },
};
const all = ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "tools/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts"];

// Tests run from source: the @rl/source condition resolves every workspace package to its src/index.ts.
export default defineConfig({
  resolve: { conditions: ["@rl/source"] },
  ssr: { resolve: { conditions: ["@rl/source"] } },
  test: {
    // They end a hang and judge no speed: a file may share its core with others, and the machine with other work.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: availableParallelism(),
    sequence: { sequencer: SlowestFirst },
    setupFiles: process.env["RL_TIMES"] === undefined ? [] : ["./tools/test-utils/src/processor-time.ts"],
    reporters: ["default", "./tools/check/src/vitest-counts.ts"],
    projects:
      process.env["RL_LONG"] !== undefined
        ? [{ extends: true, test: { name: "long", include: LONG, ...native } }]
        : [
            { extends: true, test: { name: "alone", include: Object.keys(ALONE), ...native } },
            { extends: true, test: { name: "mocked", include: MOCKED } },
            {
              extends: true,
              test: { name: "shared", include: all, exclude: [...Object.keys(ALONE), ...MOCKED], isolate: false, ...native },
            },
          ],
  },
});
