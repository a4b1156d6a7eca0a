import type { CaseDecision } from "../faktur/case-rules";
import type { CaseStep, StepCode } from "../faktur/case-steps";
import { CASE_KIND_NAMES } from "../faktur/names";
import type { CaseState, ClosedBecause } from "../store/cases";
import { text, type Text } from "../text";
import type { Tone } from "./words";

export const CASE_STATE_WORDS: Readonly<Record<CaseState, { readonly word: Text; readonly tone: Tone }>> = {
  open: { word: text("Menunggu keputusan", "Waits for a decision"), tone: "bad" },
  working: { word: text("Sedang dikerjakan", "Being carried out"), tone: "wait" },
  waiting_buyer: { word: text("Menunggu pembeli", "Waits for the buyer"), tone: "wait" },
  closed: { word: text("Selesai", "Closed"), tone: "idle" },
};

export const DECISION_WORDS: Readonly<Record<CaseDecision, Text>> = {
  replace: text("Faktur pengganti", "Replace the faktur"),
  cancel: text("Batalkan faktur", "Cancel the faktur"),
  cancel_and_new: text("Batalkan, lalu terbitkan baru", "Cancel, then issue anew"),
  nota_pembatalan_by_buyer: text("Nota pembatalan dari pembeli", "The buyer's nota pembatalan"),
  none_pph23: text("Tidak ada: potongan PPh 23", "None: income tax was withheld"),
  none: text("Tidak ada dokumen", "No document"),
};

/** Why a case is closed that nobody has decided. */
export const CLOSED_WORDS: Readonly<Record<ClosedBecause, Text>> = {
  paid_again: text("Tertutup sendiri: dibayar lagi", "Closed by itself: paid again"),
  refund_failed: text("Tertutup sendiri: pengembalian dana gagal", "Closed by itself: the refund failed"),
  told_otherwise: text(
    "Tertutup sendiri: portal memberitahukan hal lain",
    "Closed by itself: told otherwise by the portal",
  ),
  mailed_again: text(
    "Tertutup sendiri: e-mail berikutnya terkirim",
    "Closed by itself: a later mail was sent",
  ),
  faktur_over: text(
    "Tertutup sendiri: fakturnya dibatalkan atau diganti",
    "Closed by itself: the faktur was cancelled or replaced",
  ),
};

const BY_ANSWER = text("dicentang oleh jawaban DJP", "ticked by the authority's answer");

const TICKED_BY: Readonly<Partial<Record<StepCode, Text>>> = {
  buyer_document: text("tercentang saat dicatat di bawah", "ticked once it is noted below"),
};

/** What ticks a step that nobody can tick; null for those that people do. */
export const tickedBy = ({ code, auto }: Pick<CaseStep, "code" | "auto">): Text | null =>
  auto ? (TICKED_BY[code] ?? BY_ANSWER) : null;

const CODE_WORDS: Readonly<Record<string, Text>> = { ...CASE_KIND_NAMES, ...DECISION_WORDS, ...CLOSED_WORDS };

/** What the trail says beside an event of a case, the code at its front in words. */
export function caseDetail(detail: string): Text {
  const [code = "", ...rest] = detail.split(": ");
  const word = CODE_WORDS[code];
  if (word === undefined) return text(detail, detail);
  const tail = rest.length === 0 ? "" : `: ${rest.join(": ")}`;
  return text(`${word.id}${tail}`, `${word.en}${tail}`);
}

export const CASE_EVENT_WORDS: Readonly<Record<string, Text>> = {
  "case.opened": text("Kasus dibuka", "Case opened"),
  "case.decided": text("Diputuskan", "Decided"),
  "case.not_carried_out": text("Tidak terlaksana", "Not carried out"),
  "case.step_done": text("Langkah dicentang", "Step ticked"),
  "case.buyer_document": text("Dokumen pembeli dicatat", "The buyer's document noted"),
  "case.cancel_refused": text(
    "Pembatalan ditolak; kasus menunggu keputusan baru",
    "Cancellation refused; the case waits for a new decision",
  ),
  "case.changed": text("Portal memberitahukan nilai lain", "Told otherwise by the portal"),
  "case.closed": text("Ditutup", "Closed"),
};
