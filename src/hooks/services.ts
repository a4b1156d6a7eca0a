import type { Clock } from "../clock";
import { asAppError, type Outcome } from "../errors";
import type { NewId } from "../ids";
import { describeCause, masked, type Log } from "../log";
import type { Db } from "../store/db";
import type { Work } from "../store/fence";
import {
  changeMove,
  changeOwner,
  insertOwner,
  ownersOf,
  standingMoves,
  touchOwners,
  type MoveRow,
  type OwnerRow,
} from "../store/moves";
import { nextNight, readUnpaid, unpaidFor, type StoredUnpaid } from "./move-rules";
import { lookAt, noteService, ownerRow, type FoundPortal } from "./moves";
import type { PortalService, UnpaidInvoice } from "./portal";

export interface ServicesDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  portalNamed(slug: string): Promise<FoundPortal | null>;
  /** Tells the seller at once: an old owner may pay for what is no longer theirs. */
  alarm(portal: string): Promise<void>;
}

/** Services compared at a time. */
const CHUNK = 200;

/**
 * Job `services`: who has which service today. Subject: a portal's slug for all of them, every night, or
 * `portal/service` for one that was changed. What moved is written down, and for every move that stands the old owner's
 * unpaid invoices are asked for; one that is tied to a ticket and has none left is closed.
 */
export async function readServices(d: ServicesDeps, work: Work): Promise<Outcome> {
  const { slug, serviceId } = readSubject(work.job.subject);
  const found = await d.portalNamed(slug);
  if (found === null) return { kind: "done" };
  if (serviceId === null) {
    if (found.portal.listServices === undefined) return { kind: "done" };
    await compareAll(d, work, slug, found);
  } else {
    await compareOne(d, work, slug, serviceId, found);
  }
  await settleMoves(d, work, slug, serviceId, found);
  return serviceId === null ? { kind: "wait", until: nextNight(d.clock.now()) } : { kind: "done" };
}

/** Slugs have no slash; ids of services may. */
function readSubject(subject: string): { slug: string; serviceId: string | null } {
  const slash = subject.indexOf("/");
  return slash < 0
    ? { slug: subject, serviceId: null }
    : { slug: subject.slice(0, slash), serviceId: subject.slice(slash + 1) };
}

async function compareOne(
  d: ServicesDeps,
  work: Work,
  slug: string,
  serviceId: string,
  found: FoundPortal,
): Promise<void> {
  const { services, at } = await lookAt(found, [serviceId], d.clock.now());
  for (const service of services) {
    const moved = await work.transaction((tx) => noteService(tx, d, { portal: slug, service, at }, "list"));
    if (moved !== null) tell(d, moved);
  }
}

/**
 * The whole list, a chunk at a time. A change of hands is kept until the list has ended: one that breaks off midway
 * throws, and makes no move.
 */
async function compareAll(d: ServicesDeps, work: Work, slug: string, found: FoundPortal): Promise<void> {
  const at = d.clock.now();
  const changed = new Map<string, PortalService>();
  let seen = 0;
  let chunk = new Map<string, PortalService>();
  const compare = async (): Promise<void> => {
    seen += chunk.size;
    for (const service of await compareChunk(work, slug, [...chunk.values()], at)) {
      changed.set(service.serviceId, service);
    }
    chunk = new Map();
  };
  for await (const service of found.portal.listServices?.(found.connection) ?? []) {
    chunk.set(service.serviceId, service);
    if (chunk.size >= CHUNK) await compare();
  }
  await compare();
  for (const service of changed.values()) {
    const moved = await work.transaction((tx) => noteService(tx, d, { portal: slug, service, at }, "list"));
    if (moved !== null) tell(d, moved);
  }
  d.log.info("services.read", { portal: slug, services: seen, changed: changed.size });
}

/** Writes down what is new or only looks different; returns what has another owner than was known. */
async function compareChunk(
  work: Work,
  slug: string,
  services: readonly PortalService[],
  at: Date,
): Promise<readonly PortalService[]> {
  if (services.length === 0) return [];
  const rows = services.map((service) => ({ service, row: ownerRow({ portal: slug, service, at }) }));
  const ids = rows.map(({ row }) => row.service_id);
  return work.transaction(async (tx) => {
    const known = new Map((await ownersOf(tx, slug, ids)).map((row) => [row.service_id, row]));
    const same: string[] = [];
    const changed: PortalService[] = [];
    for (const { service, row } of rows) {
      const before = known.get(row.service_id);
      if (before === undefined) await insertOwner(tx, row);
      else if (before.account !== row.account) changed.push(service);
      else if (looksTheSame(before, row)) same.push(row.service_id);
      else if (before.seen_at <= row.seen_at) await changeOwner(tx, before, row);
    }
    await touchOwners(tx, slug, same, at);
    return changed;
  });
}

const looksTheSame = (a: OwnerRow, b: OwnerRow): boolean => a.label === b.label && a.status === b.status;

function tell(d: ServicesDeps, move: MoveRow): void {
  d.log.warn("service.moved", {
    ...{ portal: move.portal, service: move.service_id, move: move.id },
    ...{ from: masked(move.from_account), to: masked(move.to_account), ticket: move.ticket ?? "none" },
  });
}

/** Asks what the old owners still have to pay for what they no longer have. One alarm for all that is new. */
async function settleMoves(
  d: ServicesDeps,
  work: Work,
  slug: string,
  serviceId: string | null,
  found: FoundPortal,
): Promise<void> {
  const alarming: string[] = [];
  const owed = new Map<string, readonly UnpaidInvoice[] | null>();
  for (const move of await standingMoves(d.db.knex, slug, serviceId ?? undefined)) {
    const account = move.from_account;
    if (!owed.has(account)) {
      owed.set(account, (await found.portal.listUnpaid?.(found.connection, account)) ?? null);
    }
    const unpaid = unpaidFor(owed.get(account) ?? null, move.service_id);
    if (await settleMove(d, work, move, unpaid)) alarming.push(move.id);
  }
  if (alarming.length === 0) return;
  d.log.error("service.moved_with_unpaid", { portal: slug, moves: alarming.join(",") });
  // What was written stands: an alarm that cannot be queued is seen in the morning's digest.
  await d.alarm(slug).catch((thrown: unknown) => {
    d.log.error("service.alarm_failed", { portal: slug, cause: describeCause(asAppError(thrown)) });
  });
}

/** True when an invoice shows that was not known to be unpaid before. */
async function settleMove(
  d: ServicesDeps,
  work: Work,
  move: MoveRow,
  unpaid: readonly StoredUnpaid[] | null,
): Promise<boolean> {
  const now = d.clock.now().toISOString();
  const before = readUnpaid(move.unpaid).map((invoice) => invoice.invoiceId);
  const closed = move.state === "tied" && (unpaid ?? []).length === 0;
  // A portal that cannot be asked changes nothing about a move that stands open.
  if (unpaid === null && !closed) return false;
  return work.transaction(async (tx) => {
    const written = await changeMove(tx, move, {
      ...(unpaid === null ? {} : { unpaid: JSON.stringify(unpaid), unpaid_at: now }),
      ...(closed ? { state: "closed", closed_at: now } : {}),
    });
    return written && (unpaid ?? []).some((invoice) => !before.includes(invoice.invoiceId));
  });
}
