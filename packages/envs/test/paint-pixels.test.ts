import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { make, makeVec } from "@rl/envs";
import { Pixels, paintPixels, type Color, type Scene, type Shape } from "@rl/envs/paint";
import { describe, expect, test } from "vitest";
import { everything, sceneOf } from "./paint-scenes.ts";

interface Golden {
  provenance: string;
  cell: number;
  pictures: { id: string; state: (number | null)[]; columns: number; rows: number; rgb: string }[];
}
const golden = JSON.parse(readFileSync(new URL("golden/gymnasium-pictures.json", import.meta.url), "utf8")) as Golden;

const hash = (pixels: Pixels): string => createHash("sha256").update(pixels.data).digest("hex").slice(0, 16);
const at = (pixels: Pixels, x: number, y: number): number[] => [
  ...pixels.data.subarray(4 * (y * pixels.width + x), 4 * (y * pixels.width + x) + 4),
];
const scene = (shapes: Shape[], width = 8, height = 6, background: Color = [255, 255, 255]): Scene => ({
  width,
  height,
  background,
  shapes,
});
const BLACK: Color = [0, 0, 0];

/** Mean red, green, blue of square cells. */
function cells({ width, height, data }: Pixels, cell: number): Float64Array {
  const columns = width / cell;
  const out = new Float64Array((3 * columns * height) / cell);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        out[3 * (Math.floor(y / cell) * columns + Math.floor(x / cell)) + c]! += data[4 * (y * width + x) + c]! / (cell * cell);
  return out;
}

describe("beside Gymnasium's pictures, averaged over cells of 10 × 10 pixels", () => {
  test.each(golden.pictures)("$id $state", ({ id, state, columns, rows, rgb }) => {
    const theirs = inflateSync(Buffer.from(rgb, "base64"));
    const ours = cells(paintPixels(sceneOf(id, state)), golden.cell);
    expect(theirs.length).toBe(3 * columns * rows);
    let sum = 0;
    let worst = 0;
    let contrast = 0;
    for (let i = 0; i < columns * rows; i++)
      for (let c = 0; c < 3; c++) {
        const difference = Math.abs(theirs[3 * i + c]! - ours[3 * i + c]!);
        sum += difference;
        worst = Math.max(worst, difference);
        contrast += 255 - theirs[3 * i + c]!;
      }
    // Gymnasium cuts positions to whole pixels, ours are exact: a side may stand half a pixel elsewhere, and
    // its slanted ground line is thinner. A whole pixel (a tenth of a cell, 25 levels of black) is too much.
    expect(worst).toBeLessThan(20);
    expect(sum / contrast).toBeLessThan(0.1);
  });
});

describe("geometry: a colour at a computed pixel", () => {
  test("CartPole: the pole's tip, the axle, the cart, the track", () => {
    for (const theta of [0, 0.2, -0.15]) {
      const x = 0.8;
      const picture = paintPixels(sceneOf("CartPole-v1", [x, 0, theta, 0]));
      const cartX = 300 + x * 125; // 600 pixels for 4.8 metres
      const tip = [cartX + 115 * Math.sin(theta), 292.5 - 115 * Math.cos(theta)] as const;
      const beyond = [cartX + 126 * Math.sin(theta), 292.5 - 126 * Math.cos(theta)] as const;
      expect(at(picture, Math.floor(tip[0]), Math.floor(tip[1]))).toEqual([202, 152, 101, 255]);
      expect(at(picture, Math.floor(beyond[0]), Math.floor(beyond[1]))).toEqual([255, 255, 255, 255]);
      expect(at(picture, cartX, 292)).toEqual([129, 132, 203, 255]);
      expect(at(picture, cartX - 20, 310)).toEqual([0, 0, 0, 255]);
      expect(at(picture, 5, 299)).toEqual([0, 0, 0, 255]);
      expect(at(picture, 5, 298)).toEqual([255, 255, 255, 255]);
    }
  });

  test("MountainCar: car on the ground, flag at the goal", () => {
    const picture = paintPixels(sceneOf("MountainCar-v0", [-0.5, 0]));
    const x = Math.floor((0.7 / 1.8) * 600);
    const ground = (Math.sin(-1.5) * 0.45 + 0.55) * (600 / 1.8);
    expect(at(picture, x, Math.floor(400 - 10 - ground - 12))).toEqual([0, 0, 0, 255]);
    expect(at(picture, 566, 20)).toEqual([204, 204, 0, 255]); // flag cloth just right of the pole at 1.7 / 1.8 · 600
    expect(at(picture, 566, 40)).toEqual([0, 0, 0, 255]);
    expect(at(picture, 300, 20)).toEqual([255, 255, 255, 255]);
  });

  test("Pendulum: rod end, and an arrow that turns with the torque", () => {
    const theta = 0.7;
    const picture = paintPixels(sceneOf("Pendulum-v1", [theta, 0, null]));
    const scale = 500 / 4.4;
    expect(at(picture, Math.floor(250 - scale * Math.sin(theta)), Math.floor(250 - scale * Math.cos(theta)))).toEqual([204, 77, 77, 255]);
    expect(at(picture, 250, 250)).toEqual([0, 0, 0, 255]);
    const dark = (torque: number, side: 1 | -1): number => {
      const arrow = paintPixels(sceneOf("Pendulum-v1", [Math.PI, 0, torque]));
      let sum = 0;
      for (let y = 180; y < 249; y++) for (let k = 15; k < 70; k++) sum += at(arrow, 250 + side * k, y)[0] === 0 ? 1 : 0;
      return sum;
    };
    // Positive torque pushes counterclockwise: the arrow's head is on the right, its arc's upper half on the left.
    expect(dark(2, -1)).toBeGreaterThan(2 * dark(2, 1));
    expect(dark(-2, 1)).toBeGreaterThan(2 * dark(-2, -1));
    expect(dark(1, -1)).toBeLessThan(dark(2, -1));
    expect(dark(0, -1)).toBe(0);
  });

  test("Acrobot: both links' ends, joints, the goal line", () => {
    const [a, b] = [0.9, -0.4];
    const picture = paintPixels(sceneOf("Acrobot-v1", [a, b, 0, 0]));
    const scale = 500 / 4.4;
    const elbow = [250 + scale * Math.sin(a), 250 + scale * Math.cos(a)] as const;
    const tip = [elbow[0] + 0.97 * scale * Math.sin(a + b), elbow[1] + 0.97 * scale * Math.cos(a + b)] as const;
    expect(at(picture, 250, 250)).toEqual([204, 204, 0, 255]);
    expect(at(picture, Math.floor(elbow[0]), Math.floor(elbow[1]))).toEqual([204, 204, 0, 255]);
    expect(at(picture, Math.floor(tip[0]), Math.floor(tip[1]))).toEqual([0, 204, 204, 255]);
    expect(at(picture, 3, 136)).toEqual([0, 0, 0, 255]); // 1 above the fixed joint
  });

  test("every built-in environment draws, in its wrappers and in a vector's row", () => {
    for (const id of ["CartPole-v0", "CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1", "Acrobot-v1"] as const) {
      const env = make(id);
      env.reset({ seed: 1 });
      expect(env.scene()!.shapes.length).toBeGreaterThan(2);
      const vec = makeVec(id, 2);
      vec.reset({ seed: 0 }); // row 1 starts as seed 1
      expect(vec.scene(1)).toEqual(env.scene());
    }
  });
});

describe("the same bytes on every machine", () => {
  // SHA-256 of the RGBA bytes, first 16 digits.
  test.each([
    ["CartPole-v1", [0.5, 0, 0.1, 0], "d330d3e930509453"],
    ["MountainCar-v0", [-0.5, 0], "2b20176c924922cc"],
    ["MountainCarContinuous-v0", [0.3, 0], "0f49166b3c2a111c"],
    ["Pendulum-v1", [1, 0, 1.5], "d06cb812a621b64e"],
    ["Acrobot-v1", [1, 0.5, 0, 0], "90c4f5aa293d0d7f"],
  ])("%s %j", (id, state, expected) => {
    expect(hash(paintPixels(sceneOf(id, state)))).toBe(expected);
  });
  test("every kind of shape", () => {
    expect(hash(paintPixels(everything))).toBe("59a3ca1e15737e2c");
    expect(hash(paintPixels(everything, 57, 91))).toBe("85237c407cc9dc1a");
  });
});

describe("coverage", () => {
  test("a side through the middle of pixels covers half of each: (255 · 128 + 0 · 128 + 128) >> 8 = 128", () => {
    const picture = paintPixels(
      scene([
        {
          kind: "polygon",
          points: [
            [1.5, 1],
            [4.25, 1],
            [4.25, 3],
            [1.5, 3],
          ],
          fill: BLACK,
        },
      ]),
    );
    expect([0, 1, 2, 3, 4, 5].map((x) => at(picture, x, 1)[0])).toEqual([255, 128, 0, 0, 191, 255]);
    expect([0, 1, 2, 3].map((y) => at(picture, 2, y)[0])).toEqual([255, 0, 0, 255]);
  });

  test("a diagonal covers half of the pixels it halves, whichever way round", () => {
    const points: [number, number][] = [
      [0, 0],
      [6, 0],
      [0, 6],
    ];
    for (const order of [points, points.toReversed()]) {
      const picture = paintPixels(scene([{ kind: "polygon", points: order, fill: BLACK }]));
      for (let y = 0; y < 6; y++)
        expect([0, 1, 2, 3, 4, 5].map((x) => at(picture, x, y)[0])).toEqual(
          [0, 1, 2, 3, 4, 5].map((x) => (x + y < 5 ? 0 : x + y === 5 ? 128 : 255)),
        );
    }
  });

  test("the covered area is the shape's area", () => {
    const area = (shapes: Shape[]): number => {
      const picture = paintPixels(scene(shapes, 200, 200));
      let sum = 0;
      for (let i = 0; i < 200 * 200; i++) sum += 255 - picture.data[4 * i]!;
      return sum / 255;
    };
    expect(area([{ kind: "circle", center: [100.3, 99.1], radius: 60, fill: BLACK }])).toBeCloseTo(Math.PI * 3600, -1);
    expect(area([{ kind: "circle", center: [100.3, 99.1], radius: 60, stroke: BLACK, width: 6 }])).toBeCloseTo(2 * Math.PI * 60 * 6, -1);
    expect(area([{ kind: "line", from: [20, 30], to: [50, 70], stroke: BLACK, width: 7 }]) / 350).toBeCloseTo(1, 2);
    // A right angle of two strokes of width w: lengths 60 and 80, the overlap w²/4 counted once, a quarter disc at the joint.
    const bend = area([
      {
        kind: "polyline",
        points: [
          [20, 100],
          [80, 100],
          [80, 180],
        ],
        stroke: BLACK,
        width: 20,
      },
    ]);
    expect(bend / (60 * 20 + 80 * 20 - 100 + (Math.PI * 100) / 4)).toBeCloseTo(1, 2);
    // Even-odd: the inner square of a figure that winds twice is a hole; a stroke around a square adds its frame.
    const twice: [number, number][] = [
      [10, 10],
      [110, 10],
      [110, 110],
      [10, 110],
      [10, 10],
      [30, 30],
      [30, 80],
      [80, 80],
      [80, 30],
      [30, 30],
    ];
    expect(area([{ kind: "polygon", points: twice, fill: BLACK }])).toBeCloseTo(10_000 - 2500, 0);
    expect(area([{ kind: "polygon", points: [...twice.slice(0, 5), ...twice.slice(5).toReversed()], fill: BLACK }])).toBeCloseTo(
      10_000 - 2500,
      0,
    );
  });

  test("what lies outside is clipped on all four sides, bit for bit like the cut-out of a larger picture", () => {
    const big = paintPixels(everything);
    for (const [x, y, width, height] of [
      [0, 0, 60, 40],
      [37, 21, 50, 33],
      [70, 5, 50, 75],
      [11, 50, 100, 30],
    ] as const) {
      const part = new Pixels(width, height).paint(everything, { x, y, width, height });
      let largest = 0;
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++)
          at(part, column, row).forEach((v, c) => (largest = Math.max(largest, Math.abs(v - at(big, x + column, y + row)[c]!))));
      // Only the rounding of a clipped edge may differ.
      expect(largest).toBeLessThanOrEqual(1);
    }
    const far: Shape = {
      kind: "polygon",
      points: [
        [-1e6, -1e6],
        [1e6, -1e6],
        [1e6, 1e6],
        [-1e6, 1e6],
      ],
      fill: BLACK,
    };
    expect(new Set(paintPixels(scene([far])).data)).toEqual(new Set([0, 255]));
    const nan: Shape = {
      kind: "polygon",
      points: [
        [NaN, 1],
        [5, NaN],
        [3, 3],
      ],
      fill: BLACK,
    };
    expect(hash(paintPixels(scene([nan])))).toBe(hash(paintPixels(scene([]))));
  });

  test("painting small equals painting large and averaging", () => {
    const small = new Pixels(60, 40).paint(sceneOf("CartPole-v1", [0.2, 0, 0.3, 0]));
    const large = paintPixels(sceneOf("CartPole-v1", [0.2, 0, 0.3, 0]));
    let worst = 0;
    for (let y = 0; y < 40; y++)
      for (let x = 0; x < 60; x++) {
        let sum = 0;
        for (let j = 0; j < 10; j++) for (let i = 0; i < 10; i++) sum += at(large, 10 * x + i, 10 * y + j)[0]!;
        worst = Math.max(worst, Math.abs(sum / 100 - at(small, x, y)[0]!));
      }
    // Shapes that overlap within one pixel are laid over each other by coverage, not by place.
    expect(worst).toBeLessThan(16);
  });
});

describe("colours", () => {
  const full: Shape = {
    kind: "polygon",
    points: [
      [0, 0],
      [8, 0],
      [8, 6],
      [0, 6],
    ],
    fill: [100, 0, 50, 0.5],
  };
  test("opacity lays over an opaque background", () => {
    expect(at(paintPixels(scene([full])), 3, 3)).toEqual([178, 128, 153, 255]); // (255 · 128 + 100 · 128 + 128) >> 8
  });
  test("a transparent background keeps the colour and its opacity", () => {
    const picture = paintPixels(scene([full], 8, 6, [0, 0, 0, 0]));
    expect(at(picture, 3, 3)).toEqual([100, 0, 50, 128]);
    expect(at(paintPixels(scene([], 8, 6, [9, 8, 7, 0])), 3, 3)).toEqual([9, 8, 7, 0]);
  });
});

test("a buffer is painted over completely and allocates nothing of its own", () => {
  const pixels = new Pixels(120, 80);
  const { data } = pixels;
  const first = hash(pixels.paint(everything));
  pixels.paint(scene([]));
  expect(new Set(data)).toEqual(new Set([255]));
  expect(hash(pixels.paint(everything))).toBe(first);
  expect(pixels.data).toBe(data);
});

test("strokes can be kept from fading in small pictures", () => {
  const line = scene([{ kind: "line", from: [0, 300], to: [600, 300], stroke: BLACK }], 600, 600);
  expect(at(new Pixels(6, 6).paint(line), 2, 2)[0]).toBeGreaterThan(250);
  const wide = new Pixels(6, 6).paint(line, undefined, 1); // one pixel high, on one row
  expect([1, 2, 3, 4].map((y) => at(wide, 2, y)[0])).toEqual([255, 255, 0, 255]);
});

test("letters", () => {
  const text = paintPixels(scene([{ kind: "text", at: [0, 7], text: "T-", size: 7, fill: BLACK }], 12, 7));
  const rows = Array.from({ length: 7 }, (_, y) => Array.from({ length: 12 }, (_, x) => (at(text, x, y)[0] === 0 ? "#" : ".")).join(""));
  expect(rows).toEqual(["#####.......", "..#.........", "..#.........", "..#...#####.", "..#.........", "..#.........", "..#........."]);
});

test.each<[string, () => unknown, RegExp]>([
  ["size", () => new Pixels(0, 4), /got 0 × 4, expected two whole numbers from 1 to 16384/],
  ["fraction", () => new Pixels(3.5, 4), /got 3.5 × 4/],
  ["view", () => new Pixels(3, 4).paint(everything, { x: 0, y: 0, width: 0, height: 3 }), /the view is 0 × 3/],
])("bad input: %s", (_, call, message) => {
  expect(call).toThrow(message);
});
