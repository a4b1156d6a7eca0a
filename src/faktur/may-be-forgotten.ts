import type { FakturRow } from "../store/fakturs";
import { invoiceHead } from "../store/invoices";
import { lastRestore } from "../store/restores";
import type { FakturDeps } from "./flow";
import { forgottenUntil } from "./forgotten";

/**
 * A database that was put back from a copy knows nothing of what it did since: whatever was paid before that moment is
 * looked up before it is sent or dropped, for good. What is paid afterwards cannot have been forgotten.
 */
export async function mayBeForgotten(d: Pick<FakturDeps, "db">, row: FakturRow): Promise<boolean> {
  const restored = await lastRestore(d.db.knex);
  if (restored === null) return false;
  const paidAt = (await invoiceHead(d.db.knex, row.invoice_id))?.paid_at ?? null;
  return paidAt === null || new Date(paidAt) <= forgottenUntil(restored);
}
