import { show } from "../errors.ts";

const KINDS: Readonly<Record<string, readonly string[]>> = {
  polygon: ["points"],
  polyline: ["points", "stroke"],
  line: ["from", "to", "stroke"],
  circle: ["center", "radius"],
  text: ["at", "text", "size", "fill"],
};

/** What is wrong with what `scene` returned, or undefined. */
export function explainScene(scene: unknown): string | undefined {
  const fields = scene as Record<string, unknown> | null;
  if (fields === null || typeof fields !== "object" || !Array.isArray(fields["shapes"]) || !Array.isArray(fields["background"])) {
    return `scene() returned ${show(scene)}, expected { width, height, background, shapes }; return these four fields, or undefined when there is nothing to draw.`;
  }
  for (const side of ["width", "height"]) {
    const value = fields[side];
    if (typeof value !== "number" || !(value > 0))
      return `scene() returned ${side} = ${show(value)}, expected a number of pixels > 0; set the size of the canvas.`;
  }
  for (const [i, shape] of (fields["shapes"] as Record<string, unknown>[]).entries()) {
    const needed = KINDS[String(shape["kind"])];
    if (needed === undefined)
      return `scene() returned shapes[${i}].kind = ${show(shape["kind"])}, expected one of ${Object.keys(KINDS).join(", ")}; choose one of these kinds.`;
    const missing = needed.find((field) => shape[field] === undefined);
    if (missing !== undefined)
      return `scene() returned shapes[${i}] without ${missing}, expected a ${String(shape["kind"])} to have it; add the field.`;
    const wrong = [shape["points"], shape["from"], shape["to"], shape["center"], shape["at"], shape["radius"], shape["size"]]
      .flat(2)
      .find((v) => v !== undefined && !Number.isFinite(v));
    if (wrong !== undefined)
      return `scene() returned shapes[${i}] with the coordinate ${show(wrong)}, expected finite numbers; look for a division by zero in the drawing.`;
  }
  return undefined;
}
