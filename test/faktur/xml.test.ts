/**
 * Proves that the Coretax file is DJP's layout byte for byte: golden files, the order of the elements, escaping, limits,
 * and well-formed XML for any text (judged by xmllint where it is installed; CI demands it).
 */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import type { Faktur, FakturBuyer } from "../../src/faktur/faktur";
import { ppnOn } from "../../src/faktur/law";
import { lineAmounts } from "../../src/faktur/lines";
import { totalsOf } from "../../src/faktur/document";
import { coretaxXml, coretaxXmlChunks, FAKTURS_PER_FILE } from "../../src/faktur/xml";
import { expectGolden } from "../support/golden";
import { day, fakturOf, invoice, line, rp, seller } from "./examples";

const yearly = fakturOf(
  invoice([
    line({
      amount: "1000000",
      description: "Web Hosting Bisnis (2026-11-03 - 2027-11-02)",
      periodStart: day("2026-11-03"),
      periodEnd: day("2027-11-02"),
    }),
  ]),
);

const many = fakturOf(
  invoice(
    [
      line({
        amount: "333000",
        description: "VPS 4 GB\n<br>contoh.example & lain-lain",
        periodStart: day("2026-11-03"),
        periodEnd: day("2027-02-02"),
        serviceId: "S1",
      }),
      line({ amount: "150000", kind: "domain", description: "Domain contoh.id", serviceId: "D7" }),
      line({ amount: "99999.99", kind: "item", description: "Jasa <konsultasi> \"A\" 'B'" }),
      line({ amount: "-50000", kind: "discount", description: "Promo", serviceId: "D7" }),
      line({ amount: "3", kind: "adminFee", taxed: false }),
    ],
    { pricesIncludeTax: true },
  ),
  { reference: "INV/2026/XI (2)" },
);

const withNik: Faktur = {
  ...yearly,
  reference: "INV-2026-1236",
  buyer: {
    ...yearly.buyer,
    document: "National ID",
    npwp: "0".repeat(16),
    documentNumber: "3174012345678901",
    nitku: "",
    name: "Siti Aminah",
    email: "",
  },
};

/** Text of every element of that name, unescaped. */
const valuesOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?:/>|>([^<]*)</${name}>)`, "g"))].map((match) =>
    (match[1] ?? "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
  );

const namesIn = (xml: string): string[] =>
  [...xml.matchAll(/<([A-Za-z]+)/g)].map((match) => match[1] as string);

describe("golden files", () => {
  test.each([
    ["one-yearly-line.xml", [yearly]],
    ["inclusive-discount-and-markup.xml", [many]],
    ["buyer-with-nik.xml", [withNik]],
    ["three-fakturs.xml", [yearly, many, withNik]],
  ] as const)("%s", (name, fakturs) => {
    expectGolden(`xml/${name}`, coretaxXml(seller.npwp, fakturs));
  });

  test("a published case: two units with a discount", () => {
    const law = ppnOn(day("2026-02-10"))!;
    const priced = { price: rp("500000"), quantity: rp("2"), discount: rp("100000") };
    const lines = [
      {
        kind: "B" as const,
        code: "000000",
        name: "Jasa <konsultasi> & co",
        unit: "UM.0018",
        ...priced,
        ...lineAmounts(priced, law, "04"),
      },
    ];
    const buyer: FakturBuyer = { ...yearly.buyer, name: "PT Pembeli", address: "Jl. Sudirman 1", email: "" };
    const faktur: Faktur = {
      ...yearly,
      reference: "INV/2026/000001",
      date: day("2026-02-10"),
      period: "2026-02" as Faktur["period"],
      buyer,
      lines,
      totals: totalsOf(lines),
    };
    expectGolden("xml/published-two-units-discount.xml", coretaxXml(seller.npwp, [faktur]));
  });
});

describe("layout", () => {
  const xml = coretaxXml(seller.npwp, [yearly]);

  test("begins as DJP's sample does and ends without a newline", () => {
    const head = [
      '<?xml version="1.0" encoding="utf-8" ?>',
      '<TaxInvoiceBulk xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="TaxInvoice.xsd">',
      "\t<TIN>0012345678901000</TIN>",
      "\t<ListOfTaxInvoice>",
      "\t\t<TaxInvoice>",
      "\t\t\t<TaxInvoiceDate>2026-11-03</TaxInvoiceDate>",
      "",
    ].join("\n");
    expect(xml.startsWith(head)).toBe(true);
    expect(xml.endsWith("\t</ListOfTaxInvoice>\n</TaxInvoiceBulk>")).toBe(true);
    expect(xml).not.toMatch(/\r| \/>/);
  });

  test("has every element in DJP's order", () => {
    const order =
      "TaxInvoiceBulk TIN ListOfTaxInvoice TaxInvoice TaxInvoiceDate TaxInvoiceOpt TrxCode AddInfo CustomDoc CustomDocMonthYear RefDesc FacilityStamp SellerIDTKU BuyerTin BuyerDocument BuyerCountry BuyerDocumentNumber BuyerName BuyerAdress BuyerEmail BuyerIDTKU ListOfGoodService GoodService Opt Code Name Unit Price Qty TotalDiscount TaxBase OtherTaxBase VATRate VAT STLGRate STLG";
    expect(namesIn(xml)).toEqual(order.split(" "));
  });

  test.each([
    ["a TIN buyer", yearly, ["0098765432109000", "TIN", "-", "0098765432109000000001"]],
    ["a NIK buyer", withNik, ["0000000000000000", "National ID", "3174012345678901", "000000"]],
  ] as const)("identifies %s", (_name, faktur, expected) => {
    const text = coretaxXml(seller.npwp, [faktur]);
    const fields = ["BuyerTin", "BuyerDocument", "BuyerDocumentNumber", "BuyerIDTKU"];
    expect(fields.flatMap((field) => valuesOf(text, field))).toEqual(expected);
  });

  test("spells numbers as short as they go", () => {
    const text = coretaxXml(seller.npwp, [fakturOf(invoice([line({ amount: "1234.50", quantity: 150n })]))]);
    expect(
      ["Price", "Qty", "TotalDiscount", "TaxBase", "VATRate"].flatMap((name) => valuesOf(text, name)),
    ).toEqual(["823", "1.5", "0", "1234.5", "12"]);
  });
});

describe("limits", () => {
  const copies = (count: number) => Array.from({ length: count }, () => yearly);

  test("a thousand fakturs fit in one file", () => {
    expect(valuesOf(coretaxXml(seller.npwp, copies(FAKTURS_PER_FILE)), "RefDesc")).toHaveLength(1000);
  });

  test.each([
    ["one more", () => copies(FAKTURS_PER_FILE + 1)],
    ["none", () => []],
    ["another seller's", () => [{ ...yearly, seller: { ...seller, npwp: "0098765432109000" } }]],
  ])("%s is refused before anything is written", (_name, fakturs) => {
    expect(() => coretaxXmlChunks(seller.npwp, fakturs())).toThrow(RangeError);
    expect(() => coretaxXml(seller.npwp, fakturs())).toThrow(RangeError);
  });

  test("the pieces are the file", () => {
    const pieces = [...coretaxXmlChunks(seller.npwp, [yearly, many])];
    expect(pieces).toHaveLength(4);
    expect(pieces.join("")).toBe(coretaxXml(seller.npwp, [yearly, many]));
  });
});

const xmllintThere = spawnSync("xmllint", ["--version"]).error === undefined;
if (!xmllintThere && process.env["CI"]) throw new Error("xmllint is needed in CI");
const withXmllint = xmllintThere ? test : test.skip;

describe("any text", () => {
  const nasty = fc.string({ unit: "binary", maxLength: 60 });
  const xmlOf = (name: string, address: string) =>
    coretaxXml(seller.npwp, [
      {
        ...yearly,
        buyer: { ...yearly.buyer, name, address },
        lines: yearly.lines.map((one) => ({ ...one, name })),
      },
    ]);

  test("stays inside its element", () => {
    fc.assert(
      fc.property(nasty, nasty, (name, address) => {
        const xml = xmlOf(name, address);
        expect(namesIn(xml)).toEqual(namesIn(xmlOf("x", "y")));
        expect(valuesOf(xml, "Name")).toEqual(valuesOf(xml, "BuyerName"));
        expect(xml.split("\n")).toHaveLength(xmlOf("x", "y").split("\n").length);
      }),
    );
  });

  test.each([
    ["a <b> & c > d", "a <b> & c > d"],
    ["]]>", "]]>"],
    ["a\u0000\u0008b\ufffe\ud83dc", "a bc"],
    ["baris 1\r\nbaris 2", "baris 1 baris 2"],
  ])("%j is carried as %j", (text, carried) => {
    expect(valuesOf(xmlOf(text, "y"), "BuyerName")).toEqual([carried]);
  });

  withXmllint("is well-formed for xmllint (skipped where it is not installed)", () => {
    const samples = fc.sample(fc.tuple(nasty, nasty), 20).map(([name, address]) => xmlOf(name, address));
    for (const xml of [...samples, coretaxXml(seller.npwp, [yearly, many, withNik])]) {
      const judged = spawnSync("xmllint", ["--noout", "-"], { input: xml, encoding: "utf8" });
      expect(judged.stderr).toBe("");
      expect(judged.status).toBe(0);
    }
  });
});
