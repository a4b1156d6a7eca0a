/*
 * Proves that the text of a PDF is read within limits and without noise, and that a PDF of another faktur or another
 * buyer is never taken for the right one. How: sheets drawn here, and PDFs with the
 * labels of an official sheet and numbers in odd spellings and wrong places.
 */
import { spawnSync } from "node:child_process";
import { deflateSync } from "node:zlib";
import PDFDocument from "pdfkit";
import type { AppError } from "../../../src/errors";
import { officialPdfFault } from "../../../src/faktur/pdf/official";
import { drawPaper } from "../../../src/faktur/pdf/draw";
import { readPdfText } from "../../../src/faktur/pdf/text";
import { makePaper } from "../../support/papers";

const NSFP = "04002600000000001";
const BUYER = "0098765432109000";
const EXPECT = { nsfp: NSFP, buyerNumber: BUYER };

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    return (thrown as AppError).code;
  }
  return "no error";
}

/** A PDF of these lines in a standard font, as other programs make them. */
function plainPdf(lines: readonly string[], options: PDFKit.PDFDocumentOptions = {}): Promise<Buffer> {
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

/** The blocks of an official sheet, with these numbers in them. */
const sheet = (nsfp: string, buyer: string, seller = "0012345678901000"): string[] => [
  "Faktur Pajak",
  `Nama: PENJUAL CONTOH #${seller}000000`,
  `Kode dan Nomor Seri Faktur Pajak: ${nsfp}`,
  "Pengusaha Kena Pajak:",
  `NPWP : ${seller}`,
  "Pembeli Barang Kena Pajak/Penerima Jasa Kena Pajak:",
  "Nama : PEMBELI CONTOH",
  `NPWP : ${buyer}`,
  "NIK : -",
  "No.",
  "Nama Barang Kena Pajak / Jasa Kena Pajak",
  "1 160105 Web Hosting 1234567890123456",
  "(Referensi: INV-1)",
];

describe("reading text", () => {
  test("all lines of a drawn sheet come back in order, one per line", async () => {
    const text = await readPdfText(await drawPaper(makePaper({ count: 3 })));
    const lines = text.split("\n").map((line) => line.trim());
    const order = [
      "Faktur Pajak",
      `Kode dan Nomor Seri Faktur Pajak: ${NSFP}`,
      "Pengusaha Kena Pajak:",
      "Pembeli Barang Kena Pajak/Penerima Jasa Kena Pajak:",
      "Jumlah PPN (Pajak Pertambahan Nilai)",
      "(Referensi: INV-2026-1234)",
    ].map((wanted) => lines.findIndex((line) => line.startsWith(wanted)));
    expect(order).not.toContain(-1);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });

  test("the caller's bytes stay as they were", async () => {
    const bytes = await drawPaper(makePaper());
    const before = Buffer.from(bytes);
    await readPdfText(bytes);
    expect(bytes.equals(before)).toBe(true);
  });

  test.each<[string, () => Promise<Buffer>]>([
    ["needs a password", () => plainPdf(["x"], { userPassword: "rahasia", pdfVersion: "1.7" })],
    ["is cut to its first bytes", async () => (await drawPaper(makePaper())).subarray(0, 40)],
    ["is a web page", async () => Buffer.from("<html>503</html>")],
    ["is empty", async () => Buffer.alloc(0)],
    ["is larger than 20 MB", async () => Buffer.alloc(20_000_001, "%PDF-1.7 ")],
    [
      "has more than 200 pages",
      () =>
        plainPdf(
          Array.from({ length: 201 }, () => "x"),
          PAGE_PER_LINE,
        ),
    ],
  ])("a file that %s is faulty", async (_name, make) => {
    const bytes = await make();
    expect(await codeOf(() => readPdfText(bytes))).toBe("pdf_faulty");
  });

  test("200 pages are read", async () => {
    const bytes = await plainPdf(
      Array.from({ length: 200 }, (_, index) => `h${index}`),
      PAGE_PER_LINE,
    );
    expect((await readPdfText(bytes)).match(/h\d+/g)).toHaveLength(200);
  });

  test("many files are read side by side", async () => {
    const texts = await Promise.all(
      ["INV-1", "INV-2", "INV-3", "INV-4"].map(async (reference) =>
        readPdfText(await drawPaper(makePaper({ reference }))),
      ),
    );
    texts.forEach((text, index) => expect(text).toContain(`(Referensi: INV-${index + 1})`));
  });

  test("in plain node it reads and prints nothing, and leaves nothing running", () => {
    const script = `
      const { readFileSync } = require("node:fs");
      const { transformSync } = require("@swc/core");
      require.extensions[".ts"] = (module, file) => module._compile(transformSync(readFileSync(file, "utf8"), {
        jsc: { target: "es2022", parser: { syntax: "typescript" } },
        module: { type: "commonjs", ignoreDynamic: true } }).code, file);
      const { drawPaper } = require("./src/faktur/pdf/draw");
      const { readPdfText } = require("./src/faktur/pdf/text");
      const { makePaper } = require("./test/support/papers");
      drawPaper(makePaper()).then(readPdfText).then((text) => {
        if (!text.includes("${NSFP}")) process.exitCode = 3;
      });`;
    const run = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", timeout: 30_000 });
    expect([run.status, run.stdout, run.stderr]).toEqual([0, "", ""]);
  });
});

/** So small that each line fills a page. */
const PAGE_PER_LINE: PDFKit.PDFDocumentOptions = { size: [80, 30], margin: 8 };

describe("is it this faktur's official PDF", () => {
  test("the right sheet has no fault", async () => {
    expect(await officialPdfFault(await plainPdf(sheet(NSFP, BUYER)), EXPECT)).toBeNull();
    expect(await officialPdfFault(await drawPaper(makePaper()), EXPECT)).toBeNull();
  });

  test.each([
    ["dots and dashes", "00.987.654.3-210.9000"],
    ["blanks", "0098 7654 3210 9000"],
    ["blanks of other kinds", "0098\u00A07654\u00A03210\u00A09000"],
    ["the older 15 digits", "09.876.543.2-109.000"],
  ])("a buyer's number printed with %s is found", async (_name, printed) => {
    expect(await officialPdfFault(await plainPdf(sheet(NSFP, printed)), EXPECT)).toBeNull();
  });

  test("numbers broken over two lines are found", async () => {
    const lines = sheet("040026000\n00000001", "00987654\n32109000");
    expect(await officialPdfFault(await plainPdf(lines), EXPECT)).toBeNull();
  });

  test("a NIK and a passport number are found as the buyer's", async () => {
    const nik = await drawPaper(
      makePaper({ buyer: { ...makePaper().buyer, npwp: "", nitku: "", nik: "3171234567890001" } }),
    );
    expect(await officialPdfFault(nik, { nsfp: NSFP, buyerNumber: "3171234567890001" })).toBeNull();
    const passport = await drawPaper(
      makePaper({ buyer: { ...makePaper().buyer, npwp: "", nitku: "", passport: "A 1234567" } }),
    );
    expect(await officialPdfFault(passport, { nsfp: NSFP, buyerNumber: "a1234567" })).toBeNull();
  });

  test.each<[string, string[]]>([
    ["another NSFP", sheet("04002600000000002", BUYER)],
    ["another NSFP and ours as a reference", [...sheet("04002600000000002", BUYER), `ref ${NSFP}`]],
    ["an NSFP one digit longer", sheet("104002600000000001", BUYER)],
    ["another buyer", sheet(NSFP, "0098765432109001")],
    ["our buyer only as the seller", sheet(NSFP, "0011122233344000", BUYER)],
    ["our buyer only among the items", [...sheet(NSFP, "0011122233344000"), BUYER]],
    ["no buyer's number", sheet(NSFP, "-")],
    ["no NSFP", sheet("-", BUYER)],
    ["other words", ["Invoice", "Thank you"]],
  ])("a sheet with %s is refused", async (_name, lines) => {
    const fault = await officialPdfFault(await plainPdf(lines), EXPECT);
    expect(fault).not.toBeNull();
    expect(`${fault?.id} ${fault?.en}`).not.toContain(BUYER);
  });

  test.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["a web page", Buffer.from(`<html>${NSFP} ${BUYER}</html>`)],
    ["a PDF's head alone", Buffer.from("%PDF-1.7\n")],
    ["noise after a PDF's head", Buffer.from("%PDF-1.7\nstream\nendstreamstream\r\n")],
  ])("%s is refused", async (_name, bytes) => {
    expect(await officialPdfFault(bytes, EXPECT)).not.toBeNull();
  });

  test("an expectation without numbers is never met", async () => {
    const bytes = await plainPdf(sheet(NSFP, BUYER));
    expect(await officialPdfFault(bytes, { nsfp: "", buyerNumber: BUYER })).not.toBeNull();
    expect(await officialPdfFault(bytes, { nsfp: NSFP, buyerNumber: "" })).not.toBeNull();
  });

  describe("where no reader finds text, the raw bytes are looked at", () => {
    const broken = (content: string, deflated: boolean): Buffer => {
      const stream = deflated ? deflateSync(content) : Buffer.from(content);
      return Buffer.concat([
        Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nstream\n"),
        stream,
        Buffer.from("\nendstream\nendobj\n"),
      ]);
    };
    const words = `BT (No ${NSFP}) Tj (NPWP) Tj <${Buffer.from(BUYER).toString("hex")}> Tj ET`;

    test.each([
      ["plain", false],
      ["deflated", true],
    ])("and both numbers are found in a %s stream", async (_name, deflated) => {
      const bytes = broken(words, deflated);
      expect(await codeOf(() => readPdfText(bytes))).toBe("pdf_faulty");
      expect(await officialPdfFault(bytes, EXPECT)).toBeNull();
    });

    test("and another buyer's number is refused", async () => {
      const bytes = broken(words, true);
      expect(await officialPdfFault(bytes, { nsfp: NSFP, buyerNumber: "0011122233344000" })).not.toBeNull();
    });

    test("and a stream that swells beyond all measure ends in a refusal", async () => {
      const bytes = broken(" ".repeat(60_000_000), true);
      expect(bytes.length).toBeLessThan(100_000);
      expect(await officialPdfFault(bytes, EXPECT)).not.toBeNull();
    });
  });
});
