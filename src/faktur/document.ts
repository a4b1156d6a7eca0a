import { periodOf, type TaxDay } from "../clock";
import { needsFacility } from "../codes/facilities";
import type { Fault } from "../errors";
import type { PaidInvoice } from "../hooks/invoice";
import { sum, times, toWholeRupiah, type Money } from "../money";
import { choosesFullBase, toleranceOf, type TaxChoices } from "./choices";
import type {
  Faktur,
  FakturBuyer,
  FakturFacility,
  FakturKurs,
  FakturLine,
  FakturSeller,
  FakturTotals,
  TransactionCode,
} from "./faktur";
import { faultAt } from "./faults";
import { kursMissing, worthOf } from "./kurs";
import { lawOf, wholeRupiahOn } from "./law";
import { plainText, taxedLines } from "./lines";
import type { SellerCodes } from "./service-codes";
import { amountFaults } from "./sums";

export interface FakturInput {
  readonly invoice: PaidInvoice;
  readonly seller: FakturSeller;
  readonly buyer: FakturBuyer;
  readonly transactionCode: TransactionCode;
  /** Only with codes 07 and 08. */
  readonly facility?: FakturFacility | null;
  /** What the faktur calls the invoice; the key under which the authority's answer finds it again. */
  readonly reference: string;
  readonly codes: SellerCodes;
  /** The rate of the invoice's currency on its tax day; null where none is known. */
  readonly kurs?: FakturKurs | null;
  /** The seller's answers where the law is unsure; the defaults where absent. */
  readonly choices?: TaxChoices | undefined;
}

export type BuiltFaktur =
  | { readonly kind: "faktur"; readonly faktur: Faktur }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

/**
 * The whole document of a paid invoice, dated on the Jakarta day of the payment (UU PPN art. 13(1a)b). Amounts come
 * from the invoice's lines, never from the money received; a foreign invoice is checked in its own currency and then
 * converted. Says every reason at once why there can be none; identities and dates are judged by `checkFaktur`.
 */
export function buildFaktur(input: FakturInput): BuiltFaktur {
  const { invoice, transactionCode } = input;
  const { choices = {} } = input;
  const full = choosesFullBase(choices, transactionCode) ? { fullBase: true as const } : {};
  const law = lawOf({ date: invoice.taxDay, transactionCode, ...full });
  if (law === undefined) return refused(faultAt("law_unknown", "/taxDay"));
  const kurs = invoice.currency === "IDR" ? null : (input.kurs ?? null);
  const wish = { nameLength: choices.nameLength };
  const taxed = taxedLines(invoice, law, transactionCode, input.codes, wish);
  if (taxed.kind === "faults") return taxed;
  // The PPN of 07 and 08 is computed and not collected: it stands on no bill (tax-rules 2.3).
  const faults = [
    ...(invoice.currency !== "IDR" && kurs === null ? [kursMissing(invoice.currency, invoice.taxDay)] : []),
    ...(taxed.lines.every((line) => line.taxBase === 0n) ? [faultAt("no_taxed_lines", "/lines")] : []),
    ...amountFaults(invoice, needsFacility(transactionCode) ? [] : taxed.lines, toleranceOf(choices)),
  ];
  if (faults.length > 0) return refused(...faults);
  const rupiah =
    kurs === null
      ? taxed
      : taxedLines(invoice, law, transactionCode, input.codes, { ...wish, worth: worthOf(kurs) });
  if (rupiah.kind === "faults") return rupiah;
  return {
    kind: "faktur",
    faktur: {
      reference: input.reference,
      transactionCode,
      ...(input.facility == null ? {} : { facility: input.facility }),
      ...full,
      date: invoice.taxDay,
      period: periodOf(invoice.taxDay),
      seller: plainSeller(input.seller),
      buyer: plainBuyer(input.buyer),
      lines: rupiah.lines,
      totals: totalsOf(rupiah.lines, invoice.taxDay),
      ...(kurs === null ? {} : { kurs }),
    },
  };
}

/** The tax base of an invoice in rupiah, before anything on it is checked; null where it cannot be told. */
export function taxBaseOf(input: FakturInput): Money | null {
  const { invoice, transactionCode, codes, kurs = null } = input;
  const law = lawOf({ date: invoice.taxDay, transactionCode });
  const isForeign = invoice.currency !== "IDR";
  if (law === undefined || (isForeign && kurs === null)) return null;
  const worth = isForeign && kurs !== null ? worthOf(kurs) : undefined;
  const taxed = taxedLines(invoice, law, transactionCode, codes, { worth });
  return taxed.kind === "lines" ? sum(taxed.lines.map((line) => line.taxBase)) : null;
}

/**
 * The sums of the lines, once to whole rupiah: never sums of rounded lines. By the rounding of `day`; without one,
 * half-up as now (PER-11/PJ/2025 art. 129).
 */
export function totalsOf(lines: readonly FakturLine[], day?: TaxDay): FakturTotals {
  const whole = (amount: bigint) => (day === undefined ? toWholeRupiah(amount) : wholeRupiahOn(day, amount));
  const total = (part: (line: FakturLine) => bigint) => whole(sum(lines.map(part)));
  return {
    price: total((line) => times(line.price, line.quantity)),
    discount: total((line) => line.discount),
    dpp: total((line) => line.taxBase),
    dppNilaiLain: total((line) => line.otherTaxBase),
    ppn: total((line) => line.vat),
  };
}

const refused = (...faults: readonly Fault[]): BuiltFaktur => ({ kind: "faults", faults });

/** Hidden characters in names and addresses make the portal's import fail (coretax-xml 1.5). */
const plainBuyer = (buyer: FakturBuyer): FakturBuyer => ({
  ...buyer,
  documentNumber: plainText(buyer.documentNumber),
  name: plainText(buyer.name),
  address: plainText(buyer.address),
  email: plainText(buyer.email),
});

const plainSeller = (seller: FakturSeller): FakturSeller => ({
  ...seller,
  name: plainText(seller.name),
  address: plainText(seller.address),
  city: plainText(seller.city),
  signer: { ...seller.signer, name: plainText(seller.signer.name) },
});
