import { isBeforeActivation, type CompanySnapshot } from "../accounts/company";
import { isCollector } from "../accounts/facility";
import type { RegisterCheck } from "../accounts/register";
import { formatIndonesian, formatMoney, parseMoney, sum } from "../money";
import { billedOf, isPayment, type InvoiceLine, type PaidInvoice } from "../hooks/invoice";
import { text } from "../text";
import { addDays, type TaxDay } from "../clock";
import { boughtByAnother, buyerFrom, type NonTinIdtku } from "./buyer";
import type { TaxChoices } from "./choices";
import { buildFaktur, taxBaseOf, type BuiltFaktur, type FakturInput } from "./document";
import type { Faktur, FakturBuyer, FakturKurs, FakturSeller, TransactionCode } from "./faktur";
import type { Fault } from "../errors";
import { transactionCodeOn } from "./law";
import type { Collector } from "./law-thresholds";
import { datedFaktur, deadlineHold, latenessReason } from "./late";
import { distinctReasons, reason, reasonOfFault, type Reason, type ReasonCode } from "./reasons";
import { partsOf, referenceOf, type InvoicePart } from "./parts";
import { checkFaktur, codeFaults } from "./rules";
import type { SellerCodes } from "./service-codes";

/** Everything the decision rests on, gathered before it. */
export interface InvoiceFacts {
  readonly invoice: PaidInvoice;
  /** The company when the payment became known, or as finance found it when deciding anew. */
  readonly company: CompanySnapshot | null;
  readonly portalState: "paid" | "unpaid" | "cancelled" | "billed";
  readonly seller: FakturSeller;
  readonly codes: SellerCodes;
  /** Under which the document will be found again at the authority. */
  readonly reference: string;
  /** Refunds that stand; a failed one is not among them. */
  readonly refunds: readonly { readonly amount: string | null }[];
  /** Services that have left this account. */
  readonly movedServices: ReadonlySet<string>;
  /** Reasons finance has accepted for this invoice. */
  readonly accepted: ReadonlySet<ReasonCode>;
  /** The rate of a foreign invoice on its tax day; null where none has been entered. */
  readonly kurs?: FakturKurs | null;
  readonly today: TaxDay;
  /** What the tax register last said of this very buyer. */
  readonly register?: RegisterCheck | null;
  readonly nonTinIdtku?: NonTinIdtku | undefined;
  /** The seller's answers where the law is unsure. */
  readonly choices?: TaxChoices | undefined;
}

/** One faktur of the invoice; `part` is its code where the invoice has several. */
export interface DecidedPart {
  readonly faktur: Faktur;
  readonly part: TransactionCode | null;
}

export type FakturDecision =
  | { readonly kind: "issue"; readonly parts: readonly DecidedPart[] }
  /** Its day has not begun by our clock. */
  | { readonly kind: "wait"; readonly until: TaxDay }
  | { readonly kind: "hold"; readonly reasons: readonly Reason[] }
  | { readonly kind: "skip"; readonly reasons: readonly Reason[] };

/**
 * Whether this invoice gets a faktur and what it says, from the facts alone: asked again tomorrow it answers the same.
 * Every reason against it is given at once.
 */
export function decideFaktur(facts: InvoiceFacts): FakturDecision {
  const skip = skipReason(facts);
  if (skip !== null) return { kind: "skip", reasons: [reason(skip)] };
  const company = facts.company as CompanySnapshot;
  const reasons = holdReasons(facts);
  const parts: DecidedPart[] = [];
  for (const part of partsOf(facts.invoice, company)) {
    const made = makeFaktur(facts, company, part);
    if (made.kind === "faults") reasons.push(...made.faults.map(asReason));
    else parts.push({ faktur: datedFaktur(made.faktur, facts.today), part: part.part });
  }
  if (reasons.length > 0) return { kind: "hold", reasons: distinctReasons(reasons) };
  const { taxDay } = facts.invoice;
  return isTomorrow(facts) ? { kind: "wait", until: taxDay } : { kind: "issue", parts };
}

/** Paid just after midnight by the portal's clock, and just before it by ours: they may differ. */
const isTomorrow = ({ invoice, today }: InvoiceFacts): boolean => invoice.taxDay === addDays(today, 1);

function makeFaktur(facts: InvoiceFacts, company: CompanySnapshot, part: InvoicePart): BuiltFaktur {
  const input = {
    invoice: part.invoice,
    seller: facts.seller,
    buyer: buyerOf(company, facts.nonTinIdtku),
    transactionCode: part.code,
    facility: part.facility,
    reference: referenceOf(facts.reference, part.part),
    codes: facts.codes,
    kurs: facts.kurs ?? null,
    choices: facts.choices,
  };
  const unfit = codeFaults(input);
  if (unfit.length > 0) return { kind: "faults", faults: unfit };
  const transactionCode = codeOfPayment(input, company.collector ?? null);
  const built = buildFaktur({ ...input, transactionCode });
  if (built.kind === "faults") return built;
  const faults = checkFaktur(built.faktur, isTomorrow(facts) ? facts.invoice.taxDay : facts.today);
  return faults.length > 0 ? { kind: "faults", faults } : built;
}

/**
 * A collector's small payment is under the ordinary code. The tax base under that code decides, before the amounts are
 * checked: the code says what PPN should have been billed.
 */
function codeOfPayment(input: FakturInput, collector: Collector | null): TransactionCode {
  const { invoice, transactionCode } = input;
  if (!isCollector(transactionCode)) return transactionCode;
  const ordinary = transactionCodeOn(invoice.taxDay, null, null);
  const taxBase = taxBaseOf({ ...input, transactionCode: ordinary });
  return transactionCodeOn(invoice.taxDay, transactionCode, taxBase, collector);
}

const isSupply = (line: InvoiceLine): boolean => !isPayment(line);

const NOBODY = { transactionCode: null, facility: null };

function skipReason({ invoice, company }: InvoiceFacts): ReasonCode | null {
  const supplies = invoice.lines.filter(isSupply);
  if (supplies.length === 0 && invoice.lines.some((line) => line.kind === "invoice")) return "container";
  if (supplies.length === 0 && invoice.lines.some((line) => line.kind === "deposit")) return "deposit";
  if (invoice.fromTaxedBalance === true) return "paid_from_taxed_balance";
  if (isFree(invoice, supplies)) return "zero_total";
  if (isUntaxed(invoice, company, supplies)) return "nothing_taxed";
  if (company === null) return "no_company";
  // When it was paid, another company was active: that is looked at, whatever holds for the present one.
  if (company.insteadOf !== undefined) return null;
  if (company.status === "requested") return "company_requested";
  if (company.status === "suspended") return "company_suspended";
  return isBeforeActivation(company, invoice.taxDay) ? "before_activation" : null;
}

/**
 * No line carries PPN, or discounts give away all that does: a fee or unique code beside it is no reason for a faktur
 * over nothing (traps T5 and T10).
 */
function isUntaxed(
  invoice: PaidInvoice,
  company: CompanySnapshot | null,
  supplies: readonly InvoiceLine[],
): boolean {
  const lines = partsOf(invoice, company ?? NOBODY).flatMap((part) => part.invoice.lines);
  const taxed = lines.filter((line) => line.taxed && isSupply(line));
  const isSold = taxed.some((line) => line.amount > 0n) && sum(taxed.map((line) => line.amount)) !== 0n;
  const others = supplies.filter((line) => !taxed.includes(line));
  return !isSold && invoice.tax === 0n && !isToCollector(company, others);
}

/**
 * A collector keeps the PPN, so a portal may bill it none: that is no reason to leave out a faktur, and a person looks.
 * A late fee alone is a penalty and no supply.
 */
const isToCollector = (company: CompanySnapshot | null, supplies: readonly InvoiceLine[]): boolean =>
  company?.status === "active" &&
  isCollector(company.transactionCode) &&
  supplies.some((line) => line.amount > 0n && line.kind !== "lateFee");

/**
 * Gross is subtotal + tax: an invoice wholly paid from credit has a total of zero and is a full sale (trap T4), also
 * where the portal has taken the credit off its subtotal.
 */
function isFree({ subtotal, tax, lines }: PaidInvoice, supplies: readonly InvoiceLine[]): boolean {
  if (subtotal + tax !== 0n) return false;
  const isPaidFromCredit = lines.some((line) => line.kind === "credit" && line.amount < 0n);
  return !isPaidFromCredit || sum(supplies.map((line) => line.amount)) <= 0n;
}

function holdReasons(facts: InvoiceFacts): Reason[] {
  const { invoice, accepted } = facts;
  const holds: Reason[] = [];
  if (facts.portalState === "unpaid") holds.push(reason("unpaid_again"));
  if (facts.portalState === "cancelled") holds.push(reason("cancelled_in_portal"));
  if (facts.refunds.length > 0 && !accepted.has("refunded_before_issue")) holds.push(...refunded(facts));
  const late = deadlineHold(invoice.taxDay, facts.today, accepted);
  if (late !== null) holds.push(latenessReason(late, invoice.taxDay));
  if (isUnknownToRegister(facts)) holds.push(notInRegister(facts));
  if (facts.company?.insteadOf !== undefined) holds.push(boughtByAnother(facts.company.insteadOf));
  const moved = movedLines(facts);
  if (moved !== "" && !accepted.has("service_moved")) {
    holds.push(reason("service_moved", text(`Layanan: ${moved}.`, `Services: ${moved}.`)));
  }
  return holds;
}

/** The check counts only for the very NPWP of this invoice; a fresh one takes its place. */
const isUnknownToRegister = ({ register, company }: InvoiceFacts): boolean =>
  register != null && company?.identity == null && register.npwp === company?.npwp && !register.active;

function notInRegister({ register }: InvoiceFacts): Reason {
  const said = register?.status ?? "";
  return reason(
    "buyer_invalid",
    text(
      `Data DJP tentang NPWP ini: ${said}. Betulkan NPWP-nya, atau cek lagi bila sudah aktif.`,
      `The tax register says of this NPWP: ${said}. Correct the NPWP, or check again once it is active.`,
    ),
  );
}

function refunded(facts: InvoiceFacts): Reason[] {
  const { currency, total } = facts.invoice;
  const amounts = facts.refunds.map((refund) => refund.amount ?? formatMoney(total));
  const shown = amounts.map((amount) => `${currency} ${formatIndonesian(parseMoney(amount) ?? total)}`);
  const told = text(`Nilai: ${shown.join("; ")}.`, `Amount: ${amounts.join(", ")}.`);
  return [...(isInPart(facts) ? [reason("refunded_in_part")] : []), reason("refunded_before_issue", told)];
}

/** What is left is a supply like any other, with its deadline. */
function isInPart({ invoice, refunds }: InvoiceFacts): boolean {
  const parts = refunds.map(({ amount }) => (amount === null ? null : parseMoney(amount)));
  const known = parts.filter((part): part is bigint => part !== null);
  return known.length === parts.length && sum(known) < billedOf(invoice);
}

function movedLines({ invoice, movedServices }: InvoiceFacts): string {
  const ids = invoice.lines.map((line) => line.serviceId).filter((id): id is string => id !== null);
  return [...new Set(ids)].filter((id) => movedServices.has(id)).join(", ");
}

export const buyerOf = (company: CompanySnapshot, nonTinIdtku: NonTinIdtku = "000000"): FakturBuyer =>
  buyerFrom(company, recipientsOf(company.email)[0] ?? "", nonTinIdtku);

/** The addresses registered for an account's fakturs; people separate them by comma or semicolon. */
export const recipientsOf = (email: string): string[] => [
  ...new Set(
    email
      .split(/[,;]/)
      .map((address) => address.trim())
      .filter((address) => address !== ""),
  ),
];

export function asReason(fault: Fault): Reason {
  if (fault.code.startsWith("buyer_")) return reasonOfFault("buyer_invalid", fault);
  if (fault.code.startsWith("seller_")) return reasonOfFault("seller_invalid", fault);
  if (fault.code === "foreign_currency") return reasonOfFault("foreign_currency", fault);
  if (fault.code === "negative_total") return reasonOfFault("negative_total", fault);
  if (fault.code === "law_unknown") return reasonOfFault("law_unknown", fault);
  if (fault.code === "code_needs_documents" || fault.code.startsWith("facility_"))
    return reasonOfFault("code_needs_documents", fault);
  if (fault.code === "no_taxed_lines") return reason("nothing_taxed");
  if (fault.code.startsWith("amounts_")) return reasonOfFault("amounts_do_not_add_up", fault);
  return reasonOfFault("faktur_invalid", fault);
}
