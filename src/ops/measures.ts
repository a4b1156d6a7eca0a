import { addMonths, dayInJakarta, plusMs, type TaxDay } from "../clock";
import { uploadDeadline } from "../faktur/law";
import { NOT_PRESSING } from "../faktur/not-due";
import { PAPER_MS } from "../reconcile/compare-mail";
import {
  countHeld,
  countMessages,
  countTroubled,
  countUnsentMails,
  lastPolls,
  nearestDeadline,
  oldestDue,
  oldestHeldDay,
  oldestQueuedMail,
  oldestUnfinished,
  plannedSince,
} from "../store/counts";
import { longUnwritten } from "../store/coretax";
import type { Tx } from "../store/db";
import { refusedDigests } from "../store/digests";
import { countFakturs } from "../store/fakturs";
import { countInvoices, DECISIONS, type Decision } from "../store/invoices";
import { countJobs } from "../store/jobs";
import { countWithoutPdf } from "../store/late-papers";
import { countMoves } from "../store/moves";
import { openOutages } from "../store/outages";
import { listPauses } from "../store/pauses";
import { countLapsed } from "../store/past-deadline";
import { lastReconciliation } from "../store/reconciliations";
import { listSellers } from "../store/sellers";
import { countTransfers } from "../store/transfers";
import { countUndelivered } from "../store/undelivered";
import { listEndpoints } from "../store/webhooks";
import { daysBetween } from "./alarms";
import { certificateNotice } from "./home-health";

/** A value with its labels. */
export type Sample = { readonly value: number } & Readonly<Record<string, string | number>>;

/** What is counted from the database whenever somebody asks. */
export interface Measured {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  measure(tx: Tx, now: Date): Promise<readonly Sample[]>;
}

const measured = (
  name: string,
  help: string,
  labels: readonly string[],
  measure: Measured["measure"],
): Measured => ({ name, help, labels, measure });

const seconds = (since: string, now: Date): number => Math.max(0, (now.getTime() - Date.parse(since)) / 1000);
const unix = (at: string): number => Date.parse(at) / 1000;
const age = (since: string | null, now: Date): Sample[] => [
  { value: since === null ? 0 : seconds(since, now) },
];

/** How the ledger and its work stand. */
export const gaugesOfLedger: readonly Measured[] = [
  measured("faktur_invoices", "Invoices by decision", ["decision"], async (tx) => {
    const counts = await countInvoices(tx);
    // All of them, also before the first invoice: that they are absent says that nobody answers.
    const of = (decision: Decision) => counts.find((one) => one.decision === decision)?.count ?? 0;
    return DECISIONS.map((decision) => ({ decision, value: of(decision) }));
  }),
  measured(
    "faktur_invoices_held",
    "Invoices that wait for a person, by their first reason",
    ["reason"],
    async (tx) => (await countHeld(tx)).map(({ reason, count }) => ({ reason, value: count })),
  ),
  measured("faktur_fakturs", "Fakturs by state", ["state"], async (tx) =>
    (await countFakturs(tx)).map(({ state, count }) => ({ state, value: count })),
  ),
  measured(
    "faktur_fakturs_held",
    "Fakturs that wait for a person, by their reason; a refusal is a state",
    ["reason"],
    fakturHolds,
  ),
  measured(
    "faktur_oldest_unfinished_seconds",
    "Age of the oldest paid invoice without an end",
    [],
    async (tx, now) => age(await oldestUnfinished(tx), now),
  ),
  measured("faktur_deadline_days_left", "Days to the nearest last day of upload", ["of"], deadlines),
  measured("faktur_jobs", "Jobs by kind and state", ["kind", "state"], async (tx) =>
    (await countJobs(tx)).map(({ kind, state, count }) => ({ kind, state, value: count })),
  ),
  measured(
    "faktur_job_due_seconds",
    "How long the oldest due job of a kind has waited",
    ["kind"],
    async (tx, now) =>
      (await oldestDue(tx, now)).map(({ kind, since }) => ({ kind, value: seconds(since, now) })),
  ),
  measured("faktur_moves", "Services that changed accounts, by state", ["state"], async (tx) =>
    (await countMoves(tx)).map(({ state, count }) => ({ state, value: count })),
  ),
  measured("faktur_transfers", "Transfers of services by state", ["state"], async (tx) =>
    (await countTransfers(tx)).map(({ state, count }) => ({ state, value: count })),
  ),
  measured(
    "faktur_pdf_missing",
    "Fakturs that were approved two hours ago or longer and have no PDF",
    [],
    async (tx, now) => [{ value: await countWithoutPdf(tx, plusMs(now, -PAPER_MS)) }],
  ),
  measured(
    "faktur_mails_undelivered",
    "Mails that were refused or came back, and that no later mail made good",
    ["state"],
    async (tx) => (await countUndelivered(tx)).map(({ state, count }) => ({ state, value: count })),
  ),
  measured(
    "faktur_reconciliation_differences",
    "What the last daily comparison found, by kind",
    ["code"],
    differences,
  ),
  measured(
    "faktur_reconciliation_timestamp_seconds",
    "When a daily comparison last ended so; `none`: since when the first is planned",
    ["verdict"],
    verdicts,
  ),
];

/** How channels, portals, mail, subscribers and certificates stand. */
export const gaugesOfOutside: readonly Measured[] = [
  measured(
    "faktur_channel_paused",
    "1 while a seller's channel is paused, by cause",
    ["seller", "cause"],
    async (tx) => (await listPauses(tx)).map(({ seller, cause }) => ({ seller, cause, value: 1 })),
  ),
  measured(
    "faktur_channel_outage",
    "1 while a seller's channel does not answer, by the failure that began it",
    ["seller", "cause"],
    async (tx) => (await openOutages(tx)).map(({ seller, cause }) => ({ seller, cause, value: 1 })),
  ),
  measured(
    "faktur_portal_poll_timestamp_seconds",
    "When a portal last answered the poll; until then, when that was planned",
    ["portal"],
    async (tx) => (await lastPolls(tx)).map(({ portal, at }) => ({ portal, value: unix(at) })),
  ),
  measured("faktur_mails", "Mails that are not sent, by state", ["state"], async (tx) =>
    (await countUnsentMails(tx)).map(({ state, count }) => ({ state, value: count })),
  ),
  measured("faktur_mail_queued_seconds", "Age of the oldest mail that waits", [], async (tx, now) =>
    age(await oldestQueuedMail(tx), now),
  ),
  measured(
    "faktur_webhook_messages",
    "Messages to subscribers that wait or were given up",
    ["endpoint", "state"],
    async (tx) =>
      (await countMessages(tx)).map(({ endpoint, state, count }) => ({ endpoint, state, value: count })),
  ),
  measured("faktur_webhook_disabled", "1 for a subscriber that was switched off", ["endpoint"], async (tx) =>
    (await listEndpoints(tx))
      .filter(({ state }) => state !== "on")
      .map(({ name }) => ({ endpoint: name, value: 1 })),
  ),
  measured(
    "faktur_coretax_unwritten_seconds",
    "Since when the oldest Coretax file of a seller could not be written",
    ["seller"],
    unwritten,
  ),
  measured(
    "faktur_digest_refused",
    "1 for a seller whose latest digest was refused by the mail server",
    ["seller"],
    async (tx) => (await refusedDigests(tx)).map(({ seller }) => ({ seller, value: 1 })),
  ),
  measured(
    "faktur_certificate_days_left",
    "Days until a seller's certificate ends",
    ["seller"],
    certificates,
  ),
];

/** A ready faktur whose last day has passed goes nowhere, and its state does not show it. */
async function fakturHolds(tx: Tx, now: Date): Promise<Sample[]> {
  const late = await countLapsed(tx, dayInJakarta(now));
  return [
    ...(await countTroubled(tx)).map(({ problem, count }) => ({ reason: problem, value: count })),
    ...(late === 0 ? [] : [{ reason: "past_deadline", value: late }]),
  ];
}

/** Of fakturs as they stand, of invoices by the day they were paid. What has passed is held or refused, and counted there. */
async function deadlines(tx: Tx, now: Date): Promise<Sample[]> {
  const today = dayInJakarta(now);
  const ofFakturs = await nearestDeadline(tx, today);
  // Paid before the first of last month: its last day has passed.
  const ofInvoices = await oldestHeldDay(tx, firstStillDue(today), NOT_PRESSING);
  return [
    ...(ofFakturs === null ? [] : [{ of: "faktur", value: daysBetween(today, ofFakturs as TaxDay) }]),
    ...(ofInvoices === null
      ? []
      : [{ of: "invoice", value: daysBetween(today, uploadDeadline(ofInvoices as TaxDay)) }]),
  ];
}

function firstStillDue(today: TaxDay): TaxDay {
  const thisMonth = `${today.slice(0, 7)}-01` as TaxDay;
  const lastMonth = addMonths(thisMonth, -1);
  return uploadDeadline(lastMonth) >= today ? lastMonth : thisMonth;
}

async function differences(tx: Tx): Promise<Sample[]> {
  const last = await lastReconciliation(tx);
  const counts = JSON.parse(last?.counts ?? "{}") as Record<string, number>;
  return Object.entries(counts).map(([code, value]) => ({ code, value }));
}

async function verdicts(tx: Tx): Promise<Sample[]> {
  const found: Sample[] = [];
  for (const verdict of ["clean", "incomplete", "differences"] as const) {
    const run = await lastReconciliation(tx, verdict);
    if (run?.ended_at != null) found.push({ verdict, value: unix(run.ended_at) });
  }
  const planned = found.length > 0 ? null : await plannedSince(tx, "reconcile");
  return planned === null ? found : [{ verdict: "none", value: unix(planned) }];
}

/** They come oldest first. */
async function unwritten(tx: Tx, now: Date): Promise<Sample[]> {
  const oldest = new Map<string, string>();
  for (const { seller, at } of await longUnwritten(tx, now)) if (!oldest.has(seller)) oldest.set(seller, at);
  return [...oldest].map(([seller, at]) => ({ seller, value: seconds(at, now) }));
}

async function certificates(tx: Tx, now: Date): Promise<Sample[]> {
  const today = dayInJakarta(now);
  return (await listSellers(tx)).flatMap(({ slug, certificate_about }) => {
    const notice = certificateNotice(certificate_about, today);
    return notice === null ? [] : [{ seller: slug, value: daysBetween(today, notice.until) }];
  });
}
