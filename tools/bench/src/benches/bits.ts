/** The promise of the engine: 200 PPO updates give the same bits in every runtime, thread and vector width. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bundle, findFirefox, runInChromium, runInFirefox } from "@rl-tools/test-utils/browser";
import { runInNode } from "@rl-tools/test-utils/node-versions";
import { findWebKit, runInWebKit } from "@rl-tools/test-utils/webkit";
import { defineBench, type Row } from "../bench.ts";
import { BITS } from "../workloads/bits.ts";

const file = (name: string): string => fileURLToPath(new URL(`../workloads/${name}`, import.meta.url));

/** This Node, in a process of its own: plain or joined, in the main or a worker thread. */
function here(...words: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=@rl/source", file("bits-main.ts"), ...words], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const { bits, wide, worker } = JSON.parse(stdout) as { bits: string; wide: boolean; worker: boolean };
  if (wide !== words.includes("wide") || worker !== words.includes("worker"))
    throw new Error(`bits: asked for ${words.join(" ") || "plain"}, got wide ${wide}, worker ${worker}`);
  return bits;
}

export default defineBench({
  name: "bits",
  description:
    "Bits of the engine: a hash of all parameters, moments and other functions' results after 200 PPO updates of two 4-64-64 networks, in each runtime. No timing.",
  async run(ctx) {
    const script = await bundle(file("bits.ts"));
    const rows: Row[] = [];
    const add = (work: string, bits: string): void => {
      ctx.log(`${work}: ${bits}`);
      const row = { work, ours: bits === BITS ? 1 : 0, unit: "of 1 hash", better: "higher", target: "≥ 1 of 1 hash", note: bits } as const;
      rows.push(row);
    };
    const node = `Node ${process.versions.node}`;
    add(node, here());
    add(`${node}, joined pairs`, here("wide"));
    add(`${node}, worker thread`, here("worker"));
    add(`${node}, worker thread, joined pairs`, here("worker", "wide"));
    for (const [major, flags] of [
      [22, []],
      [26, []],
      [26, ["--no-liftoff"]],
      [26, ["--liftoff-only"]],
    ] as const) {
      const { version, output } = runInNode(major, `${script}console.log(bundle.ppoBits());`, flags);
      add(["Node " + version, ...flags].join(" "), output);
    }
    const page = `${script}return bundle.ppoBits();`;
    const chromium = await runInChromium<string>(page);
    add(chromium.browser, chromium.value);
    if (findFirefox() === undefined) ctx.remark("No Firefox on this machine: left out.");
    else {
      const firefox = await runInFirefox<string>(page);
      add(firefox.browser, firefox.value);
    }
    if (findWebKit() === undefined) ctx.remark("No WebKit with a WebDriver on this machine: left out.");
    else {
      const webkit = await runInWebKit<string>(page);
      add(webkit.browser, webkit.value);
    }
    ctx.remark(`The hash in the repository, which the tests hold Node and the browsers to, is \`${BITS}\`.`);
    return rows;
  },
});
