/**
 * Proves that a PDF which its reader would never finish costs a limited time, is refused as unreadable with what to do, and
 * holds up neither the event loop nor the PDFs after it. How: four kilobytes that draw a word 10^12 times.
 */
import { createPdfReader } from "../src/pdf-reader";
import { officialSheet } from "./coretax/official-sheet";
import { fakturAt, nsfpAt } from "./coretax/stock";
import { nestedPdf } from "./support/nested-pdf";

/** Enough for a sheet beside other work, and too little for what never ends. */
const SECONDS = 8;
const reader = createPdfReader(SECONDS);
const endless = nestedPdf(12, 10);
const EXPECT = { nsfp: nsfpAt(0), buyerNumber: fakturAt(0).buyer.npwp };

let sound: Buffer;
beforeAll(async () => {
  sound = await officialSheet(fakturAt(0), nsfpAt(0));
});

test("sound PDFs are read as ever, and what was given stays the caller's", async () => {
  const before = Buffer.from(sound);
  expect(await reader.fault(sound, EXPECT)).toBeNull();
  const reading = await reader.facts(sound, "a.pdf");
  expect(reading).toMatchObject({ kind: "facts", facts: { nsfp: EXPECT.nsfp, mark: null } });
  expect(sound.equals(before)).toBe(true);
});

test("faults of PDFs come through by their codes", async () => {
  expect(await reader.fault(sound, { ...EXPECT, nsfp: nsfpAt(1) })).not.toBeNull();
  const reading = await reader.facts(sound.subarray(0, sound.length / 2), "a.pdf");
  expect(reading).toMatchObject({ kind: "faulty", faults: [{ code: "pdf_truncated" }] });
});

test("the same with few words is only a page: what spins is its reader, not its bytes", async () => {
  expect(endless.length).toBeLessThan(5_000);
  const reading = await reader.facts(nestedPdf(2, 10), "a.pdf");
  expect(reading).toMatchObject({ kind: "faulty", faults: [{ code: "pdf_not_faktur" }] });
});

test("one that is never finished is refused, and the event loop goes on meanwhile", async () => {
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 50);
  const [brought, next] = await Promise.all([reader.facts(endless, "a.pdf"), reader.facts(sound, "b.pdf")]);
  clearInterval(ticking);
  expect(brought).toMatchObject({ kind: "faulty", faults: [{ code: "pdf_too_heavy" }] });
  expect(next.kind).toBe("facts");
  // Held up, it would have turned hardly at all.
  expect(turns).toBeGreaterThan((SECONDS * 20) / 4);
});

test("from a channel it is at fault too, with what to do", async () => {
  expect(await reader.fault(endless, EXPECT)).toMatchObject({ en: expect.stringMatching(/asked for again/) });
});
