import type { Fault } from "../errors";
import { text, type Text } from "../text";

/** Why something that came back from the portal was left for a person. */
const LEFT = {
  needs_confirmation: text(
    "Hanya pembeli, tanggal dan jumlahnya yang cocok. Periksa, lalu impor lagi dengan konfirmasi FAKTUR=NSFP.",
    "Only buyer, day and amounts fit. Look at it, then import again with the confirmation FAKTUR=NSFP.",
  ),
  ambiguous: text(
    "Cocok dengan lebih dari satu faktur, atau lebih dari satu baris untuk satu faktur. Periksa di portal.",
    "It fits more than one faktur, or several rows fit one. Look in the portal.",
  ),
  contradiction: text(
    "Bernomor faktur kami tetapi isinya berbeda. Bandingkan dengan portal; jangan dikirim.",
    "It bears our number, but differs. Compare it with the portal; do not mail it.",
  ),
  stranger: text(
    "Bukan milik faktur mana pun di sini. Tidak ada yang dikerjakan.",
    "It belongs to no faktur here. Nothing was done.",
  ),
  replaced_in_portal: text(
    "Ada faktur pengganti yang dibuat di portal. Periksa; bila benar dan sudah disetujui, impor lagi daftarnya dengan --adopt FAKTUR=NSFP.",
    "A replacement was made in the portal. Look at it; if it is right and approved, import the list again with --adopt FAKTUR=NSFP.",
  ),
  status_unknown: text(
    "Status ini tidak dikenal; faktur dibiarkan. Periksa di portal.",
    "This status is unknown; the faktur was left as it is. Look in the portal.",
  ),
  stands_otherwise: text(
    "Status ini tidak sesuai dengan status faktur di sini. Periksa di portal.",
    "This status does not go with the faktur's state here. Look in the portal.",
  ),
  nsfp_taken: text(
    "Nomor ini sudah dipakai faktur lain di sini. Periksa di portal.",
    "This number stands on another faktur here. Look in the portal.",
  ),
  simulated_pdf: text(
    "PDF simulasi tidak diterima untuk penjual sungguhan.",
    "A PDF of the simulation is not taken for a real seller.",
  ),
  faulty: text("Tidak dapat dipakai.", "It cannot be used."),
  not_whole: text(
    "Daftar ini tidak terbukti memuat seluruh masa itu: ada baris yang tidak terbaca, berkasnya dari sebelum pemulihan, atau faktur yang bernomor di sini tidak ada di dalamnya. Ekspor lagi seluruh masa itu dari portal.",
    "This list is not shown to hold the whole masa: a row could not be read, the file is from before the restore, or a faktur that has its number here is not in it. Export all of that masa from the portal again.",
  ),
  kind_unknown: text(
    "Bukan .xlsx, .pdf atau .zip. Ekspor daftarnya dari portal sebagai .xlsx.",
    "It is no .xlsx, .pdf or .zip. Export the list from the portal as .xlsx.",
  ),
} as const satisfies Record<string, Text>;

export type LeftCode = keyof typeof LEFT;
export const LEFT_CODES = Object.keys(LEFT) as readonly LeftCode[];

/** One row, PDF or file that was left, with all a person needs to find it. Carries no buyer's number. */
export interface Left {
  readonly file: string;
  /** Line of the list or name inside the ZIP; empty for the file itself. */
  readonly at: string;
  readonly code: LeftCode;
  /** What makes it `faulty`, by the codes of the readers; empty for the other codes. */
  readonly faults: readonly string[];
  readonly message: Text;
  readonly fakturs: readonly string[];
  readonly nsfp: string | null;
  readonly reference: string | null;
}

/** What an import did. */
export interface ImportReport {
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly repeated: boolean }[];
  readonly approved: number;
  /** Other changes of state: rejected, cancelled, replaced, waiting, never uploaded. */
  readonly changed: number;
  /** Official PDFs stored, and with them mails queued. */
  readonly pdfs: number;
  readonly alreadyKnown: number;
  /** Let go by a whole list, after having been kept back since a restore. */
  readonly cleared: number;
  readonly left: readonly Left[];
}

export interface LeftPlace {
  readonly file: string;
  readonly at: string;
  readonly nsfp?: string | null;
  readonly reference?: string | null;
}

export const left = (
  place: LeftPlace,
  code: LeftCode,
  fakturs: readonly string[] = [],
  more?: Text,
): Left => ({
  ...{ file: place.file, at: place.at, code, fakturs, faults: [] },
  message:
    more === undefined ? LEFT[code] : text(`${LEFT[code].id} ${more.id}`, `${LEFT[code].en} ${more.en}`),
  nsfp: place.nsfp ?? null,
  reference: place.reference ?? null,
});

/** A running count that becomes the report. */
export interface Tally {
  approved: number;
  changed: number;
  pdfs: number;
  alreadyKnown: number;
  cleared: number;
  readonly left: Left[];
}

export const newTally = (): Tally => ({
  approved: 0,
  changed: 0,
  pdfs: 0,
  alreadyKnown: 0,
  cleared: 0,
  left: [],
});

/** One that cannot be used, with every reason. */
export const faultyOne = (place: LeftPlace, faults: readonly Fault[]): Left => ({
  ...left(place, "faulty", [], wordsOf(faults)),
  faults: [...new Set(faults.map(({ code }) => code))],
});

/** The sentences of faults in a row, each with what to do. */
const wordsOf = (faults: readonly Fault[]): Text =>
  text(
    faults.map(({ message, fix }) => `${message.id} ${fix.id}`).join(" "),
    faults.map(({ message, fix }) => `${message.en} ${fix.en}`).join(" "),
  );
