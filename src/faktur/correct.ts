import { writeSnapshot, readSnapshot } from "../accounts/snapshot";
import { AppError, type Fault, type Outcome } from "../errors";
import { text } from "../text";
import { dayInJakarta, plusMs } from "../clock";
import { needsFacility } from "../codes/facilities";
import { findCompany } from "../store/accounts";
import { appendAudit } from "../store/audit";
import type { Tx } from "../store/db";
import type { Work } from "../store/fence";
import { addTimeline, fakturById, moveFaktur, noteFaktur, type FakturRow } from "../store/fakturs";
import { invoiceById, reopenInvoice, type InvoiceRow } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { mailsOf } from "../store/mails";
import { findSeller } from "../store/sellers";
import { buyerOf } from "./decide";
import { FILE_CHANNEL, isLive } from "./faktur";
import { exchangeRecorder, secondsAt, type FakturDeps } from "./flow";
import { documentColumns } from "./columns";
import { queueMail, type ObtainDeps } from "./obtain";
import { documentOf } from "./parts";
import { checkFaktur } from "./rules";
import { sellerOptions } from "./seller";
import { readFaktur } from "./stored";

/** Who asks, for timeline and audit. */
export interface Actor {
  readonly name: string;
}

type CorrectDeps = FakturDeps & Pick<ObtainDeps, "mailDomain"> & { wake(): void };

const at = (d: CorrectDeps) => d.clock.now();

async function existing(tx: Tx, id: string): Promise<FakturRow> {
  const row = await fakturById(tx, id);
  if (row === undefined) throw notFound();
  return row;
}

const notFound = (): AppError =>
  new AppError("not_found", text("Faktur tidak ditemukan.", "There is no such faktur."));

const wrongState = (row: FakturRow, doing: Readonly<{ id: string; en: string }>): AppError =>
  new AppError(
    "wrong_state",
    text(
      `Faktur berstatus "${row.state}" tidak dapat ${doing.id}.`,
      `A faktur in state "${row.state}" cannot be ${doing.en}.`,
    ),
  );

async function written(
  tx: Tx,
  d: CorrectDeps,
  row: FakturRow,
  who: Actor,
  action: string,
  detail: string | null,
): Promise<void> {
  await addTimeline(tx, row.id, { at: at(d), event: action, by: who.name, detail });
  await appendAudit(tx, {
    at: at(d).toISOString(),
    actor: who.name,
    action: `faktur.${action}`,
    subject: `faktur:${row.id}`,
    detail,
  });
}

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

/** Mails the stored PDF again, to the same recipients or to the one named; each resend has its own Message-ID. */
export async function resendFaktur(d: CorrectDeps, id: string, to: string | null, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    if (!isLive(row.state)) throw wrongState(row, { id: "dikirim", en: "mailed" });
    if (row.pdf_sha256 === null)
      throw wrongState(row, { id: "dikirim: PDF belum ada", en: "mailed: it has no PDF yet" });
    const mails = await mailsOf(tx, row.id);
    const recipients = to === null ? [...new Set(mails.map((mail) => mail.recipient))] : [to];
    if (recipients.length === 0) throw noRecipient();
    const sequence = Math.max(0, ...mails.map((mail) => mail.sequence)) + 1;
    for (const recipient of recipients) await queueMail(tx, d, row.id, recipient, sequence);
    await written(tx, d, row, who, "resent", recipients.join(", "));
  });
  d.wake();
}

const noRecipient = (): AppError =>
  new AppError(
    "refused",
    text(
      "Faktur ini belum punya alamat e-mail. Sebutkan alamatnya.",
      "This faktur has no e-mail address yet. Name one.",
    ),
  );

/** Asks the authority to cancel an approved faktur, or drops one that never left. A person decides this, with a reason. */
export async function cancelFaktur(d: CorrectDeps, id: string, reason: string, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    // What the authority refused does not stand there, and what it never saw does not either.
    const unseen = row.external_id === null && (row.state === "draft" || row.state === "ready");
    const drops = unseen || row.state === "rejected" || row.problem === "cancelled_at_authority";
    if (row.problem === "cancelled_at_authority") await confirmCancelled(tx, d, row);
    else if (drops) await moveFaktur(tx, row, "cancel", at(d));
    else if (row.state === "approved") {
      if (!(await canCancel(tx, d, row))) throw cancelByHand();
      await moveFaktur(tx, row, "askCancel", at(d));
      await enqueue(tx, "cancel", row.id, at(d), at(d));
    } else throw wrongState(row, { id: "dibatalkan", en: "cancelled" });
    await written(tx, d, row, who, drops ? "cancelled" : "cancel_asked", reason);
  });
  d.wake();
}

/** What was carried by hand is cancelled by hand, whatever the seller's channel is now. */
async function canCancel(tx: Tx, d: CorrectDeps, row: FakturRow): Promise<boolean> {
  const seller = await findSeller(tx, row.seller);
  if (seller === undefined || row.channel_kind === FILE_CHANNEL) return false;
  return d.channelOf(seller, async () => undefined).capabilities.cancel;
}

const cancelByHand = (): AppError =>
  new AppError(
    "by_hand",
    text(
      "Faktur ini tidak dapat dibatalkan lewat kanal. Buka kasus; pembatalan dikerjakan di portal, lalu impor daftarnya.",
      "This faktur cannot be cancelled through the channel. Open a case; cancel in the portal, then import its list.",
    ),
  );

/** Only what was approved can be cancelled there: the two moves that this service did not see are made up for. */
async function confirmCancelled(tx: Tx, d: CorrectDeps, row: FakturRow): Promise<void> {
  const state = await moveFaktur(tx, row, "approve", at(d));
  await moveFaktur(tx, { id: row.id, state }, "cancel", at(d));
}

/** Job `cancel`: hands the wish over; the authority's own state says when it is cancelled. */
export async function sendCancel(d: CorrectDeps, work: Work): Promise<Outcome> {
  const row = await fakturById(d.db.knex, work.job.subject);
  if (row === undefined || row.state !== "cancelling") return { kind: "done" };
  const seller = await findSeller(d.db.knex, row.seller);
  if (seller === undefined) return { kind: "done" };
  const channel = d.channelOf(seller, exchangeRecorder(d, row.id));
  const reply = await channel.cancel(row.external_id ?? "", "");
  // A refusal may mean that it is cancelled already: the answer to an earlier try may have been lost.
  const asks = reply.kind === "refused" && channel.capabilities.automatic;
  const held = asks ? await channel.status(row.external_id ?? "") : null;
  const gone = held !== null && held !== "absent" && held.state === "cancelled";
  await work.transaction(async (tx) => {
    if (reply.kind === "asked" || gone) {
      const soon = plusMs(at(d), secondsAt(d.followSeconds, 0) * 1000);
      return enqueue(tx, "follow", row.id, soon, at(d));
    }
    await moveFaktur(tx, row, "keep", at(d), { channel_message: reply.message });
    await addTimeline(tx, row.id, {
      at: at(d),
      event: "cancel_refused",
      by: "authority",
      detail: reply.message,
    });
  });
  return { kind: "done" };
}
