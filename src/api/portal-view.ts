import { isoInJakarta } from "../clock";
import { AppError } from "../errors";
import type { PortalConnection } from "../hooks/portal";
import type { Seal } from "../seal";
import { portalApiPurpose, portalSecretsPurpose } from "../seals";
import { lastDelivery } from "../store/events";
import { findPoll } from "../store/polls";
import { findPortal, type PortalRow } from "../store/portals";
import { text } from "../text";
import type { ApiDeps } from "./deps";

type Api = NonNullable<PortalConnection["api"]>;

export const portalUnknown = (): AppError =>
  new AppError("not_found", text("Portal tidak ditemukan.", "There is no such portal."));

/** A connection without its secrets. Throws `not_found`. */
export async function portalView(d: ApiDeps, slug: string) {
  const row = await findPortal(d.db.knex, slug);
  if (row === undefined) throw portalUnknown();
  return portalRowView(d, row);
}

export async function portalRowView(d: ApiDeps, row: PortalRow) {
  const { secrets, api } = openPortal(d.seal, row);
  const heard = await lastDelivery(d.db.knex, row.slug);
  const asked = (await findPoll(d.db.knex, row.slug))?.quick_at ?? null;
  return {
    ...{ portal: row.slug, kind: row.kind, seller: row.seller },
    options: JSON.parse(row.options) as unknown,
    webhookUrl: `${d.publicUrl}/hooks/${row.slug}`,
    apiUrl: api?.url ?? null,
    hasApi: api !== null,
    secrets: secrets.length,
    canBeAsked: d.kindsAsked.includes(row.kind),
    lastDelivery: heard === null ? null : isoInJakarta(new Date(heard)),
    lastPoll: asked === null ? null : isoInJakarta(new Date(asked)),
  };
}

/** What can be opened of a connection; after the loss of a key it has no secrets until they are stored again. */
export function openPortal(seal: Seal, row: PortalRow) {
  const { slug, api_sealed: sealed } = row;
  const secrets: unknown = JSON.parse(
    seal.openOrNull(row.secrets_sealed, portalSecretsPurpose(slug)) ?? "[]",
  );
  const api: unknown =
    sealed === null ? null : JSON.parse(seal.openOrNull(sealed, portalApiPurpose(slug)) ?? "null");
  return { kind: row.kind, secrets: secrets as readonly string[], api: api as Api | null };
}
