/** The promise of @rl/math, in every engine at hand: hashes of each function over 2²⁰ arguments against those stored with its tests. */
import { readFileSync } from "node:fs";
import { bundle, findFirefox, runInChromium, runInFirefox } from "@rl-tools/test-utils/browser";
import { runInNode } from "@rl-tools/test-utils/node-versions";
import { findWebKit, runInWebKit } from "@rl-tools/test-utils/webkit";
import { defineBench, type Row } from "../bench.ts";

type Hashes = Record<string, string>;
interface Result {
  readonly ours: Hashes;
  readonly theirs: Hashes;
}

const stored = JSON.parse(readFileSync(new URL("../../../../packages/math/test/golden/bits.json", import.meta.url), "utf8")) as {
  hashes: Hashes;
};
const names = Object.keys(stored.hashes);

/** Runs the script in that major version of Node. */
function inNode(major: number, script: string): { name: string; result: Result } {
  const { version, output } = runInNode(major, `${script}console.log(JSON.stringify(bundle.run()));`);
  return { name: `Node ${version}`, result: JSON.parse(output) as Result };
}

export default defineBench({
  name: "math-bits",
  description: "Bits of @rl/math over 2²⁰ arguments a function: how many of its functions give the stored hash in each engine. No timing.",
  async run(ctx) {
    const script = await bundle(new URL("../math-bits-entry.ts", import.meta.url).pathname);
    const results: { name: string; result: Result | undefined }[] = [];
    for (const major of [20, 22, 24, 26]) {
      ctx.log(`Node ${major}`);
      results.push(inNode(major, script));
    }
    ctx.log("Chromium");
    const chromium = await runInChromium<Result>(`${script}return bundle.run();`);
    results.push({ name: chromium.browser, result: chromium.value });
    if (findFirefox() !== undefined) {
      ctx.log("Firefox");
      const firefox = await runInFirefox<Result>(`${script}return bundle.run();`);
      results.push({ name: firefox.browser, result: firefox.value });
    } else ctx.remark("No Firefox on this machine: left out.");
    if (findWebKit() !== undefined) {
      ctx.log("WebKit");
      const webkit = await runInWebKit<Result>(`${script}return bundle.run();`);
      results.push({ name: webkit.browser, result: webkit.value });
    } else ctx.remark("No WebKit with a WebDriver on this machine: left out.");
    // The engine's own Math, beside the first engine's.
    const first = results[0]?.result?.theirs ?? {};
    return results.map(({ name, result }): Row => {
      const differs = names.filter((f) => result?.theirs[f] !== first[f]);
      return {
        work: `${name}: functions with the stored hash`,
        ours: names.filter((f) => result?.ours[f] === stored.hashes[f]).length,
        unit: `of ${names.length}`,
        better: "higher",
        target: `≥ ${names.length} of ${names.length}`,
        note: `Math itself differs from ${results[0]?.name ?? ""} in ${differs.length > 0 ? differs.join(" ") : "nothing"}`,
      };
    });
  },
});
