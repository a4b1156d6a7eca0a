import { identityKey } from "../accounts/identity";
import type { CompanySnapshot } from "../accounts/company";
import { buyerKey, companyKey } from "../customers/link";
import { BY_ITSELF } from "../mail/settled";
import type { CompanyRow } from "../store/accounts";
import type { MailRow } from "../store/mails";
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

type Registered = Pick<CompanyRow, "npwp" | "identity" | "email">;

/** The addresses of the tab as it stands now; none where it is another taxpayer's. */
export const registeredNow = (
  faktur: Pick<Faktur, "buyer">,
  company: Registered | undefined,
): readonly string[] =>
  company !== undefined && companyKey(company) === buyerKey(faktur) ? recipientsOf(company.email) : [];

/**
 * Where a replacement goes: it may be made long after the payment, when the mailbox of then is gone or somebody else's. Once
 * it was mailed, where that was.
 */
export function replacementRecipients(
  faktur: Pick<Faktur, "buyer">,
  atPayment: CompanySnapshot | null,
  company: Registered | undefined,
  mails: readonly Pick<MailRow, "recipient" | "sequence">[],
): readonly string[] {
  const mailed = mails.filter(({ sequence }) => sequence === BY_ITSELF).map(({ recipient }) => recipient);
  const now = registeredNow(faktur, company);
  return [mailed, now].find((some) => some.length > 0) ?? frozenRecipients(faktur, atPayment);
}
