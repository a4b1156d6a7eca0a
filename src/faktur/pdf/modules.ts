import type { Picture } from "./pictures";

/** A filled rectangle in the units of the page. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Larger ones are tables and lines; fewer cannot be a QR code, more cannot be one either. */
const LARGEST = 60;
const FEWEST = 60;
const MOST = 100_000;
/** The longer side of the picture, in points. */
const SIDE = 1_400;
const FINEST = 0.2;

/** Many small rectangles as one picture: a QR code that is drawn and not stored. Null when there are too few for one. */
export function modulesAsPicture(all: readonly Box[]): Picture | null {
  const boxes = all.filter(
    ({ left, right, top, bottom }) =>
      right - left <= LARGEST && bottom - top <= LARGEST && right - left > FINEST && bottom - top > FINEST,
  );
  if (boxes.length < FEWEST || boxes.length > MOST) return null;
  const edge = boxes.reduce((one, other) => ({
    left: Math.min(one.left, other.left),
    right: Math.max(one.right, other.right),
    top: Math.min(one.top, other.top),
    bottom: Math.max(one.bottom, other.bottom),
  }));
  const [width, height] = [edge.right - edge.left, edge.bottom - edge.top];
  const scale = Math.min(8, SIDE / Math.max(width, height));
  if (!Number.isFinite(scale)) return null;
  const picture = {
    width: Math.max(1, Math.ceil(width * scale)),
    height: Math.max(1, Math.ceil(height * scale)),
  };
  const grey = new Uint8ClampedArray(picture.width * picture.height).fill(255);
  for (const box of boxes) {
    const from = Math.round((box.left - edge.left) * scale);
    const to = Math.round((box.right - edge.left) * scale);
    // The page counts upwards, a picture downwards.
    const first = Math.round((edge.bottom - box.bottom) * scale);
    const last = Math.round((edge.bottom - box.top) * scale);
    for (let y = first; y < last; y += 1) grey.fill(0, y * picture.width + from, y * picture.width + to);
  }
  return { ...picture, grey };
}
