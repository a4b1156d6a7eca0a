import { addDays, dayInJakarta, plusMs, type TaxDay } from "../clock";
import { asAppError, type Outcome } from "../errors";
import type { Tx } from "../store/db";
import { knownDeliveries } from "../store/events";
import type { Work } from "../store/fence";
import { insertInvoice, type InvoiceRow } from "../store/invoices";
import { enqueue, enqueueOnce } from "../store/jobs";
import {
  findPoll,
  knownInvoices,
  markLookedAt,
  savePoll,
  unpaidInvoices,
  WHOLE_LIST,
  type PollRow,
} from "../store/polls";
import { bringBack } from "../store/stuck";
import { unreadRow } from "./ledger";
import { takeInBills } from "./bills";
import { planLooks } from "./look-again";
import { isLookedAtAgain } from "./look-rules";
import type { FoundPortal } from "./moves";
import type { Heard, PaidListed, PortalConnection } from "./portal";
import type { ReadDeps } from "./read";
import { HISTORY, historyReasons, isHistory, isSkippedForAnother } from "./recorded";

export interface PollDeps extends ReadDeps {
  /** 0 is off. */
  readonly pollSeconds: number;
  /** Takes in what a portal could not deliver, like a webhook. */
  intake(connection: PortalConnection, heard: Heard): Promise<unknown>;
}

/** How far back a quick poll looks: a webhook may be lost, and this service may have been away. */
const LOOK_BACK_MS = 7 * 86_400_000;
/** And after a longer absence; what was paid before that is found by the nightly list. */
const MOST_LOOK_BACK_MS = 30 * 86_400_000;
const DAY_MS = 86_400_000;
/** The whole list is read once a night; portals are quiet then. */
const FULL_AT = "03:00";
/** Rows written in one transaction. */
const CHUNK = 100;
/** Invoices known as not paid that one quick poll has read back, those looked at longest ago first. */
const UNPAID_READS = 200;
/** What was not paid for so long is found by the nightly list alone. */
const UNPAID_FOR_MS = 90 * DAY_MS;

/**
 * Job `poll`: asks a portal for paid invoices that no webhook told; each unknown one is read back like a wake-up. Between
 * the nightly full lists only the newest ones are asked for, and those that are known as not paid (traps T41, T42). The
 * full list is a job of its own: one that takes hours, or cannot end, holds up no quick look.
 */
export async function pollPortal(d: PollDeps, work: Work): Promise<Outcome> {
  if (d.pollSeconds === 0) return { kind: "done" };
  const { subject } = work.job;
  const whole = subject.endsWith(WHOLE_LIST);
  const found = await d.portalNamed(whole ? subject.slice(0, -WHOLE_LIST.length) : subject);
  if (found?.portal.listPaid === undefined) return { kind: "done" };
  return whole ? readWhole(d, work, found) : lookQuickly(d, work, found);
}

async function lookQuickly(d: PollDeps, work: Work, { connection, portal }: FoundPortal): Promise<Outcome> {
  const { slug } = connection;
  const begun = d.clock.now();
  const poll = await findPoll(d.db.knex, slug);
  const since = lookBackTo(poll?.quick_at ?? connection.connectedAt?.toISOString() ?? null, begun);
  // Before the invoices: what was given back is known when they are decided.
  const missed = await outcomeOf(takeInMissed(d, connection, portal.listMissed?.(connection, since) ?? []));
  const listed = portal.listPaid?.(connection, { kind: "since", since: atMostBack(since, begun) }) ?? [];
  const found = await outcomeOf(recordAll(d, work, connection, listed));
  const [failed] = [missed, found].filter((one) => "thrown" in one);
  await work.transaction(async (tx) => {
    await askUnpaid(tx, d, slug, begun);
    if (failed === undefined) await savePoll(tx, slug, { quick_at: begun.toISOString() });
    if (isFullDue(poll, begun)) await planWhole(tx, d, slug, begun);
  });
  const fresh = "value" in found ? found.value.fresh : 0;
  if (fresh > 0) d.log.warn("poll.found_untold", { portal: slug, invoices: fresh, full: false });
  if (failed !== undefined) throw failed.thrown;
  return { kind: "wait", until: plusMs(d.clock.now(), d.pollSeconds * 1000) };
}

/** One that was laid aside may be what killed its holders: it waits for the next night. */
async function planWhole(tx: Tx, d: PollDeps, slug: string, begun: Date): Promise<void> {
  const subject = `${slug}${WHOLE_LIST}`;
  await enqueueOnce(tx, "poll", subject, begun, d.clock.now());
  await bringBack(tx, "poll", subject, nextFull(begun));
}

/** A question that fails keeps none of the others from being asked; it fails the look at its end. */
const outcomeOf = <Value>(asked: Promise<Value>): Promise<{ value: Value } | { thrown: unknown }> =>
  asked.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );

async function readWhole(d: PollDeps, work: Work, { connection, portal }: FoundPortal): Promise<Outcome> {
  const { slug } = connection;
  const full_at = d.clock.now().toISOString();
  const looks = isLookedAtAgain(portal) ? await planLooks(d, work, slug) : 0;
  const bills = await takeInBills(d, work, { connection, portal });
  // Asked again tomorrow: the list of what was paid must not wait for it.
  for (const [account, thrown] of bills.failed)
    d.log.warn("poll.bills_failed", { portal: slug, account, ...codeOf(thrown) });
  if (bills.found > 0) d.log.warn("poll.found_untold_bills", { portal: slug, bills: bills.found });
  const listed = portal.listPaid?.(connection, { kind: "all", since: null }) ?? [];
  const { rows, fresh } = await recordAll(d, work, connection, listed);
  await work.transaction((tx) => savePoll(tx, slug, { full_at, full_rows: rows, full_fresh: fresh }));
  if (fresh > 0) d.log.warn("poll.found_untold", { portal: slug, invoices: fresh, full: true });
  d.log.info("poll.full", { portal: slug, rows, fresh, looks });
  return { kind: "done" };
}

const codeOf = (thrown: unknown) => ({ code: asAppError(thrown).code });

async function recordAll(
  d: PollDeps,
  work: Work,
  connection: PortalConnection,
  listed: AsyncIterable<PaidListed> | readonly PaidListed[],
): Promise<{ rows: number; fresh: number }> {
  let rows = 0;
  let fresh = 0;
  for await (const chunk of chunksOf(listed)) {
    rows += chunk.length;
    fresh += await work.transaction((tx) => recordListed(tx, d, connection, chunk));
  }
  return { rows, fresh };
}

/** What is listed again with each look is taken in once. */
async function takeInMissed(
  d: PollDeps,
  connection: PortalConnection,
  missed: AsyncIterable<Heard> | readonly Heard[],
): Promise<void> {
  for await (const chunk of chunksOf(missed)) {
    const ids = chunk.map((heard) => heard.deliveryId);
    const known = new Set(await knownDeliveries(d.db.knex, connection.slug, ids));
    for (const heard of chunk) if (!known.has(heard.deliveryId)) await d.intake(connection, heard);
  }
}

/**
 * A week back, or to the last look that went through where that is longer ago: no later list tells of what was given back
 * meanwhile, and a portal that keeps less tells what it has.
 */
export function lookBackTo(last: string | null, now: Date): Date {
  const usual = plusMs(now, -LOOK_BACK_MS);
  return last === null || new Date(last) > usual ? usual : new Date(last);
}

/** How far a quick look at what was paid goes back. */
export function atMostBack(since: Date, now: Date): Date {
  const most = plusMs(now, -MOST_LOOK_BACK_MS);
  return since < most ? most : since;
}

/** When 03:00 in Jakarta has passed since the last full list, or none has gone through for a day. */
export function isFullDue(poll: Pick<PollRow, "full_at"> | undefined, now: Date): boolean {
  if (poll?.full_at == null) return true;
  const last = new Date(poll.full_at);
  // A look from the future was written by a clock that was wrong.
  if (last > now || now.getTime() - last.getTime() >= DAY_MS) return true;
  const tonight = fullOn(dayInJakarta(now));
  return now >= tonight && last < tonight;
}

const fullOn = (day: TaxDay): Date => new Date(`${day}T${FULL_AT}:00+07:00`);

function nextFull(now: Date): Date {
  const today = fullOn(dayInJakarta(now));
  return now < today ? today : fullOn(addDays(dayInJakarta(now), 1));
}

async function* chunksOf<Row>(rows: AsyncIterable<Row> | readonly Row[]): AsyncGenerator<Row[]> {
  let chunk: Row[] = [];
  for await (const row of rows) {
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Records what is new, and asks again for what stands and was not paid when last heard of. How many were new. */
async function recordListed(
  tx: Tx,
  d: PollDeps,
  connection: PortalConnection,
  chunk: readonly PaidListed[],
): Promise<number> {
  const ids = chunk.map((row) => row.invoiceId);
  const known = new Map((await knownInvoices(tx, connection.slug, ids)).map((row) => [row.external_id, row]));
  const today = dayInJakarta(d.clock.now());
  let fresh = 0;
  for (const listed of chunk) {
    const standing = known.get(listed.invoiceId);
    if (standing === undefined) fresh += await recordNew(tx, d, connection, listed);
    else if (isMissed(connection, standing, listed) || isAnothers(standing, listed, today)) {
      await enqueueOnce(tx, "read", standing.id, d.clock.now(), d.clock.now());
    }
  }
  return fresh;
}

/** The list says paid and the ledger does not: its payment was not told. */
function isMissed(connection: PortalConnection, standing: InvoiceRow, listed: PaidListed): boolean {
  if (standing.content !== null) return standing.portal_state !== "paid";
  if (standing.decision === "unread") return false;
  // History stays history, until the option is set to an earlier day.
  return !standing.reasons.includes(`"${HISTORY}"`) || historyDay(connection, listed) === null;
}

/** Skipped for the company of a client, and the list shows it at another one: no message tells of a merge. */
const isAnothers = (standing: InvoiceRow, { accountId }: PaidListed, today: TaxDay): boolean =>
  accountId !== null && isSkippedForAnother(standing, accountId, today);

/** History is recorded by what the list tells of it and not read: there may be years of it. */
async function recordNew(
  tx: Tx,
  d: PollDeps,
  connection: PortalConnection,
  listed: PaidListed,
): Promise<number> {
  const row = unreadRow(d, connection, listed.invoiceId);
  const day = historyDay(connection, listed);
  if (day !== null) {
    const old = { paid_at: listed.paidAt?.toISOString() ?? null, tax_day: day, number: listed.number };
    await insertInvoice(tx, { ...row, ...old, decision: "skipped", reasons: historyReasons(day) });
    return 0;
  }
  if (!(await insertInvoice(tx, row))) return 0;
  await enqueue(tx, "read", row.id, d.clock.now(), d.clock.now());
  return 1;
}

function historyDay(connection: PortalConnection, { paidAt }: PaidListed): TaxDay | null {
  const day = paidAt === null ? null : dayInJakarta(paidAt);
  return day !== null && isHistory(connection, day) ? day : null;
}

/** An old invoice paid today stands in the middle of the list: those known as not paid are looked at one by one. */
async function askUnpaid(tx: Tx, d: PollDeps, slug: string, now: Date): Promise<void> {
  const made = { since: plusMs(now, -UNPAID_FOR_MS) };
  const ids = (await unpaidInvoices(tx, slug, made, UNPAID_READS)).map(({ id }) => id);
  for (const id of ids) await enqueueOnce(tx, "read", id, now, d.clock.now());
  await markLookedAt(tx, ids, now);
}
