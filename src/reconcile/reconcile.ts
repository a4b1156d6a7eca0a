import type { TaxDay } from "../clock";
import { AppError } from "../errors";
import { listPortals } from "../store/portals";
import { listSellers } from "../store/sellers";
import { findsOf } from "../store/reconciliations";
import { text } from "../text";
import { gatherChannel } from "./gather-channel";
import { gatherLedger, gatherMail } from "./gather-ledger";
import { gatherPortal } from "./gather-portal";
import type { GatherDeps, Gathered, Mend, Round } from "./gather";
import { createTally, type Report, type Source } from "./report";

/** Differences that are kept word by word; all of them are counted. */
export const MOST_KEPT = 5000;

export interface Wish {
  readonly from: TaxDay;
  readonly to: TaxDay;
  /** One portal and the seller behind it; everything without it. */
  readonly portal?: string | undefined;
  /** Takes untold payments into the ledger; without it nothing is changed. */
  readonly mend?: Mend | undefined;
  /** The run this belongs to, whose earlier attempt may have mended already. */
  readonly runId?: string | undefined;
  readonly onProgress?: ((kind: Source["kind"], name: string, rows: number) => void) | undefined;
}

export interface Reconciled {
  readonly report: Report;
  /** Why sides failed that should have answered. */
  readonly errors: readonly AppError[];
}

/**
 * Compares portal, ledger, channel and mail for the days, seller by seller. What cannot be compared is said, never
 * counted as clean; a side that fails does not keep the others from being compared. Throws `not_found` for an unknown
 * portal.
 */
export async function reconcile(d: GatherDeps, wish: Wish): Promise<Reconciled> {
  const portals = (await listPortals(d.db.knex)).filter(
    ({ slug }) => wish.portal === undefined || slug === wish.portal,
  );
  if (wish.portal !== undefined && portals.length === 0) throw portalUnknown(wish.portal);
  const only = wish.portal === undefined ? null : new Set(portals.map((row) => row.seller));
  const sellers = (await listSellers(d.db.knex)).filter(({ slug }) => only === null || only.has(slug));
  const tally = createTally(MOST_KEPT);
  const round: Round = {
    days: { from: wish.from, to: wish.to },
    now: d.clock.now(),
    add: tally.add,
    progress: wish.onProgress ?? (() => undefined),
    mend: wish.mend ?? null,
    foundBefore: async (portal, ids) =>
      wish.runId === undefined ? new Set() : findsOf(d.db.knex, wish.runId, portal, ids),
  };
  const gathered: Gathered[] = [];
  for (const portal of portals) gathered.push(await gatherPortal(d, round, portal));
  for (const seller of sellers) {
    const which = { seller, portal: wish.portal };
    gathered.push(await gatherChannel(d, round, seller));
    gathered.push(await gatherMail(d, round, which));
    gathered.push(await gatherLedger(d, round, which));
  }
  const sources = gathered.map(({ source }) => source);
  const errors = gathered.flatMap(({ error }) => (error === null ? [] : [error]));
  const { from, to } = wish;
  return { report: { from, to, at: round.now.toISOString(), sources, ...tally.result() }, errors };
}

const portalUnknown = (slug: string): AppError =>
  new AppError("not_found", text(`Portal ${slug} tidak dikenal.`, `There is no portal ${slug}.`));
