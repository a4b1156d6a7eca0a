/*
 * Proves what a sheet says below its totals: the words of code, facility, replaced faktur and rate, by value; that every
 * facility of DJP's lists has its words and its stamp; and that a drawn sheet shows them all and is still read back as
 * before. How: the rule alone, then real PDFs read with this project's own readers.
 */
import {
  addInfoWords,
  isAddInfo,
  isFacilityStamp,
  needsFacility,
  stampWords,
} from "../../src/codes/facilities";
import { meaningOfCode } from "../../src/codes/transaction-codes";
import { factsOfPdf } from "../../src/coretax/readback/pdf-facts";
import { TRANSACTION_CODES, type Faktur } from "../../src/faktur/faktur";
import { paperOfFaktur } from "../../src/faktur/paper";
import { notesOf, stampOf, type NoteFacts } from "../../src/faktur/paper-notes";
import { drawPaper } from "../../src/faktur/pdf/draw";
import { officialPdfFault } from "../../src/faktur/pdf/official";
import { readPdfText } from "../../src/faktur/pdf/text";
import { day, fakturOf, invoice, line, rp } from "./examples";

const PLAIN: NoteFacts = { transactionCode: "04", facility: null, replaces: null, kurs: null };
const said = (more: Partial<NoteFacts>) =>
  notesOf({ ...PLAIN, ...more }).map(({ label, words }) => `${label}: ${words}`);
const facility = { addInfo: "TD.00510", documentNumber: "SKTD-1", documentPeriod: "112026" };
const kurs = {
  ...{ currency: "JPY", rate: rp("10876.5"), per: 100n, kmk: "45/MK/EF.2/2026" },
  ...{ from: day("2026-10-28"), to: day("2026-11-03") },
};

test.each<[string, Partial<NoteFacts>, string[]]>([
  ["an ordinary faktur", {}, ["Kode Transaksi: 04 - DPP Nilai Lain"]],
  ["a code nobody knows", { transactionCode: "11" }, ["Kode Transaksi: 11"]],
  [
    "a replacement",
    { replaces: "04002600000000001" },
    ["Kode Transaksi: 04 - DPP Nilai Lain", "Pengganti dari: Faktur Pajak nomor 04002600000000001"],
  ],
  [
    "a facility under 07",
    { transactionCode: "07", facility },
    [
      "Kode Transaksi: 07 - penyerahan dengan fasilitas PPN atau PPN dan PPnBM tidak dipungut/ditanggung pemerintah",
      "Keterangan Tambahan: untuk BKP tertentu yang bersifat strategis berupa anode slime",
      "Dokumen Pendukung: SKTD-1 (masa 11/2026)",
    ],
  ],
  [
    "the same number under 08",
    { transactionCode: "08", facility: { ...facility, documentPeriod: null } },
    [
      "Kode Transaksi: 08 - penyerahan dengan fasilitas dibebaskan PPN atau PPN dan PPnBM",
      "Keterangan Tambahan: BKP dan JKP tertentu",
      "Dokumen Pendukung: SKTD-1",
    ],
  ],
  [
    "a foreign invoice",
    { kurs },
    [
      "Kode Transaksi: 04 - DPP Nilai Lain",
      "Kurs Pajak: JPY 100 = Rp 10.876,50; KMK 45/MK/EF.2/2026, berlaku 28 Oktober 2026 s.d. 03 November 2026",
    ],
  ],
])("%s", (_what, more, expected) => {
  expect(said(more)).toEqual(expected);
});

describe("DJP's lists", () => {
  const numbers = Array.from({ length: 40 }, (_unused, index) => String(index).padStart(2, "0"));
  const listed = (code: string) => numbers.filter((number) => isAddInfo(code, `TD.005${number}`));

  test("have 31 facilities for 07 and 10 for 08, the stamp under the same number", () => {
    expect(["07", "08"].map((code) => [listed(code).length, listed(code)[0]])).toEqual([
      [31, "01"],
      [10, "01"],
    ]);
    for (const code of ["07", "08"]) {
      const stamps = numbers.filter((number) => isFacilityStamp(code, `TD.011${number}`));
      expect(stamps).toEqual(listed(code));
      for (const number of stamps) expect(addInfoWords(code, `TD.005${number}`)?.length).toBeGreaterThan(3);
    }
  });

  test("some facilities have no stamp, and none is invented for them", () => {
    const bare = (code: string) =>
      listed(code).filter((number) => stampWords(code, `TD.011${number}`) === "");
    expect([bare("07"), bare("08")]).toEqual([
      ["05", "24"],
      ["04", "07"],
    ]);
    expect(stampOf("08", "TD.01107")).toBeNull();
    expect(stampOf("04", "TD.01101")).toBeNull();
  });

  test("every transaction code has its meaning; 07 and 08 alone need a facility", () => {
    for (const code of TRANSACTION_CODES) expect(meaningOfCode(code)?.length).toBeGreaterThan(3);
    expect(TRANSACTION_CODES.filter(needsFacility)).toEqual(["07", "08"]);
    expect(needsFacility("constructor")).toBe(false);
  });
});

describe("a drawn sheet", () => {
  const sold = [line({ amount: "1500000" }), line({ amount: "250000", kind: "domain" })];
  const free = invoice(sold, { tax: 0n, total: rp("1750000") });
  const stamped = { ...facility, addInfo: "TD.00512", stamp: "TD.01112" };
  const foreign = invoice([line({ amount: "100" })], { currency: "JPY", tax: rp("11"), total: rp("111") });

  test.each<[string, Faktur, string[]]>([
    [
      "with a facility shows its words, its document and its stamp in capitals",
      fakturOf(free, { transactionCode: "07", facility: stamped }),
      [
        "27 Tahun 2017",
        "SKTD-1 (masa 11/2026)",
        "PPN ATAU PPN DAN PPnBM TIDAK DIPUNGUT",
        "NOMOR 27 TAHUN 2017",
      ],
    ],
    [
      "of a replacement names the number it replaces",
      { ...fakturOf(invoice(sold)), replaces: "04002600000000009" },
      ["Pengganti dari", "04002600000000009"],
    ],
    ["of a foreign invoice shows its rate", fakturOf(foreign, { kurs }), ["JPY 100 = Rp 10.876,50"]],
  ])("%s, and is read back as before", async (_what, faktur, expected) => {
    const nsfp = `${faktur.transactionCode}012600000000001`;
    const bytes = await drawPaper(paperOfFaktur(faktur, nsfp, "copy", false));
    const text = await readPdfText(bytes);
    for (const words of expected) expect(text.replace(/\s+/g, " ")).toContain(words);
    const read = factsOfPdf(text, "sheet.pdf");
    expect(read).toMatchObject({
      kind: "facts",
      facts: {
        nsfp,
        buyerNumber: faktur.buyer.npwp,
        date: faktur.date,
        reference: faktur.reference,
        dppNilaiLain: faktur.totals.dppNilaiLain,
        ppn: faktur.totals.ppn,
        mark: "copy",
      },
    });
    expect(await officialPdfFault(bytes, { nsfp, buyerNumber: faktur.buyer.npwp })).toBeNull();
  });

  test("without a facility has no stamp", async () => {
    const paper = paperOfFaktur(fakturOf(invoice(sold)), "04002600000000001", "copy", false);
    expect(paper.stamp).toBeNull();
    expect(await readPdfText(await drawPaper(paper))).not.toMatch(/DIPUNGUT|DIBEBASKAN/);
  });
});
