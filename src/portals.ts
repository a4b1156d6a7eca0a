import { plusMs, type Clock } from "./clock";
import { AppError } from "./errors";
import { genericPortal } from "./hooks/generic";
import type { Portal, PortalConnection, PortalKind } from "./hooks/portal";
import { createStripePortal } from "./hooks/stripe/stripe";
import { check, type Check } from "./ops/health";
import { portalApiPurpose, portalSecretsPurpose } from "./seals";
import type { Seal } from "./seal";
import type { Db } from "./store/db";
import { findPortal, type PortalRow } from "./store/portals";
import { text } from "./text";

export interface FoundPortal {
  readonly connection: PortalConnection;
  readonly portal: Portal;
}

/** The kinds of portal there are: a literal list. A new kind is one folder under hooks/ and one line here. */
export function portalKinds(timeoutMs: number): Readonly<Partial<Record<PortalKind, Portal>>> {
  return { generic: genericPortal, stripe: createStripePortal({ timeoutMs }) };
}

/** Finds connections by slug, with their secrets opened; null for a slug nobody has. */
export function portalFinder(d: { db: Db; seal: Seal }, kinds: ReturnType<typeof portalKinds>) {
  return async (slug: string): Promise<FoundPortal | null> => {
    const row = await findPortal(d.db.knex, slug);
    if (row === undefined) return null;
    const portal = kinds[row.kind];
    if (portal === undefined) throw notBuilt(row.kind);
    return { connection: connectionOf(d.seal, row), portal };
  };
}

/**
 * Asks a portal for the paid invoices of the last day, as the regular poll does: proves address and key without
 * changing anything. Null for a portal that cannot be asked.
 */
export async function tryPortal(
  d: { readonly clock: Clock; portalNamed(slug: string): Promise<FoundPortal | null> },
  slug: string,
): Promise<Check | null> {
  const found = await d.portalNamed(slug);
  const list = found?.portal.listPaid;
  if (found === null || list === undefined) return null;
  return check(`portal ${slug}`, async () => {
    for await (const _id of list.call(found.portal, found.connection, plusMs(d.clock.now(), -DAY_MS))) break;
    return text("Portal menjawab dan kuncinya diterima.", "The portal answers and takes the key.");
  });
}

const DAY_MS = 86_400_000;

export function connectionOf(seal: Seal, row: PortalRow): PortalConnection {
  const api = row.api_sealed === null ? null : seal.open(row.api_sealed, portalApiPurpose(row.slug));
  return {
    slug: row.slug,
    kind: row.kind,
    seller: row.seller,
    secrets: JSON.parse(seal.open(row.secrets_sealed, portalSecretsPurpose(row.slug))) as string[],
    api: api === null ? null : (JSON.parse(api) as NonNullable<PortalConnection["api"]>),
    options: JSON.parse(row.options) as Record<string, unknown>,
  };
}

const notBuilt = (kind: string): AppError =>
  new AppError(
    "config_invalid",
    text(
      `Portal jenis "${kind}" belum tersedia di versi ini.`,
      `Portals of kind "${kind}" are not in this version yet.`,
    ),
  );
