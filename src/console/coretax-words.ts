import type { LeftCode } from "../coretax/report";
import { text, type Text } from "../text";

/** What an import left, in the order in which a person works through it. What a box on the page decides comes first. */
export const LEFT_ORDER: readonly LeftCode[] = [
  "needs_confirmation",
  "replaced_in_portal",
  "not_whole",
  "contradiction",
  "nsfp_taken",
  "ambiguous",
  "stands_otherwise",
  "status_unknown",
  "faulty",
  "kind_unknown",
  "simulated_pdf",
  "stranger",
];

export const LEFT_WORDS: Readonly<Record<LeftCode, Text>> = {
  needs_confirmation: text("Perlu dikonfirmasi", "To be confirmed"),
  replaced_in_portal: text("Diganti di portal", "Replaced in the portal"),
  not_whole: text("Bukan seluruh masa", "Not the whole masa"),
  contradiction: text("Isinya berbeda", "It differs"),
  nsfp_taken: text("Nomornya sudah dipakai", "Its number is taken"),
  ambiguous: text("Cocok dengan lebih dari satu", "Fits more than one"),
  stands_otherwise: text("Statusnya tidak sesuai", "Its status does not go with ours"),
  status_unknown: text("Status tidak dikenal", "Unknown status"),
  faulty: text("Tidak dapat dipakai", "Cannot be used"),
  kind_unknown: text("Jenis berkas lain", "Another kind of file"),
  simulated_pdf: text("PDF simulasi", "PDF of the simulation"),
  stranger: text("Bukan faktur dari sini", "No faktur of ours"),
};

/** What to do on this page, in place of the sentence that speaks of the command line. */
export const DECIDED_HERE: Readonly<Partial<Record<LeftCode, Text>>> = {
  needs_confirmation: text(
    "Hanya pembeli, tanggal dan jumlahnya yang cocok. Bandingkan nomornya dengan portal, centang yang benar, lalu kerjakan.",
    "Only buyer, day and amounts fit. Compare the number with the portal, tick what is right, then carry it out.",
  ),
  replaced_in_portal: text(
    "Ada faktur pengganti yang dibuat di portal. Bila benar dan di sana sudah APPROVED, centang untuk mengambil alihnya: yang lama menjadi Diganti, dan itu tidak dapat ditarik kembali.",
    "A replacement was made in the portal. If it is right and APPROVED there, tick it to take it over: the old one becomes replaced, and that cannot be undone.",
  ),
};

/** Of a sheet alone a replacement is never taken over. */
export const NEEDS_LIST = text(
  "PDF ini milik faktur pengganti yang dibuat di portal. Impor daftarnya: di sana pengganti itu dapat diambil alih.",
  "This PDF is of a replacement made in the portal. Import the list: there it can be taken over.",
);
