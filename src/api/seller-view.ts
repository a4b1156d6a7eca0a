import { AppError } from "../errors";
import { DEFAULT_CHOICES } from "../faktur/choices";
import { sellerOptions, type SellerOptions, type SellerSigner } from "../faktur/seller";
import type { Seal } from "../seal";
import { channelPurpose } from "../seals";
import { findSeller, sellersOfCompany, type SellerRow } from "../store/sellers";
import { text } from "../text";
import type { ApiDeps } from "./deps";
import { pauseView } from "./pause-view";

export const sellerUnknown = (): AppError =>
  new AppError("not_found", text("Penjual tidak ditemukan.", "There is no such seller."));

/** A seller without its secrets. Throws `not_found`. */
export async function sellerView(d: ApiDeps, slug: string) {
  const row = await findSeller(d.db.knex, slug);
  if (row === undefined) throw sellerUnknown();
  return sellerRowView(d, row);
}

export async function sellerRowView(d: ApiDeps, row: SellerRow) {
  const signer = JSON.parse(row.signer) as SellerSigner;
  const options = JSON.parse(row.options) as SellerOptions;
  const { npwp, nitku, name, address, city, email, pdf } = row;
  return {
    seller: row.slug,
    ...{ npwp, nitku, name, address, city, email, signer, pdf },
    channel: channelView(d, row),
    upload: JSON.parse(row.upload) as unknown,
    allowSimulatedMail: options.allowSimulatedMail ?? false,
    nonTinIdtku: options.nonTinIdtku ?? "000000",
    taxChoices: { ...DEFAULT_CHOICES, ...options.taxChoices },
    codes: options.codes ?? {},
    pph23: options.pph23 ?? {},
    newAccountUrl: options.newAccountUrl ?? null,
    fourEyes: options.fourEyes ?? false,
    fourEyesFrom: await fourEyesFrom(d, row.slug),
    simulated: Boolean(row.simulated),
    paused: await pauseView(d, row.slug),
    certificate: row.certificate_about === null ? null : (JSON.parse(row.certificate_about) as unknown),
  };
}

/** Another name of the company at which four eyes are on: they hold for all of them. */
async function fourEyesFrom(d: ApiDeps, slug: string): Promise<string | null> {
  const names = await sellersOfCompany(d.db.knex, slug);
  const wanting = names.filter((one) => one.slug !== slug && sellerOptions(one).fourEyes === true);
  return wanting.map((one) => one.slug).toSorted()[0] ?? null;
}

/** Channel settings without what is secret in them. */
function channelView(d: ApiDeps, row: SellerRow): unknown {
  const opened = d.seal.openOrNull(row.channel_sealed, channelPurpose(row.slug));
  const settings: unknown = opened === null ? { kind: row.channel_kind } : JSON.parse(opened);
  return JSON.parse(JSON.stringify(settings, (key, value: unknown) => (isSecret(key) ? undefined : value)));
}

const isSecret = (key: string): boolean => /token|passphrase|secret|password/i.test(key);

type Settings = Readonly<Record<string, unknown>>;

const isSettings = (value: unknown): value is Settings => typeof value === "object" && value !== null;

/**
 * What a form leaves empty because it was never shown: token and passphrase as they are stored. Only for the same
 * provider at the same address; a new address could be anybody's, and must be given its token by whoever knows it.
 */
export function keepSecrets(seal: Seal, row: SellerRow | undefined, wanted: Settings): Settings {
  if (row === undefined) return wanted;
  const stored: unknown = JSON.parse(seal.openOrNull(row.channel_sealed, channelPurpose(row.slug)) ?? "null");
  if (!isSettings(stored) || stored["kind"] !== wanted["kind"] || stored["baseUrl"] !== baseOf(wanted))
    return wanted;
  return filled(wanted, stored);
}

const baseOf = ({ baseUrl }: Settings): unknown =>
  typeof baseUrl === "string" ? baseUrl.replace(/\/+$/, "") : baseUrl;

function filled(wanted: Settings, stored: Settings): Settings {
  const kept: Record<string, unknown> = { ...wanted };
  for (const [key, value] of Object.entries(stored)) {
    const given = kept[key];
    if (isSettings(value) && isSettings(given)) kept[key] = filled(given, value);
    else if (isSecret(key) && (given === undefined || given === "")) kept[key] = value;
  }
  return kept;
}
