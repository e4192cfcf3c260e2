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

/** Refuses keys of `options` that are not in `known`, naming the nearest. */
export function checkKeys(call: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const near = known.find((name) => name.toLowerCase().startsWith(key.toLowerCase().slice(0, 3)));
    throw new TypeError(
      `${call}: unknown option "${key}", expected one of ${known.join(", ")}.${near === undefined ? "" : ` Did you mean "${near}"?`}`,
    );
  }
}
