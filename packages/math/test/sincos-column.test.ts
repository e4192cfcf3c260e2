import { expect, it } from "vitest";
import { cos, sin, sincosColumn } from "@rl/math";

const special = [0, -0, 1e-300, -1e-9, 2 ** -26, Math.PI / 128, Math.PI / 2, -Math.PI, 3, 24_999.5, 25_000, 1e22, Infinity, NaN];
const sweep = Array.from({ length: 20_000 }, (_, i) => (i - 10_000) * 0.00787 + i * 1e-9);

it("sincosColumn gives the bits of sin and cos", () => {
  const angles = Float64Array.from([...special, ...sweep]);
  const sines = new Float64Array(angles.length);
  const cosines = new Float64Array(angles.length);
  sincosColumn(angles, sines, cosines);
  angles.forEach((x, i) => {
    expect(Object.is(sines[i], sin(x)) && Object.is(cosines[i], cos(x)), `x = ${x}`).toBe(true);
  });
  expect(sines[4]).toBe(1.4901161193847656e-8);
  expect(sines[8]).toBe(0.1411200080598672); // sin 3
  expect(cosines[8]).toBe(-0.9899924966004454); // cos 3
});

it("sincosColumn touches only its rows and works in place", () => {
  const angles = Float64Array.of(1, 2, 3);
  const sines = new Float64Array(3).fill(9);
  const cosines = new Float64Array(3).fill(9);
  sincosColumn(angles, sines, cosines, 1, 2);
  expect([...sines, ...cosines]).toEqual([9, sin(2), 9, 9, cos(2), 9]);
  sincosColumn(angles, angles, cosines);
  expect([...angles]).toEqual([sin(1), sin(2), sin(3)]);
});
