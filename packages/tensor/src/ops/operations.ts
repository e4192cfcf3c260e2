/**
 * All operations: the end of the chain Value → Logic → Arithmetic → Elementary → Shaping → Diagonals → Indexing → Reducing → Activation → Linear → Windows. It is one interface
 * laid out over a file for each subject, not inheritance for reuse: an operation may call those of its own file and of the files before it.
 */
import { elementFor, expandTo } from "./common.ts";
import type { Like } from "./value.ts";
import { Windows } from "./windows.ts";

export abstract class Operations extends Windows {
  /** Takes over the elements of another tensor (stretched to this shape, converted to this dtype). */
  copy_(source: Like<this>): this {
    return this.write("copy_", expandTo(elementFor("copy_", this, source, this.dtype), this.shape));
  }
  /** All elements become one value. */
  fill_(value: number | boolean): this {
    return this.write("fill_", expandTo(elementFor("fill_", this, value, this.dtype), this.shape));
  }
  /** All elements become 0. */
  zero_(): this {
    return this.fill_(0);
  }
}
