// npm test: install when needed, then run the tests. Arguments go on: npm test -- packages/envs
import { ensureInstalled, runNode } from "./install.mjs";

const node = await ensureInstalled("npm test");
runNode(node, ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)]);
