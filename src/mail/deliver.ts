import { plusMs, type Clock } from "../clock";
import type { Documents } from "../documents/documents";
import { AppError, asAppError, type Outcome } from "../errors";
import { buyerKey, companyKey } from "../customers/link";
import { readSnapshot } from "../accounts/snapshot";
import { recipientsOf } from "../faktur/decide";
import { isLive, type Faktur } from "../faktur/faktur";
import { frozenRecipients } from "../faktur/recipients";
import { sellerOf, sellerOptions } from "../faktur/seller";
import { readFaktur } from "../faktur/stored";
import type { NewId } from "../ids";
import type { Log } from "../log";
import type { Db, Tx } from "../store/db";
import type { Work } from "../store/fence";
import { addTimeline, fakturById, stateOf, type FakturRow } from "../store/fakturs";
import { invoiceHead, type InvoiceRow } from "../store/invoices";
import { findCompany } from "../store/accounts";
import { endMail, mailById, type MailRow, type MailState } from "../store/mails";
import { mailWords } from "../store/mail-templates";
import { findSeller, type SellerRow } from "../store/sellers";
import type { TaxDay } from "../clock";
import { announceFaktur } from "../webhooks/announce";
import { closeBounceCases } from "./bounce-case";
import type { Mailer, OutgoingMail } from "./mailer";
import { composeFakturMail } from "./message";
import type { WordedTemplates } from "./render";

export interface DeliverDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly documents: Documents;
  readonly mailer: Mailer;
  readonly templates: Pick<WordedTemplates, "worded">;
  /** `Name <address>`. */
  readonly from: string;
  /** A link for the customer to the fakturs of this one's buyer. */
  linkFor(row: FakturRow, buyer: string): Promise<string>;
}

/** How long a mail waits to see whether its faktur is cancelled. */
const CANCELLING_MS = 60_000;

/** Job `mail`: one faktur's PDF to one recipient. Only an approved faktur with its stored PDF is ever mailed. */
export async function deliverMail(d: DeliverDeps, work: Work): Promise<Outcome> {
  const mail = await mailById(d.db.knex, work.job.subject);
  if (mail === undefined || mail.state !== "queued") return { kind: "done" };
  const row = await fakturById(d.db.knex, mail.faktur_id);
  if (row === undefined || row.nsfp === null || row.pdf_sha256 === null) return { kind: "done" };
  const seller = await findSeller(d.db.knex, row.seller);
  if (seller === undefined) return { kind: "done" };
  if (!isLive(row.state)) return end(d, work, mail, row, "withheld", row.state);
  if (row.state === "cancelling") return { kind: "wait", until: plusMs(d.clock.now(), CANCELLING_MS) };
  if (mustStayInside(d, seller, row)) return end(d, work, mail, row, "withheld", "simulation");
  const outgoing = await compose(d, mail, row, seller, row.nsfp, row.pdf_sha256);
  work.mayAct();
  const sent = await d.mailer.send(outgoing).catch((thrown: unknown) => {
    const error = asAppError(thrown);
    if (error.code !== "mail_refused") throw thrown;
    return error;
  });
  return sent instanceof AppError
    ? end(d, work, mail, row, "refused", sent.message)
    : end(d, work, mail, row, "sent", sent.response);
}

/** A simulated document is worthless as a tax document: it leaves the house only when the seller says so. */
const mustStayInside = (d: DeliverDeps, seller: SellerRow, row: FakturRow): boolean =>
  Boolean(row.simulated) && !d.mailer.local && sellerOptions(seller).allowSimulatedMail !== true;

async function compose(
  d: DeliverDeps,
  mail: MailRow,
  row: FakturRow,
  sellerRow: SellerRow,
  nsfp: string,
  pdfHash: string,
): Promise<OutgoingMail> {
  const faktur = readFaktur(row.document);
  const seller = sellerOf(sellerRow);
  const invoice = await invoiceHead(d.db.knex, row.invoice_id);
  const link = await linkOf(d, mail, row, faktur, invoice);
  const composed = composeFakturMail(
    {
      buyerName: faktur.buyer.name,
      sellerName: seller.name,
      sellerEmail: seller.email,
      invoiceNumber: invoice?.number ?? invoice?.external_id ?? faktur.reference,
      nsfp,
      date: row.date as TaxDay,
      totals: faktur.totals,
      transactionCode: faktur.transactionCode,
      replaces: faktur.replaces ?? null,
      pdf: await d.documents.get(pdfHash),
      pdfKind: row.pdf_kind ?? "official",
      simulated: Boolean(row.simulated),
      ...(link === null ? {} : { consoleUrl: link }),
    },
    d.templates.worded(await mailWords(d.db.knex, sellerRow.slug)),
  );
  return {
    ...composed,
    messageId: mail.message_id,
    from: d.from,
    to: mail.recipient,
    replyTo: seller.email,
    date: new Date(mail.at),
  };
}

/**
 * Only for an address that is registered for this taxpayer, today or, when the account has another by now, at the payment:
 * what goes elsewhere is that one document, and no key to the others.
 */
async function linkOf(
  d: DeliverDeps,
  mail: MailRow,
  row: FakturRow,
  faktur: Faktur,
  invoice: Pick<InvoiceRow, "company_at_payment"> | undefined,
): Promise<string | null> {
  const today = await findCompany(d.db.knex, row.account_id);
  const theirs = today !== undefined && companyKey(today) === buyerKey(faktur);
  const registered = theirs
    ? recipientsOf(today.email)
    : frozenRecipients(faktur, readSnapshot(invoice?.company_at_payment ?? null));
  return registered.includes(mail.recipient) ? d.linkFor(row, buyerKey(faktur)) : null;
}

async function end(
  d: DeliverDeps,
  work: Work,
  mail: MailRow,
  row: FakturRow,
  state: MailState,
  detail: string,
): Promise<Outcome> {
  const now = d.clock.now();
  const outcome = await work.conclude(async (tx) => {
    if (await endMail(tx, mail.id, state, detail.slice(0, 500), now))
      await tell(tx, d, mail, row, state, detail);
    return { kind: "done" };
  });
  d.log.info("mail.ended", { faktur: mail.faktur_id, trace: row.invoice_id, mail: mail.id, state });
  return outcome;
}

/** What the ending of a mail means for its faktur, and who is told. */
async function tell(
  tx: Tx,
  d: DeliverDeps,
  mail: MailRow,
  row: FakturRow,
  state: MailState,
  detail: string,
): Promise<void> {
  const now = d.clock.now();
  const [present] = await Promise.all([
    stateOf(tx, row.id),
    addTimeline(tx, mail.faktur_id, {
      ...{ at: now, event: `mail_${state}`, by: "system" },
      detail: `${mail.recipient}: ${detail}`.slice(0, 500),
    }),
  ]);
  if (state !== "sent") return;
  if (mail.sequence > 0) await closeBounceCases(tx, row, now);
  // It may have been cancelled while the mail was on its way.
  const standing = present ?? row.state;
  await announceFaktur(tx, d, "faktur.mailed", row, { state: standing, mailedTo: mail.recipient });
}
