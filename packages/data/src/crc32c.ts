import { show } from "@rl/math/options";

/**
 * CRC-32C (Castagnoli), the checksum of TFRecord files: polynomial x³² + x²⁸ + … + 1 = 0x1EDC6F41, bits reflected (0x82F63B78), start and end inverted.
 * Eight bytes a round by eight tables ("slicing by 8").
 */
const TABLES = /* @__PURE__ */ makeTables();

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    tables[i] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const before = tables[i - 256]!;
    tables[i] = (before >>> 8) ^ tables[before & 255]!;
  }
  return tables;
}

/** CRC-32C of bytes[start … end), 0 … 2³² − 1. `crc` is that of the bytes before these, so that a stream can be summed in pieces. */
export function crc32c(bytes: Uint8Array, crc = 0, start = 0, end: number = (bytes as Uint8Array | undefined)?.length ?? 0): number {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`crc32c: bytes are ${show(bytes)}, expected a Uint8Array.`);
  for (const value of [crc, start, end])
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`crc32c: got ${show(value)}, expected a checksum and places that are whole numbers ≥ 0.`);
  if (end > bytes.length) throw new RangeError(`crc32c: end is ${end}, expected at most the ${bytes.length} bytes there are.`);
  const t = TABLES;
  let c = ~crc;
  let i = start;
  for (const whole = start + ((end - start) & ~7); i < whole; i += 8) {
    c ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    c =
      t[1792 + (c & 255)]! ^
      t[1536 + ((c >>> 8) & 255)]! ^
      t[1280 + ((c >>> 16) & 255)]! ^
      t[1024 + (c >>> 24)]! ^
      t[768 + bytes[i + 4]!]! ^
      t[512 + bytes[i + 5]!]! ^
      t[256 + bytes[i + 6]!]! ^
      t[bytes[i + 7]!]!;
  }
  for (; i < end; i++) c = (c >>> 8) ^ t[(c ^ bytes[i]!) & 255]!;
  return ~c >>> 0;
}

/** The form stored in TFRecord files, ((crc >> 15) | (crc << 17)) + 0xA282EAD8: a checksum of data that holds checksums stays strong. */
export function maskCrc(crc: number): number {
  if (!Number.isSafeInteger(crc) || crc < 0) throw new RangeError(`maskCrc: got ${show(crc)}, expected a checksum, a whole number ≥ 0.`);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
