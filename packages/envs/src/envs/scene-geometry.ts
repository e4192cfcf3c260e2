import type { Point } from "../scene.ts";

/** Corners of the box left … right × bottom … top (y up, in the box's own frame), turned counterclockwise by the angle whose cosine and sine
 *  are given, then moved to (x, y) of the canvas (y down). */
export function turnedBox(
  x: number,
  y: number,
  cosine: number,
  sine: number,
  box: { readonly left: number; readonly right: number; readonly bottom: number; readonly top: number },
): readonly Point[] {
  const corner = (a: number, b: number): Point => [x + a * cosine - b * sine, y - a * sine - b * cosine];
  return [corner(box.left, box.bottom), corner(box.left, box.top), corner(box.right, box.top), corner(box.right, box.bottom)];
}

/** Gymnasium's polygons and discs also fill the pixels that their outline runs through, so every side stands half a pixel further out
 *  than its nominal place. */
export const OUTLINE = 0.5;
