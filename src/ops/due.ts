import type { TaxDay } from "../clock";
import { uploadDeadline } from "../faktur/law";
import { isNotPressing } from "../faktur/not-due";
import type { Db } from "../store/db";
import { openFakturs, openInvoices, type OpenFaktur, type OpenInvoice } from "../store/open-work";
import type { Due } from "./alarms";

/** Everything that still needs an approved faktur and has a last day for it; of one seller, or of all. */
export async function gatherDue(db: Db, seller?: string): Promise<Due[]> {
  const invoices = await openInvoices(db.knex, seller);
  const fakturs = await openFakturs(db.knex, seller);
  return [...invoices.flatMap(dueInvoice), ...fakturs.map(dueFaktur)];
}

/** One that was not read back yet has no tax day, so its last day is not known; one that is held for good has none. */
function dueInvoice(row: OpenInvoice): Due[] {
  const reasons = codesOf(row.reasons);
  if (row.tax_day === null || isNotPressing(reasons)) return [];
  const deadline = uploadDeadline(row.tax_day as TaxDay);
  return [{ ...named(row), kind: "invoice", deadline, state: row.decision, reasons }];
}

const dueFaktur = (row: OpenFaktur): Due => ({
  ...named(row),
  kind: "faktur",
  deadline: row.deadline as TaxDay,
  state: row.state,
  reasons: row.problem === null ? [] : [row.problem],
});

const named = (row: OpenInvoice | OpenFaktur) => ({
  id: row.id,
  seller: row.seller,
  portal: row.portal,
  invoice: row.external_id,
  number: row.number,
});

export const codesOf = (reasons: string): string[] =>
  (JSON.parse(reasons) as { readonly code: string }[]).map((reason) => reason.code);
