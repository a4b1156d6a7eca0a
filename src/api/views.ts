import type { Db } from "../store/db";
import { isoInJakarta, type TaxDay } from "../clock";
import { CHANNEL_WIDE_REASON } from "../faktur/channel-wide";
import type { FakturKurs } from "../faktur/faktur";
import { standingOf, type InvoiceStanding } from "../faktur/outcome";
import type { Reason } from "../faktur/reasons";
import { readFaktur } from "../faktur/stored";
import { formatMoney, formatRupiah, formatShort } from "../money";
import { accountById, accountsByIds, type AccountRow } from "../store/accounts";
import { faktursOfInvoice, timelineOf, type FakturRow } from "../store/fakturs";
import { invoiceNames, type InvoiceRow } from "../store/invoices";
import { jobsOf } from "../store/jobs";
import { mailsOf, mailsOfAll, type MailRow } from "../store/mails";
import { pauseOf } from "../store/pauses";
import type { Language } from "../text";

const instant = (iso: string): string => isoInJakarta(new Date(iso));

/** A faktur as the contract shows it, without its history. */
export async function fakturSummary(db: Db, row: FakturRow) {
  const [one] = await fakturSummaries(db, [row]);
  if (one === undefined) throw new Error(`no summary of ${row.id}`);
  return one;
}

/** The same of a page of them: what stands beside them is read once for all. */
export async function fakturSummaries(db: Db, rows: readonly FakturRow[]) {
  const invoices = await invoiceNames(
    db.knex,
    rows.map((row) => row.invoice_id),
  );
  const accounts = await accountsByIds(db.knex, [...new Set(rows.map((row) => row.account_id))]);
  const mails = await mailsOfAll(
    db.knex,
    rows.map((row) => row.id),
  );
  const invoiceOf = new Map(invoices.map((invoice) => [invoice.id, invoice]));
  const accountOf = new Map(accounts.map((account) => [account.id, account]));
  const mailOf = new Map(mails.map((mail) => [mail.faktur_id, mail]));
  return rows.map((row) =>
    summaryOf(row, invoiceOf.get(row.invoice_id), accountOf.get(row.account_id), mailOf.get(row.id)),
  );
}

function summaryOf(
  row: FakturRow,
  invoice: Pick<InvoiceRow, "external_id" | "number"> | undefined,
  account: Pick<AccountRow, "external_id"> | undefined,
  mail: MailRow | undefined,
) {
  const faktur = readFaktur(row.document);
  const { buyer, totals } = faktur;
  return {
    id: row.id,
    state: row.state,
    seller: row.seller,
    portal: row.portal,
    account: account?.external_id ?? "",
    invoiceId: invoice?.external_id ?? "",
    invoiceNumber: invoice?.number ?? null,
    reference: row.reference,
    transactionCode: row.transaction_code,
    date: row.date,
    period: row.period,
    deadline: row.deadline,
    replaces: row.replaces_id ?? null,
    nsfp: row.nsfp,
    simulated: Boolean(row.simulated),
    problem: row.problem,
    buyer: {
      document: buyer.document,
      npwp: buyer.npwp,
      nitku: buyer.nitku,
      name: buyer.name,
      address: buyer.address,
      email: buyer.email,
      documentNumber: buyer.documentNumber,
      country: buyer.country,
    },
    facility: faktur.facility ?? null,
    lines: faktur.lines.map((line) => ({
      kind: line.kind,
      code: line.code,
      name: line.name,
      unit: line.unit,
      price: formatMoney(line.price),
      quantity: formatShort(line.quantity),
      discount: formatMoney(line.discount),
      taxBase: formatMoney(line.taxBase),
      otherTaxBase: formatMoney(line.otherTaxBase),
      vatRate: formatShort(line.vatRate),
      vat: formatMoney(line.vat),
    })),
    totals: {
      price: formatRupiah(totals.price),
      discount: formatRupiah(totals.discount),
      dpp: formatRupiah(totals.dpp),
      dppNilaiLain: formatRupiah(totals.dppNilaiLain),
      ppn: formatRupiah(totals.ppn),
    },
    kurs: faktur.kurs ? kursView(faktur.kurs) : null,
    channel: {
      kind: row.channel_kind,
      externalId: row.external_id,
      status: row.channel_status,
      message: row.channel_message,
    },
    mail: mail === undefined ? null : { to: mail.recipient, state: mail.state, at: instant(mail.at) },
    pdf: row.pdf_sha256 === null ? null : { kind: row.pdf_kind, sha256: row.pdf_sha256 },
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}

/** The Finance Minister's rate of one week. */
export const kursView = (kurs: FakturKurs) => ({
  currency: kurs.currency,
  from: kurs.from,
  to: kurs.to,
  rate: formatMoney(kurs.rate),
  per: Number(kurs.per),
  kmk: kurs.kmk,
});

/** The whole faktur: with its mails and its history. */
export async function fakturView(db: Db, row: FakturRow) {
  const mails = await mailsOf(db.knex, row.id);
  const timeline = await timelineOf(db.knex, row.id);
  return {
    ...(await fakturSummary(db, row)),
    deliveries: mails.map((mail) => ({
      to: mail.recipient,
      state: mail.state,
      messageId: mail.message_id,
      at: instant(mail.at),
      detail: mail.detail,
    })),
    timeline: timeline.map((entry) => ({ ...entry, at: instant(entry.at) })),
  };
}

/** Where an invoice has ended and why. */
export async function invoiceStanding(
  db: Db,
  row: InvoiceRow,
  today?: TaxDay,
): Promise<InvoiceStanding & { fakturs: FakturRow[] }> {
  const fakturs = await faktursOfInvoice(db.knex, row.id);
  const mails = (await Promise.all(fakturs.map((faktur) => mailsOf(db.knex, faktur.id)))).flat();
  const subjects = [row.id, ...fakturs.map((faktur) => faktur.id), ...mails.map((mail) => mail.id)];
  const jobs = await jobsOf(db.knex, subjects);
  const pause = await pauseOf(db.knex, row.seller);
  const paused = pause === undefined ? null : CHANNEL_WIDE_REASON[pause.cause];
  const facts = { invoice: row, fakturs, jobs, mails: unsettled(mails), today, paused };
  return { ...standingOf(facts), fakturs };
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

export const reasonView = (reason: Reason, language: Language) => ({
  code: reason.code,
  message: reason.message[language],
  fix: reason.fix[language],
});

export async function invoiceView(db: Db, row: InvoiceRow, language: Language, today?: TaxDay) {
  const standing = await invoiceStanding(db, row, today);
  const account = row.account_id === null ? undefined : await accountById(db.knex, row.account_id);
  return {
    outcome: standing.outcome,
    reasons: standing.reasons.map((reason) => reasonView(reason, language)),
    fakturs: standing.fakturs.map((faktur) => ({ id: faktur.id, state: faktur.state, nsfp: faktur.nsfp })),
    portal: row.portal,
    invoiceId: row.external_id,
    number: row.number,
    account: account?.external_id ?? null,
    paidAt: row.paid_at === null ? null : instant(row.paid_at),
    taxDay: row.tax_day,
    basis: row.basis ?? "paid",
  };
}
