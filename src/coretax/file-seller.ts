import { AppError } from "../errors";
import { FILE_CHANNEL } from "../faktur/faktur";
import type { Tx } from "../store/db";
import { findSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";

/** The seller of this name, whose files a person carries. Throws `not_found`, `refused` for another channel. */
export async function fileSeller(tx: Tx, slug: string): Promise<SellerRow> {
  const seller = await findSeller(tx, slug);
  if (seller === undefined) {
    throw new AppError("not_found", text("Penjual tidak ditemukan.", "There is no such seller."));
  }
  if (seller.channel_kind === FILE_CHANNEL) return seller;
  throw new AppError(
    "refused",
    text(
      "Penjual ini tidak memakai kanal coretax-file; fakturnya dikirim sendiri oleh kanalnya.",
      "This seller does not use the channel coretax-file; its channel sends the fakturs by itself.",
    ),
  );
}
