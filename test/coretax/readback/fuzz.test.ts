/*
 * Proves that no bytes crash the readers, hang them or make them believe more than the sound file says: every answer is
 * rows, facts or named faults. How: random bytes, and sound files cut, overwritten and repeated at random places.
 */
import fc from "fast-check";
import { readPortalList } from "../../../src/coretax/readback/excel";
import { readPdfFacts } from "../../../src/coretax/readback/pdf";
import { factsOfPdf } from "../../../src/coretax/readback/pdf-facts";
import { readPdfZip } from "../../../src/coretax/readback/zip";
import { drawPaper } from "../../../src/faktur/pdf/draw";
import { makePaper } from "../../support/papers";
import { officialSheet } from "../official-sheet";
import { fakturAt, nsfpAt } from "../stock";
import { listOf, workbookParts, TITLES, listCells, zipOf } from "./workbooks";

/** One way of spoiling a file; places are shares of its length, so that they fit any file. */
const spoiling = fc.oneof(
  fc.record({ kind: fc.constant("cut" as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant("write" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  fc.record({
    kind: fc.constant("repeat" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 400 }),
  }),
);
type Spoiling = typeof spoiling extends fc.Arbitrary<infer T> ? T : never;

function spoilt(bytes: Buffer, how: readonly Spoiling[]): Buffer {
  return how.reduce((now, one) => {
    const at = Math.floor(now.length * one.at);
    switch (one.kind) {
      case "cut":
        return Buffer.from(now.subarray(0, at));
      case "write":
        return Buffer.concat([now.subarray(0, at), one.bytes, now.subarray(at + one.bytes.length)]);
      case "repeat":
        return Buffer.concat([now.subarray(0, at), now.subarray(Math.max(0, at - one.length))]);
    }
  }, bytes);
}

const waysToSpoil = fc.array(spoiling, { minLength: 1, maxLength: 3 });

/** Reads the list; every faulty answer has a code and says what to do. */
async function listIsNamed(bytes: Buffer): Promise<number> {
  const list = await readPortalList(bytes, null);
  const faults = list.kind === "refused" ? list.faults : list.refused.flatMap((row) => row.faults);
  expect(faults.every((fault) => /^[a-z_]+$/.test(fault.code) && fault.fix.id !== "")).toBe(true);
  if (list.kind === "refused") expect(faults.length).toBeGreaterThan(0);
  return list.kind === "list" ? list.rows.length : 0;
}

async function zipEnds(bytes: Buffer): Promise<number> {
  let size = 0;
  for await (const item of readPdfZip(bytes, bytes.length))
    if (item.kind === "pdf") size += item.bytes.length;
  return size;
}

test("random bytes behind the head of each kind of file", async () => {
  const heads = fc.constantFrom("", "PK\u0003\u0004", "PK\u0005\u0006", "%PDF-1.7\n");
  await fc.assert(
    fc.asyncProperty(heads, fc.uint8Array({ maxLength: 600 }), async (head, tail) => {
      const bytes = Buffer.concat([Buffer.from(head, "latin1"), tail, Buffer.from("%%EOF")]);
      expect(await listIsNamed(bytes)).toBe(0);
      expect(await zipEnds(bytes)).toBe(0);
      expect((await readPdfFacts(bytes, "a.pdf")).kind).toBe("faulty");
    }),
    { numRuns: 150 },
  );
});

test("spoilt .xlsx files", async () => {
  const bytes = await listOf([{}, { Referensi: "INV-2" }, { Referensi: "INV-3" }]);
  await fc.assert(
    fc.asyncProperty(waysToSpoil, async (ways) => {
      expect(await listIsNamed(spoilt(bytes, ways))).toBeLessThanOrEqual(3);
    }),
    { numRuns: 400 },
  );
});

test("sound ZIPs with spoilt sheets, texts and workbooks inside", async () => {
  const parts = workbookParts([[...TITLES], listCells(), listCells({ Referensi: "INV-2" })]);
  const names = Object.keys(parts).filter((name) => name.startsWith("xl/"));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), waysToSpoil, async (name, ways) => {
      const bent = { ...parts, [name]: spoilt(Buffer.from(parts[name] ?? ""), ways) };
      const bytes = await zipOf(
        Object.entries(bent).map(([part, content]) => ({ name: part, bytes: content })),
      );
      await listIsNamed(bytes);
    }),
    { numRuns: 400 },
  );
});

test("spoilt ZIPs of PDFs give no more than was put in", async () => {
  const contents = Buffer.from("%PDF-1.7 isi %%EOF".repeat(40));
  const bytes = await zipOf(["a", "b", "c"].map((name) => ({ name: `${name}.pdf`, bytes: contents })));
  await fc.assert(
    fc.asyncProperty(waysToSpoil, async (ways) => {
      // Entries may be named twice by a repeated directory; each is no longer than it was.
      expect(await zipEnds(spoilt(bytes, ways))).toBeLessThanOrEqual(contents.length * 12);
    }),
    { numRuns: 400 },
  );
});

test("spoilt PDFs", async () => {
  const bytes = await drawPaper(makePaper({ mark: "simulation" }));
  await fc.assert(
    fc.asyncProperty(waysToSpoil, async (ways) => {
      const reading = await readPdfFacts(spoilt(bytes, ways), "a.pdf");
      if (reading.kind === "facts") expect(reading.facts.nsfp).toMatch(/^(0[1-9]|10)\d{15}$/);
      else expect(reading.faults.length).toBeGreaterThan(0);
    }),
    { numRuns: 120 },
  );
});

test("spoilt sheets with codes, inside a ZIP: named, quickly and in little memory", async () => {
  const sheets = await Promise.all(
    (["image", "drawn"] as const).map((qrAs, index) =>
      officialSheet(fakturAt(index), nsfpAt(index), { qrAs }),
    ),
  );
  const before = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...sheets), waysToSpoil, waysToSpoil, async (sheet, inside, outside) => {
      const zip = await zipOf([{ name: "a.pdf", bytes: spoilt(sheet, inside), stored: true }]);
      const begun = process.cpuUsage();
      for await (const item of readPdfZip(spoilt(zip, outside), zip.length)) {
        if (item.kind === "pdf") await readPdfFacts(item.bytes, item.name);
      }
      for await (const item of readPdfZip(zip, zip.length)) {
        const reading = item.kind === "pdf" ? await readPdfFacts(item.bytes, item.name) : null;
        if (reading?.kind === "facts") expect(reading.facts.nsfp).toMatch(/^(0[1-9]|10)\d{15}$/);
      }
      // Of the processor, which others that keep the machine busy do not lengthen.
      const { user, system } = process.cpuUsage(begun);
      expect((user + system) / 1000).toBeLessThan(5_000);
    }),
    { numRuns: 150, seed: 20261122 },
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000);
}, 120_000);

test("any text, any file name and any codes", () => {
  const words = fc.constantFrom(
    "Kode dan Nomor Seri Faktur Pajak: ",
    "04002600000000001",
    "Pengusaha Kena Pajak:",
    "\n",
    "NPWP : ",
    "0098765432109000",
    "Pembeli Barang Kena Pajak/Penerima Jasa Kena Pajak:",
    "Dasar Pengenaan Pajak ",
    "916.667,00",
    "(Referensi: ",
    ")",
    "KOTA, 03 November 2026",
    "1 dari 1",
    " ",
    "No.",
  );
  const texts = fc.array(fc.oneof(words, fc.string()), { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, fc.string(), fc.array(fc.oneof(fc.string(), texts)), (text, name, codes) => {
      expect(["facts", "faulty"]).toContain(factsOfPdf(text, name, codes).kind);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["blanks", " "],
  ["line breaks", "\n"],
  ["digits", "1"],
  ["digits and blanks", "1 "],
  ["commas", ","],
  ["brackets", ")"],
  ["labels", "(Referensi: "],
  ["labels on lines", "\n(Referensi: "],
  ["numbers on lines", "\nKode dan Nomor Seri Faktur Pajak: 0"],
])("a sheet full of %s ends quickly", (_name, piece) => {
  const text = `Kode dan Nomor Seri Faktur Pajak: ${piece.repeat(200_000)}\n${piece.repeat(200_000)}`;
  expect(factsOfPdf(text, "a.pdf").kind).toBe("faulty");
});
