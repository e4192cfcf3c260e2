import { log1p } from "@rl/math";
import type { Generator } from "@rl/random";
import type { RandomStream } from "./policy.ts";

const BLOCK = 1024;

/**
 * A generator's draws in blocks, which costs a fraction of single draws: uniforms, normals and exponentials come from a fork each. It cannot be
 * resumed in the middle of a block, so it is for the testbed only.
 */
export class BufferedStream implements RandomStream {
  private readonly uniforms = new Float64Array(BLOCK);
  private readonly normals = new Float64Array(BLOCK);
  private readonly exponentials = new Float64Array(BLOCK);
  private nextUniform = BLOCK;
  private nextNormal = BLOCK;
  private nextExponential = BLOCK;
  private readonly uniformStream: Generator;
  private readonly normalStream: Generator;
  private readonly exponentialStream: Generator;
  private probability = 0;
  private scale = 0;

  constructor(rng: Generator) {
    this.uniformStream = rng.fork("uniforms");
    this.normalStream = rng.fork("normals");
    this.exponentialStream = rng.fork("exponentials");
  }

  random(): number {
    if (this.nextUniform === BLOCK) {
      this.uniformStream.fillRandom(this.uniforms);
      this.nextUniform = 0;
    }
    return this.uniforms[this.nextUniform++]!;
  }

  standardNormal(): number {
    if (this.nextNormal === BLOCK) {
      this.normalStream.fillStandardNormal(this.normals);
      this.nextNormal = 0;
    }
    return this.normals[this.nextNormal++]!;
  }

  /** ⌊E / −ln(1 − p)⌋ with E exponential: at least n with probability (1 − p)ⁿ. */
  geometric(p: number): number {
    if (this.nextExponential === BLOCK) {
      this.exponentialStream.fillExponential(this.exponentials);
      this.nextExponential = 0;
    }
    if (p !== this.probability) {
      this.probability = p;
      this.scale = -1 / log1p(-p);
    }
    return Math.floor(this.exponentials[this.nextExponential++]! * this.scale);
  }
}
