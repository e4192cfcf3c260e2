/**
 * The arm with the largest value, kept up to date while single values change: a knock-out tree per row, each node holding the winner
 * of its two children and how many leaves below tie with it. A change costs log₂ K comparisons, the winner is read off the root; so an
 * ε-greedy policy with 100 000 arms selects as fast as one with ten. Most changes are to the champion itself and leave it ahead of the
 * runner-up: then every match has the same winner as before, and nothing is replayed. Few arms need no tree: looking at all of them is faster.
 */
import { argmax, type Ties } from "./argmax.ts";
import { uniform, type RandomStream } from "./policy.ts";

/** Up to this many arms, a scan beats the tree. */
const SCAN_MOST = 48;

export class Tournament {
  private readonly small: boolean;
  private readonly leaves: number;
  private readonly winner: Int32Array;
  private readonly equal: Int32Array;
  private readonly values: Float64Array;
  private readonly arms: number;
  /** The sole winner of each row, −1 where there is a tie for the first place. */
  readonly champion: Int32Array;
  /** No other arm's value is above it; Infinity where there is a tie. */
  readonly runnerUp: Float64Array;

  /** `values` is tasks × arms, row-major, and stays the caller's: after changing one, call `changed`. */
  constructor(values: Float64Array, arms: number) {
    this.values = values;
    this.arms = arms;
    let leaves = 1;
    while (leaves < arms) leaves *= 2;
    const tasks = values.length / arms;
    this.small = arms <= SCAN_MOST;
    if (this.small) leaves = 0;
    this.leaves = leaves;
    this.winner = new Int32Array(2 * leaves * tasks).fill(-1);
    this.equal = new Int32Array(2 * leaves * tasks);
    this.champion = new Int32Array(tasks);
    this.runnerUp = new Float64Array(tasks);
    this.rebuild();
  }

  rebuild(): void {
    const { leaves, arms } = this;
    for (let row = 0; row * arms < this.values.length; row++) {
      if (this.small) {
        this.scan(row);
        continue;
      }
      const root = row * 2 * leaves;
      for (let arm = 0; arm < arms; arm++) {
        this.winner[root + leaves + arm] = arm;
        this.equal[root + leaves + arm] = 1;
      }
      for (let node = leaves - 1; node >= 1; node--) this.play(root, node, row * arms);
      this.findRunnerUp(row);
    }
  }

  changed(row: number, arm: number): void {
    if (this.champion[row] === arm && this.values[row * this.arms + arm]! > this.runnerUp[row]!) return;
    this.replay(row, arm);
  }

  /** Takes notice of a value that may have changed the ranking. */
  replay(row: number, arm: number): void {
    if (this.small) {
      const value = this.values[row * this.arms + arm]!;
      const sole = this.champion[row]!;
      if (sole < 0 || sole === arm || value >= this.values[row * this.arms + sole]!) this.scan(row);
      else if (value > this.runnerUp[row]!) this.runnerUp[row] = value;
      return;
    }
    const root = row * 2 * this.leaves;
    const start = row * this.arms;
    for (let node = (this.leaves + arm) >> 1; node >= 1; node >>= 1) {
      const before = this.winner[root + node]!;
      const equal = this.equal[root + node]!;
      this.play(root, node, start);
      if (before !== arm && this.winner[root + node] === before && this.equal[root + node] === equal) {
        // Somebody else won this match, as before: nothing above it changes either.
        const value = this.values[start + arm]!;
        if (value > this.runnerUp[row]!) this.runnerUp[row] = value;
        return;
      }
    }
    this.findRunnerUp(row);
  }

  private scan(row: number): void {
    const { values, arms } = this;
    const start = row * arms;
    let best = 0;
    let high = values[start]!;
    let second = -Infinity;
    for (let arm = 1; arm < arms; arm++) {
      const value = values[start + arm]!;
      if (value > high) {
        second = high;
        high = value;
        best = arm;
      } else if (value > second) second = value;
    }
    const tie = second === high;
    this.champion[row] = tie ? -1 : best;
    this.runnerUp[row] = tie ? Infinity : second;
  }

  /** The best of those who lost to the champion on its way up. */
  private findRunnerUp(row: number): void {
    const root = row * 2 * this.leaves;
    let high = -Infinity;
    this.champion[row] = this.equal[root + 1] === 1 ? this.winner[root + 1]! : -1;
    if (this.champion[row] === -1) high = Infinity;
    else {
      for (let node = this.leaves + this.winner[root + 1]!; node > 1; node >>= 1) {
        const rival = this.winner[root + (node ^ 1)]!;
        if (rival >= 0 && this.values[row * this.arms + rival]! > high) high = this.values[row * this.arms + rival]!;
      }
    }
    this.runnerUp[row] = high;
  }

  best(row: number, ties: Ties, rng: RandomStream): number {
    const sole = this.champion[row]!;
    return sole >= 0 ? sole : this.breakTie(row, ties, rng);
  }

  private breakTie(row: number, ties: Ties, rng: RandomStream): number {
    if (this.small) return argmax(this.values, row * this.arms, this.arms, ties, rng);
    const root = row * 2 * this.leaves;
    if (ties === "first") return this.winner[root + 1]!;
    let pick = Math.floor(uniform(rng) * this.equal[root + 1]!);
    const high = this.values[row * this.arms + this.winner[root + 1]!]!;
    let node = 1;
    while (node < this.leaves) {
      node *= 2;
      const left = this.winner[root + node]!;
      const tied = left >= 0 && this.values[row * this.arms + left] === high ? this.equal[root + node]! : 0;
      if (pick >= tied) {
        pick -= tied;
        node++;
      }
    }
    return node - this.leaves;
  }

  private play(root: number, node: number, start: number): void {
    const left = root + 2 * node;
    const a = this.winner[left]!;
    const b = this.winner[left + 1]!;
    const at = root + node;
    if (b < 0) {
      this.winner[at] = a;
      this.equal[at] = this.equal[left]!;
      return;
    }
    const high = this.values[start + a]!;
    const other = this.values[start + b]!;
    if (other > high) {
      this.winner[at] = b;
      this.equal[at] = this.equal[left + 1]!;
    } else {
      this.winner[at] = a;
      this.equal[at] = other === high ? this.equal[left]! + this.equal[left + 1]! : this.equal[left]!;
    }
  }
}
