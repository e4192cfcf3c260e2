import { describe, expect, it } from "vitest";
import { Generator, SeedSequence } from "@rl/random";

const first = (rng: Generator): number => rng.random();
/** The child's state, which is 128 bits of its own. */
const state = (rng: Generator): string => rng.state().state;

describe("fork", () => {
  it("gives the same child for the same name and index, however often the parent drew and forked", () => {
    const fresh = new Generator(7);
    const used = new Generator(7);
    used.fillStandardNormal(new Float64Array(1001));
    used.integers(0, 5);
    used.fork("other");
    used.spawn(3);
    for (const [name, index] of [
      ["rollout", 0],
      ["rollout", 12],
      ["", 0],
      ["rollout", 2 ** 40],
    ] as const)
      expect(used.fork(name, index).state()).toEqual(fresh.fork(name, index).state());
    expect(new Generator(7).fork("rollout").state()).toEqual(fresh.fork("rollout", 0).state());
  });

  it("does not move the parent", () => {
    const forked = new Generator(3);
    const plain = new Generator(3);
    forked.random();
    plain.random();
    forked.fork("a").random();
    expect(forked.state()).toEqual(plain.state());
    expect(forked.random()).toBe(plain.random());
  });

  it("is NumPy's generator of the documented SeedSequence", () => {
    // "ab1" has 3 UTF-16 units: 0x61, 0x62, 0x31; index 5 · 2³² + 9.
    const key = [0x666f726b, 3, 0x0062_0061, 0x31, 9, 5];
    expect(state(new Generator(42).fork("ab1", 5 * 2 ** 32 + 9))).toBe(state(new Generator(new SeedSequence(42, key))));
    // numpy: Generator(PCG64(SeedSequence(42, spawn_key=(0x666f726b, 3, 0x620061, 0x31, 9, 5)))).random()
    expect(first(new Generator(42).fork("ab1", 5 * 2 ** 32 + 9))).toBe(0.6181765156257303);
    // … and forks of forks: the key goes on. spawn_key=(0x666f726b, 1, 0x61, 0, 0, 0x666f726b, 2, 0x620061, 1, 0)
    expect(first(new Generator(42).fork("a").fork("ab", 1))).toBe(0.4296688666025088);
  });

  it("tells apart names that are alike", () => {
    const rng = new Generator(1);
    const names = ["", "\0", "a", "aa", "a\0", "\0a", "ab", "ba", "abc", "abcd", "ä", "😀", "\ud83d", "\ude00", "A"];
    const children = [
      ...names.map((name) => rng.fork(name)),
      ...[1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((index) => rng.fork("a", index)),
      rng.fork("a").fork("b"),
      rng.fork("b").fork("a"),
      rng.fork("a").fork("a"),
      ...rng.spawn(5),
      rng,
    ];
    expect(new Set(children.map(state)).size).toBe(children.length);
  });

  it("gives different children under different seeds", () => {
    const seeds = [0, 1, 2n ** 32n, 2n ** 64n, 2n ** 128n, [1, 1], [2, 0, 3]] as const;
    expect(new Set(seeds.map((seed) => state(new Generator(seed).fork("x")))).size).toBe(seeds.length);
    // As in NumPy: [0, 1] are the words of 2³², and zeros at the end are the padding that a key brings anyway.
    expect(state(new Generator([0, 1]).fork("x"))).toBe(state(new Generator(2n ** 32n).fork("x")));
    expect(state(new Generator([1, 0]).fork("x"))).toBe(state(new Generator(1).fork("x")));
  });

  it("has no collision among a million names and indices", () => {
    const rng = new Generator(0);
    const seen = new Set<string>();
    for (let i = 0; i < 500_000; i++) {
      // 64 of the 128 bits of entropy that a child starts with: chance of a meeting of two in a million is 3 in 10⁸.
      seen.add(rng.fork(`stream ${i}`).seedSequence.generateState(2).join());
      seen.add(rng.fork("step", i).seedSequence.generateState(2).join());
    }
    expect(seen.size).toBe(1_000_000);
  });

  it("gives streams without correlation between neighbours", () => {
    const rng = new Generator(11);
    const n = 20_000;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (rng.fork("n", i).random() - 0.5) * (rng.fork("n", i + 1).random() - 0.5);
    // Mean 0, standard deviation 1/12/√n ≈ 5.9e-4.
    expect(Math.abs(sum / n)).toBeLessThan(3e-3);
  });
});
