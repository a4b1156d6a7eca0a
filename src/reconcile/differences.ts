import { text, type Text } from "../text";

/** `critical`: money, tax or a wrong recipient may be at stake. `warning`: somebody has to act. `notice`: to know of. */
export const SEVERITIES = ["critical", "warning", "notice"] as const;
export type Severity = (typeof SEVERITIES)[number];

type Words = readonly [
  severity: Severity,
  messageId: string,
  messageEn: string,
  fixId: string,
  fixEn: string,
];

/** Everything that can differ. Codes are stable and never reused; sentences may change. */
const DIFFERENCES = {
  paid_in_portal_not_in_ledger: [
    "critical",
    "Lunas di portal, tetapi tidak tercatat lunas di sini.",
    "Paid in the portal, but not recorded as paid here.",
    "Yang ditandai sudah diperbaiki dibaca dengan sendirinya; selain itu periksa webhook dan sambungan portal.",
    "What is marked as mended is read by itself; else check the portal's webhook and connection.",
  ],
  in_ledger_not_paid_in_portal: [
    "critical",
    "Tercatat lunas di sini, tetapi portal tidak lagi menyatakannya lunas.",
    "Recorded as paid here, but the portal does not call it paid any more.",
    "Periksa invoice di portal; bila fakturnya sudah terbit, buka kasus koreksi.",
    "Look at the invoice in the portal; where its faktur stands, open a case.",
  ],
  amount_differs: [
    "critical",
    "Nilai invoice di portal berbeda dari yang tercatat di sini.",
    "The invoice's amount in the portal is not the one recorded here.",
    "Invoice diubah setelah lunas: putuskan apakah fakturnya perlu diganti.",
    "The invoice was changed after its payment: decide whether its faktur must be replaced.",
  ],
  account_differs: [
    "critical",
    "Invoice ini kini milik akun lain di portal.",
    "The invoice belongs to another account in the portal now.",
    "Faktur tetap atas nama pembeli saat pembayaran; periksa mengapa pemiliknya berubah.",
    "The faktur stays with the buyer at payment; find out why the owner has changed.",
  ],
  paid_day_differs: [
    "warning",
    "Tanggal pembayaran di portal berbeda dari yang tercatat di sini.",
    "The day of payment in the portal is not the one recorded here.",
    "Tanggal faktur mengikuti tanggal pembayaran yang pertama diketahui; periksa mana yang benar.",
    "The faktur's date is the day of payment as first known; find out which one is right.",
  ],
  given_back_undecided: [
    "warning",
    "Uang untuk invoice ini dikembalikan di portal, dan kasusnya belum diputus.",
    "Money of this invoice was given back in the portal, and its case is not decided.",
    "Finance memutuskan kasusnya di invoice itu; fakturnya tetap berlaku sampai saat itu.",
    "Finance decides the case at the invoice; its faktur stands until then.",
  ],
  approved_here_not_at_authority: [
    "critical",
    "Faktur disetujui menurut catatan ini, tetapi tidak ada di kanal pajak.",
    "The faktur is approved here, but the tax channel does not hold it.",
    "Cari nomor serinya di Coretax. Jangan terbitkan lagi sebelum jelas.",
    "Look its serial number up in Coretax. Do not issue it again before this is clear.",
  ],
  at_authority_not_here: [
    "critical",
    "Ada dokumen di kanal pajak yang tidak tercatat di sini.",
    "The tax channel holds a document that is not recorded here.",
    "Periksa siapa yang membuatnya; bila pembayarannya juga berfaktur di sini, salah satunya harus dibatalkan.",
    "Find out who made it; where its payment has a faktur here too, one of the two must be cancelled.",
  ],
  state_differs: [
    "critical",
    "Status faktur di kanal pajak berbeda dari statusnya di sini.",
    "The faktur's state at the tax channel is not its state here.",
    "Periksa dokumen di kanal; lanjutkan dengan pembatalan, penggantian, atau kirim ulang.",
    "Look at the document in the channel; go on by cancelling, replacing or retrying it.",
  ],
  nsfp_differs: [
    "critical",
    "Nomor seri (NSFP) di kanal pajak berbeda dari yang tercatat di sini.",
    "The serial number (NSFP) at the tax channel is not the one recorded here.",
    "Bandingkan kedua dokumen di Coretax; pembeli harus memegang yang berlaku.",
    "Compare both documents in Coretax; the buyer must hold the one that stands.",
  ],
  amounts_differ_at_authority: [
    "critical",
    "DPP atau PPN di kanal pajak berbeda dari faktur di sini.",
    "The tax base or PPN at the tax channel is not that of the faktur here.",
    "Bandingkan dokumennya; perbaiki lewat faktur pengganti.",
    "Compare the documents; correct by a replacement.",
  ],
  buyer_differs_at_authority: [
    "critical",
    "Pembeli di kanal pajak berbeda dari pembeli pada faktur di sini.",
    "The buyer at the tax channel is not the buyer of the faktur here.",
    "Jangan kirim dokumennya; batalkan yang salah pembeli.",
    "Do not send the document; cancel the one with the wrong buyer.",
  ],
  date_differs_at_authority: [
    "critical",
    "Tanggal faktur di kanal pajak berbeda dari tanggalnya di sini.",
    "The faktur's date at the tax channel is not its date here.",
    "Masa pajaknya mungkin lain: bandingkan dokumennya, perbaiki lewat faktur pengganti.",
    "Its tax period may be another: compare the documents, correct by a replacement.",
  ],
  nsfp_twice: [
    "critical",
    "Satu nomor seri (NSFP) dipakai oleh dua dokumen.",
    "One serial number (NSFP) stands on two documents.",
    "Periksa kedua dokumen di Coretax, lalu hubungi penyedia kanal.",
    "Look at both documents in Coretax, then ask the channel's provider.",
  ],
  approved_without_pdf: [
    "warning",
    "Faktur disetujui tetapi PDF-nya belum ada.",
    "The faktur is approved but has no PDF yet.",
    "Kirim ulang fakturnya agar PDF diminta lagi; pada kanal berkas, impor PDF dari portal.",
    "Retry the faktur to have its PDF asked for again; with files, import the PDF from the portal.",
  ],
  approved_not_mailed: [
    "warning",
    "Faktur disetujui tetapi belum terkirim ke alamat ini.",
    "The faktur is approved but was not mailed to this address.",
    "Periksa server e-mail, lalu kirim ulang e-mailnya.",
    "Check the mail server, then resend the mail.",
  ],
  mailed_to_other_address: [
    "critical",
    "Faktur terkirim ke alamat yang bukan alamat terdaftar perusahaan ini.",
    "The faktur was mailed to an address that is not registered for its company.",
    "Pastikan penerimanya benar; bila salah, beri tahu pembeli dan betulkan tab NPWP.",
    "Make sure the recipient is right; if not, tell the buyer and correct the NPWP tab.",
  ],
  mail_refused: [
    "warning",
    "E-mail faktur ditolak server penerima.",
    "The faktur's mail was refused by the receiving server.",
    "Betulkan alamat e-mail pada tab NPWP, lalu kirim ulang e-mailnya.",
    "Correct the e-mail address in the NPWP tab, then resend the mail.",
  ],
  two_live_fakturs: [
    "critical",
    "Satu invoice punya dua faktur yang berlaku.",
    "One invoice has two fakturs that stand.",
    "Batalkan salah satunya; ini tidak boleh terjadi, laporkan sebagai kesalahan program.",
    "Cancel one of them; this must not happen, report it as a fault of the program.",
  ],
  waiting_too_long: [
    "warning",
    "Sudah terlalu lama menunggu.",
    "Has been waiting for too long.",
    "Lihat alasannya dengan faktur explain; periksa portal dan kanal pajak.",
    "See its reasons with faktur explain; check the portal and the tax channel.",
  ],
  deadline_passed_without_faktur: [
    "critical",
    "Batas unggah sudah lewat tanpa faktur yang disetujui.",
    "The upload deadline has passed without an approved faktur.",
    "Finance memutuskan faktur terlambat dengan menerima past_deadline.",
    "Finance decides about a late faktur by accepting past_deadline.",
  ],
  service_moved_without_ticket: [
    "warning",
    "Layanan berpindah akun tanpa tiket yang menjelaskannya.",
    "A service has moved to another account, and no ticket says why.",
    "Tautkan perpindahannya ke tiket; periksa tagihan lama yang belum lunas sebelum berfaktur.",
    "Tie the move to its ticket; look at old unpaid invoices before they get a faktur.",
  ],
} as const satisfies Record<string, Words>;

export type DifferenceCode = keyof typeof DIFFERENCES;
export const DIFFERENCE_CODES = Object.keys(DIFFERENCES) as readonly DifferenceCode[];

/** What a difference is about, as far as it is known. */
export interface Subject {
  readonly seller: string;
  readonly portal?: string | null;
  /** The portal's id of the invoice, and the number people see. */
  readonly invoiceId?: string | null;
  readonly invoiceNumber?: string | null;
  readonly account?: string | null;
  /** Our id of the faktur. */
  readonly faktur?: string | null;
  readonly reference?: string | null;
  readonly nsfp?: string | null;
  /** The channel's id of the document. */
  readonly externalId?: string | null;
}

export type Difference = Required<Subject> & {
  readonly code: DifferenceCode;
  readonly severity: Severity;
  /** What our ledger says; null where it says nothing. */
  readonly ours: string | null;
  /** What the other side says; null likewise. */
  readonly theirs: string | null;
  readonly message: Text;
  readonly fix: Text;
  /** The program has set it right already. */
  readonly mended: boolean;
};

const NOTHING: Required<Omit<Subject, "seller">> = {
  ...{ portal: null, invoiceId: null, invoiceNumber: null, account: null },
  ...{ faktur: null, reference: null, nsfp: null, externalId: null },
};

/** One difference in its usual words. */
export function difference(
  code: DifferenceCode,
  subject: Subject,
  ours: string | null,
  theirs: string | null,
  more: { readonly mended?: boolean; readonly severity?: Severity } = {},
): Difference {
  const [severity, messageId, messageEn, fixId, fixEn] = DIFFERENCES[code];
  return {
    code,
    severity: more.severity ?? severity,
    ...NOTHING,
    ...subject,
    ours,
    theirs,
    message: text(messageId, messageEn),
    fix: text(fixId, fixEn),
    mended: more.mended ?? false,
  };
}

/** Code, severity, meaning and fix of every difference, for the manual. */
export const differenceWords = (code: DifferenceCode) => {
  const { severity, message, fix } = difference(code, { seller: "" }, null, null);
  return { code, severity, message, fix };
};
