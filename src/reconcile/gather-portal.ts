import { plusMs, type TaxDay } from "../clock";
import { asAppError } from "../errors";
import { isLookedAtAgain, isLookMissing } from "../hooks/look-rules";
import type { InvoiceRead, PaidListed, Portal, PortalConnection } from "../hooks/portal";
import { issueFrom } from "../hooks/recorded";
import type { PortalRow } from "../store/portals";
import {
  beforeAll,
  invoicesBetween,
  invoicesNamed,
  wholeRefundsOf,
  type ComparedInvoice,
} from "../store/reconcile";
import { text, type Text } from "../text";
import {
  compareMissing,
  comparePortal,
  untoldDifference,
  type LedgerInvoice,
  type PortalScope,
} from "./compare-portal";
import {
  BATCH,
  batched,
  MOST_ASKED,
  notAsked,
  notLookedAt,
  type GatherDeps,
  type Gathered,
  type Round,
} from "./gather";
import { ledgerInvoice } from "./ledger-rows";
import type { Source } from "./report";

/** So long a webhook or the poll may take to tell of a payment. */
const ON_ITS_WAY_MS = 3_600_000;

/** The portal's paid list against the ledger, both ways; what the list says of an invoice is what it says today. */
export async function gatherPortal(d: GatherDeps, round: Round, row: PortalRow): Promise<Gathered> {
  const source = { kind: "portal" as const, name: row.slug, seller: row.seller, asOf: null };
  try {
    const found = await d.portalNamed(row.slug);
    if (found?.portal.listPaid === undefined) return { source: cannot(source), error: null };
    return { source: { ...source, ...(await compareBoth(d, round, row, found)) }, error: null };
  } catch (thrown) {
    const error = asAppError(thrown);
    d.log.warn("reconcile.portal_failed", { portal: row.slug, code: error.code });
    const failed = { state: "failed" as const, listed: 0, recorded: 0, says: error.says };
    return { source: { ...source, ...failed }, error };
  }
}

const cannot = (source: Pick<Source, "kind" | "name" | "seller" | "asOf">): Source => ({
  ...{ ...source, state: "cannot", listed: 0, recorded: 0 },
  says: text(
    "Portal jenis ini tidak dapat diminta daftarnya: yang tidak pernah dikirim webhook-nya tidak terlihat di sini.",
    "A portal of this kind cannot be listed: what its webhook never told cannot be seen here.",
  ),
});

interface Found {
  readonly connection: PortalConnection;
  readonly portal: Portal;
}

type Told = Pick<Source, "state" | "listed" | "recorded" | "says">;

async function compareBoth(d: GatherDeps, round: Round, row: PortalRow, found: Found): Promise<Told> {
  const scope: PortalScope = {
    ...{ seller: row.seller, portal: row.slug, ...round.days },
    expectedFrom: issueFrom(found.connection) ?? round.days.from,
    settledBefore: plusMs(round.now, -ON_ITS_WAY_MS),
  };
  const seen = new Set<string>();
  const listed = await compareListed(d, round, scope, found, seen);
  const { recorded, unasked, unseen } = await compareRecorded(d, round, scope, found, seen);
  const short = [
    ...(unasked === 0 ? [] : [notAsked(unasked)]),
    ...(unseen === 0 ? [] : [notLookedAt(unseen)]),
  ];
  const state = short.length === 0 ? "compared" : "partly";
  return { listed, recorded, state, says: state === "compared" ? null : joined(short) };
}

const joined = (said: readonly Text[]): Text =>
  text(said.map(({ id }) => id).join(" "), said.map(({ en }) => en).join(" "));

/** From the portal to the ledger. Only the ids of what was listed stay in memory. */
async function compareListed(
  d: GatherDeps,
  round: Round,
  scope: PortalScope,
  { connection, portal }: Found,
  seen: Set<string>,
): Promise<number> {
  const since = new Date(`${scope.from}T00:00:00+07:00`);
  const list = portal.listPaid?.(connection, { kind: "all", since });
  if (list === undefined) return 0;
  let count = 0;
  for await (const batch of batched(list)) {
    // Pages overlap while rows arrive.
    const fresh = batch.filter((one) => !seen.has(one.invoiceId));
    for (const { invoiceId } of fresh) seen.add(invoiceId);
    const ids = fresh.map(({ invoiceId }) => invoiceId);
    const rows = await invoicesNamed(d.db.knex, scope.portal, ids);
    const before = await round.foundBefore(scope.portal, ids);
    const ledger = new Map(
      rows
        .filter((one) => !before.has(one.external_id))
        .map((one) => [one.external_id, ledgerInvoice(one, false)]),
    );
    const { differences, untold, compared } = comparePortal(scope, unique(fresh), ledger);
    count += compared;
    round.add(differences);
    for (const one of untold) {
      const mended = before.has(one.invoiceId) || (await mend(round, connection, one));
      round.add([untoldDifference(scope, one, ledger.get(one.invoiceId), mended)]);
    }
    round.progress("portal", scope.portal, seen.size);
  }
  return count;
}

const unique = (rows: readonly PaidListed[]): PaidListed[] => [
  ...new Map(rows.map((row) => [row.invoiceId, row])).values(),
];

/** What the list does not date might be of any year: that is for a person to take in. */
const mend = async (round: Round, connection: PortalConnection, row: PaidListed): Promise<boolean> =>
  row.paidAt !== null && round.mend !== null && (await round.mend(connection, row.invoiceId));

/** From the ledger to the portal: what the list has not shown is asked for by itself before anything is said of it. */
async function compareRecorded(
  d: GatherDeps,
  round: Round,
  scope: PortalScope,
  found: Found,
  seen: ReadonlySet<string>,
): Promise<{ recorded: number; unasked: number; unseen: number }> {
  const said = { recorded: 0, unasked: 0, unseen: 0 };
  const isLookedAt = isLookedAtAgain(found.portal);
  let asked = 0;
  for (let after = beforeAll(scope); ;) {
    const rows = await invoicesBetween(d.db.knex, scope.portal, scope, after, BATCH);
    const claims = await claimsOf(d, scope, rows);
    said.recorded += claims.length;
    if (isLookedAt) said.unseen += rows.filter((one) => isUnseen(one, round.now)).length;
    for (const ours of claims.filter(({ invoiceId }) => !seen.has(invoiceId))) {
      const mayAsk = asked < MOST_ASKED && found.portal.readInvoice !== undefined;
      if (mayAsk) asked += 1;
      else said.unasked += 1;
      round.add(compareMissing(scope, ours, mayAsk ? await read(found, ours) : null));
    }
    const last = rows.at(-1);
    if (rows.length < BATCH || last === undefined) return said;
    after = { day: last.tax_day ?? scope.to, id: last.id };
  }
}

/** It may have a faktur, and nobody has asked for so long whether its money was given back. */
const isUnseen = ({ decision, tax_day, updated_at }: ComparedInvoice, now: Date): boolean =>
  decision !== "skipped" && tax_day !== null && isLookMissing(tax_day as TaxDay, new Date(updated_at), now);

const read = async ({ connection, portal }: Found, ours: LedgerInvoice): Promise<InvoiceRead | null> =>
  (await portal.readInvoice?.(connection, ours.invoiceId)) ?? null;

/** The rows that claim to be paid within the days; a bill that waits for its payment claims nothing. */
async function claimsOf(
  d: GatherDeps,
  scope: PortalScope,
  rows: readonly ComparedInvoice[],
): Promise<LedgerInvoice[]> {
  const ids = rows.map((row) => row.external_id);
  const refunded = await wholeRefundsOf(d.db.knex, scope.portal, ids);
  return rows
    .map((row) => ledgerInvoice(row, refunded.has(row.external_id)))
    .filter(({ standing, paidDay }) => standing === "paid" && paidDay !== null)
    .filter(({ paidDay }) => paidDay !== null && paidDay >= scope.from && paidDay <= scope.to);
}
