import type { FakturRow } from "../store/fakturs";
import type { SellerRow } from "../store/sellers";
import { FILE_CHANNEL } from "./faktur";

/**
 * The official PDF comes in with an import, and nobody else has it: of a faktur that went by file, also when its seller has
 * another channel by now, and of all of a seller by files.
 */
export const isCarriedIn = (
  row: Pick<FakturRow, "channel_kind">,
  seller: Pick<SellerRow, "pdf" | "channel_kind">,
): boolean =>
  seller.pdf === "official" && (seller.channel_kind === FILE_CHANNEL || row.channel_kind === FILE_CHANNEL);
