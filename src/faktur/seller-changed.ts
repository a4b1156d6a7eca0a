import type { Work } from "../store/fence";
import { noteFaktur, type FakturRow } from "../store/fakturs";
import type { SellerRow } from "../store/sellers";
import { FILE_CHANNEL } from "./faktur";
import { keysOf, type FakturDeps } from "./flow";
import { readFaktur } from "./stored";

/** What the seller has become since the faktur was made, where that keeps it from being sent; null for nothing. */
export function sellerChange(row: FakturRow, seller: SellerRow): "npwp" | "channel" | null {
  if (readFaktur(row.document).seller.npwp !== seller.npwp) return "npwp";
  // No file carries a replacement: it is made in the portal by hand.
  const noFileForIt = row.replaces_id != null && seller.channel_kind === FILE_CHANNEL;
  const liesElsewhere = row.external_id !== null && seller.channel_kind !== row.channel_kind;
  return noFileForIt || liesElsewhere ? "channel" : null;
}

/** Stops a faktur before anything is sent in another taxpayer's name, or under an id of another channel. */
export async function stoppedBySeller(
  d: FakturDeps,
  work: Work,
  row: FakturRow,
  seller: SellerRow,
): Promise<boolean> {
  if (sellerChange(row, seller) === null) return false;
  await work.transaction((tx) => noteFaktur(tx, row.id, { problem: "seller_changed" }, d.clock.now()));
  d.log.warn("faktur.seller_changed", keysOf(row));
  return true;
}
