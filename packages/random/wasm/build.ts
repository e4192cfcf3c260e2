/**
 * Writes the WebAssembly behind streams and fills: the text below, assembled, as base64 in src/bulk-module.ts.
 * Run by hand after a change: node packages/random/wasm/build.ts. A test assembles it again and compares.
 */
import { writeFileSync } from "node:fs";
import wabt from "wabt";

const mask = "(i64.const 0xffffffff)";
const low = "(local.get $lo)";
const high = (x: string): string => `(i64.shr_u ${x} (i64.const 32))`;
// Halves of the low word of M, and M itself.
const [m0, m1] = ["(i64.const 0x9fccf645)", "(i64.const 0x4385df64)"];
const [mLow, mHigh] = ["(i64.const 0x4385df649fccf645)", "(i64.const 0x2360ed051fc65da4)"];

// state ← state·M + inc (mod 2¹²⁸): the high half of lo·mLow comes from four 32 × 32-bit products.
const step = `
  (local.set $t (i64.add (i64.mul (i64.and ${low} ${mask}) ${m1}) ${high(`(i64.mul (i64.and ${low} ${mask}) ${m0})`)}))
  (local.set $q (i64.add (i64.mul ${high(low)} ${m0}) (i64.and (local.get $t) ${mask})))
  (local.set $hi (i64.add
    (i64.add (i64.mul ${high(low)} ${m1}) (i64.add ${high("(local.get $t)")} ${high("(local.get $q)")}))
    (i64.add (i64.mul ${low} ${mHigh}) (i64.mul (local.get $hi) ${mLow}))))
  (local.set $t (i64.add (i64.mul ${low} ${mLow}) (local.get $incLo)))
  (local.set $hi (i64.add (i64.add (local.get $hi) (local.get $incHi)) (i64.extend_i32_u (i64.lt_u (local.get $t) (local.get $incLo)))))
  (local.set $lo (local.get $t))`;
const output = "(i64.rotr (i64.xor (local.get $hi) (local.get $lo)) (i64.shr_u (local.get $hi) (i64.const 58)))";
const locals = "(local $lo i64) (local $hi i64) (local $incLo i64) (local $incHi i64) (local $q i64) (local $t i64)";
const load = `
  (local.set $lo (i64.load (i32.const 0))) (local.set $hi (i64.load (i32.const 8)))
  (local.set $incLo (i64.load (i32.const 16))) (local.set $incHi (i64.load (i32.const 24)))`;
const store = "(i64.store (i32.const 0) (local.get $lo)) (i64.store (i32.const 8) (local.get $hi))";
const next = "(local.set $at (i32.add (local.get $at) (i32.const 8)))";

/** A ziggurat with its tables at `tables` (w, then k as integers): `x` makes the draw of the locals $mantissa and $strip. Stops before a draw that the strip does
 *  not accept at once, and returns where. */
const ziggurat = (name: string, tables: number, strip: string, mantissa: string, sign: (x: string) => string): string => `
  (func (export "${name}") (param $at i32) (param $end i32) (result i32) ${locals}
    (local $oldLo i64) (local $oldHi i64) (local $word i64) (local $mantissa i64) (local $strip i32) ${load}
    (block $done (loop $more
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $oldLo (local.get $lo)) (local.set $oldHi (local.get $hi))
      ${step}
      (local.set $word ${output})
      (local.set $strip (i32.and (i32.wrap_i64 ${strip}) (i32.const 0x7f8)))
      (local.set $mantissa ${mantissa})
      (if (i64.ge_u (local.get $mantissa) (i64.load offset=${tables + 2048} (local.get $strip)))
        (then (local.set $lo (local.get $oldLo)) (local.set $hi (local.get $oldHi)) (br $done)))
      ${sign(`(f64.mul (f64.convert_i64_s (local.get $mantissa)) (f64.load offset=${tables} (local.get $strip)))`)}
      ${next} (br $more)))
    ${store} (local.get $at))`;

/** Memory: state and increment at 0, tables of the normal ziggurat at 64, of the exponential at 4160, raw outputs from 8256, results from 12288. */
export const text = `(module
  (memory (export "memory") 1)
  (func (export "raw") (param $at i32) (param $end i32) ${locals} ${load}
    (block $done (loop $more
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      ${step}
      (i64.store (local.get $at) ${output})
      ${next} (br $more)))
    ${store})
  (func (export "random") (param $at i32) (param $end i32) (result i32) ${locals} ${load}
    (block $done (loop $more
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      ${step}
      (f64.store (local.get $at) (f64.mul (f64.convert_i64_s (i64.shr_u ${output} (i64.const 11))) (f64.const 0x1p-53)))
      ${next} (br $more)))
    ${store} (local.get $at))
  ;; Bits 0–7 strip, 8 sign, 9–60 mantissa.
  ${ziggurat(
    "normal",
    64,
    "(i64.shl (local.get $word) (i64.const 3))",
    "(i64.and (i64.shr_u (local.get $word) (i64.const 9)) (i64.const 0xfffffffffffff))",
    (x) =>
      `(i64.store (local.get $at) (i64.or (i64.shl (i64.and (local.get $word) (i64.const 256)) (i64.const 55)) (i64.reinterpret_f64 ${x})))`,
  )}
  ;; Bits 3–10 strip, 11–63 mantissa.
  ${ziggurat("exponential", 4160, "(local.get $word)", "(i64.shr_u (local.get $word) (i64.const 11))", (x) => `(f64.store (local.get $at) ${x})`)})`;

export async function assemble(): Promise<string> {
  const module = (await wabt()).parseWat("bulk.wat", text);
  module.validate();
  return Buffer.from(module.toBinary({}).buffer).toString("base64");
}

if (import.meta.main) {
  const base64 = await assemble();
  writeFileSync(
    new URL("../src/bulk-module.ts", import.meta.url),
    `// Made by wasm/build.ts, which holds the text of the module.\nexport const MODULE =\n  "${base64}";\n`,
  );
}
