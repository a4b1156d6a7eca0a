import {
  certificatePurpose,
  channelPurpose,
  portalApiPurpose,
  portalSecretsPurpose,
  totpPurpose,
  webhookSecretsPurpose,
} from "../seals";
import type { Tx } from "./db";

/** A column that holds sealed values, and what each is bound to. */
export interface SealedPlace {
  readonly table: string;
  readonly key: string;
  readonly column: string;
  purpose(id: string): string;
}

/** Every one there is; a test compares them with the schema. */
export const SEALED_PLACES: readonly SealedPlace[] = [
  { table: "sellers", key: "slug", column: "channel_sealed", purpose: channelPurpose },
  { table: "sellers", key: "slug", column: "certificate_sealed", purpose: certificatePurpose },
  { table: "portals", key: "slug", column: "secrets_sealed", purpose: portalSecretsPurpose },
  { table: "portals", key: "slug", column: "api_sealed", purpose: portalApiPurpose },
  { table: "users", key: "id", column: "totp_sealed", purpose: totpPurpose },
  { table: "webhook_endpoints", key: "name", column: "secrets_sealed", purpose: webhookSecretsPurpose },
];

export interface SealedValue {
  readonly id: string;
  readonly sealed: string;
}

/** What lies sealed in one place: as many as there are sellers, portals, users or subscribers. */
export const sealedIn = (tx: Tx, { table, key, column }: SealedPlace): Promise<SealedValue[]> =>
  tx(table).whereNotNull(column).orderBy(key).select(`${key} as id`, `${column} as sealed`);

/** Puts the same words under another key; false when somebody has stored other words meanwhile. */
export async function replaceSealed(
  tx: Tx,
  { table, key, column }: SealedPlace,
  before: SealedValue,
  sealed: string,
): Promise<boolean> {
  const changed = await tx(table)
    .where({ [key]: before.id, [column]: before.sealed })
    .update({ [column]: sealed });
  return changed === 1;
}
