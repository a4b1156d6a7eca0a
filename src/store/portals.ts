import type { PortalKind } from "../hooks/portal";
import type { Tx } from "./db";

export interface PortalRow {
  readonly slug: string;
  readonly kind: PortalKind;
  readonly seller: string;
  readonly secrets_sealed: string;
  readonly api_sealed: string | null;
  readonly options: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export type PortalData = Omit<PortalRow, "slug" | "created_at" | "updated_at">;

export const findPortal = (tx: Tx, slug: string): Promise<PortalRow | undefined> =>
  tx<PortalRow>("portals").where({ slug }).first();

/** The same, held until the transaction ends: who changes a part of it finds the others as they stand. */
export const lockedPortal = (tx: Tx, slug: string): Promise<PortalRow | undefined> =>
  tx<PortalRow>("portals").where({ slug }).forUpdate().first();

export const listPortals = (tx: Tx): Promise<PortalRow[]> => tx<PortalRow>("portals").orderBy("slug");

export async function savePortal(
  tx: Tx,
  slug: string,
  data: PortalData,
  now: Date,
): Promise<"made" | "changed"> {
  const at = now.toISOString();
  const changed = await tx<PortalRow>("portals")
    .where({ slug })
    .update({ ...data, updated_at: at });
  if (changed === 1) return "changed";
  await tx<PortalRow>("portals").insert({ slug, ...data, created_at: at, updated_at: at });
  return "made";
}

export async function saveSecrets(tx: Tx, slug: string, sealed: string, now: Date): Promise<void> {
  const changes = { secrets_sealed: sealed, updated_at: now.toISOString() };
  await tx<PortalRow>("portals").where({ slug }).update(changes);
}
