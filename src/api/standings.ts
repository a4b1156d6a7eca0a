import type { TaxDay } from "../clock";
import { CHANNEL_WIDE_REASON } from "../faktur/channel-wide";
import { standingOf, type InvoiceStanding } from "../faktur/outcome";
import type { Db } from "../store/db";
import { faktursOfInvoices, type FakturRow } from "../store/fakturs";
import type { InvoiceRow } from "../store/invoices";
import { jobsOf } from "../store/jobs";
import { mailsOfAll, type MailRow } from "../store/mails";
import { pauseOf } from "../store/pauses";

export type StandingWithFakturs = InvoiceStanding & { readonly fakturs: FakturRow[] };

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
    const sent = its.flatMap((faktur) => mails.filter((mail) => mail.faktur_id === faktur.id));
    const own = new Set([invoice.id, ...ids, ...sent.map((mail) => mail.id)]);
    const pause = pauses.get(invoice.seller);
    const paused = pause === undefined ? null : CHANNEL_WIDE_REASON[pause.cause];
    const facts = {
      ...{ invoice, fakturs: its, today, paused },
      jobs: jobs.filter((job) => own.has(job.subject)),
      mails: unsettled(sent),
    };
    return { ...standingOf(facts), fakturs: its };
  });
}

/** Where an invoice has ended and why. */
export async function invoiceStanding(db: Db, row: InvoiceRow, today?: TaxDay): Promise<StandingWithFakturs> {
  const [one] = await invoiceStandings(db, [row], today);
  if (one === undefined) throw new Error(`no standing of ${row.id}`);
  return one;
}

type Mailed = Pick<MailRow, "recipient" | "sequence" | "state">;

/** What a later mail has not settled: one that arrived at the same address, or at a new one given in its place. */
function unsettled<Mail extends Mailed>(mails: readonly Mail[]): Mail[] {
  const known = (sequence: number) =>
    new Set(mails.filter((mail) => mail.sequence <= sequence).map((mail) => mail.recipient));
  return mails.filter((mail) => {
    const before = known(mail.sequence);
    return !mails.some(
      (later) =>
        later.sequence > mail.sequence &&
        later.state === "sent" &&
        (later.recipient === mail.recipient || !before.has(later.recipient)),
    );
  });
}
