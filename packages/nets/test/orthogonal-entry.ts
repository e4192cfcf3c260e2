/** What orthogonal.test.ts runs in Node and in Chromium. */
import { Generator } from "@rl/random";
import { orthogonal } from "../src/initializers.ts";

export const draw = (rows: number, columns: number): Float32Array =>
  orthogonal(1.5)([rows, columns], new Generator(3)).read() as Float32Array;

/** Numbers of matrices either way round, as bit patterns. */
export const bits = (sizes: readonly (readonly [number, number])[]): number[][] =>
  sizes.map(([rows, columns]) => Array.from(new Uint32Array(draw(rows, columns).buffer)));
