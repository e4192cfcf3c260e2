/** The tests of pinned runs, the same for every package. Apart from pinned.ts, which processes without Vitest load, too. */
import { noChromium } from "@rl-tools/test-utils/browser";
import { describe, expect, it } from "vitest";
import { elsewhere, fingerprintOf, fingerprintOfResumed, inChromium, inNode, resumedElsewhere } from "./pinned.ts";
import { goOn, type PinnedRuns } from "./run-bits.ts";

/** Other major versions of Node to try, each a download: RL_NODES=22,26. */
const NODES = (process.env["RL_NODES"] ?? "").split(",").filter(Boolean).map(Number);

/**
 * Every run gives its hash: here, stopped and gone on with, in processes of their own and in a web page. `fixtures` is the folder, with a slash at its end, of
 * their programs golden-main.ts and golden-page.ts.
 */
export function testHashes<Runs extends PinnedRuns>(fixtures: URL, runs: Runs, hashes: Readonly<Record<keyof Runs, string>>): void {
  const each = Object.entries(runs).map(([run, create]) => ({ run, create, hash: hashes[run] }));
  const main = new URL("golden-main.ts", fixtures);

  describe("20 iterations give these bits", () => {
    it.each(each)("here: $run", ({ create, hash }) => expect(fingerprintOf(create)).toBe(hash));

    it.each(each)("stopped after 7 iterations and gone on with from the saved state: $run", ({ create, hash }) =>
      expect(fingerprintOfResumed(create, 7)).toBe(hash),
    );

    it("with pairs of vectors joined", () => expect(elsewhere(main, "wide")).toEqual({ wide: true, worker: false, hashes }));
    it("in a worker thread", () => expect(elsewhere(main, "worker")).toEqual({ wide: false, worker: true, hashes }));
    it("in a worker thread with pairs joined", () =>
      expect(elsewhere(main, "worker", "wide")).toEqual({ wide: true, worker: true, hashes }));
    it.skipIf(noChromium() !== undefined)(`in a web page${noChromium() === undefined ? "" : ` (${noChromium()})`}`, async () =>
      expect(await inChromium(new URL("golden-page.ts", fixtures))).toEqual(hashes),
    );
    it.each(NODES)("in Node %d", async (major) => expect(await inNode(major, new URL("golden-page.ts", fixtures))).toEqual(hashes));
  });
}

/** Stopping at some iteration, `stops[i]` of run i, and going on in a new process is never having stopped. */
export function testResuming(fixtures: URL, runs: PinnedRuns, stops: readonly number[]): void {
  it("all pinned runs, each stopped at another iteration, give the same bits in a new process", () => {
    const { resumed, whole } = resumedElsewhere(new URL("golden-main.ts", fixtures), runs, stops);
    expect(resumed).toEqual(whole);
  });

  it.each(Object.entries(runs))("a state that was restored is the state that was saved: %s", (_, create) => {
    const first = create();
    goOn(first, [], 3);
    const saved = structuredClone(first.state());
    expect(first.state()).toEqual(saved);
    const second = create();
    second.restore(saved);
    expect(second.state()).toEqual(saved);
    second.restore(second.state());
    expect(second.state()).toEqual(saved);
  });
}
