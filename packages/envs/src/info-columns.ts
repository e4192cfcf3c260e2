import { maskWidth, refuseMaskName, writeMask } from "./masks.ts";
import { createArray, dtypeOf, type DType, type TypedArray } from "./spaces/dtype.ts";
import type { Info } from "./env.ts";
import type { Space } from "./spaces/space.ts";

/** Records in records, and names of columns, that an info may have. */
const DEEPEST = 8;
const MOST = 1000;

/** Gathers the infos of single environments into one array per name: numbers as float64, booleans as uint8, typed arrays row by row,
 *  nested records as `outer.inner`; strings and lists are left out. `_name` is 1 where a row has a value. A value that cannot stand in its column
 *  (another type or length than before, null, an object of a class) is left out with one warning per name; training goes on. */
export class InfoColumns {
  readonly columns = Object.create(null) as Record<string, TypedArray>;
  readonly warnings: string[] = [];
  private readonly warned = new Set<string>();
  private readonly rows: number;
  private readonly width: number;
  private readonly where: (row: number) => string;
  private count = 0;
  /** The records around the value that is being written. */
  private readonly around: object[] = [];

  /** `where` says where a row is: "row 1, step 3 of its episode". */
  constructor(rows: number, actionSpace: Space, where: (row: number) => string) {
    this.rows = rows;
    this.where = where;
    this.width = maskWidth(actionSpace);
  }

  /** Forgets all values; the columns stay. */
  clear(): void {
    for (const name in this.columns) this.columns[name]!.fill(0);
  }

  write(row: number, info: Info): void {
    this.around.length = 0;
    for (const key in info) {
      if (this.width === 0) this.writeValue(key, row, info[key]);
      else if (key === "actionMask") this.writeMask(row, info[key]);
      else {
        refuseMaskName(key, row, this.where);
        this.writeValue(key, row, info[key]);
      }
    }
  }

  /** The info of an episode's end, under `final.`. */
  writeFinal(row: number, info: Info): void {
    for (const key in info) this.writeValue(key === "episode" ? key : `final.${key}`, row, info[key]);
  }

  private writeMask(row: number, mask: unknown): void {
    // An info without a mask allows everything.
    if (mask === null) this.warn("actionMask", row, "is null");
    if (mask === undefined || mask === null) return;
    const column = this.column("actionMask", row, "uint8", this.width);
    if (column !== undefined) writeMask(mask, column as Uint8Array, row, this.width, "info.actionMask", this.where);
  }

  private writeValue(name: string, row: number, value: unknown): void {
    if (typeof value === "number") {
      const column = this.column(name, row, "float64", 1);
      if (column !== undefined) column[row] = value;
    } else if (typeof value === "boolean") {
      const column = this.column(name, row, "uint8", 1);
      if (column !== undefined) column[row] = value ? 1 : 0;
    } else if (value === null) this.warn(name, row, "is null");
    else if (typeof value === "object" && !Array.isArray(value)) this.writeObject(name, row, value);
  }

  private writeObject(name: string, row: number, value: object): void {
    const dtype = dtypeOf(value);
    if (dtype !== undefined) {
      const array = value as Float32Array;
      this.column(name, row, dtype, array.length)?.set(array, row * array.length);
      return;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return this.warn(name, row, `is a ${value.constructor.name}`);
    if (this.around.includes(value)) return this.warn(name, row, "is a record that holds itself");
    if (this.around.length === DEEPEST) return this.warn(name, row, `is a record inside of ${DEEPEST} others`);
    this.around.push(value);
    for (const key in value) this.writeValue(`${name}.${key}`, row, (value as Info)[key]);
    this.around.pop();
  }

  /** The column of a name, made at the first value; undefined, with a warning this value cannot stand in it. */
  private column(name: string, row: number, dtype: DType, size: number): TypedArray | undefined {
    const flags = `_${name}`;
    let column = this.columns[name];
    if (column === undefined) {
      const full = this.count === MOST;
      if (full || flags in this.columns) {
        this.warn(
          full ? "" : name,
          row,
          full ? `has more than ${MOST} names` : `needs the column ${JSON.stringify(flags)}, which is taken`,
        );
        return undefined;
      }
      this.count++;
      column = this.columns[name] = createArray(dtype, this.rows * size);
      this.columns[flags] = new Uint8Array(this.rows);
    }
    if (column.length !== this.rows * size || dtypeOf(column) !== dtype || this.columns[flags] === undefined) {
      this.warn(name, row, `is ${dtype} × ${size} after ${dtypeOf(column)} × ${column.length / this.rows}`);
      return undefined;
    }
    this.columns[flags]![row] = 1;
    return column;
  }

  private warn(name: string, row: number, what: string): void {
    if (this.warned.has(name)) return;
    this.warned.add(name);
    this.warnings.push(
      `info${name === "" ? "" : ` ${JSON.stringify(name)}`} of ${this.where(row)} ${what}, which cannot be a column of the vector's infos, so it is left out there; give numbers, booleans, typed arrays of one length or plain records of them.`,
    );
  }
}
