import { AppError } from "../../errors";
import { text } from "../../text";

/** A tax sheet is far smaller; more is refused before it costs time. */
const MOST_BYTES = 20_000_000;
const MOST_PAGES = 200;

type PdfJs = typeof import("pdfjs-dist/legacy/build/pdf.mjs", { with: { "resolution-mode": "import" } });

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

/**
 * The text of all pages: pieces of one line joined, lines and pages ended by a line break. No scripts, fonts, pictures or
 * network are used. Throws `pdf_faulty` when the file is broken, needs a password, or is larger than 20 MB or 200 pages.
 */
export async function readPdfText(bytes: Buffer): Promise<string> {
  if (bytes.length > MOST_BYTES) throw faulty("tooLarge");
  loaded ??= load();
  const { getDocument, VerbosityLevel } = await loaded;
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
    maxImageSize: 0,
    enableXfa: false,
  });
  try {
    const document = await task.promise;
    if (document.numPages > MOST_PAGES) throw faulty("tooLarge");
    const pages: string[] = [];
    for (let number = 1; number <= document.numPages; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      pages.push(items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join(""));
      page.cleanup();
    }
    return `${pages.join("\n")}\n`;
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : faulty("unreadable", thrown);
  } finally {
    await task.destroy();
  }
}

const FAULTY = {
  tooLarge: text(
    "PDF terlalu besar (paling banyak 20 MB dan 200 halaman). Periksa apakah ini berkas yang benar.",
    "The PDF is too large (at most 20 MB and 200 pages). Check that it is the right file.",
  ),
  unreadable: text(
    "PDF tidak dapat dibaca: rusak atau memakai kata sandi. Unduh ulang dari sumbernya.",
    "The PDF cannot be read: it is damaged or needs a password. Download it again.",
  ),
} as const;

const faulty = (why: keyof typeof FAULTY, cause?: unknown): AppError =>
  new AppError("pdf_faulty", FAULTY[why], cause === undefined ? {} : { cause });
