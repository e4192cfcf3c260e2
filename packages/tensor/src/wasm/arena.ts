/** The scratch memory of a program while it is planned. */
import { padded } from "../kernels/bytes.ts";

/** Free and used ranges of the arena while steps are walked in order. */
export class Arena {
  private free: { offset: number; size: number }[] = [];
  bytes = 0;

  take(bytes: number): number {
    const size = padded(bytes);
    let best = -1;
    for (let i = 0; i < this.free.length; i++)
      if (this.free[i]!.size >= size && (best < 0 || this.free[i]!.size < this.free[best]!.size)) best = i;
    if (best >= 0) {
      const range = this.free[best]!;
      const { offset } = range;
      if (range.size === size) this.free.splice(best, 1);
      else this.free[best] = { offset: offset + size, size: range.size - size };
      return offset;
    }
    const last = this.free.find(({ offset, size: length }) => offset + length === this.bytes);
    const offset = last ? last.offset : this.bytes;
    if (last) this.free.splice(this.free.indexOf(last), 1);
    this.bytes = offset + size;
    return offset;
  }
  give(offset: number, bytes: number): void {
    const range = { offset, size: padded(bytes) };
    for (;;) {
      const neighbour = this.free.findIndex(
        (other) => other.offset + other.size === range.offset || range.offset + range.size === other.offset,
      );
      if (neighbour < 0) break;
      const [other] = this.free.splice(neighbour, 1);
      range.offset = Math.min(range.offset, other!.offset);
      range.size += other!.size;
    }
    this.free.push(range);
  }
}
