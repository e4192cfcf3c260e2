import { EnvError } from "./errors.ts";
import { createArray, dtypeOf, type DType, type TypedArray } from "./spaces/dtype.ts";
import type { Info } from "./env.ts";

/** Gathers the infos of single environments into one array per name: numbers as float64, booleans as uint8, typed arrays row by row,
 *  nested records as `outer.inner`; anything else (strings, say) is left out. `_name` is 1 where a row has a value. */
export class InfoColumns {
  readonly columns: Record<string, TypedArray> = {};
  private readonly rows: number;

  constructor(rows: number) {
    this.rows = rows;
  }

  /** Forgets all values; the columns stay. */
  clear(): void {
    for (const name in this.columns) this.columns[name]!.fill(0);
  }

  write(row: number, info: Info, prefix = ""): void {
    for (const key in info) {
      const value = info[key];
      const name = prefix + key;
      if (typeof value === "number") this.column(name, row, "float64", 1)[row] = value;
      else if (typeof value === "boolean") this.column(name, row, "uint8", 1)[row] = value ? 1 : 0;
      else if (value !== null && typeof value === "object" && !Array.isArray(value)) {
        const dtype = dtypeOf(value);
        if (dtype === undefined) this.write(row, value as Info, `${name}.`);
        else {
          const array = value as TypedArray;
          this.column(name, row, dtype, array.length).set(array as Float32Array, row * array.length);
        }
      }
    }
  }

  private column(name: string, row: number, dtype: DType, size: number): TypedArray {
    let column = this.columns[name];
    if (column === undefined) {
      column = this.columns[name] = createArray(dtype, this.rows * size);
      this.columns[`_${name}`] = new Uint8Array(this.rows);
    }
    if (column.length !== this.rows * size || dtypeOf(column) !== dtype) {
      throw new EnvError(
        `step: info ${JSON.stringify(name)} of row ${row} is ${dtype} × ${size}, expected ${dtypeOf(column)} × ${column.length / this.rows} as in the rows before; give it one type and length in every step.`,
      );
    }
    this.columns[`_${name}`]![row] = 1;
    return column;
  }
}
