import type { MailState } from "../store/mails";
import { text, type Text } from "../text";
import type { CaseKind } from "./case-rules";
import type { FakturState } from "./faktur";

/** What pages, files and mails call the states of a faktur: the tax office's words (contract, section 5). */
export const STATE_NAMES: Readonly<Record<FakturState, Text>> = {
  draft: text("Draf", "Draft"),
  ready: text("Siap Approve", "Ready"),
  submitting: text("Sedang diunggah", "Uploading"),
  pending: text("Menunggu persetujuan", "Waiting for approval"),
  unknown: text("Belum jelas", "Unclear"),
  approved: text("Approval Sukses", "Approved"),
  rejected: text("Approval Ditolak", "Rejected"),
  cancelling: text("Menunggu pembatalan", "Waiting for cancellation"),
  cancelled: text("Batal", "Cancelled"),
  replacing: text("Menunggu pengganti", "Waiting for its replacement"),
  replaced: text("Diganti", "Replaced"),
};

export const CASE_KIND_NAMES: Readonly<Record<CaseKind, Text>> = {
  refund: text("Dana dikembalikan", "Refunded"),
  partial_refund: text("Dana dikembalikan sebagian", "Refunded in part"),
  unpaid_again: text("Kembali belum dibayar", "Unpaid again"),
  cancelled_in_portal: text("Dibatalkan di portal", "Cancelled in the portal"),
  cancel_asked: text("Diminta dibatalkan atau diganti", "To be cancelled or replaced"),
  wrong_buyer: text("Pembeli salah", "Wrong buyer"),
  wrong_amount: text("Nilai salah", "Wrong amount"),
  duplicate: text("Faktur ganda", "Duplicate"),
  mail_bounced: text("E-mail dikembalikan", "Mail came back"),
};

export const MAIL_NAMES: Readonly<Record<MailState, Text>> = {
  queued: text("Antre kirim", "Queued"),
  sent: text("Terkirim", "Sent"),
  refused: text("Ditolak server", "Refused"),
  bounced: text("Dikembalikan", "Came back"),
  withheld: text("Ditahan", "Withheld"),
};
