/*
 * Proves that the QR code of an official sheet is a witness: it is found as a stored picture and as drawn modules, it fills
 * in what the text leaves out, and a sheet whose code says otherwise is refused, by name. How: real sheets with real codes.
 */
import { readSheet } from "../../../src/faktur/pdf/sheet";
import { readPdfFacts } from "../../../src/coretax/readback/pdf";
import { factsOfCode, factsOfCodes } from "../../../src/coretax/readback/qr-facts";
import { officialSheet, qrTextOf, type SheetWish } from "../official-sheet";
import { fakturAt, npwpAt, nsfpAt } from "../stock";

const FAKTUR = fakturAt(1);
const NSFP = nsfpAt(1);
const QR = qrTextOf(FAKTUR, NSFP);

const codesOf = async (wish: SheetWish) =>
  (await readSheet(await officialSheet(FAKTUR, NSFP, wish), () => false)).codes;
const read = async (wish: SheetWish) => readPdfFacts(await officialSheet(FAKTUR, NSFP, wish), "a.pdf");
async function faultsOf(wish: SheetWish): Promise<string[]> {
  const reading = await read(wish);
  return reading.kind === "facts" ? [] : reading.faults.map(({ code, path }) => `${code} ${path}`);
}

test.each(["image", "drawn", "mask"] as const)("both codes are found, stored or drawn: %s", async (qrAs) => {
  const codes = await codesOf({ qrAs });
  expect(codes).toContain(QR);
  expect(codes.some((code) => code.startsWith("https://coretaxdjp.pajak.go.id/"))).toBe(true);
});

test("a sheet without codes is read by its text alone", async () => {
  expect(await codesOf({ qr: null })).toEqual([]);
  expect((await read({ qr: null })).kind).toBe("facts");
});

describe("what the code says", () => {
  test("the ten fields, as observed", () => {
    const observed =
      "PENJUAL CONTOH#9900000000000003#PEMBELI CONTOH#9900000000000002#04002500000000002#06-11-2025#4.442.943,00#533.153,00#0,00#APPROVED";
    expect(factsOfCode(observed)).toEqual({
      ...{ sellerNpwp: "9900000000000003", buyerNpwp: "9900000000000002", nsfp: "04002500000000002" },
      ...{ date: "2025-11-06", dppNilaiLain: 444_294_300n, ppn: 53_315_300n, status: "APPROVED" },
    });
  });

  test("names may hold the sign that parts the fields, and a buyer without NPWP has zeros", () => {
    const code = `A#B#0098765432109000#C#D#E#0000000000000000#${NSFP}#03-11-2026#1,00#1,00#0,00#approved`;
    expect(factsOfCode(code)).toMatchObject({
      sellerNpwp: "0098765432109000",
      buyerNpwp: null,
      status: "APPROVED",
    });
  });

  test.each([
    "",
    "https://coretaxdjp.pajak.go.id/x#1#2#3#4#5#6#7#8#9",
    QR.replace(NSFP, "123"),
    QR.split("#")
      .slice(1)
      .join("#")
      .replace(/#[^#]*$/, ""),
    "#".repeat(2_000),
  ])("another code says nothing: %j", (code) => {
    expect(factsOfCode(code)).toBeNull();
  });

  test("two codes of two fakturs are not believed", () => {
    expect(factsOfCodes([QR, "x", QR])).toMatchObject({ nsfp: NSFP });
    expect(factsOfCodes([QR, qrTextOf(FAKTUR, nsfpAt(2))])).toBe("several");
  });
});

test.each<[string, string, string]>([
  ["another number", qrTextOf(FAKTUR, nsfpAt(2)), "qr_contradicts_text /nsfp"],
  ["another buyer", QR.replace(npwpAt(1), npwpAt(2)), "qr_contradicts_text /buyerNumber"],
  ["another seller", QR.replace(FAKTUR.seller.npwp, npwpAt(2)), "qr_contradicts_text /sellerNpwp"],
  ["a faktur that does not stand", qrTextOf(FAKTUR, NSFP, "CANCELED"), "qr_not_approved /status"],
])("a code of %s refuses the sheet", async (_what, qr, fault) => {
  expect(await faultsOf({ qr })).toEqual([fault]);
});

const without = (label: string) => (line: string) => (line.startsWith(label) ? null : line);

test("the code fills in what the text leaves out, and says so", async () => {
  const noNumber = await read({ instead: without("Kode dan Nomor Seri") });
  expect(noNumber).toMatchObject({
    kind: "facts",
    facts: { nsfp: NSFP, sources: { nsfp: "qr", ppn: "text" } },
  });
  const noTotals = await read({ instead: without("Jumlah PPN (") });
  expect(noTotals).toMatchObject({ facts: { ppn: FAKTUR.totals.ppn, sources: { ppn: "qr" } } });
  const noBuyer = await read({ instead: (line) => (line === `NPWP : ${npwpAt(1)}` ? null : line) });
  expect(noBuyer).toMatchObject({ facts: { buyerNumber: npwpAt(1), sources: { buyerNumber: "qr" } } });
});

test("a code alone makes no sheet: number or buyer must stand in the text", async () => {
  const letter = (line: string) => (line === "Faktur Pajak" ? line : null);
  expect(await faultsOf({ instead: letter })).toEqual(["pdf_not_faktur /nsfp"]);
});
