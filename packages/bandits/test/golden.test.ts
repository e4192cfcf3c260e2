/** Actions and estimates against a recorded run: NumPy, a fixed table of rewards and uniforms (golden/bandit.json). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { epsilonGreedy, gradientBandit, ucb, type Policy, type RandomStream } from "../src/index.ts";

const golden = JSON.parse(readFileSync(new URL("./golden/bandit.json", import.meta.url), "utf8"));
const { time, arms, rewards, exploreUniform, pickUniform } = golden;

/** Hands out the recorded uniforms: the first draw of a step from `first`, the second from `pickUniform`. */
class Recorded implements RandomStream {
  private draws = 0;
  private step = 0;
  private readonly first: readonly number[];
  constructor(first: readonly number[]) {
    this.first = first;
  }
  begin(step: number): void {
    this.step = step;
    this.draws = 0;
  }
  random(): number {
    return (this.draws++ === 0 ? this.first : (pickUniform as number[]))[this.step]!;
  }
  standardNormal(): number {
    throw new Error("no normals were recorded");
  }
}

function play(make: (rng: RandomStream) => Policy, table: string, first: readonly number[]): { actions: number[]; rows: number[][] } {
  const rng = new Recorded(first);
  const policy = make(rng);
  const actions: number[] = [];
  const rows: number[][] = [];
  for (let step = 0; step < time; step++) {
    rng.begin(step);
    const arm = policy.select();
    policy.update(arm, rewards[step * arms + arm]);
    actions.push(arm);
    rows.push([...policy.state().tables[table]!]);
  }
  return { actions, rows };
}

const cases: [key: string, table: string, make: (rng: RandomStream) => Policy, first: number[]][] = [
  ["greedy", "estimates", (rng) => epsilonGreedy({ arms, rng, epsilon: 0, ties: "first" }), exploreUniform],
  ["epsilon .1", "estimates", (rng) => epsilonGreedy({ arms, rng, epsilon: 0.1, ties: "first" }), exploreUniform],
  ["optimistic", "estimates", (rng) => epsilonGreedy({ arms, rng, epsilon: 0, initial: 5, stepSize: 0.1, ties: "first" }), exploreUniform],
  ["ucb", "estimates", (rng) => ucb({ arms, rng, c: 2, ties: "first" }), exploreUniform],
  ["gradient step .1 baseline=True", "preferences", (rng) => gradientBandit({ arms, rng, stepSize: 0.1 }), pickUniform],
  ["gradient step .1 baseline=False", "preferences", (rng) => gradientBandit({ arms, rng, stepSize: 0.1, baseline: false }), pickUniform],
];

describe("recorded runs", () => {
  for (const [key, table, make, first] of cases) {
    it(key, () => {
      const name = Object.keys(golden).find((candidate) => candidate.startsWith(key))!;
      const { actions, rows } = play(make, table, first);
      expect(actions).toEqual(golden[name].actions);
      const expected: number[][] = golden[name][table];
      for (let step = 0; step < time; step++)
        for (let arm = 0; arm < arms; arm++) expect(Math.abs(rows[step]![arm]! - expected[step]![arm]!)).toBeLessThanOrEqual(1e-12);
    });
  }
  it("covers every policy in the file", () => {
    const recorded = Object.keys(golden).filter((key) => golden[key].actions !== undefined);
    expect(recorded.length).toBe(cases.length);
  });
});
