/** Extent of an axis with elements before, behind and between. */
export const paddedExtent = (extent: number, low: number, high: number, interior: number): number =>
  low + high + extent + Math.max(extent - 1, 0) * interior;
