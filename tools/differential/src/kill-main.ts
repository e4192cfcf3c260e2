/** kill-main.ts DIR run|resume OPTIONS: one training run in a process of its own, so that it can be killed. */
import { createPg, type PgOptions } from "@rl/pg";
import { resume, run } from "@rl/train/node";

const [dir, command, text] = process.argv.slice(2) as [string, string, string];
const { every, ...options } = JSON.parse(text) as PgOptions & { readonly every: number };
if (command === "run") await run(createPg(options), { dir, config: { options }, checkpoint: { every, best: false } });
else await resume(dir, { create: (config) => ({ trainer: createPg(config["options"] as PgOptions) }) });
