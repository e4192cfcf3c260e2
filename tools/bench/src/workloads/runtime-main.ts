/** runtime-main.ts [wide] [worker]: prints what engineInfo() says here, the error of compiling (if any) and the reference engine's sum, as JSON. */
import { isMainThread, Worker } from "node:worker_threads";
import { engineInfo } from "@rl/tensor";
import { enableWideVectors } from "@rl/tensor/node";
import { forbidden } from "./bits.ts";

const words = process.argv.slice(2);
if (isMainThread && words.includes("worker")) new Worker(new URL(import.meta.url), { argv: words });
else {
  const returned = words.includes("wide") ? enableWideVectors() : engineInfo();
  const again = words.includes("wide") ? enableWideVectors() : engineInfo();
  console.log(JSON.stringify({ ...engineInfo(), same: JSON.stringify(returned) === JSON.stringify(again), ...forbidden() }));
}
