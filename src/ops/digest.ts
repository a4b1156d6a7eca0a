import { addDays, dayInJakarta, isoInJakarta, type Clock, type TaxDay } from "../clock";
import { asAppError, type Outcome } from "../errors";
import { CHANNEL_WIDE_REASON } from "../faktur/channel-wide";
import { reason, type Reason } from "../faktur/reasons";
import { sellerOptions } from "../faktur/seller";
import type { NewId } from "../ids";
import type { Log } from "../log";
import { composeDigest, type DigestTemplates } from "../mail/digest";
import type { DigestAlarm, DigestFacts } from "../mail/digest-facts";
import type { Mailer } from "../mail/mailer";
import { messageIdFor } from "../mail/message";
import { countRequested } from "../store/accounts";
import { countCases } from "../store/cases";
import type { Db } from "../store/db";
import { digestById, endDigest, insertDigest, isFollowed } from "../store/digests";
import type { Work } from "../store/fence";
import { enqueue } from "../store/jobs";
import {
  changingFakturs,
  openFakturs,
  openInvoices,
  refusedMails,
  troubledAfterApproval,
} from "../store/open-work";
import { listOutages } from "../store/outages";
import { pauseOf } from "../store/pauses";
import { findSeller, listSellers, type SellerRow } from "../store/sellers";
import type { HourlyDeps } from "./upkeep";
import { deadlineAlarms, daysBetween, type DeadlineAlarm } from "./alarms";
import { groupsOf, heldFacts, waitingFacts } from "./digest-ages";
import { gatherDue, isOver } from "./due";
import { gatherMoves } from "./move-alarms";

export interface DigestDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly mailer: Mailer;
  readonly digestTemplates: DigestTemplates;
  readonly from: string;
  readonly mailDomain: string;
  /** Where the console is opened. */
  readonly publicUrl: string;
}

/** The subject of the job that makes every seller's digest of the day. */
export const EVERY_SELLER = "all";

/** The edition of every morning. */
const DAILY = "daily";
const HOUR = "07:00:00+07:00";
const NAMES_SHOWN = 10;
const LINES_SHOWN = 50;
const DAY_MS = 86_400_000;

/** The next seven o'clock in Jakarta after `now`. */
export function nextMorning(now: Date): Date {
  const today = new Date(`${dayInJakarta(now)}T${HOUR}`);
  return now < today ? today : new Date(`${addDays(dayInJakarta(now), 1)}T${HOUR}`);
}

/**
 * Job `digest`. For every seller: once a day from seven o'clock on, a mail is queued; the day is a constraint, so many
 * workers queue it once. For one digest: it is made and sent, under the same Message-ID however often it is tried.
 */
export async function digest(d: DigestDeps & HourlyDeps, work: Work): Promise<Outcome> {
  if (work.job.subject !== EVERY_SELLER) return sendDigest(d, work);
  await d.keepUp();
  const now = d.clock.now();
  const morning = new Date(`${dayInJakarta(now)}T${HOUR}`);
  if (now >= morning) {
    for (const seller of await listSellers(d.db.knex)) {
      await work.transaction(async (tx) => {
        const id = d.newId(now);
        const row = {
          id,
          seller: seller.slug,
          day: dayInJakarta(now),
          edition: DAILY,
          at: now.toISOString(),
        };
        if (await insertDigest(tx, { ...row, state: "queued", detail: null })) {
          await enqueue(tx, "digest", id, now, now);
        }
      });
    }
  }
  return { kind: "wait", until: nextMorning(now) };
}

async function sendDigest(d: DigestDeps, work: Work): Promise<Outcome> {
  const row = await digestById(d.db.knex, work.job.subject);
  if (row === undefined || row.state !== "queued") return { kind: "done" };
  const seller = await findSeller(d.db.knex, row.seller);
  if (seller === undefined) return { kind: "done" };
  const end = (state: "sent" | "refused" | "withheld", detail: string) =>
    work.transaction((tx) => endDigest(tx, row.id, state, detail.slice(0, 500)));
  if (staysInside(d, seller)) {
    await end("withheld", "simulation");
    return { kind: "done" };
  }
  // It tells how things stand now, and so does the one behind it: no mail went out for days.
  if (row.edition === DAILY && (await isFollowed(d.db.knex, row))) {
    await end("withheld", "followed");
    return { kind: "done" };
  }
  const facts = await gatherDigest(d, seller, d.clock.now(), alarmOf(row.edition));
  work.mayAct();
  try {
    const receipt = await d.mailer.send({
      ...composeDigest(facts, d.digestTemplates),
      messageId: messageIdFor(`digest-${row.id}`, d.mailDomain),
      from: d.from,
      to: seller.email,
      date: new Date(row.at),
    });
    await end("sent", receipt.response);
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== "mail_refused") throw thrown;
    await end("refused", error.message);
    d.log.error("digest.refused", { seller: seller.slug, code: error.code });
  }
  return { kind: "done" };
}

const ALARMS = ["pause", "moves", "transfer"] as const satisfies readonly DigestAlarm[];

/** `pause:2026-…` is an alarm about a pause. */
const alarmOf = (edition: string): DigestAlarm | null =>
  ALARMS.find((alarm) => edition.startsWith(`${alarm}:`)) ?? null;

/** A simulation's mail leaves the house only when the seller says so. */
const staysInside = (d: DigestDeps, seller: SellerRow): boolean =>
  Boolean(seller.simulated) && !d.mailer.local && sellerOptions(seller).allowSimulatedMail !== true;

/** Everything the digest of a seller tells, from the ledger as it is now. */
export async function gatherDigest(
  { db, publicUrl }: Pick<DigestDeps, "db" | "publicUrl">,
  seller: SellerRow,
  now: Date,
  alarm: DigestFacts["alarm"],
): Promise<DigestFacts> {
  const today = dayInJakarta(now);
  const { slug } = seller;
  const invoices = await openInvoices(db.knex, slug);
  const unapproved = await openFakturs(db.knex, slug);
  const over = unapproved.filter((row) => isOver(row, today));
  const fakturs = unapproved.filter((row) => !isOver(row, today));
  const pause = await pauseOf(db.knex, slug);
  const since = new Date(now.getTime() - DAY_MS);
  const outages = await listOutages(db.knex, { seller: slug, endedAfter: since }, null, LINES_SHOWN);
  const requested = await countRequested(db.knex, slug);
  const mails = await refusedMails(db.knex, slug);
  return {
    seller: seller.name,
    day: today,
    alarm,
    pause: pause === undefined ? null : pauseFacts(reason(CHANNEL_WIDE_REASON[pause.cause]), pause.since),
    outages: outages.map((outage) => ({
      cause: outage.cause,
      from: minute(outage.from_at),
      to: outage.to_at === null ? null : minute(outage.to_at),
    })),
    deadlines: deadlineFacts(deadlineAlarms(await gatherDue(db, today, slug), today), today),
    ...heldFacts(invoices, [...fakturs, ...(await troubledAfterApproval(db.knex, slug))], over, today),
    waiting: waitingFacts(invoices, fakturs, await changingFakturs(db.knex, slug), today),
    mails: {
      first: mails.slice(0, LINES_SHOWN).map((mail) => ({ ...mail, detail: mail.detail ?? "" })),
      inAll: mails.length,
    },
    cases: (await countCases(db.knex, slug)).map(({ kind, state, count, oldest }) => ({
      ...{ kind, state, count },
      oldestDays: daysBetween(dayInJakarta(new Date(oldest)), today),
    })),
    requested: {
      count: requested.count,
      oldestDays:
        requested.oldest === null ? 0 : daysBetween(dayInJakarta(new Date(requested.oldest)), today),
      url: `${publicUrl}/console/perusahaan`,
    },
    ...(await gatherMoves(db, slug, today)),
  };
}

const minute = (iso: string): string => `${isoInJakarta(new Date(iso)).slice(0, 16).replace("T", " ")} WIB`;

const pauseFacts = ({ message, fix }: Reason, since: string) => ({
  says: message,
  fix,
  since: minute(since),
});

/** One line for each level and deadline, the most pressing first; what is far off is left out. */
function deadlineFacts(alarms: readonly DeadlineAlarm[], today: TaxDay): DigestFacts["deadlines"] {
  const near = alarms.filter((alarm) => alarm.level !== "quiet");
  return groupsOf(near, (alarm) => alarm.deadline).flatMap((group) => {
    const [first] = group;
    if (first === undefined || first.level === "quiet") return [];
    const names = group.slice(0, NAMES_SHOWN).map((one) => one.number ?? one.invoice);
    const left = group.flatMap((one) => one.lastDayToMake ?? []).filter((day) => day >= today);
    const lastDay = first.level === "past" ? (left.toSorted()[0] ?? null) : null;
    return [{ level: first.level, deadline: first.deadline, count: group.length, names, lastDay }];
  });
}
