import type { CaseState } from "../store/cases";
import type { Decision } from "../store/invoices";
import { STATE_NAMES } from "../faktur/names";
import type { FakturState } from "../faktur/faktur";
import type { ErrorCode } from "../errors";
import { text, type Text } from "../text";
import { CAUSE_NAMES } from "../trouble";

/** What an invoice or a faktur waits for, as the digest counts them. */
export type WaitingFor = FakturState | Decision | "waiting_for_buyer";

export const WAITING_WORDS: Readonly<Record<WaitingFor, Text>> = {
  ...STATE_NAMES,
  unread: text("Invoice belum dibaca dari portal", "Invoice not read from its portal yet"),
  undecided: text("Invoice belum diputuskan", "Invoice not decided yet"),
  issuing: text("Faktur sedang dibuat", "Faktur being made"),
  held: text("Invoice ditahan", "Invoice held"),
  skipped: text("Invoice dilewati", "Invoice skipped"),
  waiting_for_buyer: text(
    "Menunggu persetujuan pembeli di Coretax",
    "Waits for the buyer's consent in Coretax",
  ),
};

export const CASE_STATE_NAMES: Readonly<Record<CaseState, Text>> = {
  open: text("menunggu keputusan", "waits for a decision"),
  working: text("sedang dikerjakan", "being carried out"),
  waiting_buyer: text("menunggu pembeli", "waits for the buyer"),
  closed: text("selesai", "closed"),
};

/** Why a channel was away; a cause that has no words is told by its code. */
export const causeWords = (cause: string): Text => CAUSE_NAMES[cause as ErrorCode] ?? text(cause, cause);
