import { readSnapshot } from "../accounts/snapshot";
import { plusMs } from "../clock";
import { AppError, type Outcome } from "../errors";
import { messageIdFor } from "../mail/message";
import { BY_ITSELF } from "../mail/settled";
import type { Seal } from "../seal";
import { findCompany } from "../store/accounts";
import type { Tx } from "../store/db";
import type { Work } from "../store/fence";
import { addTimeline, savePdf, type FakturRow } from "../store/fakturs";
import { invoiceHead } from "../store/invoices";
import { enqueue, type Queued } from "../store/jobs";
import { insertMail } from "../store/mails";
import { findSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";
import { certificatePurpose } from "../seals";
import { buyerNumberOf } from "./buyer";
import { isCarriedIn } from "./carried";
import type { Channel } from "./channels/channel";
import { withExchanges } from "./exchanges";
import { keysOf, secondsAt, type FakturDeps } from "./flow";
import { paperOfFaktur } from "./paper";
import { frozenRecipients, replacementRecipients } from "./recipients";
import { readFaktur } from "./stored";
import { isLive, type Faktur } from "./faktur";

export interface ObtainDeps extends FakturDeps {
  readonly seal: Seal;
  /** The domain of Message-IDs. */
  readonly mailDomain: string;
  readonly paper: PaperMaker;
}

/** Drawing, signing and judging PDFs; handed in, so that this step names no PDF library. */
export interface PaperMaker {
  /** The rendition of an approved faktur, signed with the seller's certificate. */
  render(
    paper: ReturnType<typeof paperOfFaktur>,
    certificate: SealedCertificate,
    at: Date,
    faktur: Faktur,
  ): Promise<Buffer>;
  /** What is wrong with an official PDF, or null. */
  fault(
    bytes: Buffer,
    expect: { nsfp: string; buyerNumber: string },
  ): Promise<{ id: string; en: string } | null>;
}

export interface SealedCertificate {
  readonly p12: Buffer;
  readonly passphrase: string;
}

/** Job `paper`: the PDF of an approved faktur, fetched from the channel or made here, checked, stored, then mailed. */
export async function obtainPaper(d: ObtainDeps, job: Work, row: FakturRow): Promise<Outcome> {
  const { nsfp } = row;
  if (nsfp === null || row.pdf_sha256 !== null) return { kind: "done" };
  if (!isLive(row.state)) return { kind: "done" };
  // Nobody is mailed what may be void in a moment; a cancellation that is refused leads back here.
  if (row.state === "cancelling") return { kind: "wait", until: plusMs(d.clock.now(), lookMs(d, job)) };
  const seller = await findSeller(d.db.knex, row.seller);
  if (seller === undefined) return { kind: "done" };
  const faktur = readFaktur(row.document);
  if (faktur.adopted === true || isCarriedIn(row, seller)) return { kind: "done" };
  return withExchanges(d, job, row.id, async ({ work, record }) => {
    const bytes =
      seller.pdf === "official"
        ? await official(d, d.channelOf(seller, record), row, nsfp, faktur)
        : await rendition(d, seller, row, faktur);
    return keep(d, work, row, seller.pdf, bytes);
  });
}

/** The document is stored, then named in the ledger, then mailed. */
async function keep(
  d: ObtainDeps,
  work: Work,
  row: FakturRow,
  kind: SellerRow["pdf"],
  bytes: Buffer,
): Promise<Outcome> {
  const sha256 = await d.documents.put(bytes, "application/pdf");
  const now = d.clock.now();
  const outcome = await work.conclude(async (tx) => {
    const [[first]] = await Promise.all([
      queueMails(tx, d, row),
      savePdf(tx, row.id, kind, sha256, now),
      addTimeline(tx, row.id, { at: now, event: "pdf_stored", by: "system", detail: sha256 }),
    ]);
    return { kind: "done", goOn: first };
  });
  d.log.info("faktur.pdf_stored", { ...keysOf(row), kind, sha256 });
  return outcome;
}

const lookMs = (d: ObtainDeps, work: Work): number => secondsAt(d.followSeconds, work.job.looks) * 1000;

/** The channel's PDF is mailed unchanged, but only when it carries this number and this buyer. */
async function official(
  d: ObtainDeps,
  channel: Channel,
  row: FakturRow,
  nsfp: string,
  { buyer }: Faktur,
): Promise<Buffer> {
  const bytes = await channel.fetchPdf(row.external_id ?? "");
  const fault = await d.paper.fault(bytes, { nsfp, buyerNumber: buyerNumberOf(buyer) });
  if (fault === null) return bytes;
  d.log.error("faktur.pdf_faulty", { ...keysOf(row), why: fault.en });
  throw new AppError("pdf_faulty", fault);
}

async function rendition(d: ObtainDeps, seller: SellerRow, row: FakturRow, faktur: Faktur): Promise<Buffer> {
  if (seller.certificate_sealed === null) {
    throw new AppError(
      "certificate_missing",
      text(
        "Penjual ini memakai PDF buatan sendiri tetapi belum punya sertifikat. Unggah sertifikat .p12.",
        "This seller uses its own PDF but has no certificate. Upload a .p12 certificate.",
      ),
    );
  }
  const opened: unknown = JSON.parse(d.seal.open(seller.certificate_sealed, certificatePurpose(seller.slug)));
  const { p12, passphrase } = opened as { p12: string; passphrase: string };
  const mark = row.simulated ? "simulation" : "copy";
  const paper = paperOfFaktur(faktur, row.nsfp, mark, true);
  return d.paper.render(paper, { p12: Buffer.from(p12, "base64"), passphrase }, d.clock.now(), faktur);
}

/** One mail per address: those frozen with the invoice, of a replacement those of now. Returns those that are new. */
export async function queueMails(
  tx: Tx,
  d: Pick<ObtainDeps, "clock" | "newId" | "mailDomain">,
  row: FakturRow,
): Promise<readonly Queued[]> {
  const invoice = await invoiceHead(tx, row.invoice_id);
  const snapshot = readSnapshot(invoice?.company_at_payment ?? null);
  const faktur = readFaktur(row.document);
  const recipients =
    row.replaces_id == null
      ? frozenRecipients(faktur, snapshot)
      : replacementRecipients(faktur, snapshot, await findCompany(tx, row.account_id), []);
  const queued: Queued[] = [];
  for (const recipient of recipients) {
    const one = await queueMail(tx, d, row.id, recipient, BY_ITSELF);
    if (one !== null) queued.push(one);
  }
  return queued;
}

/** Queues one mail; the id, and with it the Message-ID, stays the same however often it is tried. Null: it stands. */
export async function queueMail(
  tx: Tx,
  d: Pick<ObtainDeps, "clock" | "newId" | "mailDomain">,
  fakturId: string,
  recipient: string,
  sequence: number,
): Promise<Queued | null> {
  const now = d.clock.now();
  const id = d.newId(now);
  const queued = await insertMail(tx, {
    id,
    faktur_id: fakturId,
    recipient,
    sequence,
    state: "queued",
    message_id: messageIdFor(id, d.mailDomain),
    detail: null,
    at: now.toISOString(),
  });
  if (!queued) return null;
  const [, mail] = await Promise.all([
    addTimeline(tx, fakturId, { at: now, event: "mail_queued", by: "system", detail: recipient }),
    enqueue(tx, "mail", id, now, now),
  ]);
  return mail;
}
