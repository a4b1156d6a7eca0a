import { dayInJakarta, type TaxDay } from "../clock";
import { billedAccounts } from "../store/accounts";
import type { Db } from "../store/db";
import type { Work } from "../store/fence";
import { findInvoice } from "../store/invoices";
import { isDueWithBill, recordBilled } from "./billed";
import type { LedgerDeps } from "./ledger";
import type { FoundPortal } from "./moves";
import type { PortalConnection } from "./portal";
import { isHistory } from "./recorded";
import { asUnreadable } from "./unreadable";

/** How many accounts in a row may fail before the portal itself is taken for down. */
const MOST_FAILURES = 3;

/**
 * Bills of collectors that nobody told, or that were told while they were drafts: what each of these accounts has to pay
 * is asked for. Only bills made since the account's code was verified: what is older was due under another one. How many
 * were recorded, and the accounts whose list could not be read, with what was thrown.
 */
export async function takeInBills(
  d: LedgerDeps & { readonly db: Db },
  work: Work,
  at: FoundPortal,
): Promise<{ readonly found: number; readonly failed: ReadonlyMap<string, unknown> }> {
  const failed = new Map<string, unknown>();
  let found = 0;
  let inARow = 0;
  if (at.portal.listUnpaid === undefined) return { found, failed };
  for (const { account, code_at } of await billedAccounts(d.db.knex, at.connection.slug)) {
    if (inARow === MOST_FAILURES) break;
    const since = dayInJakarta(code_at === null ? d.clock.now() : new Date(code_at));
    try {
      found += await takeInOf(d, work, at, account, since);
      inARow = 0;
    } catch (thrown) {
      failed.set(account, thrown);
      inARow += 1;
    }
  }
  return { found, failed };
}

async function takeInOf(
  d: LedgerDeps & { readonly db: Db },
  work: Work,
  { connection, portal }: FoundPortal,
  account: string,
  since: TaxDay,
): Promise<number> {
  const { readBill, listUnpaid } = portal;
  if (readBill === undefined || listUnpaid === undefined) return 0;
  const { slug } = connection;
  let found = 0;
  for (const { invoiceId } of await listUnpaid(connection, account)) {
    if ((await findInvoice(d.db.knex, slug, invoiceId)) !== undefined) continue;
    const bill = await readBill(connection, invoiceId).catch(asUnreadable);
    if (bill === null || "kind" in bill || !isSince(connection, bill.taxDay, since)) continue;
    found += await work.transaction(async (tx) => {
      if (!(await isDueWithBill(tx, slug, bill))) return 0;
      return (await recordBilled(tx, d, connection, bill)) ? 1 : 0;
    });
  }
  return found;
}

const isSince = (connection: PortalConnection, made: TaxDay, since: TaxDay): boolean =>
  made >= since && !isHistory(connection, made);
