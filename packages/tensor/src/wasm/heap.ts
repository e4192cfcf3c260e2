/**
 * The one memory of an engine and who owns which part of it. Regions are freed when their owner object is collected: by a finalizer between turns, or by
 * a sweep when a program is made or memory is full. Views of the memory break when it grows and are taken anew.
 */
const PAGE = 65536;
/** Kernels may read a little past a buffer; the last page is never given out. */
const GUARD = PAGE;
/** 4 GiB less one page: what 32-bit addresses reach. Some systems cannot reserve as much ahead; then less will do. */
const MOST_PAGES = [65535, 32768, 16384, 8192, 4096];
const FIRST_PAGES = 17;
/** After so many bytes of new regions, or half the memory, the collector is told of them. */
const NOTICED = 64 * 1048576;

/** Owned bytes of memory. Handles that refer to it keep it. */
export class Region {
  readonly address: number;
  readonly bytes: number;

  constructor(address: number, bytes: number) {
    this.address = address;
    this.bytes = bytes;
  }
}

/** A WebAssembly.Memory, by what is used of it: declarations must not need the types of a browser or of Node. */
interface GrowingMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Owned {
  readonly address: number;
  readonly bytes: number;
  readonly owner: WeakRef<Region>;
  freed: boolean;
}

export class Heap {
  readonly memory: GrowingMemory;
  f32!: Float32Array;
  i32!: Int32Array;
  f64!: Float64Array;
  /** Free ranges by address. */
  private free: { address: number; bytes: number }[] = [];
  private readonly owned = new Set<Owned>();
  private readonly registry = new FinalizationRegistry<Owned>((entry) => this.drop(entry));

  private readonly mostPages: number;
  /** Bytes of regions since the collector was last told. */
  private unnoticed = 0;

  constructor() {
    [this.memory, this.mostPages] = reserve();
    this.free.push({ address: 1024, bytes: (FIRST_PAGES - 1) * PAGE - 1024 });
    this.view();
  }

  private view(): void {
    const { buffer } = this.memory;
    this.f32 = new Float32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** Bytes in use by regions. */
  get usedBytes(): number {
    let sum = 0;
    for (const { bytes } of this.owned) sum += bytes;
    return sum;
  }

  /** A region for the life of the returned object. */
  allocate(bytes: number, purpose: string): Region {
    const size = Math.max(64, Math.ceil(bytes / 64) * 64);
    let at = this.take(size);
    if (at < 0) {
      this.grow(size, purpose);
      at = this.take(size);
    }
    this.unnoticed += size;
    if (this.unnoticed >= Math.max(NOTICED, this.memory.buffer.byteLength / 2)) this.notice();
    const region = new Region(at, size);
    const entry: Owned = { address: at, bytes: size, owner: new WeakRef(region), freed: false };
    this.owned.add(entry);
    this.registry.register(region, entry, region);
    return region;
  }

  /** Frees what no object owns any more. */
  sweep(): void {
    for (const entry of this.owned) if (entry.owner.deref() === undefined) this.drop(entry);
  }

  /** Frees a region whose owner says that nobody uses it. */
  release(region: Region): void {
    for (const entry of this.owned) {
      if (entry.address !== region.address) continue;
      this.registry.unregister(region);
      this.drop(entry);
      return;
    }
  }

  private drop(entry: Owned): void {
    if (entry.freed) return;
    entry.freed = true;
    this.owned.delete(entry);
    this.give(entry.address, entry.bytes);
  }

  private take(size: number): number {
    let best = -1;
    for (let i = 0; i < this.free.length; i++)
      if (this.free[i]!.bytes >= size && (best < 0 || this.free[i]!.bytes < this.free[best]!.bytes)) best = i;
    if (best < 0) return -1;
    const range = this.free[best]!;
    const { address } = range;
    if (range.bytes === size) this.free.splice(best, 1);
    else this.free[best] = { address: address + size, bytes: range.bytes - size };
    return address;
  }

  private give(address: number, bytes: number): void {
    let low = 0;
    while (low < this.free.length && this.free[low]!.address < address) low++;
    this.free.splice(low, 0, { address, bytes });
    for (let i = Math.max(0, low - 1); i < this.free.length - 1 && i <= low + 1;) {
      const range = this.free[i]!;
      const next = this.free[i + 1]!;
      if (range.address + range.bytes === next.address) {
        range.bytes += next.bytes;
        this.free.splice(i + 1, 1);
      } else i++;
    }
  }

  /**
   * The collector counts the handles of regions, a few bytes each: dropped ones would be found when memory is full. An array of as many bytes, which no page
   * is taken for, is counted; what then falls due runs between turns.
   */
  private notice(): void {
    try {
      void new ArrayBuffer(this.unnoticed);
    } catch {
      // Then memory is short anyway.
    }
    this.unnoticed = 0;
  }

  private grow(bytes: number, purpose: string): void {
    const before = this.memory.buffer.byteLength;
    const pages = Math.ceil((bytes + GUARD) / PAGE);
    // At least an eighth more, so that many small growths are few.
    const wanted = Math.min(Math.max(pages, before / PAGE / 8), this.mostPages - before / PAGE);
    try {
      this.memory.grow(Math.floor(Math.max(wanted, 1)));
    } catch {
      try {
        this.memory.grow(pages);
      } catch {
        // Only now: a look at each owner keeps it until the turn ends, and its memory with it.
        this.sweep();
        if (this.free.some((range) => range.bytes >= bytes)) return;
        throw new RangeError(
          `wasm engine: could not get ${mebibytes(bytes)} MiB for ${purpose}; ${mebibytes(before)} MiB are in use already; expected at most ${mebibytes(this.mostPages * PAGE)} MiB in all, and no more than the system gives; drop tensors that are not needed, use smaller ones, or use the reference engine`,
        );
      }
    }
    const after = this.memory.buffer.byteLength;
    // The old guard becomes usable; the last page is the new one.
    this.give(before - GUARD, after - before);
    this.view();
    if (after - before < bytes) return this.grow(bytes, purpose);
  }
}

/** The memory and how many pages it may have, with as many reserved as the system allows. */
function reserve(): [memory: WebAssembly.Memory, pages: number] {
  for (const maximum of MOST_PAGES) {
    try {
      return [new WebAssembly.Memory({ initial: FIRST_PAGES, maximum }), maximum];
    } catch {
      // The next smaller one.
    }
  }
  throw new RangeError(
    `wasm engine: could not reserve ${mebibytes(MOST_PAGES.at(-1)! * PAGE)} MiB of address space for its memory; give the process more (ulimit -v), or use setDefaultEngine("reference")`,
  );
}

const mebibytes = (bytes: number): string => (bytes / 1048576).toFixed(1);
