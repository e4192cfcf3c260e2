/**
 * Jumps: rows of a product's left matrix, or steps of k, that do not all lie one stride apart, as in windows of images, whose positions go on in the
 * next row of the image and in the next image. Products take them as lists, outermost first; between two jumps everything is one stride apart.
 */
import type { Func } from "./assembler.ts";
import { collapse } from "./views.ts";

/** `count` times, every time `a` bytes further in A and `rows` rows further in the other matrix: C for rows, B for steps of k. */
export interface Jump {
  readonly count: number;
  readonly a: number;
  readonly rows: number;
}

export interface Jumps {
  readonly jumpsOfRows?: readonly Jump[];
  readonly jumpsOfK?: readonly Jump[];
}

export const hasJumps = ({ jumpsOfRows = [], jumpsOfK = [] }: Jumps): boolean => jumpsOfRows.length + jumpsOfK.length > 0;

/** How many of `all` rows or steps lie between two jumps. */
export const betweenJumps = (all: number, jumps: readonly Jump[] = []): number => jumps.reduce((left, { count }) => left / count, all);

/** Tells products apart that differ only in their jumps. */
export const jumpsKey = ({ jumpsOfRows = [], jumpsOfK = [] }: Jumps): string =>
  [jumpsOfRows, jumpsOfK].map((jumps) => jumps.map(({ count, a, rows }) => `${count}·${a}→${rows}`).join(" ")).join(" / ");

/** Axes as jumps, outermost first, joined where one goes on where the next ends; strides in elements. */
export function jumpsAlong(shape: readonly number[], strides: readonly number[]): Jump[] {
  const nest = collapse(shape, [strides]);
  if (nest.extents.length === 0) return [{ count: 1, a: 0, rows: 1 }];
  const inside = (axis: number): number => nest.extents.slice(axis + 1).reduce((x, y) => x * y, 1);
  return nest.extents.map((count, axis) => ({ count, a: 4 * nest.strides[0]![axis]!, rows: inside(axis) }));
}

/** Runs `body` after every jump. Two pointers go along: into A, and to rows of `row` bytes; `moved` is how many bytes `body` moves each. */
export function overJumps(
  f: Func,
  jumps: readonly Jump[],
  [a, other]: readonly [number, number],
  row: number,
  moved: readonly [number, number],
  body: () => void,
): void {
  const [jump, ...inner] = jumps;
  if (!jump) return body();
  const [movedA, movedOther] = inner[0] ? [inner[0].count * inner[0].a, inner[0].count * inner[0].rows * row] : moved;
  f.repeat(jump.count, () => {
    overJumps(f, inner, [a, other], row, moved, body);
    f.advance(a, jump.a - movedA);
    f.advance(other, jump.rows * row - movedOther);
  });
}
