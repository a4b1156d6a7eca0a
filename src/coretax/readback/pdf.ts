import { asAppError } from "../../errors";
import { readSheet, type Sheet } from "../../faktur/pdf/sheet";
import { readbackFault } from "./faults";
import { factsOfPdf, type PdfReading } from "./pdf-facts";
import { factsOfCode } from "./qr-facts";

/** What the text reader takes. */
const MOST_MEGABYTES = 20;
const HEAD = Buffer.from("%PDF-");

/**
 * The facts of one PDF from the portal, or why it has none: not a PDF, locked, cut off, damaged, without text, not a
 * faktur, a copy or preview of our own making, or at odds with its own file name or QR code. Never throws for what is in the bytes.
 */
export async function readPdfFacts(bytes: Buffer, fileName: string): Promise<PdfReading> {
  if (bytes.length > MOST_MEGABYTES * 1_000_000) return faulty("pdf_too_large", MOST_MEGABYTES);
  // Some programs put a few bytes before the head.
  if (bytes.subarray(0, 1024).indexOf(HEAD) < 0) return faulty("pdf_not_pdf");
  // Without its end the reader may still show the first pages of a sheet; it would be mailed cut off.
  if (!bytes.subarray(-2048).includes("%%EOF")) return faulty("pdf_truncated");
  let sheet: Sheet;
  try {
    sheet = await readSheet(bytes, (code) => factsOfCode(code) !== null);
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== "pdf_faulty") throw thrown;
    // Refused before it was read.
    if (error.cause === undefined) return faulty("pdf_swells");
    return faulty(isLocked(error.cause) ? "pdf_password" : "pdf_unreadable");
  }
  const reading = factsOfPdf(sheet.text, fileName, sheet.codes);
  if (reading.kind === "faulty") return reading;
  // A sheet of our own making never takes the place of DJP's; the simulated authority stands for DJP in its own world.
  switch (reading.facts.mark) {
    case "copy":
      return faulty("pdf_not_official", "SALINAN");
    case "preview":
      return faulty("pdf_not_official", "PRATINJAU");
    case "simulation":
    case null:
      return reading;
    default:
      return reading.facts.mark satisfies never;
  }
}

const faulty = (
  code: Parameters<typeof readbackFault>[0],
  ...found: readonly (string | number)[]
): PdfReading => ({ kind: "faulty", faults: [readbackFault(code, "", ...found)] });

const isLocked = (cause: unknown): boolean => cause instanceof Error && cause.name === "PasswordException";
