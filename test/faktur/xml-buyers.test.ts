/**
 * Each kind of buyer and each special code in the Coretax file, byte by byte: golden files, and the fields that differ
 * told one by one (coretax-xml 1.5, 2.2). What is written passes the document's own rules first.
 */
import type { CompanySnapshot } from "../../src/accounts/company";
import { NO_NPWP, type BuyerIdentity } from "../../src/accounts/identity";
import type { Nitku, Npwp } from "../../src/accounts/npwp";
import { draftBody } from "../../src/faktur/channels/pajakio-wire";
import type { SubmissionKey } from "../../src/faktur/channels/channel";
import { buyerFrom, type NonTinIdtku } from "../../src/faktur/buyer";
import type { Faktur } from "../../src/faktur/faktur";
import { paperOfFaktur } from "../../src/faktur/paper";
import { checkFaktur } from "../../src/faktur/rules";
import { coretaxXml } from "../../src/faktur/xml";
import { checkSale } from "../../src/simulator/validate";
import { expectGolden } from "../support/golden";
import { day, fakturOf, invoice, line, rp, seller } from "./examples";

const NIK = "3174012345678901";
const identity = (document: BuyerIdentity["document"], number: string, country = "IDN"): BuyerIdentity => ({
  ...{ document, number, country },
});

const company = (name: string, who: BuyerIdentity | null): CompanySnapshot => ({
  npwp: who === null ? (NIK as Npwp) : NO_NPWP,
  nitku: `${who === null ? NIK : NO_NPWP}000000` as Nitku,
  name,
  address: "Jl. Contoh 1, Bandung",
  email: "pajak@contoh.example",
  transactionCode: null,
  evidence: null,
  status: "active",
  identity: who,
});

const sold = invoice([line({ amount: "1000000", kind: "hosting" })]);
const free = invoice([line({ amount: "1000000", kind: "domain" })], { tax: 0n, total: rp("1000000") });
const facility = {
  addInfo: "TD.00502",
  stamp: "TD.01102",
  documentNumber: "PPBJ-12/2026",
  documentPeriod: "102026",
};

const sellTo = (name: string, who: BuyerIdentity | null, idtku: NonTinIdtku = "000000"): Faktur =>
  fakturOf(sold, { buyer: buyerFrom(company(name, who), "pajak@contoh.example", idtku) });

const CASES: readonly [string, Faktur, Readonly<Record<string, string>>][] = [
  [
    "nik-as-npwp",
    sellTo("Siti Aminah", null),
    {
      BuyerTin: NIK,
      BuyerDocument: "TIN",
      BuyerDocumentNumber: "-",
      BuyerIDTKU: `${NIK}000000`,
      BuyerCountry: "IDN",
    },
  ],
  [
    "nik-only",
    sellTo("Siti Aminah", identity("National ID", NIK)),
    {
      BuyerTin: "0".repeat(16),
      BuyerDocument: "National ID",
      BuyerDocumentNumber: NIK,
      BuyerIDTKU: "000000",
      BuyerCountry: "IDN",
    },
  ],
  [
    "nik-only-22-digits",
    sellTo("Siti Aminah", identity("National ID", NIK), "number+000000"),
    { BuyerTin: "0".repeat(16), BuyerDocumentNumber: NIK, BuyerIDTKU: `${NIK}000000` },
  ],
  [
    "passport",
    sellTo("Jörg Müller", identity("Passport", "C01X00T47", "DEU")),
    {
      BuyerTin: "0".repeat(16),
      BuyerDocument: "Passport",
      BuyerDocumentNumber: "C01X00T47",
      BuyerIDTKU: "000000",
      BuyerCountry: "DEU",
    },
  ],
  [
    "other-id",
    sellTo("Contoh Pte. Ltd.", identity("Other ID", "UEN 201912345K", "SGP"), "number+000000"),
    {
      BuyerTin: "0".repeat(16),
      BuyerDocument: "Other ID",
      BuyerDocumentNumber: "UEN 201912345K",
      // The setting concerns the NIK: DJP's 000000 stays for every other number.
      BuyerIDTKU: "000000",
      BuyerCountry: "SGP",
    },
  ],
  [
    "government-02",
    fakturOf(invoice([line({ amount: "5000000" })]), { transactionCode: "02" }),
    { TrxCode: "02", AddInfo: "", FacilityStamp: "", OtherTaxBase: "4583333.33", VAT: "550000" },
  ],
  [
    "facility-07",
    fakturOf(free, { transactionCode: "07", facility }),
    {
      ...{ TrxCode: "07", AddInfo: "TD.00502", FacilityStamp: "TD.01102" },
      ...{ CustomDoc: "PPBJ-12/2026", CustomDocMonthYear: "102026", VAT: "110000" },
    },
  ],
];

const valueOf = (xml: string, name: string): string | undefined => {
  const match = new RegExp(`<${name}(?:/>|>([^<]*)</${name}>)`).exec(xml);
  return match === null ? undefined : (match[1] ?? "");
};

describe.each(CASES)("%s", (name, faktur, fields) => {
  test("keeps the rules of the document", () => {
    expect(checkFaktur(faktur, day("2026-11-03"))).toEqual([]);
  });

  test("is written as Coretax wants it", () => {
    const xml = coretaxXml(seller.npwp, [faktur]);
    expect(Object.fromEntries(Object.keys(fields).map((field) => [field, valueOf(xml, field)]))).toEqual(
      fields,
    );
    expectGolden(`xml/buyers/${name}.xml`, xml);
  });

  test("is taken over the wire by the authority, who sees the same buyer", () => {
    const key = faktur.reference as SubmissionKey;
    const body: unknown = JSON.parse(draftBody({ faktur, key, signer: undefined, replaces: undefined }));
    expect(checkSale(body, day("2026-11-03"))).toMatchObject({
      ok: true,
      sale: {
        kdJenisTransaksi: `TD.003${faktur.transactionCode}`,
        lawanTransaksi: { nitku: valueOf(coretaxXml(seller.npwp, [faktur]), "BuyerIDTKU") },
      },
    });
  });
});

test("the facility travels with its document; another code without any carries none", () => {
  const body = (faktur: Faktur) =>
    JSON.parse(
      draftBody({ faktur, key: "x" as SubmissionKey, signer: undefined, replaces: undefined }),
    ) as Record<string, unknown>;
  expect(body(fakturOf(free, { transactionCode: "07", facility }))["keteranganTambahan"]).toEqual({
    kode: "TD.00502",
    nomorDokumenPendukung: "PPBJ-12/2026",
  });
  expect(body(fakturOf(sold))).not.toHaveProperty("keteranganTambahan");
});

test("the sheet names each buyer in the field of its document", () => {
  const shown = (faktur: Faktur) => {
    const { npwp, nik, passport, otherId, nitku } = paperOfFaktur(faktur, null, "preview", false).buyer;
    return { npwp, nik, passport, otherId, nitku };
  };
  const none = { npwp: "", nik: "", passport: "", otherId: "", nitku: "" };
  const named = Object.fromEntries(CASES.map(([name, faktur]) => [name, shown(faktur)]));
  expect(named).toMatchObject({
    "nik-as-npwp": { ...none, npwp: NIK, nitku: `${NIK}000000` },
    "nik-only": { ...none, nik: NIK },
    passport: { ...none, passport: "C01X00T47" },
    "other-id": { ...none, otherId: "UEN 201912345K" },
  });
});

test.each<[string, Partial<Faktur>, string]>([
  ["07 without a facility", { facility: null }, "code_needs_documents /transactionCode"],
  [
    "an unpaired stamp",
    { facility: { ...facility, stamp: "TD.01103" } },
    "facility_malformed /facility/stamp",
  ],
  [
    "no document",
    { facility: { ...facility, documentNumber: "" } },
    "facility_malformed /facility/documentNumber",
  ],
  [
    "no month",
    { facility: { ...facility, documentPeriod: "2026" } },
    "facility_malformed /facility/documentPeriod",
  ],
  ["a facility of 03", { transactionCode: "03" }, "facility_not_allowed /facility"],
])("%s is a fault", (_name, more, expected) => {
  const faktur = { ...fakturOf(free, { transactionCode: "07", facility }), ...more };
  const places = checkFaktur(faktur, day("2026-11-03")).map((fault) => `${fault.code} ${fault.path}`);
  expect(places).toEqual([expected]);
});
