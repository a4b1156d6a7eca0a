import { asAppError } from "./errors";
import { genericPortal } from "./hooks/generic";
import type { Portal, PortalConnection, PortalKind } from "./hooks/portal";
import { createStripePortal } from "./hooks/stripe/stripe";
import type { WhmcsReadDeps } from "./hooks/whmcs/read";
import { createWhmcsPortal } from "./hooks/whmcs/whmcs";
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
export function portalKinds(d: WhmcsReadDeps): Readonly<Record<PortalKind, Portal>> {
  return { generic: genericPortal, stripe: createStripePortal(d), whmcs: createWhmcsPortal(d) };
}

/** Connections whose secrets are kept open in memory. */
const KEPT_OPEN = 50;

/** Finds connections by slug, with their secrets opened; null for a slug nobody has. */
export function portalFinder(d: { db: Db; seal: Seal }, kinds: ReturnType<typeof portalKinds>) {
  const opened = keptOpen(d.seal);
  return async (slug: string): Promise<FoundPortal | null> => {
    const row = await findPortal(d.db.knex, slug);
    if (row === undefined) return null;
    return { connection: opened(row), portal: kinds[row.kind] };
  };
}

/** A connection is opened again only when its row says something else: what is sealed says the same as long as it is the same. */
function keptOpen(seal: Seal): (row: PortalRow) => PortalConnection {
  const kept = new Map<string, { readonly row: PortalRow; readonly connection: PortalConnection }>();
  return (row) => {
    const known = kept.get(row.slug);
    if (known !== undefined && OPENED_FROM.every((column) => known.row[column] === row[column])) {
      return known.connection;
    }
    const connection = connectionOf(seal, row);
    if (kept.size >= KEPT_OPEN) kept.clear();
    kept.set(row.slug, { row, connection });
    return connection;
  };
}

const OPENED_FROM = ["kind", "seller", "secrets_sealed", "api_sealed", "options", "created_at"] as const;

/** Asks a portal without changing anything: proves address and key. Null for a portal that cannot be asked. */
export async function tryPortal(
  d: { portalNamed(slug: string): Promise<FoundPortal | null> },
  slug: string,
): Promise<Check | null> {
  const name = `portal ${slug}`;
  try {
    const found = await d.portalNamed(slug);
    if (found?.portal.check === undefined) return null;
    const { connection, portal } = found;
    return await check(
      name,
      async () => (await portal.check?.(connection)) ?? text("Portal menjawab.", "The portal answers."),
    );
  } catch (thrown) {
    // A secret that does not open is an answer like any other.
    return { name, ok: false, says: asAppError(thrown).says };
  }
}

export function connectionOf(seal: Seal, row: PortalRow): PortalConnection {
  const api = row.api_sealed === null ? null : seal.open(row.api_sealed, portalApiPurpose(row.slug));
  return {
    slug: row.slug,
    kind: row.kind,
    seller: row.seller,
    secrets: JSON.parse(seal.open(row.secrets_sealed, portalSecretsPurpose(row.slug))) as string[],
    api: api === null ? null : (JSON.parse(api) as NonNullable<PortalConnection["api"]>),
    options: JSON.parse(row.options) as Record<string, unknown>,
    connectedAt: new Date(row.created_at),
  };
}
