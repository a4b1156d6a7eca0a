import { withPdf, type PdfFile } from "./open";

/**
 * The text of all pages: pieces of one line joined, lines and pages ended by a line break. Throws `pdf_faulty` as `withPdf`
 * does.
 */
export const readPdfText = (bytes: Buffer): Promise<string> => withPdf(bytes, textOf);

/** The same of an opened file. */
export async function textOf(file: PdfFile): Promise<string> {
  const pages: string[] = [];
  for (let number = 1; number <= file.numPages; number += 1) {
    const page = await file.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join(""));
    page.cleanup();
  }
  return `${pages.join("\n")}\n`;
}
