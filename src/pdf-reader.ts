import { join } from "node:path";
import type { ImportDeps } from "./coretax/import";
import { readbackFault } from "./coretax/readback/faults";
import { AppError } from "./errors";
import type { PaperMaker } from "./faktur/obtain";
import type { PdfAnswers } from "./pdf-thread";
import { text } from "./text";
import { openThread, type Gone } from "./thread";

/** A few kilobytes can have a reader draw for years; the largest sheet takes a second. */
const READ_SECONDS = 20;
/** Of the reader's own objects, in megabytes; a sheet takes a tenth. */
const READ_MEGABYTES = 256;
/** With less it cleans memory more often; with more it is no faster. */
const READ_YOUNG_MEGABYTES = 8;

export interface PdfReader {
  /** What is wrong with an official PDF, or null. */
  readonly fault: PaperMaker["fault"];
  /** What a PDF from the portal says, or why it has nothing to say. */
  readonly facts: ImportDeps["readPdf"];
}

/** Reads PDFs of others, one after the other, where they can hold up and fill up nothing but their own reader. */
export function createPdfReader(seconds = READ_SECONDS): PdfReader {
  const gone = (why: Gone, cause: unknown): AppError => {
    const fault =
      why === "died" ? readbackFault("pdf_unreadable", "") : readbackFault("pdf_too_heavy", "", seconds);
    return new AppError("pdf_faulty", NEVER_READ, { faults: [fault], cause });
  };
  const limits = {
    limitMs: seconds * 1000,
    mostMegabytes: READ_MEGABYTES,
    youngMegabytes: READ_YOUNG_MEGABYTES,
  };
  const thread = openThread<PdfAnswers>(join(__dirname, "pdf-thread"), { ...limits, gone });
  return {
    fault: (bytes, expect) => orFaulty(thread.ask("fault", bytes, expect), ({ says }) => says),
    facts: (bytes, fileName) =>
      orFaulty(thread.ask("facts", bytes, fileName), ({ faults }) => ({ kind: "faulty", faults })),
  };
}

async function orFaulty<T>(asked: Promise<T>, faulty: (error: AppError) => T): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "pdf_faulty") return faulty(thrown);
    throw thrown;
  }
}

const NEVER_READ = text(
  "PDF ini tidak dapat dibaca: terlalu lama atau memakan terlalu banyak memori. PDF akan diminta lagi; periksa dokumennya di portal kanal bila berulang.",
  "This PDF cannot be read: it takes too long or too much memory. It will be asked for again; check the document at the channel if this repeats.",
);
