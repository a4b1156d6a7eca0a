import type { FakturState } from "../faktur/faktur";
import { MAIL_NAMES, STATE_NAMES } from "../faktur/names";
import type { LineKind } from "../hooks/invoice";
import type { HomeKind } from "../ops/home";
import type { HealthState } from "../ops/home-health";
import { text, type Text } from "../text";

/** How a state looks: done, on its way, needs a person, put aside. The word is always beside the colour. */
export type Tone = "good" | "wait" | "bad" | "idle";

export interface StateWord {
  readonly word: Text;
  readonly tone: Tone;
  /** What happens next, by itself or by whom. */
  readonly next: Text;
}

/** The states in the words of the tax office (contract, section 5), with what comes next. */
export const STATE_WORDS: Readonly<Record<FakturState, StateWord>> = {
  draft: {
    word: STATE_NAMES.draft,
    tone: "wait",
    next: text(
      "Menunggu diunggah: unggah otomatis dimatikan, atau belum waktunya.",
      "Waits to be uploaded: automatic upload is off, or it is not yet time.",
    ),
  },
  ready: {
    word: STATE_NAMES.ready,
    tone: "wait",
    next: text("Diunggah pada giliran berikutnya.", "It is uploaded in its turn."),
  },
  submitting: {
    word: STATE_NAMES.submitting,
    tone: "wait",
    next: text("Sedang dikirim ke DJP.", "It is being sent to the tax office."),
  },
  pending: {
    word: STATE_NAMES.pending,
    tone: "wait",
    next: text(
      "DJP sedang memeriksa; status ditanyakan berkala.",
      "The tax office is looking at it; its status is asked for again and again.",
    ),
  },
  unknown: {
    word: STATE_NAMES.unknown,
    tone: "wait",
    next: text(
      "Jawaban DJP belum jelas; dicari dengan nomor referensi, tidak dikirim ulang begitu saja.",
      "The answer was unclear; it is looked up by its reference and never simply sent again.",
    ),
  },
  approved: {
    word: STATE_NAMES.approved,
    tone: "good",
    next: text("PDF dikirim ke alamat terdaftar.", "The PDF goes to the registered address."),
  },
  rejected: {
    word: STATE_NAMES.rejected,
    tone: "bad",
    next: text("Perbaiki penyebabnya, lalu coba lagi.", "Mend the cause, then try again."),
  },
  cancelling: {
    word: STATE_NAMES.cancelling,
    tone: "wait",
    next: text("Menunggu DJP atau persetujuan pembeli.", "Waits for the tax office or for the buyer."),
  },
  cancelled: {
    word: STATE_NAMES.cancelled,
    tone: "idle",
    next: text("Tidak ada lagi yang terjadi.", "Nothing more happens."),
  },
  replacing: {
    word: STATE_NAMES.replacing,
    tone: "wait",
    next: text(
      "Berlaku sampai faktur penggantinya disetujui.",
      "It stands until its replacement is approved.",
    ),
  },
  replaced: {
    word: STATE_NAMES.replaced,
    tone: "idle",
    next: text("Faktur penggantinya yang berlaku.", "Its replacement stands in its place."),
  },
};

export const MAIL_WORDS: Readonly<Record<string, { readonly word: Text; readonly tone: Tone }>> = {
  queued: { word: MAIL_NAMES.queued, tone: "wait" },
  sent: { word: MAIL_NAMES.sent, tone: "good" },
  refused: { word: MAIL_NAMES.refused, tone: "bad" },
  bounced: { word: MAIL_NAMES.bounced, tone: "bad" },
  withheld: { word: MAIL_NAMES.withheld, tone: "idle" },
};

/** Who did it, where it was no person. */
export const ACTOR_WORDS: Readonly<Record<string, Text>> = {
  system: text("sistem", "the system"),
  authority: text("DJP", "the tax office"),
};

/** What was asked of the channel. */
export const OPERATION_WORDS: Readonly<Record<string, Text>> = {
  create: text("Buat faktur", "Make the faktur"),
  update: text("Ubah data", "Change its data"),
  upload: text("Unggah", "Upload"),
  detail: text("Baca status", "Read its state"),
  list: text("Cari dengan referensi", "Look it up by reference"),
  pdf: text("Ambil PDF", "Fetch the PDF"),
  cancel: text("Batalkan", "Cancel"),
  delete: text("Hapus", "Delete"),
};

/** The groups of what needs a person, with the list that shows all of one. */
export const HOME_WORDS: Readonly<Record<HomeKind, { readonly word: Text; readonly all: string | null }>> = {
  channel: { word: text("Kanal dihentikan", "Channels paused"), all: "/console/pengaturan" },
  certificate: { word: text("Sertifikat", "Certificates"), all: "/console/pengaturan" },
  file: { word: text("Berkas Coretax belum tertulis", "Coretax files not written"), all: null },
  digest: { word: text("Ringkasan ditolak", "Digests refused"), all: "/console/pengaturan" },
  stuck: { word: text("Pekerjaan terhenti", "Work that stopped"), all: null },
  invoice: { word: text("Invoice ditahan", "Invoices held"), all: "/console/tanpa-faktur?outcome=held" },
  rejected: { word: text("Approval Ditolak", "Rejected"), all: "/console/faktur?state=rejected" },
  problem: { word: text("Faktur bermasalah", "Fakturs with a problem"), all: null },
  lapsed: { word: text("Lewat batas unggah", "Past the upload day"), all: "/console/faktur?state=ready" },
  draft: { word: text("Draf menunggu", "Drafts waiting"), all: "/console/faktur?state=draft" },
  paper: { word: text("PDF belum ada", "PDFs missing"), all: null },
  mail: { word: text("E-mail tidak sampai", "Mails not delivered"), all: null },
  company: { word: text("Permintaan NPWP", "NPWP requests"), all: "/console/perusahaan?status=requested" },
  case: { word: text("Kasus terbuka", "Open cases"), all: "/console/kasus" },
  approval: { word: text("Menunggu orang kedua", "Wait for a second person"), all: "/console/persetujuan" },
  difference: { word: text("Selisih rekonsiliasi", "Differences"), all: "/console/rekonsiliasi" },
  wish: {
    word: text("Pemindahan menunggu keuangan", "Transfers that wait for finance"),
    all: "/console/pemindahan?state=open",
  },
  answer: { word: text("Tiket dijawab sendiri", "Tickets to answer by hand"), all: null },
  transfer: {
    word: text("Pemindahan terlambat", "Overdue transfers"),
    all: "/console/pemindahan?state=approved",
  },
  move: {
    word: text("Berpindah tanpa tiket", "Moved without ticket"),
    all: "/console/pemindahan/terlihat?state=open",
  },
};

/** How a part of the service is; the word stands beside its colour. */
export const HEALTH_WORDS: Readonly<Record<HealthState, Text>> = {
  good: text("Baik", "Fine"),
  wait: text("Perhatikan", "Watch it"),
  bad: text("Terganggu", "In trouble"),
};

/** What a line of an invoice sells. */
export const LINE_WORDS: Readonly<Record<LineKind, Text>> = {
  hosting: text("hosting", "hosting"),
  domain: text("domain", "domain"),
  addon: text("tambahan", "add-on"),
  setup: text("pemasangan", "set-up"),
  upgrade: text("peningkatan paket", "upgrade"),
  ssl: text("sertifikat SSL", "SSL certificate"),
  license: text("lisensi", "license"),
  support: text("dukungan", "support"),
  item: text("lain-lain", "other"),
  discount: text("potongan", "discount"),
  lateFee: text("denda keterlambatan", "late fee"),
  adminFee: text("biaya administrasi", "administration fee"),
  deposit: text("isi saldo", "deposit"),
  invoice: text("invoice gabungan", "joint invoice"),
  credit: text("saldo", "credit"),
};
