/**
 * The printed blocks of docs/engine.md, as inspect prints them now, and source it shows. As a command it writes them into the page:
 *   node --conditions=@rl/source packages/tensor/test/engine-page.ts --write
 */
import { readFileSync, writeFileSync } from "node:fs";
import { grad, inspect, tanh, zeros, type Inspection, type Tensor } from "../src/index.ts";
import { primitives } from "../src/primitives/index.ts";

const file = new URL("../../../docs/engine.md", import.meta.url);
export const page = readFileSync(file, "utf8");

const y = (x: Tensor, w: Tensor, b: Tensor): Tensor => tanh(x.matmul(w).add(b)).mean();
const args = [zeros([3, 4]), zeros([4, 2]), zeros([2])];
export const example = inspect(y, args);
/** The gradient with respect to w, of whose size the page speaks. */
const slope: Inspection = inspect((x: Tensor, w: Tensor, b: Tensor) => grad((v: Tensor) => y(x, v, b))(w), args);

const lines = example.code.split("\n").map((line) => line.trimEnd());
const between = (from: RegExp, to: RegExp): string[] => {
  const start = lines.findIndex((line) => from.test(line));
  const length = lines.slice(start + 1).findIndex((line) => to.test(line));
  return lines.slice(start, start + 1 + length);
};

/** What belongs into a block, by the words behind its ```: a part of the printed text, complete or its first lines. */
export function blockText(words: string): string {
  const [kind, ...rest] = words.split(" ");
  if (kind === "ts") return readFileSync(new URL(`../${rest.join(" ")}`, import.meta.url), "utf8").trimEnd();
  if (kind === "graph") return example.traced;
  if (kind === "kernels") return between(/^kernels/, /^memory/).join("\n");
  if (kind === "memory") return between(/^memory/, /^\(module/).join("\n");
  if (kind !== "wat") throw new Error(`engine.md: no block "${words}"`);
  // "wat run": that function. "wat tile 30": its first 30 lines. "ts FILE": that file.
  const count = Number(rest.at(-1));
  const name = (count > 0 ? rest.slice(0, -1) : rest).join(" ");
  const start = lines.findIndex((line) => line.startsWith("  (func") && line.includes(`(; ${name} ;)`));
  if (start < 0) throw new Error(`engine.md: the module has no function "${name}"`);
  const length = lines.slice(start).findIndex((line) => line === "  )") + 1;
  const all = lines.slice(start, start + length).map((line) => line.slice(2));
  return (count > 0 ? [...all.slice(0, count), `  … ${length - count} more lines`] : all).join("\n");
}

const count = (text: string): number => text.match(/ = /g)!.length;
/** Numbers in the text. */
export const sentences = [
  `of ${count(slope.traced)} traced nodes ${count(slope.optimized)} remain`,
  `There are ${primitives.size} primitives`,
];

/** The page with its blocks and numbers as they should be. */
export const renewed = sentences.reduce(
  (text, sentence) => text.replace(new RegExp(sentence.replace(/\d+/g, "\\d+")), sentence),
  page.replace(
    /^```(graph|kernels|memory|wat .*|ts src\/.*)\n[\s\S]*?^```/gm,
    (_all, words: string) => `\`\`\`${words}\n${blockText(words)}\n\`\`\``,
  ),
);

if (process.argv.includes("--write")) writeFileSync(file, renewed);
