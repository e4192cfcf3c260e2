/** Constants of a program's kernels: sixteen bytes each, in memory, because V8 joins pairs only when constants are loaded into locals before the loop. */
export class ConstantPool {
  /** Four words per entry. */
  readonly words: number[] = [];
  private readonly known = new Map<string, number>();

  /** Byte offset of an entry that repeats two 32-bit words. */
  slot(even: number, odd: number): number {
    const key = `${even},${odd}`;
    let offset = this.known.get(key);
    if (offset === undefined) {
      offset = 4 * this.words.length;
      this.words.push(even, odd, even, odd);
      this.known.set(key, offset);
    }
    return offset;
  }
}

/** Bytes in front of the pool that kernels use to hand vectors from lanes to scalars. */
export const HANDOVER_BYTES = 128;
