/** The noise that a policy's steps are sampled with: a function of the stream alone, drawn many steps at a time. */
import type { Generator } from "@rl/random";
import type { HeadNoise } from "./heads/head.ts";

/** Numbers drawn at once: a fill of a few costs several times as much each, and leaves boxed ones to the garbage collector. */
const AT_ONCE = 1024;

export class StepNoise {
  private readonly noise: HeadNoise;
  private readonly block: Float32Array;
  /** One view per step into `block`. */
  private readonly steps: readonly Float32Array[];
  private next = 0;
  private current: Float32Array;
  /** √ of the share of variance that is kept from `restart` on, and what is kept; undefined where none is. */
  private kept: { readonly weight: number; readonly fresh: number } | undefined;
  private readonly keptNoise: Float32Array;
  private readonly mixed: Float32Array;

  /** For `rows` environments. */
  constructor(noise: HeadNoise, rows: number) {
    const size = rows * noise.size;
    const ahead = noise.hold === Infinity ? 1 : Math.max(1, Math.floor(AT_ONCE / size));
    this.noise = noise;
    this.block = new Float32Array(ahead * size);
    this.steps = Array.from({ length: ahead }, (_, step) => this.block.subarray(step * size, (step + 1) * size));
    this.current = this.block;
    const mixes = noise.distribution === "normal" && noise.hold !== Infinity;
    this.keptNoise = new Float32Array(mixes ? size : 0);
    this.mixed = new Float32Array(mixes ? size : 0);
  }

  /**
   * Forgets what was drawn ahead: another stream begins. `persistence`: share of the variance of each number that is drawn once now and kept,
   *
   *   nₜ = √p·k + √(1−p)·eₜ,   k, eₜ ~ N(0, 1), so that nₜ ~ N(0, 1) and corr(nₜ, nₛ) = p.
   */
  restart(rng: Generator, persistence = 0): void {
    this.next = this.steps.length;
    this.kept = undefined;
    if (persistence === 0 || this.keptNoise.length === 0) return;
    this.kept = { weight: Math.sqrt(persistence), fresh: Math.sqrt(1 - persistence) };
    drawNoise(this.noise, rng, this.keptNoise);
  }

  /** The noise of step `t`, rows × numbers per row; steps are asked for in order. The array may be another one for the next step. */
  at(t: number, rng: Generator): Float32Array {
    const { steps, noise } = this;
    if (t % noise.hold !== 0) return this.current;
    if (this.next === steps.length) {
      drawNoise(noise, rng, this.block);
      this.next = 0;
    }
    const fresh = steps[this.next++]!;
    return (this.current = this.kept === undefined ? fresh : this.mix(fresh, this.kept));
  }

  private mix(drawn: Float32Array, { weight, fresh }: { readonly weight: number; readonly fresh: number }): Float32Array {
    const { mixed, keptNoise } = this;
    for (let i = 0; i < mixed.length; i++) mixed[i] = weight * keptNoise[i]! + fresh * drawn[i]!;
    return mixed;
  }
}

/** Fills `out`. */
export function drawNoise({ distribution }: HeadNoise, rng: Generator, out: Float32Array): void {
  if (distribution === "exponential") rng.fillExponential(out);
  else rng.fillStandardNormal(out);
}
