import type { Generator } from "@rl/random";
import type { RandomStream } from "./policy.ts";

/**
 * A generator's draws in blocks: uniforms and normals come from two forks, each filled `block` at a time, which costs a
 * fraction of single draws. Not resumable in the middle of a block, so for the testbed only.
 */
export class BufferedStream implements RandomStream {
  private readonly uniforms: Float64Array;
  private readonly normals: Float64Array;
  private nextUniform: number;
  private nextNormal: number;
  private readonly uniformStream: Generator;
  private readonly normalStream: Generator;

  constructor(rng: Generator, block = 1024) {
    this.uniformStream = rng.fork("uniforms");
    this.normalStream = rng.fork("normals");
    this.uniforms = new Float64Array(block);
    this.normals = new Float64Array(block);
    this.nextUniform = this.nextNormal = block;
  }

  random(): number {
    if (this.nextUniform === this.uniforms.length) {
      this.uniformStream.fillRandom(this.uniforms);
      this.nextUniform = 0;
    }
    return this.uniforms[this.nextUniform++]!;
  }

  standardNormal(): number {
    if (this.nextNormal === this.normals.length) {
      this.normalStream.fillStandardNormal(this.normals);
      this.nextNormal = 0;
    }
    return this.normals[this.nextNormal++]!;
  }
}
