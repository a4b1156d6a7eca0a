import { readPdfFacts } from "./coretax/readback/pdf";
import type { PdfReading } from "./coretax/readback/pdf-facts";
import { officialPdfFault, type ExpectedPdf } from "./faktur/pdf/official";
import type { Text } from "./text";
import { answerQuestions, asBuffer } from "./thread";

const answers = {
  fault: (bytes: Uint8Array, expect: ExpectedPdf): Promise<Text | null> =>
    officialPdfFault(asBuffer(bytes), expect),

  facts: (bytes: Uint8Array, fileName: string): Promise<PdfReading> =>
    readPdfFacts(asBuffer(bytes), fileName),
};

export type PdfAnswers = typeof answers;

answerQuestions(answers);
