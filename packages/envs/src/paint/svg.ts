import type { Color, Point, Scene, Shape } from "../scene.ts";

/** Cap height of common sans fonts as a share of the font size. */
export const CAP_HEIGHT = 0.716;

/** The scene as one SVG element (text). Numbers are rounded to a thousandth of a pixel. `title` is what a screen reader says. */
export function paintSvg(scene: Scene, title?: string): string {
  const { width, height } = scene;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${num(width)}" height="${num(height)}" viewBox="0 0 ${num(width)} ${num(height)}" role="img">`,
  ];
  if (title !== undefined) lines.push(`<title>${escape(title)}</title>`);
  lines.push(`<rect width="${num(width)}" height="${num(height)}"${paint("fill", scene.background)}/>`);
  for (const shape of scene.shapes) lines.push(element(shape));
  lines.push("</svg>");
  return lines.join("\n") + "\n";
}

function element(shape: Shape): string {
  switch (shape.kind) {
    case "polygon":
      return `<polygon points="${list(shape.points)}" fill-rule="evenodd"${paint("fill", shape.fill)}${stroke(shape)}/>`;
    case "circle": {
      const [x, y] = shape.center;
      return `<circle cx="${num(x)}" cy="${num(y)}" r="${num(shape.radius)}"${paint("fill", shape.fill)}${stroke(shape)}/>`;
    }
    case "line": {
      const { from, to } = shape;
      return `<line x1="${num(from[0])}" y1="${num(from[1])}" x2="${num(to[0])}" y2="${num(to[1])}"${stroke(shape)}/>`;
    }
    case "polyline":
      return `<polyline points="${list(shape.points)}" fill="none"${stroke(shape)}/>`;
    case "text": {
      const size = num(shape.size / CAP_HEIGHT);
      return `<text x="${num(shape.at[0])}" y="${num(shape.at[1])}" font-family="sans-serif" font-size="${size}"${paint("fill", shape.fill)}>${escape(shape.text)}</text>`;
    }
  }
}

function stroke(shape: { readonly stroke?: Color; readonly width?: number }): string {
  if (shape.stroke === undefined) return "";
  return `${paint("stroke", shape.stroke)} stroke-width="${num(shape.width ?? 1)}" stroke-linejoin="round"`;
}

function paint(name: "fill" | "stroke", color: Color | undefined): string {
  if (color === undefined) return ` ${name}="none"`;
  const [red, green, blue, opacity = 1] = color;
  const see = opacity === 1 ? "" : ` ${name}-opacity="${num(opacity)}"`;
  return ` ${name}="#${hex(red)}${hex(green)}${hex(blue)}"${see}`;
}

function hex(value: number): string {
  return Math.round(Math.min(255, Math.max(0, value)))
    .toString(16)
    .padStart(2, "0");
}

function list(points: readonly Point[]): string {
  return points.map(([x, y]) => `${num(x)},${num(y)}`).join(" ");
}

function num(value: number): string {
  return String(Math.round(value * 1000) / 1000 + 0);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ENTITIES[c] ?? c);
}
