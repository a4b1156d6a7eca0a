import type { Db } from "../store/db";
import { isoInJakarta, type TaxDay } from "../clock";
import { CHANNEL_WIDE_REASON } from "../faktur/channel-wide";
import { isLive, type FakturKurs } from "../faktur/faktur";
import { keepUntil } from "../faktur/law";
import { standingOf, type InvoiceStanding } from "../faktur/outcome";
import type { Reason } from "../faktur/reasons";
import { lastDayToMake, uploadDeadline } from "../faktur/law";
import { readFaktur, readInvoice } from "../faktur/stored";
import { differenceOf } from "../hooks/difference";
import { formatMoney, formatRupiah, formatShort } from "../money";
import { accountById } from "../store/accounts";
import { casesOf, type CaseRow } from "../store/cases";
import { faktursOfInvoice, timelineOf, type FakturRow } from "../store/fakturs";
import { invoiceById, type InvoiceRow } from "../store/invoices";
import { jobsOf } from "../store/jobs";
import { mailsOf, type MailRow } from "../store/mails";
import { pauseOf } from "../store/pauses";
import { text, type Language, type Text } from "../text";

const instant = (iso: string): string => isoInJakarta(new Date(iso));

/** A faktur as the contract shows it, without its history. */
export async function fakturSummary(db: Db, row: FakturRow) {
  const faktur = readFaktur(row.document);
  const invoice = await invoiceById(db.knex, row.invoice_id);
  const account = await accountById(db.knex, row.account_id);
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
    keepUntil: keepUntil(faktur.date),
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
): Promise<InvoiceStanding & { fakturs: FakturRow[]; cases: CaseRow[] }> {
  const fakturs = await faktursOfInvoice(db.knex, row.id);
  const mails = (await Promise.all(fakturs.map((faktur) => mailsOf(db.knex, faktur.id)))).flat();
  const subjects = [row.id, ...fakturs.map((faktur) => faktur.id), ...mails.map((mail) => mail.id)];
  const jobs = await jobsOf(db.knex, subjects);
  const pause = await pauseOf(db.knex, row.seller);
  const paused = pause === undefined ? null : CHANNEL_WIDE_REASON[pause.cause];
  const cases = await casesOf(db.knex, row.id);
  const lastDay = row.tax_day === null ? null : lastDayToMake(row.tax_day as TaxDay);
  const facts = { invoice: row, fakturs, jobs, mails: unsettled(mails), today, lastDay, paused };
  return { ...standingOf({ ...facts, differs: differsOf(row, cases) }), fakturs, cases };
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
    ...lastDays(row, standing),
    basis: row.basis ?? "paid",
    cases: standing.cases
      .filter(({ state }) => state !== "closed")
      .map(({ id, kind, state }) => ({ id, kind, state })),
  };
}

/** Of an invoice that still needs its faktur; a late faktur on its way has a deadline of its own. */
export function lastDays(
  { tax_day }: InvoiceRow,
  standing: InvoiceStanding & { readonly fakturs: readonly FakturRow[] },
) {
  const { outcome, fakturs } = standing;
  if (tax_day === null || (outcome !== "waiting" && outcome !== "held")) {
    return { deadline: null, lastDayToMake: null };
  }
  const live = fakturs.filter(({ state }) => isLive(state)).map(({ deadline }) => deadline);
  const [deadline = uploadDeadline(tax_day as TaxDay)] = live.toSorted();
  return { deadline, lastDayToMake: lastDayToMake(tax_day as TaxDay) };
}
