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

/** What the pictures of Acrobot and of the pendulum share, in pixels as in Gymnasium: 500 wide for −2.2 … 2.2, links 1 long and 0.2 wide. `hub` is the middle
 *  of Gymnasium's pixel 250 (counted from the left, and from below): where what is fixed stands. */
export const LINKS = /* @__PURE__ */ (() => {
  const size = 500;
  const center = size / 2;
  const hub: Point = [center + 0.5, center - 0.5];
  const scale = size / (2 * 2.2);
  const link = { left: 0 - OUTLINE, right: scale + OUTLINE, bottom: -0.1 * scale - OUTLINE, top: 0.1 * scale + OUTLINE };
  return { size, center, hub, scale, link };
})();
