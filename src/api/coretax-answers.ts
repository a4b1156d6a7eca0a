import { z } from "zod";
import { LEFT_CODES } from "../coretax/report";

/** The forms of the answers about files to and from the Coretax portal. */

const file = z.object({
  id: z.string(),
  seller: z.string(),
  name: z.string(),
  fakturs: z.int(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  madeBy: z.string(),
  at: z.iso.datetime({ offset: true }),
});

const count = z.int().min(0);

/** What a person has to carry to the portal and back. */
export const coretaxDesk = z.object({
  ...{ seller: z.string(), name: z.string() },
  drafts: count,
  ready: count.describe("goes into the next export"),
  readyUntil: z.iso.date().nullable().describe("the nearest last day among them"),
  waiting: count.describe("exported; the portal's list has not come back"),
  waitingUntil: z.iso.date().nullable(),
  overdue: count.describe("exported, not come back, and the last day is over"),
  tooLate: count.describe("ready, and the last day is over"),
  keptBack: count.describe("ready, but may have been exported before a restore"),
  held: count.describe("ready, but something else is the matter"),
});

export const CORETAX_ANSWERS = {
  CoretaxDesk: coretaxDesk,
  CoretaxExport: z.object({
    files: z.array(file),
    leftOut: z.array(
      z.object({
        id: z.string(),
        reference: z.string(),
        faults: z.array(z.object({ code: z.string(), message: z.string() })),
      }),
    ),
    tooLate: z.int().describe("ready fakturs whose last day is over"),
    keptBack: z.int().describe("ready fakturs that may have been exported before a restore"),
  }),
  CoretaxRelease: z.object({ released: z.int() }),
  CoretaxFilesPage: z.object({ items: z.array(file), nextCursor: z.string().nullable() }),
  CoretaxFileFakturs: file.extend({ ids: z.array(z.string()) }),
  CoretaxImport: z.object({
    files: z.array(z.object({ name: z.string(), sha256: z.string(), repeated: z.boolean() })),
    approved: z.int(),
    changed: z.int(),
    pdfs: z.int(),
    alreadyKnown: z.int(),
    cleared: z.int().describe("kept back since a restore, and let go by a whole list"),
    left: z.array(
      z.object({
        file: z.string(),
        at: z.string().describe("line of the list or name inside the ZIP"),
        code: z.enum(LEFT_CODES),
        faults: z.array(z.string()).describe("what makes it faulty, by code; empty otherwise"),
        message: z.string(),
        fakturs: z.array(z.string()),
        nsfp: z.string().nullable(),
        reference: z.string().nullable(),
      }),
    ),
  }),
} as const;
