import { AppError } from "../../errors";
import { text } from "../../text";
import { swellsBeyond } from "./streams";

/** A tax sheet is far smaller; more is refused before it costs time. */
const MOST_BYTES = 20_000_000;
const MOST_PAGES = 200;
/** All contents unpacked. An official sheet unpacks to less than 1 MB. */
const MOST_UNPACKED = 50_000_000;
/** Pictures with more points than these are passed over undecoded; a QR code has far fewer. */
const MOST_PICTURE_POINTS = 2_000_000;

type PdfJs = typeof import("pdfjs-dist/legacy/build/pdf.mjs", { with: { "resolution-mode": "import" } });
type Task = ReturnType<PdfJs["getDocument"]>;
export type PdfFile = Awaited<Task["promise"]>;
export type PdfPage = Awaited<ReturnType<PdfFile["getPage"]>>;

let loaded: Promise<PdfJs> | undefined;

/**
 * The reader asks for these three classes of a browser while it starts, for drawing only. Without them it does not start
 * where its optional drawing package is not installed.
 */
function load(): Promise<PdfJs> {
  const globals = globalThis as Record<string, unknown>;
  for (const name of ["DOMMatrix", "ImageData", "Path2D"]) globals[name] ??= class {};
  return import("pdfjs-dist/legacy/build/pdf.mjs");
}

/** The reader's numbers of drawing operations, by their names. */
export const operations = async (): Promise<PdfJs["OPS"]> => (await (loaded ??= load())).OPS;

/**
 * Opens a PDF for as long as it is used. No scripts and no network, fonts only for their letters. Throws `pdf_faulty` when
 * the file is broken, needs a password, or is larger than 20 MB, 200 pages or 50 MB unpacked, and for whatever `use` throws.
 */
export async function withPdf<T>(bytes: Buffer, use: (file: PdfFile) => Promise<T>): Promise<T> {
  if (bytes.length > MOST_BYTES || swellsBeyond(bytes, MOST_UNPACKED)) throw faulty("tooLarge");
  // Without a single object there is nothing to read; the reader would search megabytes for one.
  if (!bytes.includes(" obj")) throw faulty("unreadable", new TypeError("no objects"));
  const { getDocument, VerbosityLevel } = await (loaded ??= load());
  const task = getDocument({
    // A copy: the reader takes the memory it is given.
    data: new Uint8Array(bytes),
    verbosity: VerbosityLevel.ERRORS,
    isEvalSupported: false,
    useWasm: false,
    useWorkerFetch: false,
    useSystemFonts: false,
    disableFontFace: true,
    stopAtErrors: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    maxImageSize: MOST_PICTURE_POINTS,
    enableXfa: false,
  });
  try {
    const file = await task.promise;
    if (file.numPages > MOST_PAGES) throw faulty("tooLarge");
    return await use(file);
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : faulty("unreadable", thrown);
  } finally {
    await task.destroy();
  }
}

const FAULTY = {
  tooLarge: text(
    "PDF terlalu besar (paling banyak 20 MB, 200 halaman dan 50 MB setelah dibuka). Periksa apakah ini berkas yang benar.",
    "The PDF is too large (at most 20 MB, 200 pages and 50 MB unpacked). Check that it is the right file.",
  ),
  unreadable: text(
    "PDF tidak dapat dibaca: rusak atau memakai kata sandi. Unduh ulang dari sumbernya.",
    "The PDF cannot be read: it is damaged or needs a password. Download it again.",
  ),
} as const;

const faulty = (why: keyof typeof FAULTY, cause?: unknown): AppError =>
  new AppError("pdf_faulty", FAULTY[why], cause === undefined ? {} : { cause });
