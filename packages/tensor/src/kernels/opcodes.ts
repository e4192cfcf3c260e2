/** WebAssembly instructions that the generator uses: name → encoding. SIMD instructions are prefixed by 0xfd, bulk memory by 0xfc. */

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export const VOID = 0x40;
export type ValType = typeof I32 | typeof I64 | typeof F32 | typeof F64 | typeof V128;

/** What follows an instruction in the byte stream. */
export type Immediate =
  | "none"
  | "memory"
  | "lane"
  | "memory lane"
  | "i32"
  | "i64"
  | "f32"
  | "f64"
  | "index"
  | "block"
  | "bytes16"
  | "copy"
  | "fill";

export interface Instruction {
  readonly name: string;
  readonly bytes: readonly number[];
  readonly immediate: Immediate;
}

const listing = new Map<number, Instruction>();

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    let byte = rest & 0x7f;
    rest >>>= 7;
    if (rest) byte |= 0x80;
    bytes.push(byte);
  } while (rest);
  return bytes;
}

function listed(name: string, bytes: readonly number[], immediate: Immediate): number {
  const packed = bytes.reduce((sum, byte, i) => sum | (byte << (8 * i)), bytes.length << 24);
  listing.set(packed, { name, bytes, immediate });
  return packed;
}
const plain = (code: number, name: string, immediate: Immediate = "none"): number => listed(name, [code], immediate);
const simd = (code: number, name: string, immediate: Immediate = "none"): number => listed(name, [0xfd, ...leb(code)], immediate);
const bulk = (code: number, name: string, immediate: Immediate): number => listed(name, [0xfc, ...leb(code)], immediate);

/** Instructions by name: their up to three bytes, the first in the lowest bits, and their number in the highest. */
export const Op = /* @__PURE__ */ (() => ({
  unreachable: plain(0x00, "unreachable"),
  block: plain(0x02, "block", "block"),
  loop: plain(0x03, "loop", "block"),
  if: plain(0x04, "if", "block"),
  else: plain(0x05, "else"),
  end: plain(0x0b, "end"),
  br: plain(0x0c, "br", "index"),
  brIf: plain(0x0d, "br_if", "index"),
  return: plain(0x0f, "return"),
  call: plain(0x10, "call", "index"),
  drop: plain(0x1a, "drop"),
  select: plain(0x1b, "select"),
  localGet: plain(0x20, "local.get", "index"),
  localSet: plain(0x21, "local.set", "index"),
  localTee: plain(0x22, "local.tee", "index"),
  i32Load: plain(0x28, "i32.load", "memory"),
  f32Load: plain(0x2a, "f32.load", "memory"),
  f64Load: plain(0x2b, "f64.load", "memory"),
  i32Store: plain(0x36, "i32.store", "memory"),
  f32Store: plain(0x38, "f32.store", "memory"),
  f64Store: plain(0x39, "f64.store", "memory"),
  i32Const: plain(0x41, "i32.const", "i32"),
  i64Const: plain(0x42, "i64.const", "i64"),
  f32Const: plain(0x43, "f32.const", "f32"),
  f64Const: plain(0x44, "f64.const", "f64"),
  i32Eqz: plain(0x45, "i32.eqz"),
  i32Eq: plain(0x46, "i32.eq"),
  i32Ne: plain(0x47, "i32.ne"),
  i32LtS: plain(0x48, "i32.lt_s"),
  i32LtU: plain(0x49, "i32.lt_u"),
  i32GtS: plain(0x4a, "i32.gt_s"),
  i32LeS: plain(0x4c, "i32.le_s"),
  i32GeS: plain(0x4e, "i32.ge_s"),
  i32GeU: plain(0x4f, "i32.ge_u"),
  f32Eq: plain(0x5b, "f32.eq"),
  f32Ne: plain(0x5c, "f32.ne"),
  f32Lt: plain(0x5d, "f32.lt"),
  f32Gt: plain(0x5e, "f32.gt"),
  f64Eq: plain(0x61, "f64.eq"),
  f64Ne: plain(0x62, "f64.ne"),
  f64Lt: plain(0x63, "f64.lt"),
  f64Gt: plain(0x64, "f64.gt"),
  f64Le: plain(0x65, "f64.le"),
  i32Add: plain(0x6a, "i32.add"),
  i32Sub: plain(0x6b, "i32.sub"),
  i32Mul: plain(0x6c, "i32.mul"),
  i32DivS: plain(0x6d, "i32.div_s"),
  i32RemS: plain(0x6f, "i32.rem_s"),
  i32And: plain(0x71, "i32.and"),
  i32Or: plain(0x72, "i32.or"),
  i32Xor: plain(0x73, "i32.xor"),
  i32Shl: plain(0x74, "i32.shl"),
  i32ShrU: plain(0x76, "i32.shr_u"),
  i32Rotl: plain(0x77, "i32.rotl"),
  f32Add: plain(0x92, "f32.add"),
  f32Sub: plain(0x93, "f32.sub"),
  f32Mul: plain(0x94, "f32.mul"),
  f64Abs: plain(0x99, "f64.abs"),
  f64Neg: plain(0x9a, "f64.neg"),
  f64Ceil: plain(0x9b, "f64.ceil"),
  f64Floor: plain(0x9c, "f64.floor"),
  f64Trunc: plain(0x9d, "f64.trunc"),
  f64Nearest: plain(0x9e, "f64.nearest"),
  f64Sqrt: plain(0x9f, "f64.sqrt"),
  f64Add: plain(0xa0, "f64.add"),
  f64Sub: plain(0xa1, "f64.sub"),
  f64Mul: plain(0xa2, "f64.mul"),
  f64Div: plain(0xa3, "f64.div"),
  f64Min: plain(0xa4, "f64.min"),
  f64Max: plain(0xa5, "f64.max"),
  f64ConvertI32S: plain(0xb7, "f64.convert_i32_s"),
  f64PromoteF32: plain(0xbb, "f64.promote_f32"),
  f32DemoteF64: plain(0xb6, "f32.demote_f64"),
  i32ReinterpretF32: plain(0xbc, "i32.reinterpret_f32"),
  f32ReinterpretI32: plain(0xbe, "f32.reinterpret_i32"),
  i32TruncSatF64S: bulk(0x02, "i32.trunc_sat_f64_s", "none"),
  memoryCopy: bulk(0x0a, "memory.copy", "copy"),
  memoryFill: bulk(0x0b, "memory.fill", "fill"),

  vLoad: simd(0, "v128.load", "memory"),
  vLoad32Splat: simd(9, "v128.load32_splat", "memory"),
  vStore: simd(11, "v128.store", "memory"),
  vConst: simd(12, "v128.const", "bytes16"),
  shuffle: simd(13, "i8x16.shuffle", "bytes16"),
  i32Splat: simd(17, "i32x4.splat"),
  f32Splat: simd(19, "f32x4.splat"),
  i32ExtractLane: simd(27, "i32x4.extract_lane", "lane"),
  f32ExtractLane: simd(31, "f32x4.extract_lane", "lane"),
  f32ReplaceLane: simd(32, "f32x4.replace_lane", "lane"),
  i32x4Eq: simd(55, "i32x4.eq"),
  i32x4Ne: simd(56, "i32x4.ne"),
  i32x4LtS: simd(57, "i32x4.lt_s"),
  i32x4GtS: simd(59, "i32x4.gt_s"),
  i32x4LeS: simd(61, "i32x4.le_s"),
  i32x4GeS: simd(63, "i32x4.ge_s"),
  f32x4Eq: simd(65, "f32x4.eq"),
  f32x4Ne: simd(66, "f32x4.ne"),
  f32x4Lt: simd(67, "f32x4.lt"),
  f32x4Gt: simd(68, "f32x4.gt"),
  f32x4Le: simd(69, "f32x4.le"),
  f32x4Ge: simd(70, "f32x4.ge"),
  vNot: simd(77, "v128.not"),
  vAnd: simd(78, "v128.and"),
  vAndnot: simd(79, "v128.andnot"),
  vOr: simd(80, "v128.or"),
  vXor: simd(81, "v128.xor"),
  bitselect: simd(82, "v128.bitselect"),
  anyTrue: simd(83, "v128.any_true"),
  vLoad32Lane: simd(86, "v128.load32_lane", "memory lane"),
  vStore32Lane: simd(90, "v128.store32_lane", "memory lane"),
  vStore64Lane: simd(91, "v128.store64_lane", "memory lane"),
  vLoad32Zero: simd(92, "v128.load32_zero", "memory"),
  vLoad64Zero: simd(93, "v128.load64_zero", "memory"),
  f32x4Ceil: simd(103, "f32x4.ceil"),
  f32x4Floor: simd(104, "f32x4.floor"),
  f32x4Trunc: simd(105, "f32x4.trunc"),
  f32x4Nearest: simd(106, "f32x4.nearest"),
  i32x4Abs: simd(160, "i32x4.abs"),
  i32x4Neg: simd(161, "i32x4.neg"),
  i32x4Shl: simd(171, "i32x4.shl"),
  i32x4ShrS: simd(172, "i32x4.shr_s"),
  i32x4ShrU: simd(173, "i32x4.shr_u"),
  i32x4Add: simd(174, "i32x4.add"),
  i32x4Sub: simd(177, "i32x4.sub"),
  i32x4Mul: simd(181, "i32x4.mul"),
  i32x4MinS: simd(182, "i32x4.min_s"),
  i32x4MaxS: simd(184, "i32x4.max_s"),
  f32x4Sqrt: simd(227, "f32x4.sqrt"),
  f32x4Add: simd(228, "f32x4.add"),
  f32x4Sub: simd(229, "f32x4.sub"),
  f32x4Mul: simd(230, "f32x4.mul"),
  f32x4Div: simd(231, "f32x4.div"),
  f32x4Min: simd(232, "f32x4.min"),
  f32x4Max: simd(233, "f32x4.max"),
  f32x4Pmin: simd(234, "f32x4.pmin"),
  f32x4Pmax: simd(235, "f32x4.pmax"),
  f64x2Nearest: simd(148, "f64x2.nearest"),
  f64x2Floor: simd(117, "f64x2.floor"),
  f64x2Abs: simd(236, "f64x2.abs"),
  f64x2Neg: simd(237, "f64x2.neg"),
  f64x2Sqrt: simd(239, "f64x2.sqrt"),
  f64x2Pmin: simd(246, "f64x2.pmin"),
  f64x2Pmax: simd(247, "f64x2.pmax"),
  i64x2Shl: simd(203, "i64x2.shl"),
  i64x2ShrU: simd(205, "i64x2.shr_u"),
  i64x2Add: simd(206, "i64x2.add"),
  i64x2Sub: simd(209, "i64x2.sub"),
  f64x2ConvertLowI32S: simd(254, "f64x2.convert_low_i32x4_s"),
  i32x4TruncSatF64S: simd(252, "i32x4.trunc_sat_f64x2_s_zero"),
  f64x2Add: simd(240, "f64x2.add"),
  f64x2Sub: simd(241, "f64x2.sub"),
  f64x2Mul: simd(242, "f64x2.mul"),
  f64x2Div: simd(243, "f64x2.div"),
  i32x4TruncSatF32S: simd(248, "i32x4.trunc_sat_f32x4_s"),
  f32x4ConvertI32S: simd(250, "f32x4.convert_i32x4_s"),
  f32x4DemoteF64: simd(94, "f32x4.demote_f64x2_zero"),
  f64x2PromoteF32: simd(95, "f64x2.promote_low_f32x4"),
  relaxedMadd: simd(0x105, "f32x4.relaxed_madd"),
  relaxedNmadd: simd(0x106, "f32x4.relaxed_nmadd"),
}))();

export const instructions = (): readonly Instruction[] => Object.values(Op).map((packed) => listing.get(packed)!);
