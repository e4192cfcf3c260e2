import { createCanvas } from "@napi-rs/canvas";
import { TerminalPainter, paintCanvas, paintPixels, paintSvg, paintTerminal, type CanvasContext, type Scene } from "@rl/envs/paint";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, expectTypeOf, test } from "vitest";
import { everything, sceneOf } from "./paint-scenes.ts";

const ESCAPE = "\x1b[";
const cartPole = sceneOf("CartPole-v1", [0.5, 0, 0.1, 0]);
const classics = [
  ["CartPole", cartPole],
  ["MountainCar", sceneOf("MountainCar-v0", [-0.5, 0])],
  ["Pendulum", sceneOf("Pendulum-v1", [1, 0, 1.5])],
  ["Acrobot", sceneOf("Acrobot-v1", [1, 0.5, 0, 0])],
] as const;

describe("terminal", () => {
  test("blocks: a picture of half blocks without control codes", () => {
    expect(
      paintTerminal(cartPole, { columns: 30, rows: 10, style: "blocks" })
        .split("\n")
        .map((line) => line.trimEnd()),
    ).toMatchInlineSnapshot(`
      [
        "",
        "",
        "",
        "",
        "                  ▄",
        "                  █",
        "                  █",
        "▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀███▀▀▀▀▀▀▀▀▀▀",
        "",
        "",
      ]
    `);
  });
  test("ascii: printable ASCII only", () => {
    const text = paintTerminal(everything, { columns: 40, rows: 14, style: "ascii" });
    expect(text.replace("−", "-")).toMatch(/^[\n -~]*$/);
    expect(text.split("\n").map((line) => line.trimEnd())).toMatchInlineSnapshot(`
      [
        "@@+",
        "-..*+++-:                 :+@##@+:",
        "   =@@@@@@@@%#+++=:.     -@*++++*@-",
        "    :@@@@@@@@@@@@@@@=    *@++++++@*",
        "     .%@@@@@@@@@@@@+      *%#**#%*",
        "  Ab <3> & −1@@@@@=        -@+++.",
        "        +@@@@@@@@=  -++++++=+=++++++.",
        "        -%@@@@@@=  .:=#@@@#   @@@@+.",
        "      :***#%@@@= :**==++*@****#@%+++===.",
        "    .+#- =#.#@=-**:      @#=.+@# ...::-:",
        ".::=%*=-=*%+++%%*+++***#%@@@%%@@%##****+",
        "+#%*+====+%%#=::....   -#-    .+@",
        " .:       =-",
      ]
    `);
  });

  test("truecolor: per cell an upper and a lower pixel; colours are named only where they change; every row ends reset", () => {
    const tiny: Scene = {
      width: 3,
      height: 4,
      background: [255, 255, 255],
      shapes: [
        {
          kind: "polygon",
          points: [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
          ],
          fill: [255, 0, 0],
        },
        {
          kind: "polygon",
          points: [
            [1, 1],
            [3, 1],
            [3, 2],
            [1, 2],
          ],
          fill: [0, 0, 255],
        },
      ],
    };
    const [first, second] = paintTerminal(tiny, { columns: 3, rows: 2 }).split("\n");
    const [red, white, blue] = ["255;0;0", "255;255;255", "0;0;255"];
    expect(first).toBe(`\x1b[38;2;${red}m\x1b[48;2;${white}m▀\x1b[38;2;${white}m\x1b[48;2;${blue}m▀▀\x1b[0m`);
    expect(second).toBe(`\x1b[38;2;${white}m\x1b[48;2;${white}m▀▀▀\x1b[0m`);
  });

  test("truecolor says what the pixels say", () => {
    const text = paintTerminal(everything, { columns: 60, rows: 20 });
    const rows = text.split("\n");
    expect(rows).toHaveLength(20);
    // The circle's middle, (90, 20) of 120 × 80, is in column 45 of row 5: (20, 60, 220) at one half over (250, 250, 240).
    let color = "";
    const colors: string[] = [];
    for (const part of rows[5]!.split(ESCAPE).slice(1)) {
      const [code, letters] = [part.slice(0, part.indexOf("m")), part.slice(part.indexOf("m") + 1)];
      if (code.startsWith("38")) color = code;
      for (const letter of letters) colors.push(letter === "▀" ? color : "a letter");
    }
    expect(colors).toHaveLength(60);
    expect(colors[45]).toBe("38;2;135;155;230");
  });

  test.each(["truecolor", "blocks", "ascii"] as const)("%s keeps proportions within the size given", (style) => {
    const size = (scene: Scene, columns: number, rows: number): number[] => {
      const lines = paintTerminal(scene, { columns, rows, style })
        .split("\n")
        .map((line) =>
          line
            .split(ESCAPE)
            .map((part, i) => (i === 0 ? part : part.slice(part.indexOf("m") + 1)))
            .join(""),
        );
      expect(new Set(lines.map((line) => [...line].length)).size).toBe(1);
      return [[...lines[0]!].length, lines.length];
    };
    expect(size(cartPole, 60, 50)).toEqual([60, 20]);
    expect(size(cartPole, 200, 20)).toEqual([60, 20]);
    expect(size(classics[2][1], 80, 24)).toEqual([48, 24]);
    expect(size(cartPole, 1, 1)).toEqual([1, 1]);
  });

  test("a painter draws frame after frame as a fresh one does", () => {
    const painter = new TerminalPainter({ columns: 40, rows: 15 });
    for (const [, scene] of [...classics, ...classics]) expect(painter.paint(scene)).toBe(paintTerminal(scene, { columns: 40, rows: 15 }));
  });

  test.each<[object, RegExp]>([
    [{ columns: 0 }, /columns is 0, expected a whole number from 1 to 2000/],
    [{ rows: 2.5 }, /rows is 2.5/],
    [{ style: "colour" }, /style is "colour", expected "truecolor", "blocks" or "ascii"/],
    [{ colums: 3 }, /unknown option "colums"/],
  ])("bad input %j", (size, message) => {
    expect(() => new TerminalPainter(size)).toThrow(message);
  });
});

describe("SVG", () => {
  test.each([...classics, ["everything", everything] as const])("%s is well-formed, with one element per shape", (name, scene) => {
    const svg = paintSvg(scene, `${name} <&>`);
    expect(XMLValidator.validate(svg)).toBe(true);
    const parsed = new XMLParser({ ignoreAttributes: false, preserveOrder: true }).parse(svg) as {
      svg: Record<string, unknown>[];
      ":@": Record<string, string>;
    }[];
    const root = parsed[0]!;
    expect(root[":@"]["@_viewBox"]).toBe(`0 0 ${scene.width} ${scene.height}`);
    expect(root.svg.map((element) => Object.keys(element)[0])).toEqual(["title", "rect", ...scene.shapes.map((shape) => shape.kind)]);
    expect(svg).not.toMatch(/NaN|undefined|e-\d/);
  });

  test("what the elements say", () => {
    expect(paintSvg(everything).split("\n")).toMatchInlineSnapshot(`
      [
        "<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80" viewBox="0 0 120 80" role="img">",
        "<rect width="120" height="80" fill="#fafaf0"/>",
        "<polygon points="10,10 60,20 40,60" fill-rule="evenodd" fill="#c81e1e" stroke="#00005a" stroke-width="3" stroke-linejoin="round"/>",
        "<polygon points="60,40 110,40 70,75 85,30 100,75" fill-rule="evenodd" fill="#00783c"/>",
        "<circle cx="90" cy="20" r="12" fill="#143cdc" fill-opacity="0.5" stroke="#000000" stroke-width="2" stroke-linejoin="round"/>",
        "<line x1="-20" y1="70" x2="140" y2="62" stroke="#5a5a5a" stroke-width="4" stroke-linejoin="round"/>",
        "<polyline points="5,75 30,45 32,75 60,50 60,50 118,55" fill="none" stroke="#e67800" stroke-opacity="0.8" stroke-width="5" stroke-linejoin="round"/>",
        "<circle cx="0" cy="0" r="8" fill="#780078"/>",
        "<text x="8" y="40" font-family="sans-serif" font-size="9.777" fill="#0a0a0a">Ab &lt;3&gt; &amp; −1</text>",
        "</svg>",
        "",
      ]
    `);
  });
});

describe("canvas", () => {
  test.each([
    ...classics,
    // Without the letters, which come from the machine's fonts there.
    ["everything", { ...everything, shapes: everything.shapes.filter((shape) => shape.kind !== "text") }] as const,
  ])("%s on a real canvas, at twice the size, is our picture but for the softness of edges", (_, scene) => {
    const [width, height] = [2 * scene.width, 2 * scene.height];
    const context = createCanvas(width, height).getContext("2d");
    paintCanvas(context, scene, 2);
    const theirs = context.getImageData(0, 0, width, height).data;
    const ours = paintPixels(scene, width, height).data;
    let sum = 0;
    let contrast = 0;
    for (let i = 0; i < ours.length; i++) {
      sum += Math.abs(ours[i]! - theirs[i]!);
      contrast += 255 - theirs[i]!;
    }
    expect(contrast / ours.length).toBeGreaterThan(1);
    expect(sum / contrast).toBeLessThan(0.025);
  });

  test("the context's own settings are as before, and an earlier picture is gone", () => {
    const context = createCanvas(120, 80).getContext("2d");
    context.lineWidth = 9;
    context.fillStyle = "#123456";
    context.fillRect(0, 0, 120, 80);
    paintCanvas(context, { ...everything, background: [0, 0, 0, 0], shapes: [] });
    expect([context.lineWidth, context.fillStyle, context.lineJoin]).toEqual([9, "#123456", "miter"]);
    expect(Math.max(...context.getImageData(0, 0, 120, 80).data)).toBe(0);
  });

  test("a browser's contexts fit", () => {
    expectTypeOf<CanvasRenderingContext2D>().toExtend<CanvasContext>();
    expectTypeOf<OffscreenCanvasRenderingContext2D>().toExtend<CanvasContext>();
  });
});
