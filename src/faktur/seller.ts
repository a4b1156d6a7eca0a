import type { LineKind } from "../hooks/invoice";
import type { SellerRow } from "../store/sellers";
import type { NonTinIdtku } from "./buyer";
import type { TaxChoices } from "./choices";
import type { FakturSeller } from "./faktur";
import type { SellerCodes } from "./service-codes";
import type { UploadRules } from "./upload-window";

export interface SellerSigner {
  readonly name: string;
  readonly npwp?: string | undefined;
  readonly title?: string | undefined;
}

export interface SellerOptions {
  readonly allowSimulatedMail?: boolean | undefined;
  /** `BuyerIDTKU` of buyers without NPWP, where the default is refused. */
  readonly nonTinIdtku?: NonTinIdtku | undefined;
  /** Service codes and units per kind of line, where they differ from the defaults. */
  readonly codes?: SellerCodes | undefined;
  /** Where a customer opens another account, for a second company. */
  readonly newAccountUrl?: string | undefined;
  /** Cancelling and replacing take two persons. */
  readonly fourEyes?: boolean | undefined;
  /** Answers where the law is unsure. */
  readonly taxChoices?: TaxChoices | undefined;
  /** On which kinds of line payers withhold PPh 23, where it differs from the defaults (docs/law.md section 11). */
  readonly pph23?: { readonly [kind in LineKind]?: boolean | undefined } | undefined;
}

export function sellerOf(row: SellerRow): FakturSeller {
  const signer = JSON.parse(row.signer) as SellerSigner;
  return {
    slug: row.slug,
    npwp: row.npwp,
    nitku: row.nitku,
    name: row.name,
    address: row.address,
    city: row.city,
    email: row.email,
    signer: { name: signer.name, npwp: signer.npwp ?? null, title: signer.title ?? null },
  };
}

export const sellerOptions = (row: SellerRow): SellerOptions => JSON.parse(row.options) as SellerOptions;

export const uploadRules = (row: SellerRow): UploadRules => JSON.parse(row.upload) as UploadRules;
