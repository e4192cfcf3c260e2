/**
 * What the peers in JavaScript share: PEER-main.ts BACKEND FILE. FILE holds arguments and results of one call of ours (see rows.ts); a row is timed only after
 * its result agrees. Prints JSON lines {work, min, median} in microseconds, or {work, failed}.
 */
import { readFileSync } from "node:fs";

export interface Packed {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: string;
}

export const examples = JSON.parse(readFileSync(process.argv[3]!, "utf8")) as Record<string, { inputs: Packed[]; outputs: Packed[] }>;

export const elements = ({ dtype, data }: Packed): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> => {
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  return dtype === "int32" ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer);
};

export function report(work: string, call: () => void): void {
  call();
  const start = performance.now();
  call();
  const one = performance.now() - start;
  const calls = Math.max(1, Math.floor(5 / one));
  const samples: number[] = [];
  const end = performance.now() + 1500;
  do {
    const from = performance.now();
    for (let i = 0; i < calls; i++) call();
    samples.push((performance.now() - from) / calls);
  } while (performance.now() < end || samples.length < 3);
  samples.sort((a, b) => a - b);
  console.log(JSON.stringify({ work, min: samples[0]! * 1000, median: samples[samples.length >> 1]! * 1000 }));
}

export function agree(work: string, theirs: readonly ArrayLike<number>[], count: number): void {
  let gap = 0;
  let size = 1e-12;
  examples[work]!.outputs.slice(0, count).forEach((packed, i) => {
    const ours = elements(packed);
    for (let k = 0; k < ours.length; k++) {
      gap += Math.abs(ours[k]! - theirs[i]![k]!);
      size += Math.abs(ours[k]!);
    }
  });
  if (!(gap / size < 2e-4)) throw new Error(`results differ by ${gap / size} of their size`);
}

/** Runs every row but loops of updates; what fails says so and lets the others run. */
export function rowsOf(run: (work: string, inputs: readonly Packed[]) => void): void {
  for (const [work, { inputs }] of Object.entries(examples)) {
    if (work.endsWith("in one call")) continue;
    try {
      run(work, inputs);
    } catch (error) {
      console.log(JSON.stringify({ work, failed: (error as Error).message.split("\n")[0] }));
    }
  }
}
