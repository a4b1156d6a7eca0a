import type { CompanySnapshot } from "../accounts/company";
import { formatMoney, sum } from "../money";
import type { InvoiceLine, PaidInvoice } from "../hooks/invoice";
import { text } from "../text";
import type { TaxDay } from "../clock";
import { buildFaktur, type BuiltFaktur } from "./document";
import type { Faktur, FakturBuyer, FakturKurs, FakturSeller, TransactionCode } from "./faktur";
import type { Fault } from "../errors";
import { transactionCodeOn, uploadDeadline } from "./law";
import { reason, reasonOfFault, type Reason, type ReasonCode } from "./reasons";
import { checkFaktur } from "./rules";
import type { SellerCodes } from "./service-codes";

/** Everything the decision rests on, gathered before it. */
export interface InvoiceFacts {
  readonly invoice: PaidInvoice;
  /** The company when the payment became known, or as finance found it when deciding anew. */
  readonly company: CompanySnapshot | null;
  readonly portalState: "paid" | "unpaid" | "cancelled";
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
}

export type FakturDecision =
  | { readonly kind: "issue"; readonly faktur: Faktur }
  | { readonly kind: "hold"; readonly reasons: readonly Reason[] }
  | { readonly kind: "skip"; readonly reasons: readonly Reason[] };

/**
 * Whether this invoice gets a faktur and what it says, from the facts alone: asked again tomorrow it answers the same.
 * Every reason against it is given at once.
 */
export function decideFaktur(facts: InvoiceFacts): FakturDecision {
  const skip = skipReason(facts);
  if (skip !== null) return { kind: "skip", reasons: [reason(skip)] };
  const made = makeFaktur(facts, facts.company as CompanySnapshot);
  const reasons = [...holdReasons(facts), ...(made.kind === "faults" ? made.faults.map(asReason) : [])];
  if (reasons.length > 0 || made.kind === "faults") return { kind: "hold", reasons };
  return { kind: "issue", faktur: made.faktur };
}

/** The code may hang on the tax base (a government agency's threshold), so it is settled on the computed document. */
function makeFaktur(facts: InvoiceFacts, company: CompanySnapshot): BuiltFaktur {
  const { taxDay } = facts.invoice;
  const first = buildWith(facts, company, transactionCodeOn(taxDay, company.transactionCode, null));
  if (first.kind === "faults") return first;
  const taxBase = sum(first.faktur.lines.map((line) => line.taxBase));
  const code = transactionCodeOn(taxDay, company.transactionCode, taxBase);
  const built = code === first.faktur.transactionCode ? first : buildWith(facts, company, code);
  if (built.kind === "faults") return built;
  const faults = checkFaktur(built.faktur, facts.today);
  return faults.length > 0 ? { kind: "faults", faults } : built;
}

const buildWith = (
  facts: InvoiceFacts,
  company: CompanySnapshot,
  transactionCode: TransactionCode,
): BuiltFaktur =>
  buildFaktur({
    invoice: facts.invoice,
    seller: facts.seller,
    buyer: buyerOf(company),
    transactionCode,
    reference: facts.reference,
    codes: facts.codes,
    kurs: facts.kurs ?? null,
  });

/** Kinds that never make a supply of their own (portals-and-peers 1.5: containers, top-ups, payments from credit). */
const isSupply = (line: InvoiceLine): boolean => !["invoice", "deposit", "credit"].includes(line.kind);

function skipReason({ invoice, company }: InvoiceFacts): ReasonCode | null {
  const supplies = invoice.lines.filter(isSupply);
  if (supplies.length === 0 && invoice.lines.some((line) => line.kind === "invoice")) return "container";
  if (supplies.length === 0 && invoice.lines.some((line) => line.kind === "deposit")) return "deposit";
  // Gross is subtotal + tax: an invoice wholly paid from credit has a total of zero and is a full sale (trap T4).
  if (invoice.subtotal + invoice.tax === 0n) return "zero_total";
  if (!supplies.some((line) => line.taxed && line.amount > 0n) && invoice.tax === 0n) return "nothing_taxed";
  if (company === null) return "no_company";
  if (company.status === "requested") return "company_requested";
  if (company.status === "suspended") return "company_suspended";
  return null;
}

function holdReasons(facts: InvoiceFacts): Reason[] {
  const { invoice, accepted } = facts;
  const holds: Reason[] = [];
  if (facts.portalState === "unpaid") holds.push(reason("unpaid_again"));
  if (facts.portalState === "cancelled") holds.push(reason("cancelled_in_portal"));
  if (facts.refunds.length > 0 && !accepted.has("refunded_before_issue")) holds.push(refunded(facts));
  const deadline = uploadDeadline(invoice.taxDay);
  if (facts.today > deadline) {
    holds.push(reason("past_deadline", text(`Batasnya ${deadline}.`, `It was ${deadline}.`)));
  }
  const moved = movedLines(facts);
  if (moved !== "" && !accepted.has("service_moved")) {
    holds.push(reason("service_moved", text(`Layanan: ${moved}.`, `Services: ${moved}.`)));
  }
  return holds;
}

function refunded(facts: InvoiceFacts): Reason {
  const amounts = facts.refunds.map((refund) => refund.amount ?? formatMoney(facts.invoice.total)).join(", ");
  return reason("refunded_before_issue", text(`Nilai: ${amounts}.`, `Amount: ${amounts}.`));
}

function movedLines({ invoice, movedServices }: InvoiceFacts): string {
  const ids = invoice.lines.map((line) => line.serviceId).filter((id): id is string => id !== null);
  return [...new Set(ids)].filter((id) => movedServices.has(id)).join(", ");
}

export function buyerOf(company: CompanySnapshot): FakturBuyer {
  return {
    document: "TIN",
    npwp: company.npwp,
    documentNumber: "",
    nitku: company.nitku,
    name: company.name,
    address: company.address,
    email: recipientsOf(company.email)[0] ?? "",
    country: "IDN",
  };
}

/** The addresses registered for an account's fakturs; people separate them by comma or semicolon. */
export const recipientsOf = (email: string): string[] => [
  ...new Set(
    email
      .split(/[,;]/)
      .map((address) => address.trim())
      .filter((address) => address !== ""),
  ),
];

function asReason(fault: Fault): Reason {
  if (fault.code.startsWith("buyer_")) return reasonOfFault("buyer_invalid", fault);
  if (fault.code.startsWith("seller_")) return reasonOfFault("seller_invalid", fault);
  if (fault.code === "foreign_currency") return reasonOfFault("foreign_currency", fault);
  if (fault.code === "negative_total") return reasonOfFault("negative_total", fault);
  if (fault.code === "law_unknown") return reasonOfFault("law_unknown", fault);
  if (fault.code === "code_needs_documents") return reasonOfFault("code_needs_documents", fault);
  if (fault.code === "no_taxed_lines") return reason("nothing_taxed");
  if (fault.code.startsWith("amounts_")) return reasonOfFault("amounts_do_not_add_up", fault);
  return reasonOfFault("faktur_invalid", fault);
}
