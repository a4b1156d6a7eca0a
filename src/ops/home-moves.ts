import { readItems } from "../accounts/transfer-plan";
import type { Oldest } from "../store/home";
import { oldestMoves, oldestOverdue, oldestUnanswered, oldestUndecided } from "../store/home-beside";
import type { Tx } from "../store/db";
import type { MoveRow } from "../store/moves";
import type { ReconciliationRow } from "../store/reconciliations";
import type { TransferRow } from "../store/transfers";
import { text } from "../text";
import { each, item, same, type HomeItem } from "./home-item";

/** What the home page tells of comparisons, transfers and moves. */

export const differenceItem = (run: ReconciliationRow): HomeItem =>
  item(
    "difference",
    { code: "differences", ...DIFFERS },
    text(`${run.differences ?? 0} selisih`, `${run.differences ?? 0} differences`),
    `/console/rekonsiliasi/${run.id}`,
    run.ended_at ?? run.at,
  );

/** Transfers that wait for finance, for being carried out or for an answer, and moves that nobody has explained. */
export async function gatherChangesOfHands(
  tx: Tx,
  limit: number,
): Promise<Readonly<Record<"wish" | "transfer" | "answer" | "move", Oldest<HomeItem>>>> {
  const [wishes, overdue, answers, moved] = await Promise.all([
    oldestUndecided(tx, limit),
    oldestOverdue(tx, limit),
    oldestUnanswered(tx, limit),
    oldestMoves(tx, limit),
  ]);
  return {
    wish: each(wishes, wishItem),
    transfer: each(overdue, transferItem),
    answer: each(answers, answerItem),
    move: each(moved, moveItem),
  };
}

const wishItem = (row: TransferRow): HomeItem =>
  item("wish", { code: "open", ...UNDECIDED }, titleOf(row), hrefOf(row), row.opened_at);

const transferItem = (row: TransferRow): HomeItem =>
  item(
    "transfer",
    { code: "overdue", ...NOT_MOVED },
    titleOf(row),
    hrefOf(row),
    row.decided_at ?? row.opened_at,
  );

const answerItem = (row: TransferRow): HomeItem =>
  item(
    "answer",
    { code: "by_hand", ...UNANSWERED },
    same(`#${row.ticket} · ${namesOf(row)}`),
    hrefOf(row),
    row.decided_at ?? row.opened_at,
  );

const titleOf = (row: TransferRow) =>
  same(`${namesOf(row)}: ${row.from_account} → ${row.to_account ?? row.to_email}`);

const hrefOf = (row: TransferRow): string => `/console/pemindahan/${row.id}`;

const namesOf = (row: TransferRow): string =>
  [...new Set(readItems(row.services).map((one) => one.label ?? one.serviceId))].join(", ");

const moveItem = (row: MoveRow): HomeItem =>
  item(
    "move",
    { code: "open", ...NO_TICKET },
    same(`${row.label ?? row.service_id}: ${row.from_account} → ${row.to_account}`),
    `/console/pemindahan/terlihat/${row.id}`,
    row.seen_at,
  );

const DIFFERS = {
  message: text(
    "Perbandingan terakhir menemukan selisih antara portal, catatan, DJP, dan e-mail.",
    "The last comparison found that portal, ledger, tax office and mail differ.",
  ),
  fix: text("Buka tiap selisih; perbaikannya ada di sampingnya.", "Open each; its fix stands beside it."),
};

const UNDECIDED = {
  message: text(
    "Syarat pemindahan terpenuhi; menunggu keputusan keuangan.",
    "The conditions of a transfer hold; it waits for finance.",
  ),
  fix: text("Setujui, atau tolak dengan alasannya.", "Approve it, or refuse it with the reason."),
};

const UNANSWERED = {
  message: text(
    "Jawaban tiket pemindahan tidak dapat dikirim sendiri oleh program.",
    "The program cannot give the answer in this transfer's ticket by itself.",
  ),
  fix: text(
    "Salin jawabannya ke tiket yang benar, lalu tandai sudah dijawab.",
    "Copy the answer into the right ticket, then mark it as answered.",
  ),
};

const NOT_MOVED = {
  message: text(
    "Pemindahan disetujui lebih dari 24 jam lalu, tetapi layanannya belum terlihat di akun tujuan.",
    "The transfer was approved more than 24 hours ago, and its services are not seen with the new owner.",
  ),
  fix: text("Pindahkan di portal menurut langkahnya.", "Carry it out in the portal, step by step."),
};

const NO_TICKET = {
  message: text(
    "Layanan berpindah akun tanpa tiket.",
    "A service moved to another account without a ticket.",
  ),
  fix: text("Tautkan ke tiketnya; periksa tagihan lama.", "Tie it to its ticket; look at old invoices."),
};
