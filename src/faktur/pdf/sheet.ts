import { withPdf, type PdfFile } from "./open";
import { squarePictures } from "./pictures";
import { readQrCodes } from "./qr";
import { textOf } from "./text";

/** What can be read from a PDF without knowing whose it is. */
export interface Sheet {
  readonly text: string;
  /** Texts of QR codes, until one that was wanted is found; empty when there are none. */
  readonly codes: readonly string[];
}

/** Whether this is the code that is looked for: the search ends with its picture. */
type IsWanted = (code: string) => boolean;

/** Codes stand at the signature, on the last page; so many others are looked at besides. */
const MOST_SEARCHED = 3;

/**
 * Reads text and QR codes of a PDF. A QR code that cannot be read is none: it is a further witness, not a condition.
 * Throws `pdf_faulty` as `withPdf` does.
 */
export const readSheet = (bytes: Buffer, isWanted: IsWanted): Promise<Sheet> =>
  withPdf(bytes, async (file) => ({ text: await textOf(file), codes: await codesOf(file, isWanted) }));

async function codesOf(file: PdfFile, isWanted: IsWanted): Promise<readonly string[]> {
  const found = new Set<string>();
  const pages = Array.from({ length: file.numPages }, (_, index) => file.numPages - index);
  for (const number of pages.slice(0, MOST_SEARCHED)) {
    for (const code of await codesOnPage(file, number, isWanted)) found.add(code);
    if ([...found].some(isWanted)) break;
  }
  return [...found];
}

async function codesOnPage(file: PdfFile, number: number, isWanted: IsWanted): Promise<string[]> {
  const found: string[] = [];
  try {
    const page = await file.getPage(number);
    for (const picture of await squarePictures(page)) {
      found.push(...(await readQrCodes(picture)));
      if (found.some(isWanted)) break;
    }
    page.cleanup();
  } catch {
    // Drawing that the reader cannot follow takes nothing from the text.
  }
  return found;
}
