/** Reading the argument of slice. */

/** A row; a range [start, stop, step] with null or missing parts; null for all; or Python's text for several axes. */
export type SliceSpec = number | null | string | readonly (number | null | undefined)[];

interface Slice {
  readonly start: number[];
  readonly stop: number[];
  readonly step: number[];
  /** Axes of the result to reverse, and axes to drop. */
  readonly flips: number[];
  readonly dropped: number[];
}

const isList = (item: unknown): boolean => Array.isArray(item);

export function parseSlice(shape: readonly number[], given: readonly SliceSpec[]): Slice {
  const spec = fill(
    shape,
    given.flatMap((item) => (typeof item === "string" ? parseText(item) : [item])),
  );
  const result: Slice = { start: [], stop: [], step: [], flips: [], dropped: [] };
  shape.forEach((extent, axis) => {
    const item = spec[axis]!;
    if (typeof item === "number") {
      const row = item < 0 ? item + extent : item;
      if (!Number.isInteger(row) || row < 0 || row >= extent)
        throw new RangeError(
          `slice: got row ${item} of axis ${axis}, which has ${extent}; expected ${-extent} to ${extent - 1}; check the index`,
        );
      push(result, row, row + 1, 1);
      result.dropped.push(axis);
      return;
    }
    if (item !== ALL && !isList(item))
      throw new TypeError(
        `slice: got ${typeof item} for axis ${axis}; expected a row, a list [start, stop, step], null or text; write [start, stop] for a range`,
      );
    const [from, to, by] = item === ALL ? [null, null, 1] : item;
    const step = by ?? 1;
    if (!Number.isInteger(step) || step === 0)
      throw new TypeError(`slice: got step ${step} for axis ${axis}; expected a whole number that is not 0; use −1 to go backwards`);
    if (step > 0) {
      const start = limit(from, 0, extent, axis);
      const stop = Math.max(start, limit(to, extent, extent, axis));
      push(result, start, stop, step);
      return;
    }
    for (const position of [from, to]) checkPosition(position, axis);
    // Backwards: positions first, first + step, … > last. The same positions upwards, then reversed.
    const first = from === null || from === undefined ? extent - 1 : Math.min(from < 0 ? from + extent : from, extent - 1);
    const last = to === null || to === undefined ? -1 : Math.max(to < 0 ? to + extent : to, -1);
    const count = Math.max(0, Math.ceil((first - last) / -step));
    const lowest = first + (count - 1) * step;
    if (count === 0) push(result, 0, 0, 1);
    else push(result, lowest, first + 1, -step);
    result.flips.push(axis);
  });
  return result;
}

const ALL: readonly null[] = [];
const REST = "...";
type Item = number | readonly (number | null | undefined)[];

function push(result: Slice, start: number, stop: number, step: number): void {
  result.start.push(start);
  result.stop.push(stop);
  result.step.push(step);
}

function checkPosition(position: number | null | undefined, axis: number): void {
  if (position !== null && position !== undefined && !Number.isInteger(position))
    throw new TypeError(`slice: got position ${position} for axis ${axis}; expected a whole number; round it first`);
}

function limit(position: number | null | undefined, missing: number, extent: number, axis: number): number {
  checkPosition(position, axis);
  if (position === null || position === undefined) return missing;
  return Math.min(Math.max(position < 0 ? position + extent : position, 0), extent);
}

function fill(shape: readonly number[], items: readonly SliceSpec[]): Item[] {
  const rest = items.indexOf(REST);
  const named = items.length - (rest >= 0 ? 1 : 0);
  if (named > shape.length)
    throw new TypeError(
      `slice: got ${named} entries for shape [${shape.join(", ")}]; expected at most ${shape.length}; leave some out or add axes with .unsqueeze(axis)`,
    );
  const filler = Array.from({ length: shape.length - named }, () => ALL);
  const list: SliceSpec[] = rest >= 0 ? [...items.slice(0, rest), ...filler, ...items.slice(rest + 1)] : [...items, ...filler];
  return list.map((item) => (item === null ? ALL : (item as Item)));
}

function parseText(text: string): SliceSpec[] {
  const body = text.trim().replace(/^\[|\]$/g, "");
  return body.split(",").map((part) => {
    const item = part.trim();
    if (item === "...") return REST;
    if (item === ":") return null;
    if (!/^(-?\d+)$|^(-?\d*)?:(-?\d*)?(:(-?\d*)?)?$/.test(item))
      throw new TypeError(`slice: got "${item}" in "${text}"; expected a row like 2 or −1, a range like 1:, :−1, ::2, or ...`);
    if (!item.includes(":")) return Number(item);
    return item.split(":").map((n) => (n.trim() === "" ? null : Number(n)));
  });
}
