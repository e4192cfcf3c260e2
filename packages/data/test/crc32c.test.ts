import { expect, test } from "vitest";
import { crc32c, maskCrc } from "../src/index.ts";

// RFC 3720, appendix B.4.
test("CRC-32C of the RFC's examples", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i))).toBe(0x113fdb5c);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(0))).toBe(0);
});

test("summed in pieces of any length it is the same", () => {
  const bytes = Uint8Array.from({ length: 61 }, (_, i) => (i * 37) & 255);
  const whole = crc32c(bytes);
  for (let cut = 0; cut <= bytes.length; cut++) expect(crc32c(bytes, crc32c(bytes, 0, 0, cut), cut)).toBe(whole);
});

test("the mask turns and adds", () => {
  // crc 1: bits turned right by 15 give 0x00020000, plus 0xa282ead8.
  expect(maskCrc(1)).toBe(0xa284ead8);
  expect(maskCrc(0)).toBe(0xa282ead8);
  expect(maskCrc(0xffffffff)).toBe(0xa282ead7);
});
