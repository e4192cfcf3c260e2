/** Letters on a grid of 5 × 7, for pictures that must not depend on the fonts of a machine. */
export const GLYPH_WIDTH = 5;
export const GLYPH_HEIGHT = 7;
/** From the left side of one letter to that of the next. */
export const GLYPH_ADVANCE = 6;

const FIRST = 32;
// Printable ASCII from the space on; per letter seven rows from the top, each a base-32 digit of five pixels.
const ROWS =
  "0000000" +
  "4444404" +
  "aaa0000" +
  "aavavaa" +
  "4fke5u4" +
  "op248j3" +
  "cik8lid" +
  "c480000" +
  "2488842" +
  "8422248" + // space !"#$%&'()
  "04lel40" +
  "044v440" +
  "0000c48" +
  "000v000" +
  "00000cc" +
  "01248g0" +
  "ehjlphe" +
  "4c4444e" +
  "eh1248v" +
  "v2421he" + // *+,-./0123
  "26aiv22" +
  "vgu11he" +
  "68guhhe" +
  "v124888" +
  "ehhehhe" +
  "ehhf12c" +
  "0cc0cc0" +
  "0cc0c48" +
  "248g842" +
  "00v0v00" + // 456789:;<=
  "8421248" +
  "eh12404" +
  "eh1dlle" +
  "ehhvhhh" +
  "uhhuhhu" +
  "ehggghe" +
  "sihhhis" +
  "vgguggv" +
  "vgguggg" +
  "ehgnhhf" + // >?@ABCDEFG
  "hhhvhhh" +
  "e44444e" +
  "72222ic" +
  "hikokih" +
  "ggggggv" +
  "hrllhhh" +
  "hhpljhh" +
  "ehhhhhe" +
  "uhhuggg" +
  "ehhhlid" + // HIJKLMNOPQ
  "uhhukih" +
  "fgge11u" +
  "v444444" +
  "hhhhhhe" +
  "hhhhha4" +
  "hhhllla" +
  "hha4ahh" +
  "hhha444" +
  "v1248gv" +
  "e88888e" + // RSTUVWXYZ[
  "0g84210" +
  "e22222e" +
  "4ah0000" +
  "000000v" +
  "8420000" +
  "00e1fhf" +
  "ggmphhu" +
  "00egghe" +
  "11djhhf" +
  "00ehvge" + // \]^_`abcde
  "698s888" +
  "00fhf1e" +
  "ggmphhh" +
  "40c444e" +
  "20622ic" +
  "ggikoki" +
  "c44444e" +
  "00qllhh" +
  "00mphhh" +
  "00ehhhe" + // fghijklmno
  "00uhugg" +
  "00djf11" +
  "00mpggg" +
  "00ege1u" +
  "88s8896" +
  "00hhhjd" +
  "00hhha4" +
  "00hhlla" +
  "00ha4ah" +
  "00hhf1e" + // pqrstuvwxy
  "00v248v" +
  "2448442" +
  "4444444" +
  "8442448" +
  "008l200"; // z{|}~

/** The five pixels of one row of a letter, the leftmost in bit 4. What is not printable ASCII shows as "?", the minus sign − as "-". */
export function glyphRow(code: number, row: number): number {
  if (code === 0x2212) code = 45;
  if (code < FIRST || code > 126) code = 63;
  const digit = ROWS.charCodeAt((code - FIRST) * GLYPH_HEIGHT + row);
  return digit < 58 ? digit - 48 : digit - 87;
}
