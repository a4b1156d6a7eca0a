import type { ReasonCode } from "./reasons";

/** Those that only the decision about an invoice gives; the others come of its faktur, its work or its mails. */
const OF_DECISION: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  ...(["no_company", "company_requested", "company_suspended", "before_activation", "container"] as const),
  ...(["deposit", "zero_total", "nothing_taxed", "foreign_currency", "negative_total"] as const),
  ...(["amounts_do_not_add_up", "buyer_invalid", "seller_invalid", "faktur_invalid", "law_unknown"] as const),
  ...(["code_needs_documents", "before_start", "paid_from_taxed_balance"] as const),
]);

export const isOfDecision = (code: ReasonCode): boolean => OF_DECISION.has(code);
