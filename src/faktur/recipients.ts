import { identityKey } from "../accounts/identity";
import type { CompanySnapshot } from "../accounts/company";
import { buyerKey } from "../customers/link";
import { recipientsOf } from "./decide";
import type { Faktur } from "./faktur";

/**
 * The addresses kept with the payment, when they are those of this faktur's taxpayer. Another document of the same invoice
 * may have been made for another company since: then the faktur's own address, so that nobody gets another's paper.
 */
export function frozenRecipients(
  faktur: Pick<Faktur, "buyer">,
  atPayment: CompanySnapshot | null,
): readonly string[] {
  return recipientsOf(isOf(faktur, atPayment) ? atPayment.email : faktur.buyer.email);
}

/** Whether a company kept with a payment is the taxpayer whom the faktur names. */
export const isOf = (
  faktur: Pick<Faktur, "buyer">,
  company: CompanySnapshot | null,
): company is CompanySnapshot =>
  company !== null && identityKey(company.npwp, company.identity) === buyerKey(faktur);
