import { dayInJakarta, isoInJakarta, type TaxDay } from "../clock";
import { readSnapshot } from "../accounts/snapshot";
import { lastDayToMake, uploadDeadline } from "../faktur/law";
import type { Reason } from "../faktur/reasons";
import { readInvoice } from "../faktur/stored";
import { formatMoney, formatShort } from "../money";
import { alarmLevel, daysBetween } from "../ops/alarms";
import { accountById, type AccountRow } from "../store/accounts";
import { listAudit } from "../store/audit";
import { casesOf } from "../store/cases";
import type { Db } from "../store/db";
import { timelineOf, type FakturRow } from "../store/fakturs";
import type { InvoiceRow } from "../store/invoices";
import type { Language } from "../text";
import type { ApiDeps } from "./deps";
import { invoiceStanding, type StandingWithFakturs } from "./standings";
import { reasonView } from "./views";

const instant = (iso: string): string => isoInJakarta(new Date(iso));

/** An invoice with what has become of it. */
export interface InvoiceFound {
  readonly row: InvoiceRow;
  readonly standing: StandingWithFakturs;
}

/** An invoice as lists show it; `row.content` is read for its amounts. */
export function invoiceView(
  { row, standing }: InvoiceFound,
  account: AccountRow | undefined,
  language: Language,
  today: TaxDay,
) {
  const content = row.content === null ? null : readInvoice(row.content);
  return {
    outcome: standing.outcome,
    reasons: standing.reasons.map((reason: Reason) => reasonView(reason, language)),
    fakturs: standing.fakturs.map((faktur) => ({ id: faktur.id, state: faktur.state, nsfp: faktur.nsfp })),
    portal: row.portal,
    invoiceId: row.external_id,
    number: row.number,
    account: account?.external_id ?? null,
    accountName: account?.name ?? null,
    paidAt: row.paid_at === null ? null : instant(row.paid_at),
    taxDay: row.tax_day,
    basis: row.basis ?? "paid",
    currency: content?.currency ?? null,
    total: content === null ? null : formatMoney(content.subtotal + content.tax),
    ...clockOf(row.tax_day as TaxDay | null, today),
  };
}

/** The last days: to upload in time, and to make a late faktur at all. */
function clockOf(taxDay: TaxDay | null, today: TaxDay) {
  if (taxDay === null) return { deadline: null, lastDay: null, daysLeft: null, level: null };
  const deadline = uploadDeadline(taxDay);
  return {
    ...{ deadline, lastDay: lastDayToMake(taxDay), daysLeft: daysBetween(today, deadline) },
    level: alarmLevel(deadline, today),
  };
}

/** The whole invoice: its lines as the portal sent them, the company at payment, cases and history. */
export async function invoiceDetail(d: ApiDeps, row: InvoiceRow, language: Language) {
  const today = dayInJakarta(d.clock.now());
  const standing = await invoiceStanding(d.db, row, today);
  const account = row.account_id === null ? undefined : await accountById(d.db.knex, row.account_id);
  const content = row.content === null ? null : readInvoice(row.content);
  const cases = await casesOf(d.db.knex, row.id);
  return {
    ...invoiceView({ row, standing }, account, language, today),
    seller: row.seller,
    portalState: row.portal_state,
    accepted: JSON.parse(row.accepted) as string[],
    company: companyAtPayment(row),
    pricesIncludeTax: content?.pricesIncludeTax ?? null,
    subtotal: content === null ? null : formatMoney(content.subtotal),
    tax: content === null ? null : formatMoney(content.tax),
    lines: (content?.lines ?? []).map((line) => ({
      ...{ id: line.id, kind: line.kind, description: line.description, taxed: line.taxed },
      ...{ quantity: formatShort(line.quantity), amount: formatMoney(line.amount) },
      ...{ serviceId: line.serviceId, periodStart: line.periodStart, periodEnd: line.periodEnd },
    })),
    cases: cases.map(({ id, kind, state }) => ({ id, kind, state })),
    timeline: await timeline(d.db, row, standing.fakturs),
  };
}

function companyAtPayment(row: InvoiceRow) {
  const company = readSnapshot(row.company_at_payment);
  return company === null ? null : { npwp: company.npwp, name: company.name, status: company.status };
}

/** What happened to the invoice and to its fakturs, oldest first. */
async function timeline(db: Db, row: InvoiceRow, fakturs: readonly FakturRow[]) {
  const audit = await listAudit(db.knex, 0, 200, `invoice:${row.portal}/${row.external_id}`);
  const entries = [
    { at: row.created_at, event: "invoice.received", by: `portal:${row.portal}`, detail: null },
    ...audit.map(({ at, action, actor, detail }) => ({ at, event: action, by: actor, detail })),
  ];
  for (const faktur of fakturs) {
    for (const entry of await timelineOf(db.knex, faktur.id)) {
      entries.push({ ...entry, event: `faktur.${entry.event}` });
    }
  }
  return entries
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map((entry) => ({ ...entry, at: instant(entry.at) }));
}
