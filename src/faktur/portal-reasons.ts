/** The reasons that come from a portal: what it says, and what cannot be understood of it. Indonesian and English. */
export const PORTAL_REASONS = {
  before_start: [
    "Invoice ini dibayar sebelum portalnya dihubungkan; riwayat lama tidak diterbitkan otomatis.",
    "This invoice was paid before its portal was connected; old history is not issued by itself.",
    "Terbitkan invoice ini bila memang perlu faktur, atau majukan opsi issueFrom portal.",
    "Issue this invoice if it needs a faktur after all, or set the portal's option issueFrom earlier.",
  ],
  paid_from_taxed_balance: [
    "Dibayar dari saldo yang PPN-nya sudah dipungut saat isi saldo.",
    "Paid from a balance whose PPN was charged at the top-up.",
    "Tidak perlu tindakan; faktur ada pada invoice isi saldo.",
    "Nothing to do; the faktur is that of the top-up.",
  ],
  portal_invoice_unreadable: [
    "Invoice dari portal tidak dapat dibaca.",
    "The portal's invoice cannot be read.",
    "Betulkan yang disebut pada invoice di portal, lalu terbitkan ulang; bila tidak dapat, buat fakturnya secara manual.",
    "Correct what is named on the invoice in the portal, then issue anew; where that cannot be, make its faktur by hand.",
  ],
} as const;
