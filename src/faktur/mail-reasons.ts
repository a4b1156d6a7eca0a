/** What may be wrong with the mail of a faktur; the form is that of `REASONS`. */
export const MAIL_REASONS = {
  mail_refused: [
    "E-mail faktur ditolak server penerima.",
    "The faktur's mail was refused by the receiving server.",
    "Betulkan alamat e-mail pada tab NPWP, lalu kirim ulang e-mailnya.",
    "Correct the e-mail address in the NPWP tab, then resend the mail.",
  ],
  mail_bounced: [
    "E-mail faktur dikembalikan: tidak sampai ke penerimanya.",
    "The faktur's mail came back: it did not reach its recipient.",
    "Betulkan alamat e-mail pada tab NPWP, lalu kirim ulang e-mailnya.",
    "Correct the e-mail address in the NPWP tab, then resend the mail.",
  ],
  mail_withheld: [
    "Dokumen simulasi tidak dikirim ke luar.",
    "A simulated document is not mailed outside.",
    "Pakai mail file: atau server lokal, atau setel allowSimulatedMail pada penjual.",
    "Use file: mail or a local server, or set allowSimulatedMail on the seller.",
  ],
} as const;
