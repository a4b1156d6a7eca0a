import { operations, type PdfPage } from "./open";
import { modulesAsPicture, type Box } from "./modules";

/** Shades of grey, 0 black to 255 white, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8ClampedArray;
}

/** A page with more drawing than this is no sheet, and is not searched. */
const MOST_OPERATIONS = 200_000;
const MOST_PICTURES = 8;
const SMALLEST = 20;

type Matrix = readonly [number, number, number, number, number, number];
const WHOLE: Matrix = [1, 0, 0, 1, 0, 0];

/**
 * The pictures of a page that may be QR codes: square ones, stored or inline, and what many small dark rectangles form.
 * At most eight; what is too large or in a format that the reader does not decode is left out.
 */
export async function squarePictures(page: PdfPage): Promise<Picture[]> {
  const ops = await operations();
  const { fnArray, argsArray } = await page.getOperatorList();
  if (fnArray.length > MOST_OPERATIONS) return [];
  const pictures: Picture[] = [];
  const boxes: Box[] = [];
  const pen = { at: WHOLE, dark: true, saved: [] as { at: Matrix; dark: boolean }[] };
  for (const [index, op] of fnArray.entries()) {
    const args = (argsArray[index] ?? []) as readonly unknown[];
    switch (op) {
      case ops.save:
        pen.saved.push({ at: pen.at, dark: pen.dark });
        break;
      case ops.restore:
        Object.assign(pen, pen.saved.pop() ?? {});
        break;
      case ops.transform:
        pen.at = times(pen.at, matrixOf(args));
        break;
      case ops.setFillRGBColor:
        pen.dark = isDark(args);
        break;
      case ops.constructPath:
        if (pen.dark && isFill(args[0], ops)) boxes.push(...boxesOf(args[1], pen.at));
        break;
      case ops.paintImageXObject:
      case ops.paintInlineImageXObject:
      case ops.paintImageMaskXObject: {
        if (pictures.length >= MOST_PICTURES) break;
        const picture = pictureOf(stored(page, args[0]), op === ops.paintImageMaskXObject);
        if (picture !== null) pictures.push(picture);
        break;
      }
    }
  }
  const drawn = modulesAsPicture(boxes);
  return drawn === null ? pictures : [...pictures, drawn];
}

const times = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [
  ...([a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j] as const),
  ...([a * k + c * l + e, b * k + d * l + f] as const),
];

function matrixOf(args: readonly unknown[]): Matrix {
  const [a, b, c, d, e, f] = args.map(Number);
  return [a ?? 1, b ?? 0, c ?? 0, d ?? 1, e ?? 0, f ?? 0];
}

/** `#rrggbb`, or three numbers up to 255. */
function isDark(args: readonly unknown[]): boolean {
  const [first] = args;
  const parts =
    typeof first === "string"
      ? [first.slice(1, 3), first.slice(3, 5), first.slice(5, 7)].map((hex) => parseInt(hex, 16))
      : args.slice(0, 3).map(Number);
  return parts.reduce((sum, part) => sum + part, 0) < 3 * 128;
}

const isFill = (op: unknown, ops: Awaited<ReturnType<typeof operations>>): boolean =>
  op === ops.fill || op === ops.eoFill || op === ops.fillStroke || op === ops.eoFillStroke;

/** How the reader writes a path: a number for each step, and its points behind it. */
const STEP_LENGTH = [2, 2, 6, 4, 0] as const;
const [MOVE, LINE, CLOSE] = [0, 1, 4];

/** The rectangles along the page's edges among the parts of a path. */
function boxesOf(path: unknown, at: Matrix): Box[] {
  const [steps] = Array.isArray(path) ? (path as unknown[]) : [];
  if (!isNumbers(steps)) return [];
  const boxes: Box[] = [];
  let points: (readonly [number, number])[] = [];
  const end = (): void => {
    const box = boxOf(points);
    if (box !== null) boxes.push(box);
    points = [];
  };
  for (let index = 0; index < steps.length;) {
    const step = steps[index] ?? -1;
    const length = STEP_LENGTH[step as 0];
    if (length === undefined) return [];
    if (step === MOVE || step === CLOSE) end();
    if (step === MOVE || step === LINE) {
      const [x, y] = [steps[index + 1] ?? 0, steps[index + 2] ?? 0];
      points.push([at[0] * x + at[2] * y + at[4], at[1] * x + at[3] * y + at[5]]);
    }
    index += 1 + length;
  }
  end();
  return boxes;
}

/** A typed array, whichever. */
const isNumbers = (value: unknown): value is ArrayLike<number> =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

function boxOf(points: readonly (readonly [number, number])[]): Box | null {
  if (points.length < 4 || points.length > 5) return null;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const box = {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
  const isCorner = ([x, y]: readonly [number, number]): boolean =>
    near(x, box.left, box.right) && near(y, box.top, box.bottom);
  return points.every(isCorner) ? box : null;
}

const near = (value: number, one: number, other: number): boolean =>
  Math.abs(value - one) < 0.01 || Math.abs(value - other) < 0.01;

/** Small ones stand in the page's own drawing, larger ones by a name. */
function stored(page: PdfPage, given: unknown): unknown {
  if (typeof given === "object" && given !== null && "data" in given && typeof given.data === "string") {
    return stored(page, given.data);
  }
  if (typeof given !== "string") return given;
  const objects = given.startsWith("g_") ? page.commonObjs : page.objs;
  return objects.has(given) ? (objects.get(given) as unknown) : null;
}

/** How the reader lays out the points of a picture. */
const [ONE_BIT, RGB, RGBA] = [1, 2, 3];

function pictureOf(given: unknown, isMask: boolean): Picture | null {
  if (typeof given !== "object" || given === null) return null;
  const { width, height, kind, data } = given as Record<string, unknown>;
  if (typeof width !== "number" || typeof height !== "number") return null;
  if (width < SMALLEST || height < SMALLEST || Math.max(width, height) > 1.25 * Math.min(width, height))
    return null;
  if (!isNumbers(data)) return null;
  const grey = new Uint8ClampedArray(width * height);
  if (isMask || kind === ONE_BIT) {
    const row = (width + 7) >> 3;
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const bit = ((data[y * row + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
        grey[y * width + x] = bit === 1 ? 255 : 0;
      }
  } else if (kind === RGB || kind === RGBA) {
    const step = kind === RGB ? 3 : 4;
    for (let at = 0; at < grey.length; at += 1) {
      grey[at] = ((data[at * step] ?? 0) + (data[at * step + 1] ?? 0) + (data[at * step + 2] ?? 0)) / 3;
    }
  } else return null;
  return { width, height, grey };
}
