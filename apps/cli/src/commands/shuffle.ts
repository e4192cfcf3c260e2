/** rl shuffle: what a shuffle buffer does to a stream, and why the order of shuffling and batching matters. */
import * as path from "node:path";
import { batch, shuffle } from "@rl/data";
import { Generator } from "@rl/random";
import { makePictureFolder, writePicture } from "../picture.ts";
import { UsageError } from "../errors.ts";
import { printTable } from "../terminal/table.ts";
import type { Screen } from "../terminal/screen.ts";

export interface ShuffleOptions {
  readonly seed: number;
  readonly items: number;
  readonly out?: string;
}

const REPEATS = 400;
/** Shares of the stream that the buffer holds. */
const SHARES = [0, 0.05, 0.25, 1] as const;

export async function shuffleFigures(screen: Screen, { seed, items, out }: ShuffleOptions): Promise<void> {
  if (out !== undefined && path.extname(out) !== ".svg")
    throw new UsageError(`--out is "${out}", expected a file name that ends with .svg.`);
  if (out !== undefined) makePictureFolder(out);
  const rng = new Generator(seed);
  const classes = [0, 0, 0, 1, 1, 1, 2, 2, 2];
  const show = (batches: Iterable<readonly number[]>): string => [...batches].map((one) => `[${one.join(" ")}]`).join(" ");
  screen.line("Three classes in a row, batches of 3, a buffer that holds everything:");
  printTable(
    screen,
    ["", "batches"],
    [
      ["as they come", show(batch(classes, 3))],
      ["batch, then shuffle", `${show(shuffle(batch(classes, 3), 3, rng.fork("batches")))}  each batch keeps to one class`],
      ["shuffle, then batch", `${show(batch(shuffle(classes, 9, rng.fork("items")), 3))}  classes mix`],
    ],
  );
  screen.line();
  screen.line(`Where ${items} items come out, over ${REPEATS} shuffles:`);
  const sizes = [...new Set(SHARES.map((share) => Math.max(1, Math.round(share * items))))];
  const found = sizes.map((size) => travel(items, size, rng.fork("travel", size)));
  printTable(
    screen,
    ["buffer", "earliest", "median distance", "90 % within"],
    found.map(({ size, earliest, median, most }) => [
      String(size),
      earliest === 0 ? "–" : `${earliest} places early`,
      String(median),
      String(most),
    ]),
  );
  if (out === undefined) return;
  const { travelChart } = await import("@rl/charts");
  writePicture(
    out,
    await travelChart(
      found.map(({ size, rows }) => ({
        title: `buffer of ${size}${size === 1 ? ": no shuffling" : size === items ? ": every order alike" : ""}`,
        rows,
        length: items,
      })),
    ),
  );
  screen.line(`Wrote ${out}`);
}

/** Quantiles of the place at which each item comes out, and of how far it was moved. */
function travel(items: number, size: number, rng: Generator) {
  const places = Array.from({ length: items }, () => new Float64Array(REPEATS));
  const distances = new Float64Array(items * REPEATS);
  let earliest = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    let at = 0;
    for (const item of shuffle(
      Array.from({ length: items }, (_, i) => i),
      size,
      rng,
    )) {
      places[item]![repeat] = at;
      distances[repeat * items + item] = Math.abs(at - item);
      earliest = Math.max(earliest, item - at);
      at++;
    }
  }
  const quantile = (sorted: Float64Array, q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;
  const step = Math.max(1, Math.round(items / 50));
  const rows = places
    .map((list, x) => ({ x, sorted: list.sort() }))
    .filter(({ x }) => x % step === 0 || x === items - 1)
    .map(({ x, sorted }) => ({ x, low: quantile(sorted, 0.05), mid: quantile(sorted, 0.5), high: quantile(sorted, 0.95) }));
  distances.sort();
  return { size, rows, earliest, median: quantile(distances, 0.5), most: quantile(distances, 0.9) };
}
