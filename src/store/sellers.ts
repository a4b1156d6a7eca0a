import type { Knex } from "knex";
import type { Tx } from "./db";

/** A seller as stored; sealed fields stay sealed here. */
export interface SellerRow {
  readonly slug: string;
  readonly npwp: string;
  readonly nitku: string;
  readonly name: string;
  readonly address: string;
  readonly city: string;
  readonly email: string;
  /** JSON of SellerSigner. */
  readonly signer: string;
  readonly channel_kind: string;
  readonly channel_sealed: string;
  readonly upload: string;
  readonly pdf: "official" | "rendition";
  readonly options: string;
  /** The channel has declared itself a simulation. */
  readonly simulated: boolean | number;
  readonly certificate_sealed: string | null;
  readonly certificate_about: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export type SellerData = Omit<
  SellerRow,
  "slug" | "simulated" | "certificate_sealed" | "certificate_about" | "created_at" | "updated_at"
>;

export const findSeller = (tx: Tx, slug: string): Promise<SellerRow | undefined> =>
  tx<SellerRow>("sellers").where({ slug }).first();

/** The same, held until the transaction ends: who changes a part of it finds the others as they stand. */
export const lockedSeller = (tx: Tx, slug: string): Promise<SellerRow | undefined> =>
  tx<SellerRow>("sellers").where({ slug }).forUpdate().first();

/** Another whose name differs by capitals alone; slugs have no letters but these of ASCII. */
export const sellerSpeltAlike = (tx: Tx, slug: string): Promise<Pick<SellerRow, "slug"> | undefined> =>
  tx<SellerRow>("sellers").whereRaw("LOWER(slug) = ?", [slug.toLowerCase()]).whereNot({ slug }).first("slug");

export const listSellers = (tx: Tx): Promise<SellerRow[]> => tx<SellerRow>("sellers").orderBy("slug");

/** All names of the company behind this one: at the authority they are one account, with one set of references. */
export const ofSameCompany = (tx: Tx, slug: string): Knex.QueryBuilder =>
  tx("sellers as each")
    .join("sellers as named", "named.npwp", "each.npwp")
    .where("named.slug", slug)
    .select("each.slug as slug");

/** The same as rows. */
export const sellersOfCompany = (tx: Tx, slug: string): Promise<SellerRow[]> =>
  tx<SellerRow>("sellers").whereIn("slug", ofSameCompany(tx, slug));

export async function saveSeller(
  tx: Tx,
  slug: string,
  data: SellerData,
  now: Date,
): Promise<"made" | "changed"> {
  const at = now.toISOString();
  const changed = await tx<SellerRow>("sellers")
    .where({ slug })
    .update({ ...data, updated_at: at });
  if (changed === 1) return "changed";
  await tx<SellerRow>("sellers").insert({ slug, ...data, created_at: at, updated_at: at });
  return "made";
}

export async function saveCertificate(
  tx: Tx,
  slug: string,
  sealed: string,
  about: string,
  now: Date,
): Promise<void> {
  await tx<SellerRow>("sellers")
    .where({ slug })
    .update({ certificate_sealed: sealed, certificate_about: about, updated_at: now.toISOString() });
}

/** `updated_at` stays: it tells whether a wrong passphrase may have been mended, and hours mend none. */
export async function saveUpload(tx: Tx, slug: string, upload: string): Promise<void> {
  await tx<SellerRow>("sellers").where({ slug }).update({ upload });
}

export async function markSellerSimulated(
  tx: Tx,
  seller: Pick<SellerRow, "slug" | "simulated">,
  simulated: boolean,
): Promise<void> {
  // Only where it changes: every submission would wait for the one row of its seller.
  if (Boolean(seller.simulated) === simulated) return;
  await tx<SellerRow>("sellers").where({ slug: seller.slug }).update({ simulated });
}
