/**
 * What the peers in JavaScript share: PEER-main.ts BACKEND FILE [SECONDS]. FILE holds arguments and results of one call of ours (see rows.ts); a row is timed
 * only after its first call agrees. Prints JSON lines {work, min, median} in microseconds, {work, min, once} for one call alone, or {work, failed}.
 */
import { readFileSync } from "node:fs";
import { timed } from "./timed.ts";

export interface Packed {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: string;
}

/** A row made ready: one call, and what it has computed, in our order. */
export interface PeerRow {
  readonly step: () => void;
  readonly read: () => readonly ArrayLike<number>[];
}

const examples = JSON.parse(readFileSync(process.argv[3]!, "utf8")) as Record<string, { inputs: Packed[]; outputs: Packed[] }>;
const seconds = Number(process.argv[4] ?? 1.5);

export const elements = ({ dtype, data }: Packed): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> => {
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  return dtype === "int32" ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer);
};

export function report(work: string, call: () => void): void {
  call();
  console.log(JSON.stringify({ work, ...timed(call, seconds, 5) }));
}

/** Mean distance of each tensor from ours, relative to its mean size. */
function agree(work: string, theirs: readonly ArrayLike<number>[]): void {
  const { outputs } = examples[work]!;
  if (theirs.length !== outputs.length) throw new Error(`${theirs.length} results to compare; expected ${outputs.length}`);
  outputs.forEach((packed, i) => {
    const ours = elements(packed);
    let gap = 0;
    let size = 1e-12;
    for (let k = 0; k < ours.length; k++) {
      gap += Math.abs(ours[k]! - theirs[i]![k]!);
      size += Math.abs(ours[k]!);
    }
    if (!(gap / size < 2e-4)) throw new Error(`result ${i} differs by ${gap / size} of its size`);
  });
}

/** Which of the 28 tensors of the pixel row's state are compared: a bias in front of batch normalisation has no gradient but rounding noise. */
export const comparable = <X>(list: readonly X[]): X[] => list.filter((_, i) => ![1, 5, 9].includes(i % 14));

/** Runs every row that `makers` knows by the start of its name; what fails says so and lets the others run. */
export function measure(makers: Readonly<Record<string, (inputs: readonly Packed[]) => PeerRow>>): void {
  for (const [work, { inputs }] of Object.entries(examples)) {
    const make = Object.entries(makers).find(([start]) => work.startsWith(start))?.[1];
    if (!make || work.endsWith("in one call")) continue;
    try {
      const { step, read } = make(inputs);
      const start = performance.now();
      step();
      const first = performance.now() - start;
      agree(work, read());
      // Where a call takes longer than ten seconds, warming up changes little and costs much. In no seconds it is only compared.
      console.log(
        JSON.stringify({ work, ...(first > 10_000 || seconds === 0 ? { min: first * 1000, once: true } : timed(step, seconds, 5)) }),
      );
    } catch (error) {
      console.log(JSON.stringify({ work, failed: (error as Error).message.split("\n")[0] }));
    }
  }
}

/** Networks of the action rows, which have no results to compare: actions are drawn. */
export const actionInputs = (): readonly Packed[] | undefined => examples["PPO 4-64-64, minibatch 64"]?.inputs.slice(0, 12);
