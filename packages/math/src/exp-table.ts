import { multiply, type Pair } from "./double-double.ts";

/** 2^(j/128) = EXP_TABLE[2j] + EXP_TABLE[2j + 1] for 0 ≤ j < 128. The first part has 20 bits, so that its product with a short remainder is exact. */
export const EXP_TABLE: Float64Array = /* @__PURE__ */ (() => {
  const table = new Float64Array(256);
  const root: Pair = [1.0054299011128027, 9.499186535455032e-17];
  let value: Pair = [1, 0];
  for (let j = 0; j < 128; j++) {
    const short = value[0] + 1.5 * 2 ** 33 - 1.5 * 2 ** 33;
    table[2 * j] = short;
    table[2 * j + 1] = value[0] - short + value[1];
    value = multiply(value, root);
  }
  return table;
})();
