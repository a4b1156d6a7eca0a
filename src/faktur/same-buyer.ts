import { identityKey } from "../accounts/identity";
import { readSnapshot } from "../accounts/snapshot";
import { companyKey } from "../customers/link";
import { AppError } from "../errors";
import type { CompanyRow } from "../store/accounts";
import type { InvoiceRow } from "../store/invoices";
import { text } from "../text";

/** Throws `wrong_state` when another taxpayer stands behind the account than the one kept with the payment. */
export function refuseOtherBuyer(
  { company_at_payment }: Pick<InvoiceRow, "company_at_payment">,
  company: CompanyRow | undefined,
): void {
  const kept = readSnapshot(company_at_payment);
  if (kept === null || company === undefined) return;
  // Kept beside the payment is the company that stood there when it became known.
  if (kept.insteadOf !== undefined) throw otherBuyer();
  if (identityKey(kept.npwp, kept.identity) !== companyKey(company)) throw otherBuyer();
}

const otherBuyer = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Akun ini sekarang milik wajib pajak lain daripada saat invoice dibayar. Bila fakturnya memang untuk wajib pajak itu, terbitkan invoice ini satu per satu dari halamannya.",
      "This account now belongs to another taxpayer than when the invoice was paid. If the faktur is for that one, issue this invoice by itself, from its own page.",
    ),
  );
