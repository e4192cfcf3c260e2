/** bits-main.ts [wide] [worker]: prints the hash of bits.ts as this process computes it. */
import { isMainThread, Worker } from "node:worker_threads";
import { engineInfo } from "@rl/tensor";
import { enableWideVectors } from "@rl/tensor/node";
import { ppoBits } from "./bits.ts";

if (process.argv.includes("wide")) enableWideVectors();
if (isMainThread && process.argv.includes("worker")) new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) });
else console.log(JSON.stringify({ bits: ppoBits(), node: process.versions.node, worker: !isMainThread, wide: engineInfo().wide }));
