import type { Picture } from "./picture.ts";
export function cgPictures(): readonly Picture[] {
  return [];
}
