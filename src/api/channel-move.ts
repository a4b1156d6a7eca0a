import { AppError } from "../errors";
import { channelPurpose } from "../seals";
import type { Seal } from "../seal";
import type { Tx } from "../store/db";
import { handedOver } from "../store/open-work";
import type { SellerRow } from "../store/sellers";
import { text } from "../text";

/** Where a seller's fakturs are: a kind of channel, its address there, and the company whose account it is. */
interface Whereabouts {
  readonly npwp: string;
  readonly settings: unknown;
}

/** More than these are not named. */
const NAMED = 3;

/**
 * A faktur that was handed over is followed where its seller's channel is: elsewhere nobody knows it, and it would be
 * made a second time. Token, passphrase and signer may change at any time. Throws `wrong_state`.
 */
export async function checkChannelStays(
  tx: Tx,
  seal: Seal,
  standing: SellerRow | undefined,
  wanted: Whereabouts,
): Promise<void> {
  if (standing === undefined || isSamePlace(seal, standing, wanted)) return;
  const there = await handedOver(tx, standing.slug, NAMED + 1);
  if (there.length > 0) throw stillThere(there);
}

/** Settings that nobody can open any more (a lost key) are entered anew: they say nothing of where fakturs are. */
function isSamePlace(seal: Seal, standing: SellerRow, wanted: Whereabouts): boolean {
  const stored = opened(seal, standing);
  return (
    stored === null || (standing.npwp === wanted.npwp && addressOf(stored) === addressOf(wanted.settings))
  );
}

const opened = (seal: Seal, { slug, channel_sealed }: SellerRow): unknown =>
  JSON.parse(seal.openOrNull(channel_sealed, channelPurpose(slug)) ?? "null");

/** However it is spelled: letters of a host's name, its usual port, a slash at the end. */
function addressOf(settings: unknown): string {
  const { kind, baseUrl } = settings as { readonly kind?: unknown; readonly baseUrl?: unknown };
  const address = typeof baseUrl === "string" && URL.canParse(baseUrl) ? new URL(baseUrl).href : "";
  return `${String(kind)} ${address.replace(/\/+$/, "")}`;
}

function stillThere(references: readonly string[]): AppError {
  const named = references.slice(0, NAMED).join(", ");
  const which = references.length > NAMED ? `${named}, …` : named;
  return new AppError(
    "wrong_state",
    text(
      `Faktur penjual ini masih berjalan di kanal yang lama (${which}). Jenis dan alamat kanal serta NPWP penjual dapat diubah setelah semuanya disetujui atau ditolak; token dan passphrase dapat diganti kapan saja. Bila kanal lama tidak menjawab lagi, impor daftar Coretax, atau buat penjual baru dengan kanal barunya.`,
      `Fakturs of this seller are still under way at its present channel (${which}). Kind and address of the channel and the seller's NPWP can be changed once all are approved or refused; token and passphrase at any time. If that channel answers no more, import the Coretax list, or make a new seller with the new channel.`,
    ),
  );
}
