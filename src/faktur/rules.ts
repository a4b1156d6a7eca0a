import { parseTaxDay, periodOf, type TaxDay } from "../clock";
import type { Fault } from "../errors";
import { HUNDRED, times, type Money } from "../money";
import { totalsOf } from "./document";
import { facilityFaults } from "../accounts/facility";
import { isLegalEntity } from "../accounts/identity";
import { isCountry } from "../codes/countries";
import type { Faktur, FakturBuyer, FakturLine, FakturSeller, TransactionCode } from "./faktur";
import { faultAt, faultWhen } from "./faults";
import { lawOf, type PpnLaw } from "./law";
import { lineAmounts, NAME_LENGTH, oneLine } from "./lines";
import { unitName } from "../codes/units";

/** Ten trillion rupiah: 15 digits with the cents, the most that a JSON number carries exactly to every channel. */
export const AMOUNT_LIMIT: Money = 10n ** 15n;

export const REFERENCE_LENGTH = 100;
const ZEROS = "0".repeat(16);

/**
 * Everything that would make this document wrong or refused, all at once; `[]` means it may be sent. `today` is the
 * day in Jakarta. Paths are JSON pointers into the faktur.
 */
export function checkFaktur(faktur: Faktur, today: TaxDay): readonly Fault[] {
  const law = lawOf(faktur);
  return [
    ...headFaults(faktur, law, today),
    ...sellerFaults(faktur.seller),
    ...buyerFaults(faktur.buyer),
    ...faultWhen(faktur.lines.length === 0, "no_lines", "/lines"),
    ...faktur.lines.flatMap((line, index) => lineFaults(line, `/lines/${index}`)),
    ...(law === undefined
      ? []
      : faktur.lines.flatMap((line, index) =>
          chainFaults(line, `/lines/${index}`, law, faktur.transactionCode),
        )),
    ...totalsFaults(faktur),
  ];
}

function headFaults(faktur: Faktur, law: PpnLaw | undefined, today: TaxDay): readonly Fault[] {
  const { reference, date } = faktur;
  const isDay = parseTaxDay(date) !== null;
  return [
    ...faultWhen(
      oneLine(reference) !== reference || reference.length === 0 || reference.length > REFERENCE_LENGTH,
      "reference_malformed",
      "/reference",
    ),
    ...codeFaults(faktur),
    ...faultWhen(!isDay, "date_malformed", "/date"),
    ...faultWhen(isDay && date > today, "date_in_future", "/date"),
    ...faultWhen(isDay && law === undefined, "law_unknown", "/date"),
    ...faultWhen(!periodFits(faktur), "period_mismatch", "/period"),
  ];
}

/** A replacement is dated when it is made and stays in the period of its original (PER-11/PJ/2025 art. 48). */
const periodFits = ({ period, date, replaces }: Faktur): boolean =>
  replaces === undefined ? period === periodOf(date) : period <= periodOf(date);

/** What is wrong with the code itself, whatever the amounts are. */
export function codeFaults({
  transactionCode: code,
  facility = null,
}: Pick<Faktur, "transactionCode" | "facility">): readonly Fault[] {
  const path = "/transactionCode";
  const unfit = facility === null ? [] : facilityFaults(code, facility, "/facility");
  switch (code) {
    case "01":
    case "02":
    case "03":
    case "04":
      return unfit;
    case "07":
    case "08":
      return facility === null ? [faultAt("code_needs_documents", path)] : unfit;
    case "05":
    case "06":
    case "09":
    // A rate other than the general one (PER-11/PJ/2025, Annex D), and none is computed here.
    case "10":
      return [faultAt("transaction_code_not_automatic", path)];
    default:
      code satisfies never;
      return [faultAt("transaction_code_not_automatic", path)];
  }
}

function sellerFaults(seller: FakturSeller): readonly Fault[] {
  const { npwp, nitku, signer } = seller;
  return [
    ...faultWhen(!isNumber16(npwp), "seller_npwp_malformed", "/seller/npwp"),
    ...faultWhen(!isNitkuOf(nitku, npwp), "seller_nitku_malformed", "/seller/nitku"),
    ...faultWhen(isBlank(seller.name), "seller_name_missing", "/seller/name"),
    ...faultWhen(isBlank(seller.address), "seller_address_missing", "/seller/address"),
    ...faultWhen(isBlank(seller.city), "seller_city_missing", "/seller/city"),
    ...faultWhen(isBlank(signer.name), "seller_signer_missing", "/seller/signer/name"),
    ...faultWhen(
      signer.npwp !== null && !isNumber16(signer.npwp),
      "seller_signer_npwp_malformed",
      "/seller/signer/npwp",
    ),
  ];
}

function buyerFaults(buyer: FakturBuyer): readonly Fault[] {
  const indonesian = buyer.document === "TIN" || buyer.document === "National ID";
  const countryKnown = isCountry(buyer.country);
  return [
    ...identityFaults(buyer),
    ...faultWhen(isBlank(buyer.name), "buyer_name_missing", "/buyer/name"),
    ...faultWhen(isBlank(buyer.address), "buyer_address_missing", "/buyer/address"),
    // An e-mail address is optional to the tax office; one that is there must be exactly one.
    ...faultWhen(buyer.email !== "" && !isEmail(buyer.email), "buyer_email_malformed", "/buyer/email"),
    ...faultWhen(!countryKnown, "buyer_country_malformed", "/buyer/country"),
    // DJP's own sample says IND, which is India (coretax-xml 2.6).
    ...faultWhen(
      countryKnown && indonesian && buyer.country !== "IDN",
      "buyer_country_not_indonesia",
      "/buyer/country",
    ),
  ];
}

/** PER-11/PJ/2025 art. 33(b), 34: an NPWP with its NITKU, or sixteen zeros with the number of another document. */
function identityFaults(buyer: FakturBuyer): readonly Fault[] {
  const { npwp, documentNumber } = buyer;
  const notZeros = faultWhen(npwp !== ZEROS, "buyer_npwp_not_zeros", "/buyer/npwp");
  const idTku = faultWhen(!/^(|\d{6}|\d{22})$/.test(buyer.nitku), "buyer_nitku_malformed", "/buyer/nitku");
  switch (buyer.document) {
    case "TIN":
      return [
        ...faultWhen(!isNumber16(npwp), "buyer_npwp_malformed", "/buyer/npwp"),
        ...faultWhen(!isNitkuOf(buyer.nitku, npwp), "buyer_nitku_malformed", "/buyer/nitku"),
      ];
    case "National ID":
      return [
        ...notZeros,
        ...faultWhen(!isNumber16(documentNumber), "buyer_nik_malformed", "/buyer/documentNumber"),
        ...faultWhen(isLegalEntity(buyer.name), "buyer_company_without_npwp", "/buyer/documentNumber"),
        ...idTku,
      ];
    case "Passport":
    case "Other ID":
      return [
        ...notZeros,
        ...faultWhen(isBlank(documentNumber), "buyer_document_number_missing", "/buyer/documentNumber"),
        ...faultWhen(buyer.country === "IDN", "buyer_company_without_npwp", "/buyer/country"),
        ...idTku,
      ];
    default:
      buyer.document satisfies never;
      return notZeros;
  }
}

function lineFaults(line: FakturLine, path: string): readonly Fault[] {
  const gross = times(line.price, line.quantity);
  const amounts = ["price", "quantity", "discount", "taxBase", "otherTaxBase", "vat"] as const;
  return [
    ...faultWhen(isBlank(line.name), "line_name_missing", `${path}/name`),
    ...faultWhen(Array.from(line.name).length > NAME_LENGTH, "line_name_too_long", `${path}/name`),
    ...faultWhen(!/^\d{6}$/.test(line.code), "line_code_malformed", `${path}/code`),
    ...faultWhen(unitName(line.unit) === undefined, "line_unit_unknown", `${path}/unit`),
    ...faultWhen(line.price <= 0n, "line_price_invalid", `${path}/price`),
    ...faultWhen(line.quantity <= 0n, "line_quantity_invalid", `${path}/quantity`),
    ...faultWhen(line.discount < 0n || line.discount > gross, "line_discount_invalid", `${path}/discount`),
    ...amounts.flatMap((key) => faultWhen(line[key] >= AMOUNT_LIMIT, "amount_too_large", `${path}/${key}`)),
  ];
}

/** The chain once more, to the cent: Coretax shows its own figure where price × quantity − discount is not the base. */
function chainFaults(line: FakturLine, path: string, law: PpnLaw, code: TransactionCode): readonly Fault[] {
  const right = lineAmounts(line, law, code);
  const exact = (line.price * line.quantity) % HUNDRED === 0n;
  return [
    ...faultWhen(!exact, "line_amounts_wrong", `${path}/price`),
    ...(["taxBase", "otherTaxBase", "vat"] as const).flatMap((key) =>
      faultWhen(line[key] !== right[key], "line_amounts_wrong", `${path}/${key}`),
    ),
    ...faultWhen(line.vatRate !== right.vatRate, "line_vat_rate_wrong", `${path}/vatRate`),
  ];
}

function totalsFaults({ lines, totals, date }: Faktur): readonly Fault[] {
  const right = totalsOf(lines, date);
  return (["price", "discount", "dpp", "dppNilaiLain", "ppn"] as const).flatMap((key) => [
    ...faultWhen(totals[key] !== right[key], "totals_wrong", `/totals/${key}`),
    ...faultWhen(totals[key] >= AMOUNT_LIMIT, "amount_too_large", `/totals/${key}`),
  ]);
}

const isBlank = (value: string): boolean => value.trim() === "";

const isNumber16 = (value: string): boolean => /^\d{16}$/.test(value) && value !== ZEROS;

const isNitkuOf = (nitku: string, npwp: string): boolean => /^\d{22}$/.test(nitku) && nitku.startsWith(npwp);

/** One address, nothing more: a list or a display name could reach a wrong recipient. */
const isEmail = (value: string): boolean =>
  value.length <= 254 &&
  !/^\.|\.\.|\.@/.test(value) &&
  /^[^\s\p{C}@"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u.test(
    value,
  );
