/** A file that cannot be read as what it should be: names the file, the byte and what was expected there. */
export class DataError extends Error {
  override readonly name = "DataError";
  /** Name of the file, or what the caller called it. */
  readonly file: string;
  /** Byte at which the trouble starts. */
  readonly offset: number;

  constructor(file: string, offset: number, problem: string) {
    super(`${file}, byte ${offset}: ${problem}`);
    this.file = file;
    this.offset = offset;
  }
}
