// npm start: install when needed, then train CartPole. Arguments go on: npm start -- --seed 7
import { ensureInstalled, runNode } from "./install.mjs";

const node = await ensureInstalled("npm start");
runNode(node, ["--conditions=@rl/source", "apps/cli/src/main.ts", "start", ...process.argv.slice(2)]);
