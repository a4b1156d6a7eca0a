import { AppError, type Fault } from "./errors";
import type { Channel, RecordExchange } from "./faktur/channels/channel";
import { createPajakio } from "./faktur/channels/pajakio";
import { parsePajakioSettings } from "./faktur/channels/pajakio-settings";
import { channelPurpose } from "./seals";
import type { Seal } from "./seal";
import type { SellerRow } from "./store/sellers";
import { text } from "./text";

export type ChannelRead =
  | { readonly kind: "settings"; readonly settings: unknown }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

/** Reads the channel part of a seller by the kind it names: a literal list, one line a channel. */
export function readChannel(settings: unknown): ChannelRead {
  const kind =
    typeof settings === "object" && settings !== null && "kind" in settings ? settings.kind : undefined;
  switch (kind) {
    case "pajakio":
      return parsePajakioSettings(settings);
    default:
      return { kind: "faults", faults: [unknownKind] };
  }
}

const unknownKind: Fault = {
  code: "channel_kind_unknown",
  path: "/kind",
  message: text("Jenis kanal tidak dikenal.", "There is no such kind of channel."),
  fix: text("Pakai: pajakio.", "Use: pajakio."),
};

export interface ChannelFactoryDeps {
  readonly seal: Seal;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

/** The channel of a seller, with its secrets opened for this use. Throws `config_invalid`. */
export function channelOf(d: ChannelFactoryDeps, seller: SellerRow, record: RecordExchange): Channel {
  const read = readChannel(
    JSON.parse(d.seal.open(seller.channel_sealed, channelPurpose(seller.slug))) as unknown,
  );
  const parsed = read.kind === "settings" ? parsePajakioSettings(read.settings) : read;
  if (parsed.kind === "faults") {
    throw new AppError(
      "config_invalid",
      text(
        "Pengaturan kanal penjual ini rusak. Simpan ulang.",
        "This seller's channel settings are broken. Save them anew.",
      ),
      { faults: parsed.faults },
    );
  }
  const { npwp, name, nitku } = seller;
  return createPajakio(parsed.settings, {
    fetch: d.fetch,
    timeoutMs: d.timeoutMs,
    record,
    seller: { npwp, name, nitku },
  });
}
