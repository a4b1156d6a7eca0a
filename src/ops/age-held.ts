import { addMonths, dayInJakarta, type Clock, type TaxDay } from "../clock";
import { agedReasons } from "../faktur/late";
import { NOT_PRESSING } from "../faktur/not-due";
import type { Reason } from "../faktur/reasons";
import type { Log } from "../log";
import type { Db } from "../store/db";
import { decideInvoice, lockedInvoice, type InvoiceRow } from "../store/invoices";
import { heldDueBefore } from "../store/past-deadline";

export interface AgeDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
}

/** Held invoices that are looked at in one hour, the oldest first. */
const AGED_AT_ONCE = 1000;

/**
 * Held invoices for which no faktur can be made any more say so, as deciding anew would: nobody presses for them, and nobody
 * is told to accept a reason that would be refused.
 */
export async function ageHeld({ db, clock, log }: AgeDeps): Promise<void> {
  const now = clock.now();
  const today = dayInJakarta(now);
  for (const row of await heldDueBefore(db.knex, addMonths(today, -1), NOT_PRESSING, AGED_AT_ONCE)) {
    if (agedOf(row, today) === null) continue;
    const reasons = await db.transaction(async (tx) => {
      const standing = await lockedInvoice(tx, row.portal, row.external_id);
      const aged = standing?.decision === "held" ? agedOf(standing, today) : null;
      if (aged !== null) await decideInvoice(tx, row.id, "held", JSON.stringify(aged), now);
      return aged;
    });
    if (reasons === null) continue;
    const codes = reasons.map(({ code }) => code).join(",");
    log.info("invoice.held", { portal: row.portal, invoice: row.external_id, trace: row.id, reasons: codes });
  }
}

const agedOf = ({ tax_day, reasons }: Pick<InvoiceRow, "tax_day" | "reasons">, today: TaxDay) =>
  tax_day === null ? null : agedReasons(JSON.parse(reasons) as Reason[], tax_day as TaxDay, today);
