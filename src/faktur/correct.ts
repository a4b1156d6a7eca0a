import { writeSnapshot, readSnapshot } from "../accounts/snapshot";
import { AppError, type Fault } from "../errors";
import { text } from "../text";
import { dayInJakarta } from "../clock";
import { needsFacility } from "../codes/facilities";
import { findCompany } from "../store/accounts";
import type { Tx } from "../store/db";
import { moveFaktur, noteFaktur, type FakturRow } from "../store/fakturs";
import { invoiceById, reopenInvoice, type InvoiceRow } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { mailsOf } from "../store/mails";
import { findSeller } from "../store/sellers";
import { buyerKey, companyKey } from "../customers/link";
import { resendTo } from "../mail/settled";
import { buyerOf, recipientsOf } from "./decide";
import { isLive } from "./faktur";
import { documentColumns } from "./columns";
import { at, existing, written, wrongState, type Actor, type CorrectDeps } from "./asked";
import { queueMail } from "./obtain";
import { documentOf } from "./parts";
import { checkFaktur } from "./rules";
import { sellerOptions } from "./seller";
import { readFaktur } from "./stored";

/**
 * A draft is released for upload; one that is ready already is brought forward. It waits for the seller's hours unless
 * the person says `now`.
 */
export async function releaseFaktur(d: CorrectDeps, id: string, who: Actor, now = false): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    if (row.state === "draft") await moveFaktur(tx, row, "release", at(d));
    else if (row.state !== "ready") throw wrongState(row, { id: "diunggah", en: "uploaded" });
    if (now) await noteFaktur(tx, row.id, { upload_now: true }, at(d));
    await enqueue(tx, "submit", row.id, at(d), at(d));
    await written(tx, d, row, who, "released", now ? "now" : null);
  });
  d.wake();
}

/**
 * Tries again what stopped. A refused faktur is made anew from the company as it stands now, under the same key; one
 * that is in doubt is looked up; one that lacks its PDF or whose mail is stuck gets it asked for again.
 */
export async function retryFaktur(d: CorrectDeps, id: string, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    switch (row.state) {
      case "rejected":
        await redraft(tx, d, row);
        break;
      case "ready":
      case "submitting":
      case "unknown":
        await noteFaktur(tx, row.id, { problem: null }, at(d));
        await enqueue(tx, "submit", row.id, at(d), at(d));
        break;
      case "pending":
      case "cancelling":
        await noteFaktur(tx, row.id, { problem: null }, at(d));
        await enqueue(tx, "follow", row.id, at(d), at(d));
        break;
      case "approved":
        await retryAfterApproval(tx, d, row);
        break;
      case "draft":
      case "cancelled":
      case "replacing":
      case "replaced":
        throw wrongState(row, { id: "diulang", en: "retried" });
      default:
        row.state satisfies never;
    }
    await written(tx, d, row, who, "retried", null);
  });
  d.wake();
}

async function retryAfterApproval(tx: Tx, d: CorrectDeps, row: FakturRow): Promise<void> {
  if (row.pdf_sha256 === null) return enqueue(tx, "paper", row.id, at(d), at(d));
  const queued = (await mailsOf(tx, row.id)).filter((mail) => mail.state === "queued");
  if (queued.length === 0) throw nothingToRetry();
  for (const mail of queued) await enqueue(tx, "mail", mail.id, at(d), at(d));
}

const nothingToRetry = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Faktur ini sudah disetujui dan PDF-nya ada: tidak ada yang perlu diulang. Untuk mengirim e-mail lagi, pakai kirim ulang.",
      "This faktur is approved and has its PDF: nothing needs another try. To mail it again, use resend.",
    ),
  );

/** The refused document with the buyer's present data; amounts, date and reference stay. */
async function redraft(tx: Tx, d: CorrectDeps, row: FakturRow): Promise<void> {
  const company = await findCompany(tx, row.account_id);
  const snapshot = readSnapshot(writeSnapshot(company));
  const before = readFaktur(row.document);
  if (snapshot === null || snapshot.status !== "active") {
    throw new AppError(
      "wrong_state",
      text(
        "Tab NPWP akun ini tidak aktif. Aktifkan dahulu.",
        "This account's NPWP tab is not active. Activate it first.",
      ),
    );
  }
  const seller = await findSeller(tx, row.seller);
  const faktur = {
    ...before,
    buyer: buyerOf(snapshot, seller && sellerOptions(seller).nonTinIdtku),
    ...(needsFacility(before.transactionCode)
      ? { facility: snapshot.facility ? documentOf(snapshot.facility) : null }
      : {}),
  };
  const faults: readonly Fault[] = checkFaktur(faktur, dayInJakarta(at(d)));
  if (faults.length > 0) {
    throw new AppError("refused", text("Data faktur belum benar.", "The faktur's data are not right yet."), {
      faults,
    });
  }
  const invoice = await invoiceById(tx, row.invoice_id);
  if (invoice !== undefined) await reopenFor(tx, d, invoice, writeSnapshot(company));
  await moveFaktur(tx, row, "redraft", at(d), {
    ...documentColumns(faktur),
    channel_message: null,
    problem: null,
    outdated_there: row.external_id !== null,
  });
  await enqueue(tx, "submit", row.id, at(d), at(d));
}

/** Mail goes where the corrected data say; the decision itself stands. */
async function reopenFor(tx: Tx, d: CorrectDeps, invoice: InvoiceRow, company: string | null): Promise<void> {
  await reopenInvoice(
    tx,
    invoice.id,
    { company_at_payment: company, accepted: invoice.accepted, decision: "issuing" },
    at(d),
  );
}

/**
 * Mails the stored PDF again, to the one named, or to the same recipients; where an address did not take it, to those
 * that are registered today in its place. Each resend has its own Message-ID.
 */
export async function resendFaktur(d: CorrectDeps, id: string, to: string | null, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    if (!isLive(row.state)) throw wrongState(row, { id: "dikirim", en: "mailed" });
    if (row.pdf_sha256 === null)
      throw wrongState(row, { id: "dikirim: PDF belum ada", en: "mailed: it has no PDF yet" });
    const mails = await mailsOf(tx, row.id);
    const recipients = to === null ? resendTo(mails, await registeredToday(tx, row)) : [to];
    if (recipients.length === 0) throw noRecipient();
    const sequence = Math.max(0, ...mails.map((mail) => mail.sequence)) + 1;
    for (const recipient of recipients) await queueMail(tx, d, row.id, recipient, sequence);
    await written(tx, d, row, who, "resent", recipients.join(", "));
  });
  d.wake();
}

/** The addresses of the same taxpayer's tab as it stands now. */
async function registeredToday(tx: Tx, row: FakturRow): Promise<readonly string[]> {
  const company = await findCompany(tx, row.account_id);
  const same = company !== undefined && companyKey(company) === buyerKey(readFaktur(row.document));
  return same ? recipientsOf(company.email) : [];
}

const noRecipient = (): AppError =>
  new AppError(
    "refused",
    text(
      "Faktur ini belum punya alamat e-mail. Sebutkan alamatnya.",
      "This faktur has no e-mail address yet. Name one.",
    ),
  );
