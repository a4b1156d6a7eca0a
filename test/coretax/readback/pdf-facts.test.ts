/*
 * Proves that the facts of an official sheet are found in its text and its file name, wherever the words run, and that
 * a sheet which says two things, or is not DJP's, is refused. How: sheets in the wording of the official one as other
 * readers give their text, and real PDFs drawn and bent here.
 */
import fc from "fast-check";
import PDFDocument from "pdfkit";
import {
  factsOfName,
  factsOfPdf,
  type PdfFacts,
  type PdfReading,
} from "../../../src/coretax/readback/pdf-facts";
import { readPdfFacts } from "../../../src/coretax/readback/pdf";
import { drawPaper } from "../../../src/faktur/pdf/draw";
import { makePaper, paperLine } from "../../support/papers";

const NSFP = "04002600000000001";
const SELLER = "0012345678901000";
const BUYER = "0098765432109000";
const RECORD = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const NAME = `OutputTaxInvoice-${RECORD}-${SELLER}-${NSFP}-${BUYER}.pdf`;

interface Sheet {
  readonly nsfp?: string;
  readonly seller?: string;
  readonly buyer?: readonly string[];
  readonly items?: readonly string[];
  readonly reference?: string;
  readonly end?: readonly string[];
}

/** The words of an official sheet in the order in which they stand on it. */
const sheet = (more: Sheet = {}): string =>
  [
    "Faktur Pajak",
    `Nama: PT AWAN CONTOH`,
    `Alamat: JL. CONTOH 12, KOTA CONTOH #${SELLER}000000`,
    `Kode dan Nomor Seri Faktur Pajak: ${more.nsfp ?? NSFP}`,
    "Pengusaha Kena Pajak:",
    "Nama : PT AWAN CONTOH",
    "Alamat : JL. CONTOH 12, RT 001, RW 002, KOTA CONTOH",
    "CONTOH RAYA 10110",
    `NPWP : ${more.seller ?? SELLER}`,
    "Pembeli Barang Kena Pajak/Penerima Jasa Kena Pajak:",
    "Nama : PT PELANGGAN SEJAHTERA",
    `Alamat : JALAN PANJANG 45, KOTA CONTOH #${BUYER}000000`,
    ...(more.buyer ?? [`NPWP : ${BUYER}`, "NIK : -", "Nomor Paspor : -", "Identitas Lain : -"]),
    "Email: -",
    "No.",
    "Kode",
    "Barang/",
    "Jasa",
    "Nama Barang Kena Pajak / Jasa Kena Pajak",
    "Harga Jual / Penggantian /",
    "Uang Muka / Termin",
    "(Rp)",
    ...(more.items ?? ["1 160105", "Web Hosting Bisnis", "Rp 1.000.000,00 x 1,00 Tahun", "1.000.000,00"]),
    "Harga Jual / Penggantian / Uang Muka / Termin 1.000.000,00",
    "Dikurangi Potongan Harga 0,00",
    "Dikurangi Uang Muka yang telah diterima",
    "Dasar Pengenaan Pajak 916.667,00",
    "Jumlah PPN (Pajak Pertambahan Nilai) 110.000,00",
    "Jumlah PPnBM (Pajak Penjualan atas Barang Mewah) 0,00",
    "Sesuai dengan ketentuan yang berlaku, Direktorat Jenderal Pajak mengatur bahwa Faktur Pajak ini telah ditandatangani",
    "secara elektronik sehingga tidak diperlukan tanda tangan basah pada Faktur Pajak ini.",
    "KOTA CONTOH, 03 November 2026",
    "Ditandatangani secara elektronik",
    "BUDI CONTOH",
    `(Referensi: ${more.reference ?? "INV-2026-1234"})`,
    ...(more.end ?? [
      "Pemberitahuan: Faktur Pajak ini telah dilaporkan ke Direktorat Jenderal Pajak (DJP) dan telah memperoleh persetujuan",
      "1 dari 1",
    ]),
  ].join("\n");

const FACTS: Omit<PdfFacts, "sources"> = {
  nsfp: NSFP,
  buyerNumber: BUYER,
  sellerNpwp: SELLER,
  reference: "INV-2026-1234",
  date: "2026-11-03" as PdfFacts["date"],
  dppNilaiLain: 91_666_700n,
  ppn: 11_000_000n,
  recordId: null,
  mark: null,
};

function factsOf(reading: PdfReading): PdfFacts {
  if (reading.kind === "faulty") throw new Error(codesOf(reading).join());
  return reading.facts;
}

const codesOf = (reading: PdfReading): string[] =>
  reading.kind === "facts" ? ["facts"] : reading.faults.map((fault) => `${fault.code}${fault.path}`);

describe("the file name", () => {
  test.each<[string, boolean]>([
    [NAME, true],
    [`unduhan/november/${NAME}`, true],
    [NAME.replace(".pdf", " (1).pdf"), true],
    [NAME.replace("Output", "Input").toUpperCase(), true],
    [NAME.replace(NSFP, "0400260000000000"), false],
    [NAME.replace(NSFP, `${NSFP}9`), false],
    [`salinan ${NAME}`, false],
    [NAME.replace(".pdf", ".pdf.exe"), false],
    ["faktur.pdf", false],
    ["", false],
  ])("%s is the portal's: %s", (name, isPortals) => {
    const facts = factsOfName(name);
    expect(facts === null).toBe(!isPortals);
    if (isPortals) {
      expect(facts).toEqual({ recordId: RECORD, sellerNpwp: SELLER, nsfp: NSFP, buyerNumber: BUYER });
    }
  });
});

describe("the text", () => {
  test("all facts are found, and where", () => {
    const facts = factsOf(factsOfPdf(sheet(), "a.pdf"));
    expect(facts).toEqual({ ...FACTS, sources: expect.anything() as unknown });
    expect(facts.sources.nsfp).toBe("text");
    const named = factsOf(factsOfPdf(sheet(), NAME));
    expect(named).toEqual({ ...FACTS, recordId: RECORD, sources: expect.anything() as unknown });
    expect(named.sources).toEqual({
      nsfp: "both",
      buyerNumber: "both",
      sellerNpwp: "both",
      recordId: "fileName",
      reference: "text",
      date: "text",
      dppNilaiLain: "text",
      ppn: "text",
    });
  });

  test("columns that are kept apart by blanks and empty lines change nothing", () => {
    const wide = sheet()
      .split("\n")
      .map((line) => `    ${line.replace(/ (\d[\d.]*,\d\d)$/, " ".repeat(120) + "$1")}  `)
      .join("\r\n\r\n\f");
    expect(factsOf(factsOfPdf(wide, "a.pdf"))).toEqual(factsOf(factsOfPdf(sheet(), "a.pdf")));
  });

  test.each([
    ["INV-(7)", "INV-(7)"],
    ["(A) (B)", "(A) (B)"],
    ["A) dan (B", "A) dan (B"],
    ["", ""],
    ["INV/2026/\n1234", "INV/2026/ 1234"],
    [")(", ")("],
  ])("the reference %j", (shown, expected) => {
    expect(factsOf(factsOfPdf(sheet({ reference: shown }), "a.pdf")).reference).toBe(expected);
  });

  test("a reference of any letters comes back", () => {
    const references = fc.stringMatching(/^[A-Za-z0-9()/.,:#-]{1,30}$/);
    fc.assert(
      fc.property(references, (reference) => {
        expect(factsOf(factsOfPdf(sheet({ reference }), "a.pdf")).reference).toBe(reference);
      }),
    );
  });

  test.each<[string, readonly string[], string]>([
    [
      "NIK",
      ["NPWP : -", "NIK : 3171234567890001", "Nomor Paspor : -", "Identitas Lain : -"],
      "3171234567890001",
    ],
    [
      "passport",
      ["NPWP : 0000000000000000", "NIK : -", "Nomor Paspor : A 1234567", "Identitas Lain : -"],
      "A1234567",
    ],
    ["other number", ["NPWP : -", "NIK : -", "Nomor Paspor : -", "Identitas Lain : KITAS-77/X"], "KITAS77X"],
    ["NPWP with dots", ["NPWP : 00.987.654.3-210.9000"], BUYER],
  ])("a buyer by %s", (_name, buyer, expected) => {
    expect(factsOf(factsOfPdf(sheet({ buyer }), "a.pdf")).buyerNumber).toBe(expected);
  });

  test("what items quote is not believed", () => {
    const items = [
      "1 160105",
      "(Referensi: INV-PALSU)",
      "Dasar Pengenaan Pajak 1,00",
      "Jumlah PPN (Pajak Pertambahan Nilai) 1,00",
      "JAKARTA, 01 Januari 2020",
      "NPWP : 0011122233344000",
    ];
    expect(factsOf(factsOfPdf(sheet({ items }), "a.pdf"))).toEqual(factsOf(factsOfPdf(sheet(), "a.pdf")));
  });

  test("what is missing is null and not made up", () => {
    const bare = sheet()
      .split("\n")
      .filter((line) => !/^(Dasar|Jumlah PPN |KOTA CONTOH,|\(Referensi|NPWP : 0012)/.test(line))
      .join("\n");
    expect(factsOf(factsOfPdf(bare, "a.pdf"))).toEqual({
      ...FACTS,
      sellerNpwp: null,
      reference: null,
      date: null,
      dppNilaiLain: null,
      ppn: null,
      sources: { nsfp: "text", buyerNumber: "text" },
    });
  });
});

describe("a sheet that cannot be trusted is refused", () => {
  test.each<[string, string, string, string[]]>([
    ["two numbers", `${sheet()}\n${sheet({ nsfp: "04002600000000002" })}`, "a.pdf", ["pdf_several/nsfp"]],
    [
      "two buyers",
      sheet({ buyer: [`NPWP : ${BUYER}`, "NPWP : 0011122233344000"] }),
      "a.pdf",
      ["pdf_several/buyerNpwp"],
    ],
    ["no number", sheet({ nsfp: "-" }), NAME, ["pdf_not_faktur/nsfp"]],
    ["a number of 18 digits", sheet({ nsfp: `${NSFP}1` }), "a.pdf", ["pdf_not_faktur/nsfp"]],
    ["no buyer", sheet({ buyer: ["NPWP : -", "NIK : -"] }), NAME, ["pdf_not_faktur/buyerNumber"]],
    ["other words", "Invoice\nThank you", "a.pdf", ["pdf_not_faktur/nsfp"]],
    ["no words", " \n\f\n", NAME, ["pdf_no_text"]],
    [
      "another number in its name",
      sheet(),
      NAME.replace(NSFP, "04002600000000002"),
      ["name_contradicts_text/nsfp"],
    ],
    [
      "another buyer in its name",
      sheet(),
      NAME.replace(BUYER, "0011122233344000"),
      ["name_contradicts_text/buyerNumber"],
    ],
    [
      "another seller in its name",
      sheet(),
      NAME.replace(SELLER, "0011122233344000"),
      ["name_contradicts_text/sellerNpwp"],
    ],
    [
      "everything else in its name",
      sheet(),
      NAME.replace(NSFP, "04012600000000001").replace(BUYER, "1".repeat(16)).replace(SELLER, "2".repeat(16)),
      ["name_contradicts_text/nsfp", "name_contradicts_text/sellerNpwp", "name_contradicts_text/buyerNumber"],
    ],
  ])("with %s", (_name, text, fileName, codes) => {
    expect(codesOf(factsOfPdf(text, fileName))).toEqual(codes);
  });

  test("a buyer without NPWP has zeros in the name, and that is no contradiction", () => {
    const buyer = ["NPWP : -", "NIK : 3171234567890001"];
    expect(codesOf(factsOfPdf(sheet({ buyer }), NAME.replace(BUYER, "0".repeat(16))))).toEqual(["facts"]);
  });
});

describe("real PDFs", () => {
  const drawn = (more: Parameters<typeof makePaper>[0] = {}): Promise<Buffer> =>
    drawPaper(makePaper({ mark: "simulation", ...more }));

  /** A PDF of these lines as another program makes it. */
  function plain(lines: readonly string[], options: PDFKit.PDFDocumentOptions = {}): Promise<Buffer> {
    const doc = new PDFDocument({ size: "A4", ...options });
    const done = new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = [];
      doc.on("data", (chunk: Buffer) => chunks.push(chunk));
      doc.on("end", () => resolve(Buffer.concat(chunks)));
    });
    for (const line of lines) doc.text(line);
    doc.end();
    return done;
  }

  test("of one page and of several, with long references and brackets, are read", async () => {
    const reference =
      "PELANGGAN-DENGAN-NAMA-YANG-SANGAT-PANJANG/2026/11/INV-(0000001234)/BAGIAN-(A)/CABANG-UTARA";
    for (const count of [1, 40]) {
      const lines = Array.from({ length: count }, (_, index) => paperLine(index));
      const facts = factsOf(await readPdfFacts(await drawn({ reference, lines }), NAME));
      expect({ ...facts, reference: facts.reference?.replace(/ /g, "") }).toMatchObject({
        nsfp: NSFP,
        buyerNumber: BUYER,
        sellerNpwp: SELLER,
        reference,
        date: "2026-11-03",
        mark: "simulation",
      });
      expect(facts.dppNilaiLain).toBe(makePaper({ lines }).totals.dppNilaiLain);
      expect(facts.ppn).toBe(makePaper({ lines }).totals.ppn);
    }
  });

  test("of another program with the official words are read", async () => {
    expect(factsOf(await readPdfFacts(await plain(sheet().split("\n")), NAME))).toMatchObject({
      ...FACTS,
      recordId: RECORD,
    });
  });

  test.each<[string, () => Promise<Buffer>, string]>([
    ["our own copy", () => drawn({ mark: "copy" }), "pdf_not_official"],
    ["our own preview", () => drawn({ mark: "preview" }), "pdf_not_official"],
    ["a password", () => plain(["x"], { userPassword: "rahasia", pdfVersion: "1.7" }), "pdf_password"],
    ["its end cut off", async () => (await drawn()).subarray(0, -3000), "pdf_truncated"],
    ["nothing but its head", async () => Buffer.from("%PDF-1.7\n"), "pdf_truncated"],
    [
      "noise between head and end",
      async () => Buffer.from(`%PDF-1.7\n${"x".repeat(500)}\n%%EOF`),
      "pdf_unreadable",
    ],
    ["a web page inside", async () => Buffer.from("<html>503</html>"), "pdf_not_pdf"],
    ["nothing inside", async () => Buffer.alloc(0), "pdf_not_pdf"],
    ["no text", () => plain([]), "pdf_no_text"],
    ["more than 20 MB", async () => Buffer.alloc(20_000_001, "%PDF-1.7 "), "pdf_too_large"],
  ])("with %s are refused by name", async (_name, make, code) => {
    expect(codesOf(await readPdfFacts(await make(), NAME))).toEqual([code]);
  });
});
