import { AppError } from "../errors";
import { text } from "../text";
import { findCompany } from "../store/accounts";
import type { Tx } from "../store/db";
import { moveFaktur, noteFaktur, stateOf, type FakturRow } from "../store/fakturs";
import { enqueue } from "../store/jobs";
import { mailsOf } from "../store/mails";
import { resendTo } from "../mail/settled";
import { isLive } from "./faktur";
import { at, existing, written, wrongState, type Actor, type CorrectDeps } from "./asked";
import { queueMail } from "./obtain";
import { registeredNow } from "./recipients";
import { redraft } from "./redraft";
import { settleReplacement } from "./settle-replacement";
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
  if (await standsBesideOriginal(tx, row)) return settleReplacement(tx, d, row);
  if (row.pdf_sha256 === null) {
    await enqueue(tx, "paper", row.id, at(d), at(d));
    return;
  }
  const queued = (await mailsOf(tx, row.id)).filter((mail) => mail.state === "queued");
  if (queued.length === 0) throw nothingToRetry();
  for (const mail of queued) await enqueue(tx, "mail", mail.id, at(d), at(d));
}

/** Approved while nobody had given up what it replaces: the authority has, so that is made good. */
async function standsBesideOriginal(tx: Tx, row: FakturRow): Promise<boolean> {
  return row.replaces_id != null && (await stateOf(tx, row.replaces_id)) === "approved";
}

const nothingToRetry = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Faktur ini sudah disetujui dan PDF-nya ada: tidak ada yang perlu diulang. Untuk mengirim e-mail lagi, pakai kirim ulang.",
      "This faktur is approved and has its PDF: nothing needs another try. To mail it again, use resend.",
    ),
  );

/**
 * Mails the stored PDF again, to the one named, or to whom it goes by itself; where an address did not take it, to those
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
const registeredToday = async (tx: Tx, row: FakturRow): Promise<readonly string[]> =>
  registeredNow(readFaktur(row.document), await findCompany(tx, row.account_id));

const noRecipient = (): AppError =>
  new AppError(
    "refused",
    text(
      "Faktur ini belum punya alamat e-mail. Sebutkan alamatnya.",
      "This faktur has no e-mail address yet. Name one.",
    ),
  );
