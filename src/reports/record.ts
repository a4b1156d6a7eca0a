import { parseNpwp } from "../accounts/npwp";
import type { Clock } from "../clock";
import { AppError, type Fault } from "../errors";
import type { Actor } from "../faktur/asked";
import type { NewId } from "../ids";
import type { Log } from "../log";
import { formatRupiah } from "../money";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import {
  insertReceipt,
  linkReceipt,
  receiptById,
  receiptKey,
  saveWithholder,
  standingReceipt,
  withdrawReceipt,
  type ReceiptRow,
} from "../store/pph23";
import { text } from "../text";
import { sellerNamed } from "./draw-up";
import type { NewReceipt } from "./receipts";

export interface RecordDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

export interface RecordedReceipts {
  readonly added: number;
  /** They stood already and now name a faktur or invoice, or another one. */
  readonly linked: number;
  /** They stood already, word for word. */
  readonly unchanged: number;
}

type Done = keyof RecordedReceipts;

/**
 * Writes bukti potong down, all or none. One that stands already is not recorded again: the same words change nothing,
 * another faktur or invoice is taken over, other amounts are refused. Throws `not_found`, `wrong_state` with faults.
 */
export async function recordReceipts(
  d: RecordDeps,
  slug: string,
  receipts: readonly NewReceipt[],
  who: Actor,
): Promise<RecordedReceipts> {
  const recorded = await d.db.transaction(async (tx) => {
    const seller = await sellerNamed({ ...d.db, knex: tx }, slug);
    const counts: Record<Done, number> = { added: 0, linked: 0, unchanged: 0 };
    const otherwise: Fault[] = [];
    for (const [index, receipt] of receipts.entries()) {
      const done = await recordOne(tx, d, seller.slug, receipt, who);
      if (done === null) otherwise.push(standsOtherwise(receipt, index));
      else counts[done] += 1;
    }
    if (otherwise.length > 0) throw recordedOtherwise(otherwise);
    return counts;
  });
  d.log.info("pph23.recorded", { seller: slug, ...recorded });
  return recorded;
}

/** Null when it stands with other content. */
async function recordOne(
  tx: Tx,
  d: RecordDeps,
  seller: string,
  receipt: NewReceipt,
  who: Actor,
): Promise<Done | null> {
  const now = d.clock.now();
  const key = receiptKey(receipt.buyerNpwp, receipt.number);
  const row: ReceiptRow = {
    ...{ id: d.newId(now), seller, live_key: key, number: receipt.number, date: receipt.date },
    ...{ masa: receipt.masa, buyer_npwp: receipt.buyerNpwp },
    ...{ dpp: formatRupiah(receipt.dpp), pph: formatRupiah(receipt.pph) },
    ...{ nsfp: receipt.nsfp, invoice: receipt.invoice },
    ...{ recorded_by: who.name, recorded_at: now.toISOString() },
    ...{ withdrawn_by: null, withdrawn_at: null, withdrawn_reason: null },
  };
  if (await insertReceipt(tx, row)) {
    await written(tx, "pph23.received", row, who, now, `PPh ${row.pph}, masa ${row.masa}`);
    return "added";
  }
  const standing = await standingReceipt(tx, key);
  if (standing === undefined || !sameReceipt(standing, row)) return null;
  const [nsfp, invoice] = [row.nsfp ?? standing.nsfp, row.invoice ?? standing.invoice];
  if (nsfp === standing.nsfp && invoice === standing.invoice) return "unchanged";
  await linkReceipt(tx, standing.id, { nsfp, invoice });
  await written(tx, "pph23.linked", standing, who, now, [nsfp, invoice].filter(Boolean).join(", "));
  return "linked";
}

const sameReceipt = (one: ReceiptRow, other: ReceiptRow): boolean =>
  (["seller", "date", "masa", "dpp", "pph"] as const).every((key) => String(one[key]) === String(other[key]));

/** Takes a receipt back, for one entered wrongly or cancelled by its payer; its row stays. Throws `not_found`, `wrong_state`. */
export async function takeBackReceipt(d: RecordDeps, id: string, reason: string, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await receiptById(tx, id);
    if (row === undefined) {
      throw new AppError(
        "not_found",
        text("Bukti potong tidak ditemukan.", "There is no such bukti potong."),
      );
    }
    const now = d.clock.now();
    if (!(await withdrawReceipt(tx, id, who.name, reason, now))) {
      throw new AppError(
        "wrong_state",
        text("Bukti potong ini sudah ditarik.", "This bukti potong was withdrawn before."),
      );
    }
    await written(tx, "pph23.withdrawn", row, who, now, reason);
  });
}

/** Writes down whether a buyer withholds PPh 23, against the default. Throws `not_found`, `npwp_malformed`, `npwp_is_branch`. */
export async function noteWithholder(
  d: RecordDeps,
  slug: string,
  told: { readonly npwp: string; readonly withholds: boolean; readonly reason: string },
  who: Actor,
): Promise<string> {
  const npwp = parseNpwp(told.npwp);
  await d.db.transaction(async (tx) => {
    const seller = await sellerNamed({ ...d.db, knex: tx }, slug);
    const at = d.clock.now().toISOString();
    const { withholds, reason } = told;
    await saveWithholder(tx, { seller: seller.slug, npwp, withholds, reason, recorded_by: who.name, at });
    await appendAudit(tx, {
      ...{ at, actor: who.name, action: "pph23.withholder_noted", subject: `npwp:${npwp}` },
      detail: `${withholds ? "memotong" : "tidak memotong"}: ${reason}`.slice(0, 500),
    });
  });
  return npwp;
}

const written = (
  tx: Tx,
  action: string,
  row: ReceiptRow,
  who: Actor,
  now: Date,
  detail: string,
): Promise<void> =>
  appendAudit(tx, {
    ...{ at: now.toISOString(), actor: who.name, action },
    ...{ subject: `pph23:${row.id}`, detail: `${row.number}: ${detail}`.slice(0, 500) },
  });

const standsOtherwise = (receipt: NewReceipt, index: number): Fault => ({
  code: "receipt_recorded_otherwise",
  path: `/receipts/${index}`,
  message: text(
    `Bukti potong ${receipt.number} dari pemotong ini sudah tercatat dengan isi lain.`,
    `Bukti potong ${receipt.number} of this payer is recorded with other content.`,
  ),
  fix: text(
    "Periksa lembarnya; bila yang tercatat salah, tarik dahulu lalu catat lagi.",
    "Look at the sheet; if what is recorded is wrong, withdraw it first, then record it again.",
  ),
});

const recordedOtherwise = (faults: readonly Fault[]): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Tidak ada yang dicatat: sebagian sudah tercatat dengan isi lain.",
      "Nothing was recorded: some stand with other content.",
    ),
    { faults },
  );
