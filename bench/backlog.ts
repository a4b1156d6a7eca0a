/* Paid invoices of account `1` of the portal `toko` that wait to be decided, each with its job. */
import { dayInJakarta } from "../src/clock";
import { writeSnapshot } from "../src/accounts/snapshot";
import { writeInvoice } from "../src/faktur/stored";
import { findAccount, findCompany } from "../src/store/accounts";
import type { Tx } from "../src/store/db";
import { invoice, line } from "../test/faktur/examples";
import { insertAll } from "../test/support/insert-all";

/** Invoices `b<from>` to `b<to>`, to be decided from `due` on. */
export async function addFakturInvoice(tx: Tx, from: number, to: number, due = new Date()): Promise<void> {
  const account = await findAccount(tx, "toko", "1");
  if (account === undefined) throw new Error("the account is missing");
  const company_at_payment = writeSnapshot(await findCompany(tx, account.id));
  const paidAt = new Date();
  const at = paidAt.toISOString();
  const tax_day = dayInJakarta(paidAt);
  const rows = Array.from({ length: to - from }, (_, index) => {
    const id = `b${String(from + index).padStart(9, "0")}`;
    const content = writeInvoice(
      invoice([line({ amount: "1000000.00" })], {
        ...{ invoiceId: id, number: `INV-${id}`, paidAt, taxDay: tax_day },
        account: { id: "1", name: "PT Contoh", email: null },
      }),
    );
    return {
      ...{
        id,
        portal: "toko",
        external_id: id,
        seller: "utama",
        account_id: account.id,
        number: `INV-${id}`,
      },
      ...{ paid_at: at, tax_day, content, company_at_payment, portal_state: "paid", decision: "undecided" },
      ...{ accepted: "[]", reasons: "[]", created_at: at, updated_at: at },
    };
  });
  await insertAll(tx, "invoices", rows, 50);
  const jobs = rows.map(({ id }) => ({
    kind: "issue",
    subject: id,
    state: "ready",
    run_at: due.toISOString(),
    created_at: at,
  }));
  await insertAll(tx, "jobs", jobs, 100);
}
