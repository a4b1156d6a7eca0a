import { readFile } from "node:fs/promises";
import type { Picture } from "./pictures";

type Reader = typeof import("zxing-wasm/reader");

let loaded: Promise<Reader> | undefined;

/** The decoder comes from the package beside it; left to itself it would fetch it from the network. */
async function load(): Promise<Reader> {
  const reader = await import("zxing-wasm/reader");
  const bytes = await readFile(require.resolve("zxing-wasm/reader/zxing_reader.wasm"));
  const wasmBinary = new Uint8Array(bytes).buffer;
  await reader.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  return reader;
}

/** A page's two codes, and a spare. */
const MOST_CODES = 3;
const LONGEST_TEXT = 2_000;
/** Smaller pictures are enlarged: a decoder wants some points for each module. */
const SMALL = 300;
const BORDER = 16;

/** Straight and clean codes are found at once; only where there are none is it tried in every way. */
const QUICK = { tryHarder: false, tryRotate: false, tryInvert: false, tryDownscale: false } as const;

/** The texts of the QR codes in a picture; empty when it holds none. */
export async function readQrCodes(picture: Picture): Promise<string[]> {
  const { readBarcodes } = await (loaded ??= load());
  const image = enlarged(picture);
  const options = { formats: ["QRCode" as const], maxNumberOfSymbols: MOST_CODES };
  const quick = await readBarcodes(image, { ...options, ...QUICK });
  const found = quick.length > 0 ? quick : await readBarcodes(image, { ...options, tryHarder: true });
  return found.map(({ text }) => text).filter((words) => words !== "" && words.length <= LONGEST_TEXT);
}

/** As the decoder takes it, with the quiet border around it that a code needs. */
function enlarged({ width, height, grey }: Picture) {
  const times = Math.max(1, Math.floor(SMALL / Math.max(width, height)));
  const size = { width: width * times + 2 * BORDER, height: height * times + 2 * BORDER };
  const points = new Uint32Array(size.width * size.height).fill(0xffffffff);
  for (let y = 0; y < height * times; y += 1) {
    const from = Math.floor(y / times) * width;
    const to = (y + BORDER) * size.width + BORDER;
    for (let x = 0; x < width * times; x += 1) {
      points[to + x] = 0xff000000 + (grey[from + Math.floor(x / times)] ?? 255) * 0x010101;
    }
  }
  return { ...size, data: new Uint8ClampedArray(points.buffer), colorSpace: "srgb" as const };
}
