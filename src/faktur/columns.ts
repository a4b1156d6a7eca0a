import { formatRupiah } from "../money";
import { buyerNumberOf } from "./buyer";
import type { Faktur } from "./faktur";
import { writeFaktur } from "./stored";

/** The columns that repeat what the document says, for searching and sums. */
export const documentColumns = (faktur: Faktur) => ({
  transaction_code: faktur.transactionCode,
  buyer_npwp: faktur.buyer.npwp,
  buyer_name: faktur.buyer.name,
  buyer_number: buyerNumberOf(faktur.buyer),
  document: writeFaktur(faktur),
  dpp: formatRupiah(faktur.totals.dpp),
  dpp_nilai_lain: formatRupiah(faktur.totals.dppNilaiLain),
  ppn: formatRupiah(faktur.totals.ppn),
});
