/** log1p(−u) for u in [0, 1) as WebAssembly text: src/log1p-tail.ts, operation by operation. What each is for stands there; a test compares the bits. */
import { L1, L2, L3, L4, L5, L6, L7, LN2_HIGH, LN2_LOW } from "../src/log1p-tail.ts";

/** The text of a formula in float64: locals, numbers, + − × ÷, brackets and calls, read as JavaScript reads them. */
function f64(formula: string): string {
  const tokens = formula.match(/[a-z]\w*|[\d.]+(?:e[+-]?\d+)?|[-+*/(),]/gi)!;
  let at = 0;
  const binary = (operators: Readonly<Record<string, string>>, operand: () => string) => (): string => {
    let text = operand();
    while (operators[tokens[at] ?? ""] !== undefined) text = `(f64.${operators[tokens[at++]!]} ${text} ${operand()})`;
    return text;
  };
  const primary = (): string => {
    const token = tokens[at++]!;
    if (token === "-") return `(f64.neg ${primary()})`;
    if (/\d/.test(token[0]!)) return `(f64.const ${token})`;
    if (token !== "(" && tokens[at] !== "(") return `(local.get $${token})`;
    if (token !== "(") at++;
    const inside = [sum()];
    while (tokens[at++] === ",") inside.push(sum());
    return token === "(" ? inside[0]! : `(call $${token} ${inside.join(" ")})`;
  };
  const sum = binary({ "+": "add", "-": "sub" }, binary({ "*": "mul", "/": "div" }, primary));
  return sum();
}
/** Lines of `local = formula`. */
const set = (lines: string): string =>
  lines
    .trim()
    .split("\n")
    .map((line) => line.split(" = ") as [string, string])
    .map(([name, formula]) => `(local.set $${name.trim()} ${f64(formula)})`)
    .join(" ");
const get = (name: string): string => `(local.get $${name})`;
const locals = (type: string, names: string): string => names.replaceAll(/\w+/g, (name) => `(local $${name} ${type})`);

export const LOG1P = `
  (func $fma (param $a f64) (param $b f64) (param $c f64) (result f64)
    ${locals("f64", "p as ah al bs bh bl e s v t r w rest")} ${locals("i64", "bits")}
    ${set(`
      p = a * b
      as = 134217729 * a
      ah = as - (as - a)
      al = a - ah
      bs = 134217729 * b
      bh = bs - (bs - b)
      bl = b - bh
      e = ah * bh - p + ah * bl + al * bh + al * bl
      s = p + c
      v = s - p
      t = p - (s - v) + (c - v)
      r = t + e
      w = r - t
      rest = t - (r - w) + (e - w)`)}
    (local.set $bits (i64.reinterpret_f64 ${get("r")}))
    (if (i32.and (f64.ne ${get("rest")} (f64.const 0)) (i32.wrap_i64 (i64.xor ${get("bits")} (i64.const 1)))) (then
      (local.set $r (f64.reinterpret_i64 (select
        (i64.or ${get("bits")} (i64.const 1)) (i64.sub ${get("bits")} (i64.const 1))
        (i32.eq (f64.gt ${get("rest")} (f64.const 0)) (f64.gt ${get("r")} (f64.const 0))))))))
    ${f64("s + r")})
  (func $log1pMinus (export "log1pMinus") (param $u f64) (result f64)
    ${locals("f64", "x f k c sum half s z z2 z4 r")} ${locals("i64", "bits fraction")} ${locals("i32", "up tiny")}
    ${set("x = -u")}
    (if (f64.lt ${get("u")} (f64.const 0x1p-29)) (then (return ${f64("x - x * x * 0.5")})))
    ${set("f = x")}
    (if (i64.ge_u (i64.reinterpret_f64 ${get("u")}) (i64.const 0x3fd2bec400000000)) (then
      ${set(`
        sum = 1 + x
        c = (x - (sum - 1)) / sum`)}
      (local.set $bits (i64.reinterpret_f64 ${get("sum")}))
      (local.set $fraction (i64.and (i64.shr_u ${get("bits")} (i64.const 32)) (i64.const 0xfffff)))
      (local.set $up (i64.ge_u ${get("fraction")} (i64.const 0x6a09e)))
      (local.set $k (f64.convert_i64_s
        (i64.add (i64.sub (i64.shr_u ${get("bits")} (i64.const 52)) (i64.const 1023)) (i64.extend_i32_u ${get("up")}))))
      (local.set $tiny (i64.eqz
        (select (i64.shr_u (i64.sub (i64.const 0x100000) ${get("fraction")}) (i64.const 2)) ${get("fraction")} ${get("up")})))
      (local.set $f (f64.reinterpret_i64 (i64.or
        (i64.and ${get("bits")} (i64.const 0xfffffffffffff))
        (select (i64.const 0x3fe0000000000000) (i64.const 0x3ff0000000000000) ${get("up")}))))
      ${set("f = f - 1")}))
    ${set("half = 0.5 * f * f")}
    (if (f64.ne ${get("k")} (f64.const 0)) (then ${set(`c = fma(k, ${LN2_LOW}, c)`)}))
    (if ${get("tiny")} (then
      (if (f64.eq ${get("f")} (f64.const 0)) (then (return ${f64(`k * ${LN2_HIGH} + c`)})))
      (return ${f64(`k * ${LN2_HIGH} - (half * fma(-0.66666666666666666, f, 1) - c - f)`)})))
    ${set(`
      s = f / (2 + f)
      z = s * s
      z2 = z * z
      z4 = z2 * z2
      r = fma(z2 * z4, fma(z, ${L7}, ${L6}), fma(z4, fma(z, ${L5}, ${L4}), fma(z, ${L1}, z2 * fma(z, ${L3}, ${L2}))))`)}
    (if (f64.eq ${get("k")} (f64.const 0)) (then (return ${f64("f - (half - s * (half + r))")})))
    ${f64(`k * ${LN2_HIGH} - (half - (s * (half + r) + c) - f)`)})`;
