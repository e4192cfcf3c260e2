/**
 * Writes the WebAssembly behind streams and fills: the text below, assembled, as base64 in src/bulk-module.ts.
 * Run by hand after a change: node packages/random/wasm/build.ts. A test assembles it again and compares.
 *
 * Two outputs are under way at a time: A follows the state $p, B follows A, and each moves two places at once, by M² and (M + 1)·inc. One chain of
 * dependent products alone would leave the processor waiting.
 */
import { writeFileSync } from "node:fs";
import wabt from "wabt";

const M = 0x2360ed051fc65da44385df649fccf645n;
const get = (name: string): string => `(local.get $${name})`;
const high = (x: string): string => `(i64.shr_u ${x} (i64.const 32))`;
const low = (x: string): string => `(i64.and ${x} (i64.const 0xffffffff))`;
const i64 = (value: bigint): string => `(i64.const 0x${value.toString(16)})`;

/** to ← from·m + c (mod 2¹²⁸), each of to, from, c a pair of locals (nameLo, nameHi): the high half of the low words' product comes from four 32 × 32-bit products. */
function multiplyAdd(to: string, from: string, m: bigint, c: string): string {
  const mask = (1n << 64n) - 1n;
  const [m0, m1] = [i64(m & 0xffffffffn), i64((m >> 32n) & 0xffffffffn)];
  const [mLow, mHigh] = [i64(m & mask), i64((m >> 64n) & mask)];
  const [lo, hi] = [get(`${from}Lo`), get(`${from}Hi`)];
  return `
    (local.set $t (i64.add (i64.mul ${low(lo)} ${m1}) ${high(`(i64.mul ${low(lo)} ${m0})`)}))
    (local.set $q (i64.add (i64.mul ${high(lo)} ${m0}) ${low(get("t"))}))
    (local.set $q (i64.add
      (i64.add (i64.mul ${high(lo)} ${m1}) (i64.add ${high(get("t"))} ${high(get("q"))}))
      (i64.add (i64.mul ${lo} ${mHigh}) (i64.mul ${hi} ${mLow}))))
    (local.set $t (i64.add (i64.mul ${lo} ${mLow}) ${get(`${c}Lo`)}))
    (local.set $${to}Hi (i64.add (i64.add ${get("q")} ${get(`${c}Hi`)}) (i64.extend_i32_u (i64.lt_u ${get("t")} ${get(`${c}Lo`)}))))
    (local.set $${to}Lo ${get("t")})`;
}

/** A function that goes from $at to $end in steps of 8 bytes: `body` uses the output $word, and may leave by (br $done) before it is counted as drawn. */
function draw(name: string, locals: string, body: string): string {
  const one = (lane: string): string => `
      (br_if $done (i32.ge_u ${get("at")} ${get("end")}))
      (local.set $word (i64.rotr (i64.xor ${get(`${lane}Hi`)} ${get(`${lane}Lo`)}) (i64.shr_u ${get(`${lane}Hi`)} (i64.const 58))))
      ${body}
      (local.set $at (i32.add ${get("at")} (i32.const 8)))
      (local.set $pLo ${get(`${lane}Lo`)}) (local.set $pHi ${get(`${lane}Hi`)})`;
  return `
  (func (export "${name}") (param $at i32) (param $end i32) (result i32) (local $t i64) (local $q i64) (local $word i64) ${locals}
    ${["p", "a", "b", "inc", "two"].map((pair) => `(local $${pair}Lo i64) (local $${pair}Hi i64)`).join(" ")}
    (local.set $pLo (i64.load (i32.const 0))) (local.set $pHi (i64.load (i32.const 8)))
    (local.set $incLo (i64.load (i32.const 16))) (local.set $incHi (i64.load (i32.const 24)))
    ${multiplyAdd("two", "inc", M, "inc")} ${multiplyAdd("a", "p", M, "inc")} ${multiplyAdd("b", "a", M, "inc")}
    (block $done (loop $more ${one("a")} ${one("b")}
      ${multiplyAdd("a", "a", M * M, "two")} ${multiplyAdd("b", "b", M * M, "two")}
      (br $more)))
    (i64.store (i32.const 0) ${get("pLo")}) (i64.store (i32.const 8) ${get("pHi")})
    ${get("at")})`;
}

/** A ziggurat with its tables at `tables` (w, then k as integers). Stops before a draw that the strip does not accept at once. `put` stores the value x. */
const ziggurat = (name: string, tables: number, strip: string, mantissa: string, put: (x: string) => string): string =>
  draw(
    name,
    "(local $mantissa i64) (local $strip i32)",
    `(local.set $strip (i32.and (i32.wrap_i64 ${strip}) (i32.const 0x7f8)))
      (local.set $mantissa ${mantissa})
      (br_if $done (i64.ge_u ${get("mantissa")} (i64.load offset=${tables + 2048} ${get("strip")})))
      ${put(`(f64.mul (f64.convert_i64_s ${get("mantissa")}) (f64.load offset=${tables} ${get("strip")}))`)}`,
  );

const word = get("word");
const signed = (x: string): string => `(i64.or (i64.shl (i64.and ${word} (i64.const 256)) (i64.const 55)) (i64.reinterpret_f64 ${x}))`;

/** Memory: state and increment at 0, tables of the normal ziggurat at 64, of the exponential at 4160, raw outputs from 8256, results from 12288. */
export const text = `(module
  (memory (export "memory") 1)
  ${draw("raw", "", `(i64.store ${get("at")} ${word})`)}
  ${draw("random", "", `(f64.store ${get("at")} (f64.mul (f64.convert_i64_s (i64.shr_u ${word} (i64.const 11))) (f64.const 0x1p-53)))`)}
  ;; Bits 0–7 strip, 8 sign, 9–60 mantissa.
  ${ziggurat("normal", 64, `(i64.shl ${word} (i64.const 3))`, `(i64.and (i64.shr_u ${word} (i64.const 9)) (i64.const 0xfffffffffffff))`, (x) => `(i64.store ${get("at")} ${signed(x)})`)}
  ;; Bits 3–10 strip, 11–63 mantissa.
  ${ziggurat("exponential", 4160, word, `(i64.shr_u ${word} (i64.const 11))`, (x) => `(f64.store ${get("at")} ${x})`)})`;

export async function assemble(): Promise<string> {
  const module = (await wabt()).parseWat("bulk.wat", text);
  module.validate();
  return Buffer.from(module.toBinary({}).buffer).toString("base64");
}

if (import.meta.main) {
  const base64 = await assemble();
  writeFileSync(
    new URL("../src/bulk-module.ts", import.meta.url),
    `// Made by wasm/build.ts, which holds the text of the module.\nexport const MODULE: string =\n  "${base64}";\n`,
  );
}
