// npm test: install when needed, then run the tests. Arguments go on: npm test -- packages/envs. With --long (pnpm test:long) the sweeps of which npm test
// takes a sample, with all their cases.
import { ensureInstalled, runNode } from "./install.mjs";

const words = process.argv.slice(2);
if (words[0] === "--long") {
  words.shift();
  process.env.RL_LONG = "1";
}
const node = await ensureInstalled("npm test");
runNode(node, ["node_modules/vitest/vitest.mjs", "run", ...words]);
