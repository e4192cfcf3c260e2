/**
 * Writes the WebAssembly behind streams and fills: the texts below, assembled, as hexadecimal digits in src/outputs-module.ts and src/bulk-module.ts.
 * Run by hand after a change: node --conditions=@rl/source packages/random/wasm/build.ts. A test assembles them again and compares.
 *
 * `outputs` makes blocks of raw outputs and is small, for every stream has it. In `bulk` two outputs are under way at a time: A follows the state $p, B
 * follows A, and each moves two places at once, by M² and (M + 1)·inc. One chain of dependent products alone would leave the processor waiting.
 */
import { writeFileSync } from "node:fs";
import wabt from "wabt";
import { EXPONENTIAL_R, NORMAL_INV_R, NORMAL_R } from "../src/ziggurat.ts";
import { LOG1P } from "./log1p.ts";

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

/** to ← from·M + inc, called: it is needed at starts and after rare draws only. */
const step = (to: string, from: string): string =>
  `(call $step ${get(`${from}Lo`)} ${get(`${from}Hi`)} ${get("incLo")} ${get("incHi")}) (local.set $${to}Hi) (local.set $${to}Lo)`;
const stepFunction = `(func $step (param $pLo i64) (param $pHi i64) (param $incLo i64) (param $incHi i64) (result i64 i64) (local $t i64) (local $q i64)
    ${multiplyAdd("p", "p", M, "inc")} ${get("pLo")} ${get("pHi")})`;

/** The output of a lane's state. */
const output = (lane: string): string =>
  `(i64.rotr (i64.xor ${get(`${lane}Hi`)} ${get(`${lane}Lo`)}) (i64.shr_u ${get(`${lane}Hi`)} (i64.const 58)))`;
/** The next output of the lane b. */
const next = `${step("b", "b")} (local.set $word ${output("b")})`;

/** A function that goes from $at to $end in steps of 8 bytes: `body` uses the output $word, and may leave by (br $hard) before it is counted as drawn;
 *  then `hard` runs with that output's state in the lane a and, in b and $word, the next one and its output; it leaves in b the last one that it used. */
function draw(name: string, locals: string, body: string, hard = ""): string {
  const take = (lane: string): string => `(local.set $pLo ${get(`${lane}Lo`)}) (local.set $pHi ${get(`${lane}Hi`)})`;
  const one = (lane: string): string => `
      (br_if $done (i32.ge_u ${get("at")} ${get("end")}))
      (local.set $word ${output(lane)})
      ${body}
      (local.set $at (i32.add ${get("at")} (i32.const 8)))
      ${take(lane)}`;
  const lanes = `${step("a", "p")} ${step("b", "a")}`;
  const loop = `(loop $more ${one("a")} ${one("b")}
      ${multiplyAdd("a", "a", M * M, "two")} ${multiplyAdd("b", "b", M * M, "two")}
      (br $more))`;
  return `
  (func (export "${name}") (param $at i32) (param $end i32) (local $t i64) (local $q i64) (local $word i64) ${locals}
    ${["p", "a", "b", "inc", "two"].map((pair) => `(local $${pair}Lo i64) (local $${pair}Hi i64)`).join(" ")}
    (local.set $pLo (i64.load (i32.const 0))) (local.set $pHi (i64.load (i32.const 8)))
    (local.set $incLo (i64.load (i32.const 16))) (local.set $incHi (i64.load (i32.const 24)))
    ${step("two", "inc")}
    (block $done ${
      hard === ""
        ? `${lanes} ${loop}`
        : `(loop $again ${lanes}
      (if ${get("missed")} (then
        (local.set $word ${output("b")})
        ${hard}
        (local.set $missed (i32.const 0))
        ${take("b")}
        (br $again)))
      (block $hard ${loop})
      (local.set $missed (i32.const 1))
      (br $again))`
    })
    (i64.store (i32.const 0) ${get("pLo")}) (i64.store (i32.const 8) ${get("pHi")}))`;
}

const word = get("word");
const unit = `(f64.mul (f64.convert_i64_s (i64.shr_u ${word} (i64.const 11))) (f64.const 0x1p-53))`;

interface Strips {
  /** Where w, k (as integers) and f are. */
  readonly tables: number;
  readonly densities: number;
  /** Strip times 8, and mantissa, of the output. */
  readonly strip: string;
  readonly mantissa: string;
  /** x with its sign. */
  readonly signed: (x: string) => string;
  /** ln f(x). */
  readonly exponent: (x: string) => string;
  /** Sets $x to a draw from the tail beyond the base strip; the first uniform number is in $word, `next` gives the others. */
  readonly tail: string;
}

/** A ziggurat. A draw outside its strip's rectangle is decided by a uniform number; one outside the base strip's comes from the tail. */
function ziggurat(name: string, { tables, densities, strip, mantissa, signed, exponent, tail }: Strips): string {
  const density = (at: number): string => `(f64.load offset=${at} ${get("strip")})`;
  const put = `(f64.store ${get("at")} ${get("x")})`;
  const count = `(local.set $at (i32.add ${get("at")} (i32.const 8)))`;
  return draw(
    name,
    "(local $mantissa i64) (local $strip i32) (local $x f64) (local $y f64) (local $missed i32)",
    `(local.set $strip (i32.and (i32.wrap_i64 ${strip}) (i32.const 0x7f8)))
      (local.set $mantissa ${mantissa})
      (local.set $x ${signed(`(f64.mul (f64.convert_i64_s ${get("mantissa")}) (f64.load offset=${tables} ${get("strip")}))`)})
      (br_if $hard (i64.ge_u ${get("mantissa")} (i64.load offset=${tables + 2048} ${get("strip")})))
      ${put}`,
    `(if ${get("strip")} (then
          (f64.store (i32.const 32) ${exponent(get("x"))})
          (call $exp)
          (if (f64.lt
              (f64.add (f64.mul (f64.sub ${density(densities - 8)} ${density(densities)}) ${unit}) ${density(densities)})
              (f64.load (i32.const 32)))
            (then ${put} ${count})))
        (else ${tail} ${put} ${count}))`,
  );
}

/**
 * Memory, in bytes:
 *       0  state and increment
 *      32  argument and result of exp (a number passed to JavaScript would be boxed)
 *      64  w and k of the normal ziggurat
 *    4160  w and k of the exponential
 *    8256  f of the normal ziggurat
 *   10304  f of the exponential
 *   12352  results
 */
const bulk = `(module
  (import "math" "exp" (func $exp))
  (memory (export "memory") 1)
  ${stepFunction}
  ${LOG1P}
  ${draw("random", "", `(f64.store ${get("at")} ${unit})`)}
  ;; Bits 0–7 strip, 8 sign, 9–60 mantissa.
  ${ziggurat("normal", {
    tables: 64,
    densities: 8256,
    strip: `(i64.shl ${word} (i64.const 3))`,
    mantissa: `(i64.and (i64.shr_u ${word} (i64.const 9)) (i64.const 0xfffffffffffff))`,
    signed: (x) => `(f64.reinterpret_i64 (i64.or (i64.shl (i64.and ${word} (i64.const 256)) (i64.const 55)) (i64.reinterpret_f64 ${x})))`,
    exponent: (x) => `(f64.mul (f64.mul (f64.const -0.5) ${x}) ${x})`,
    // x = R + E₁, E₁ exponential with rate R, kept when 2E₂ > E₁²; its sign is a bit of the mantissa.
    tail: `(loop $tail
            (local.set $x (f64.mul (f64.const ${-NORMAL_INV_R}) (call $log1pMinus ${unit})))
            ${next}
            (local.set $y (f64.neg (call $log1pMinus ${unit})))
            (if (f64.le (f64.add ${get("y")} ${get("y")}) (f64.mul ${get("x")} ${get("x")})) (then ${next} (br $tail))))
          (local.set $x (f64.add (f64.const ${NORMAL_R}) ${get("x")}))
          (if (i64.ne (i64.and ${get("mantissa")} (i64.const 256)) (i64.const 0)) (then (local.set $x (f64.neg ${get("x")}))))`,
  })}
  ;; Bits 3–10 strip, 11–63 mantissa.
  ${ziggurat("exponential", {
    tables: 4160,
    densities: 10304,
    strip: word,
    mantissa: `(i64.shr_u ${word} (i64.const 11))`,
    signed: (x) => x,
    exponent: (x) => `(f64.neg ${x})`,
    tail: `(local.set $x (f64.sub (f64.const ${EXPONENTIAL_R}) (call $log1pMinus ${unit})))`,
  })})`;

/** Memory: state and increment at 0, outputs from 32 on. $at < $end. */
const outputs = `(module
  (memory (export "memory") 1)
  (func (export "fill") (param $at i32) (param $end i32) (local $t i64) (local $q i64)
    ${["p", "inc"].map((pair) => `(local $${pair}Lo i64) (local $${pair}Hi i64)`).join(" ")}
    (local.set $pLo (i64.load (i32.const 0))) (local.set $pHi (i64.load offset=8 (i32.const 0)))
    (local.set $incLo (i64.load offset=16 (i32.const 0))) (local.set $incHi (i64.load offset=24 (i32.const 0)))
    (loop $more ${multiplyAdd("p", "p", M, "inc")}
      (i64.store ${get("at")} (i64.rotr (i64.xor ${get("pHi")} ${get("pLo")}) (i64.shr_u ${get("pHi")} (i64.const 58))))
      (br_if $more (i32.lt_u (local.tee $at (i32.add ${get("at")} (i32.const 8))) ${get("end")})))
    (i64.store (i32.const 0) ${get("pLo")}) (i64.store offset=8 (i32.const 0) ${get("pHi")})))`;

/** The text of each file of src. */
export async function assemble(): Promise<Record<string, string>> {
  const { parseWat } = await wabt();
  const source = (text: string): string => {
    const module = parseWat("module.wat", text);
    module.validate();
    const digits = Buffer.from(module.toBinary({}).buffer).toString("hex");
    return `// Made by wasm/build.ts, which holds the text of the module.\nexport const MODULE: string =\n  "${digits}";\n`;
  };
  return { "outputs-module.ts": source(outputs), "bulk-module.ts": source(bulk) };
}

if (import.meta.main)
  for (const [file, text] of Object.entries(await assemble())) writeFileSync(new URL(`../src/${file}`, import.meta.url), text);
