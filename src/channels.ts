import { AppError, type Fault } from "./errors";
import type { Channel, RecordExchange } from "./faktur/channels/channel";
import { createCoretaxFile, parseCoretaxFileSettings } from "./faktur/channels/coretax-file";
import { createPajakio } from "./faktur/channels/pajakio";
import { parsePajakioSettings } from "./faktur/channels/pajakio-settings";
import { FILE_CHANNEL } from "./faktur/faktur";
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
    case FILE_CHANNEL:
      return parseCoretaxFileSettings(settings);
    default:
      return { kind: "faults", faults: [unknownKind] };
  }
}

const unknownKind: Fault = {
  code: "channel_kind_unknown",
  path: "/kind",
  message: text("Jenis kanal tidak dikenal.", "There is no such kind of channel."),
  fix: text("Pakai: pajakio atau coretax-file.", "Use: pajakio or coretax-file."),
};

export interface ChannelFactoryDeps {
  readonly seal: Seal;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

/** The channel of a seller, with its secrets opened for this use. Throws `config_invalid`. */
export function channelOf(d: ChannelFactoryDeps, seller: SellerRow, record: RecordExchange): Channel {
  const settings = openSettings(d.seal, seller);
  if (seller.channel_kind === FILE_CHANNEL) {
    const parsed = parseCoretaxFileSettings(settings);
    if (parsed.kind === "faults") throw broken(parsed.faults);
    return createCoretaxFile(parsed.settings);
  }
  const read = readChannel(settings);
  const parsed = read.kind === "settings" ? parsePajakioSettings(read.settings) : read;
  if (parsed.kind === "faults") throw broken(parsed.faults);
  const { npwp, name, nitku } = seller;
  return createPajakio(parsed.settings, {
    fetch: d.fetch,
    timeoutMs: d.timeoutMs,
    record,
    seller: { npwp, name, nitku },
  });
}

const openSettings = (seal: Seal, seller: SellerRow): unknown =>
  JSON.parse(seal.open(seller.channel_sealed, channelPurpose(seller.slug)));

/** The folder of a file channel that writes by itself; null for every other seller. */
export function exportFolderOf(seal: Seal, seller: SellerRow): string | null {
  if (seller.channel_kind !== FILE_CHANNEL) return null;
  const parsed = parseCoretaxFileSettings(openSettings(seal, seller));
  return parsed.kind === "settings" ? (parsed.settings.dir ?? null) : null;
}

const broken = (faults: readonly Fault[]): AppError =>
  new AppError(
    "config_invalid",
    text(
      "Pengaturan kanal penjual ini rusak. Simpan ulang.",
      "This seller's channel settings are broken. Save them anew.",
    ),
    { faults },
  );
