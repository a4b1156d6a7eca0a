import type { Db } from "../store/db";
import { isoInJakarta } from "../clock";
import type { FakturKurs, FakturLine } from "../faktur/faktur";
import { keepUntil } from "../faktur/law";
import type { Reason } from "../faktur/reasons";
import { readFaktur } from "../faktur/stored";
import { toldFirst } from "../mail/settled";
import { formatMoney, formatRupiah, formatShort } from "../money";
import { accountsByIds, type AccountRow } from "../store/accounts";
import { timelineOf, type FakturRow } from "../store/fakturs";
import { invoiceNames, type InvoiceRow } from "../store/invoices";
import { mailsOf, mailsOfAll, type MailRow } from "../store/mails";
import type { Language } from "../text";
import { besideFaktur } from "./faktur-beside";

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
  return rows.map((row) =>
    summaryOf(
      row,
      invoiceOf.get(row.invoice_id),
      accountOf.get(row.account_id),
      toldFirst(mails.filter((mail) => mail.faktur_id === row.id)),
    ),
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
    lines: faktur.lines.map(lineView),
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

const lineView = (line: FakturLine) => ({
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
});

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
    ...(await besideFaktur(db, row)),
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

export const reasonView = (reason: Reason, language: Language) => ({
  code: reason.code,
  message: reason.message[language],
  fix: reason.fix[language],
});
