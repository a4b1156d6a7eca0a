import { dayInJakarta, isoInJakarta, type TaxDay } from "../clock";
import { readSnapshot } from "../accounts/snapshot";
import type { Reason } from "../faktur/reasons";
import { readInvoice } from "../faktur/stored";
import { wordsOf } from "../hooks/invoice";
import { formatMoney, formatShort } from "../money";
import { alarmLevel, daysBetween } from "../ops/alarms";
import { accountById, type AccountRow } from "../store/accounts";
import { listAudit } from "../store/audit";
import type { Db } from "../store/db";
import { timelineOf, type FakturRow } from "../store/fakturs";
import type { InvoiceRow } from "../store/invoices";
import { countAhead, jobsOf } from "../store/jobs";
import type { Language } from "../text";
import type { ApiDeps } from "./deps";
import { invoiceStanding, lastDays, type StandingWithFakturs } from "./standings";
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
    ...clockOf(row, standing, today),
    cases: standing.cases
      .filter(({ state }) => state !== "closed")
      .map(({ id, kind, state }) => ({ id, kind, state })),
  };
}

/** The last days of an invoice that still needs its faktur, and how near they are. */
function clockOf(row: InvoiceRow, standing: StandingWithFakturs, today: TaxDay) {
  const days = lastDays(row, standing);
  if (days.deadline === null) return { ...days, daysLeft: null, level: null };
  const deadline = days.deadline as TaxDay;
  // Nobody has to act on what was skipped: its last day is told without an alarm.
  const level = standing.outcome === "skipped" ? "quiet" : alarmLevel(deadline, today);
  return { ...days, daysLeft: daysBetween(today, deadline), level };
}

/** The whole invoice: its lines as the portal sent them, the company at payment, cases and history. */
export async function invoiceDetail(d: ApiDeps, row: InvoiceRow, language: Language) {
  const today = dayInJakarta(d.clock.now());
  const standing = await invoiceStanding(d.db, row, today);
  const account = row.account_id === null ? undefined : await accountById(d.db.knex, row.account_id);
  const content = row.content === null ? null : readInvoice(row.content);
  return {
    ...invoiceView({ row, standing }, account, language, today),
    next: await nextStep(d, row, standing.fakturs),
    seller: row.seller,
    portalState: row.portal_state,
    accepted: JSON.parse(row.accepted) as string[],
    company: companyAtPayment(row),
    pricesIncludeTax: content?.pricesIncludeTax ?? null,
    subtotal: content === null ? null : formatMoney(content.subtotal),
    tax: content === null ? null : formatMoney(content.tax),
    lines: (content?.lines ?? []).map((line) => ({
      ...{ id: line.id, kind: line.kind, description: wordsOf(line), taxed: line.taxed },
      ...{ quantity: formatShort(line.quantity), amount: formatMoney(line.amount) },
      ...{ serviceId: line.serviceId, periodStart: line.periodStart, periodEnd: line.periodEnd },
    })),
    timeline: await timeline(d.db, row, standing.fakturs),
  };
}

/**
 * When its next step is due, and how much of everybody's work goes before it once it is (trap T64: everybody pays in the last
 * hour of a month). Null while one is worked on, and where nothing is queued.
 */
async function nextStep(d: Pick<ApiDeps, "db" | "clock">, row: InvoiceRow, fakturs: readonly FakturRow[]) {
  const jobs = await jobsOf(d.db.knex, [row.id, ...fakturs.map(({ id }) => id)]);
  if (jobs.some(({ state }) => state === "running")) return null;
  const [first] = jobs
    .filter(({ state }) => state === "ready")
    .toSorted((one, other) => (one.runAt < other.runAt ? -1 : 1));
  if (first === undefined) return null;
  const due = first.runAt <= d.clock.now().toISOString();
  return { at: instant(first.runAt), ahead: due ? await countAhead(d.db.knex, first) : null };
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
