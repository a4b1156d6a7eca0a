import { dayInJakarta, type TaxDay } from "../clock";
import { lastDayToMake, uploadDeadline } from "../faktur/law";
import { isTooLateForGood } from "../faktur/late";
import { isNotPressing } from "../faktur/not-due";
import type { Db } from "../store/db";
import { openFakturs, openInvoices, type OpenFaktur, type OpenInvoice } from "../store/open-work";
import type { Due } from "./alarms";

/** Everything that can still get an approved faktur and has a last day for it; of one seller, or of all. */
export async function gatherDue(db: Db, today: TaxDay, seller?: string): Promise<Due[]> {
  const invoices = await openInvoices(db.knex, seller);
  const fakturs = await openFakturs(db.knex, seller);
  return [...invoices.flatMap(dueInvoice), ...fakturs.filter((row) => !isOver(row, today)).map(dueFaktur)];
}

export const isOver = (row: OpenFaktur, today: TaxDay): boolean =>
  isTooLateForGood({ ...row, external_id: row.channel_id }, today);

/** One that is held for good has no last day, and neither has one that its portal does not know. */
function dueInvoice(row: OpenInvoice): Due[] {
  const reasons = codesOf(row.reasons);
  const day = taxDayOf(row);
  if (day === null || isNotPressing(reasons)) return [];
  const deadline = uploadDeadline(day);
  const last = lastDayToMake(day);
  return [{ ...named(row), kind: "invoice", deadline, lastDayToMake: last, state: row.decision, reasons }];
}

/** What could not be read back yet was paid on the day it became known at the latest. */
function taxDayOf({ tax_day, decision, created_at }: OpenInvoice): TaxDay | null {
  if (tax_day !== null) return tax_day as TaxDay;
  return decision === "unread" ? dayInJakarta(new Date(created_at)) : null;
}

const dueFaktur = (row: OpenFaktur): Due => ({
  ...named(row),
  kind: "faktur",
  deadline: row.deadline as TaxDay,
  lastDayToMake:
    row.tax_day === null || row.replaces_id !== null ? null : lastDayToMake(row.tax_day as TaxDay),
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
