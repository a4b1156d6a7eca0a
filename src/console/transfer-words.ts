import type { CheckCode } from "../accounts/transfer-checks";
import type { MoveSource, MoveState } from "../store/moves";
import type { AnswerState, TransferState } from "../store/transfers";
import { text, type Text } from "../text";
import type { StateWord, Tone } from "./words";

export const TRANSFER_WORDS: Readonly<Record<TransferState, StateWord>> = {
  open: {
    word: text("Syarat terpenuhi", "Conditions hold"),
    tone: "wait",
    next: text("Keuangan menyetujui atau menolak.", "Finance approves or refuses."),
  },
  blocked: {
    word: text("Terhalang", "Blocked"),
    tone: "bad",
    next: text(
      "Bereskan yang bertanda, lalu cek ulang; atau tolak, dan alasannya dijawabkan di tiket.",
      "Put right what is marked, then check again; or refuse, and the ticket is answered with the reasons.",
    ),
  },
  approved: {
    word: text("Disetujui, belum pindah", "Approved, not moved yet"),
    tone: "wait",
    next: text(
      "Kerjakan langkahnya di portal. Portal ditanya tiap 15 menit; yang sudah pindah tercentang sendiri.",
      "Carry out the steps in the portal. It is asked every 15 minutes; what has moved is ticked by itself.",
    ),
  },
  done: {
    word: text("Selesai", "Done"),
    tone: "good",
    next: text("Semua layanan terlihat di akun tujuan.", "Every service was seen with its new owner."),
  },
  rejected: {
    word: text("Ditolak", "Refused"),
    tone: "idle",
    next: text("Permintaan baru adalah pemindahan baru.", "A new wish is a new transfer."),
  },
};

export const CHECK_WORDS: Readonly<Record<CheckCode, Text>> = {
  services_owned_by_source: text("Layanan milik akun asal", "Services belong to the source"),
  no_unpaid_invoice: text("Tidak ada invoice belum lunas", "No unpaid invoice"),
  ticket_from_owner: text("Tiket dari akun pemilik", "Ticket from the owner's account"),
  destination_registered: text("E-mail tujuan terdaftar", "Destination is registered"),
  destination_company_active: text("Tab NPWP tujuan aktif", "Destination's NPWP tab is active"),
  whole_service: text("Tidak ada bagian tertinggal", "Nothing is left behind"),
};

export const TICKET_WORDS: Readonly<Record<AnswerState, { readonly word: Text; readonly tone: Tone }>> = {
  none: { word: text("Belum dijawab", "Not answered"), tone: "idle" },
  queued: { word: text("Sedang dikirim ke tiket", "On its way to the ticket"), tone: "wait" },
  sent: { word: text("Sudah ada di tiket", "Stands in the ticket"), tone: "good" },
  by_hand: { word: text("Jawab sendiri di tiket", "Answer the ticket by hand"), tone: "bad" },
};

export const MOVE_WORDS: Readonly<Record<MoveState, StateWord>> = {
  open: {
    word: text("Tanpa tiket", "No ticket"),
    tone: "bad",
    next: text("Cari tiket pemilik lama, lalu tautkan.", "Find the old owner's ticket, then tie it."),
  },
  tied: {
    word: text("Bertiket, tagihan lama belum lunas", "Tied, an old invoice is unpaid"),
    tone: "wait",
    next: text(
      "Minta tagihan lama dibayar atau batalkan di portal.",
      "Have the old invoice paid, or cancel it in the portal.",
    ),
  },
  closed: {
    word: text("Beres", "Settled"),
    tone: "good",
    next: text("Tidak ada lagi yang perlu dilakukan.", "Nothing more is to be done."),
  },
};

export const SOURCE_WORDS: Readonly<Record<MoveSource, Text>> = {
  list: text("daftar layanan portal", "the portal's list of services"),
  event: text("kabar dari portal", "told by the portal"),
  invoice: text("invoice yang dibaca", "an invoice that was read"),
};
