/** Powers of two: POWER_OF_TWO[1074 + e] = 2ᵉ for −1074 ≤ e ≤ 1023. */
export const POWER_OF_TWO: Float64Array = /* @__PURE__ */ (() => {
  const table = new Float64Array(2098);
  let value = 5e-324;
  for (let i = 0; i < 2098; i++, value *= 2) table[i] = value;
  return table;
})();
