import type { Clock } from "../clock";
import { isLive } from "../faktur/faktur";
import { readInvoice } from "../faktur/stored";
import type { NewId } from "../ids";
import { findAccount } from "../store/accounts";
import type { Tx } from "../store/db";
import { faktursOfInvoice } from "../store/fakturs";
import { acceptingInvoicesOf, invoiceById, lockInvoice } from "../store/invoices";
import { enqueue } from "../store/jobs";
import {
  changeOwner,
  insertMove,
  insertOwner,
  moveAfter,
  moveSaidAgain,
  moveUntil,
  movesTouching,
  changeMove,
  ownerOf,
  servicesLeft,
  servicesWith,
  unsentInvoicesOf,
  type MoveRow,
  type MoveSource,
  type OwnerRow,
} from "../store/moves";
import { approvedFor } from "../store/transfers";
import { dropUnsent, endAcceptance, neverLeft } from "./cases";
import type { PaidInvoice } from "./invoice";
import { domainKey, isAway, servicesGone } from "./move-rules";
import type { Portal, PortalConnection, PortalService } from "./portal";

export interface MoveDeps {
  readonly clock: Clock;
  readonly newId: NewId;
}

/** A service as a portal showed it, asked at `at`. */
export interface SeenService {
  readonly portal: string;
  readonly service: PortalService;
  readonly at: Date;
}

export interface FoundPortal {
  readonly connection: PortalConnection;
  readonly portal: Portal;
}

/** Services as the portal shows them now; none where it cannot be asked. Throws what the portal throws. */
export async function lookAt(
  { connection, portal }: FoundPortal,
  serviceIds: readonly string[],
  at: Date,
  accountId?: string,
): Promise<Looked> {
  if (serviceIds.length === 0) return { services: [], at };
  return { services: (await portal.readServices?.(connection, serviceIds, accountId)) ?? [], at };
}

/** What a portal showed, asked at `at`. */
export interface Looked {
  readonly services: readonly PortalService[];
  readonly at: Date;
}

export const ownerRow = ({ portal, service, at }: SeenService): OwnerRow => ({
  portal,
  service_id: service.serviceId,
  account: service.accountId,
  label: service.label?.slice(0, 255) ?? null,
  name_key: domainKey(service.label),
  status: service.status.slice(0, 50),
  seen_at: at.toISOString(),
});

/** Writes down who has a service; a change of hands opens a move, which is returned. The first sight opens nothing. */
export async function noteService(
  tx: Tx,
  d: MoveDeps,
  seen: SeenService,
  source: MoveSource,
): Promise<MoveRow | null> {
  const row = ownerRow(seen);
  const known = await ownerOf(tx, row.portal, row.service_id);
  if (known === undefined) {
    await insertOwner(tx, row);
    return null;
  }
  // An older look that ends later must not undo a newer one.
  if (row.seen_at < known.seen_at) return null;
  if (known.account === row.account && row.seen_at === known.seen_at) return null;
  if (!(await changeOwner(tx, known, row)) || known.account === row.account) return null;
  return openMove(tx, d, {
    ...{ portal: row.portal, serviceId: row.service_id, label: row.label, source },
    ...{ from: known.account, to: row.account, lastSeenFrom: known.seen_at, ticket: null },
    saidAt: seen.at,
  });
}

export interface Told {
  readonly portal: string;
  readonly serviceId: string;
  readonly from: string;
  readonly to: string;
  readonly ticket: string | null;
  readonly saidAt: Date;
}

/** A move that the portal's own event tells: the event is signed, so its ticket is believed. */
export async function noteTold(tx: Tx, d: MoveDeps, told: Told): Promise<void> {
  if (told.from === told.to) return;
  const known = await ownerOf(tx, told.portal, told.serviceId);
  const said = told.saidAt.toISOString();
  // An older move that is told late must not undo what was seen since.
  if (known !== undefined && known.seen_at <= said) {
    await changeOwner(tx, known, { ...known, account: told.to, seen_at: said });
  }
  const lastSeenFrom = known?.account === told.from ? known.seen_at : null;
  await openMove(tx, d, { ...told, label: known?.label ?? null, source: "event", lastSeenFrom });
}

/**
 * What the services on a paid invoice look like now. One that belongs to somebody else than the account of a fresh
 * invoice has left it, whether a list has shown that yet or not: it must be known before the faktur is decided (T20).
 */
export async function noteInvoiceServices(
  tx: Tx,
  d: MoveDeps,
  portal: string,
  invoice: PaidInvoice,
  seen: Looked,
  fresh: boolean,
): Promise<void> {
  for (const service of seen.services) {
    const looked = { portal, service, at: seen.at };
    await noteService(tx, d, looked, "invoice");
    if (!fresh || service.accountId === invoice.account.id) continue;
    const moves = await movesTouching(tx, portal, invoice.account.id);
    // A move that is known already needs no second record.
    if (isAway(moves, invoice.account.id, service.serviceId)) continue;
    await openMove(tx, d, {
      ...{ portal, serviceId: service.serviceId, label: service.label, source: "invoice" },
      ...{ from: invoice.account.id, to: service.accountId, lastSeenFrom: null, ticket: null },
      saidAt: seen.at,
    });
  }
}

/** The services an account had, as far as they were seen: what has left it, then what it was last seen with. */
export const servicesHad = async (tx: Tx, portal: string, account: string): Promise<string[]> => [
  ...new Set([...(await servicesLeft(tx, portal, account)), ...(await servicesWith(tx, portal, account))]),
];

/** The services an invoice's lines name, each once. */
export const servicesOn = (invoice: PaidInvoice): string[] => [
  ...new Set(invoice.lines.flatMap((line) => (line.serviceId === null ? [] : [line.serviceId]))),
];

interface Opening extends Told {
  readonly label: string | null;
  readonly source: MoveSource;
  readonly lastSeenFrom: string | null;
}

/** Null when this very move is known; a ticket that it did not have is added then, and when it was last said. */
async function openMove(tx: Tx, d: MoveDeps, opening: Opening): Promise<MoveRow | null> {
  const { portal, serviceId, from, to } = opening;
  const now = d.clock.now();
  const known = await knownMove(tx, opening);
  if (known !== undefined) {
    // A move between two tellings that comes last of all finds its place by the later one.
    await moveSaidAgain(tx, known.id, opening.saidAt);
    if (known.state === "open" && opening.ticket !== null) {
      await changeMove(tx, known, tiedBy(opening.ticket, `portal:${portal}`, now));
    }
    return null;
  }
  const row = rowOf(d, opening, now);
  const transfer = await approvedFor(tx, portal, serviceId);
  const byTransfer = transfer?.from_account === from && transfer.to_account === to ? transfer : undefined;
  const tie =
    byTransfer !== undefined
      ? { ...tiedBy(byTransfer.ticket, byTransfer.decided_by ?? "", now), ticket_checked: true }
      : opening.ticket !== null
        ? tiedBy(opening.ticket, `portal:${portal}`, now)
        : {};
  const move = { ...row, ...tie, transfer_id: byTransfer?.id ?? null };
  await insertMove(tx, move);
  await holdUnsent(tx, d, move);
  // What the old owner still has to pay for it is asked for outside this transaction.
  await enqueue(tx, "services", `${portal}/${serviceId}`, now, now);
  if (byTransfer !== undefined) await enqueue(tx, "transfer", byTransfer.id, now, now);
  return move;
}

/** The move next to this one, before or after it as they were said, where it is the same. */
async function knownMove(tx: Tx, opening: Opening): Promise<MoveRow | undefined> {
  const { portal, serviceId, from, to, saidAt } = opening;
  const beside = [
    await moveUntil(tx, portal, serviceId, saidAt),
    await moveAfter(tx, portal, serviceId, saidAt),
  ];
  return beside.find((move) => move?.from_account === from && move.to_account === to);
}

export const tiedBy = (ticket: string, who: string, now: Date) => ({
  ...{ state: "tied" as const, ticket, tied_by: who, tied_at: now.toISOString() },
});

const rowOf = (d: MoveDeps, opening: Opening, now: Date): MoveRow => ({
  id: d.newId(now),
  portal: opening.portal,
  service_id: opening.serviceId,
  from_account: opening.from,
  to_account: opening.to,
  label: opening.label?.slice(0, 255) ?? null,
  source: opening.source,
  last_seen_from: opening.lastSeenFrom,
  seen_at: now.toISOString(),
  said_at: opening.saidAt.toISOString(),
  state: "open",
  ticket: null,
  ticket_checked: false,
  note: null,
  tied_by: null,
  tied_at: null,
  transfer_id: null,
  unpaid: null,
  unpaid_at: null,
  closed_at: null,
});

/**
 * Fakturs of the old owner for this service that have not left yet are taken back, and their invoices decided anew. One
 * that is being written at this moment is waited for.
 */
async function holdUnsent(tx: Tx, d: MoveDeps, move: MoveRow): Promise<void> {
  const account = await findAccount(tx, move.portal, move.from_account);
  if (account === undefined) return;
  const now = d.clock.now();
  const moves = await movesTouching(tx, move.portal, move.from_account);
  const unsent = await unsentInvoicesOf(tx, account.id);
  const accepting = await acceptingInvoicesOf(tx, account.id, "service_moved");
  for (const id of new Set([...unsent, ...accepting.map((one) => one.id)])) {
    await lockInvoice(tx, id);
    const row = await invoiceById(tx, id);
    if (row?.content == null) continue;
    const invoice = readInvoice(row.content);
    if (!servicesOn(invoice).includes(move.service_id)) continue;
    if (!servicesGone(moves, move.from_account, invoice.paidAt).has(move.service_id)) continue;
    await endAcceptance(tx, d, id, "service_moved");
    const live = (await faktursOfInvoice(tx, id)).filter((faktur) => isLive(faktur.state));
    // Parts that have left stand; what is not sent yet waits for a person with the invoice.
    await dropUnsent(tx, live.filter(neverLeft), "service_moved", now);
    if (live.length > 0 && live.every(neverLeft)) await enqueue(tx, "issue", id, now, now);
  }
}
