import type { TaxDay } from "../clock";
import { CHANNEL_WIDE_REASON } from "../faktur/channel-wide";
import { isLive } from "../faktur/faktur";
import { lastDayToMake, uploadDeadline } from "../faktur/law";
import { standingOf, type InvoiceStanding } from "../faktur/outcome";
import { readInvoice } from "../faktur/stored";
import { differenceOf } from "../hooks/difference";
import { unsettled } from "../mail/settled";
import { casesOfAll, type CaseRow } from "../store/cases";
import type { Db } from "../store/db";
import { faktursOfInvoices, type FakturRow } from "../store/fakturs";
import type { InvoiceRow } from "../store/invoices";
import { jobsOf } from "../store/jobs";
import { mailsOfAll } from "../store/mails";
import { pauseOf } from "../store/pauses";
import { text, type Text } from "../text";

export type StandingWithFakturs = InvoiceStanding & {
  readonly fakturs: FakturRow[];
  readonly cases: CaseRow[];
};

/** Where several invoices have ended and why; what stands beside them is read once for all. */
export async function invoiceStandings(
  db: Db,
  rows: readonly InvoiceRow[],
  today?: TaxDay,
): Promise<StandingWithFakturs[]> {
  const fakturs = await faktursOfInvoices(
    db.knex,
    rows.map((row) => row.id),
  );
  const mails = await mailsOfAll(
    db.knex,
    fakturs.map((faktur) => faktur.id),
  );
  const subjects = [...rows, ...fakturs, ...mails].map((one) => one.id);
  const jobs = await jobsOf(db.knex, subjects);
  const cases = await casesOfAll(
    db.knex,
    rows.map((row) => row.id),
  );
  const pauses = new Map(
    await Promise.all(
      [...new Set(rows.map((row) => row.seller))].map(
        async (seller) => [seller, await pauseOf(db.knex, seller)] as const,
      ),
    ),
  );
  return rows.map((invoice) => {
    const its = fakturs.filter((faktur) => faktur.invoice_id === invoice.id);
    const ids = new Set(its.map((faktur) => faktur.id));
    const sent = its.map(({ id, state }) => ({
      state,
      mails: mails.filter((mail) => mail.faktur_id === id),
    }));
    const own = new Set([invoice.id, ...ids, ...sent.flatMap((one) => one.mails.map((mail) => mail.id))]);
    const pause = pauses.get(invoice.seller);
    const paused = pause === undefined ? null : CHANNEL_WIDE_REASON[pause.cause];
    const about = cases.filter((one) => one.invoice_id === invoice.id);
    const lastDay = invoice.tax_day === null ? null : lastDayToMake(invoice.tax_day as TaxDay);
    const facts = {
      ...{ invoice, fakturs: its, today, lastDay, paused, differs: differsOf(invoice, about) },
      jobs: jobs.filter((job) => own.has(job.subject)),
      // What is over is not mailed again, and a mail of one part makes none of another good.
      mails: sent.flatMap((one) => (isLive(one.state) ? unsettled(one.mails) : [])),
      undecided: new Set(about.flatMap((one) => (one.state === "open" ? [one.faktur_id ?? ""] : []))),
    };
    return { ...standingOf(facts), fakturs: its, cases: about };
  });
}

/** Where an invoice has ended and why. */
export async function invoiceStanding(db: Db, row: InvoiceRow, today?: TaxDay): Promise<StandingWithFakturs> {
  const [one] = await invoiceStandings(db, [row], today);
  if (one === undefined) throw new Error(`no standing of ${row.id}`);
  return one;
}

/** What the portal tells otherwise than the record, until a case about it was closed. */
function differsOf(row: InvoiceRow, cases: readonly CaseRow[]): Text | null {
  if (row.told == null || row.content === null) return null;
  const about = cases.filter(({ cause }) => cause.split("#")[0] === `differs:${row.told_hash ?? ""}`);
  if (about.length > 0 && about.every(({ state }) => state === "closed")) return null;
  const { content } = JSON.parse(row.told) as { readonly content: string };
  const words = `(${differenceOf(readInvoice(row.content), readInvoice(content)).fields.join(", ")})`;
  return text(words, words);
}

/** Skipped for want of an active company: a person may still have the faktur made while the law allows. */
const FOR_WANT_OF_COMPANY: readonly string[] = [
  ...["no_company", "company_requested", "company_suspended", "before_activation"],
];

const mayHaveFaktur = ({ outcome, reasons }: InvoiceStanding): boolean =>
  outcome === "waiting" ||
  outcome === "held" ||
  (outcome === "skipped" && reasons.some(({ code }) => FOR_WANT_OF_COMPANY.includes(code)));

/** Of an invoice that still needs its faktur, or may get one; a late faktur on its way has a deadline of its own. */
export function lastDays(
  { tax_day }: InvoiceRow,
  standing: InvoiceStanding & { readonly fakturs: readonly FakturRow[] },
) {
  if (tax_day === null || !mayHaveFaktur(standing)) return { deadline: null, lastDayToMake: null };
  const live = standing.fakturs.filter(({ state }) => isLive(state)).map(({ deadline }) => deadline);
  const [deadline = uploadDeadline(tax_day as TaxDay)] = live.toSorted();
  return { deadline, lastDayToMake: lastDayToMake(tax_day as TaxDay) };
}
