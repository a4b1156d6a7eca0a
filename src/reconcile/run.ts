import { addDays, dayInJakarta, type Clock, type TaxDay } from "../clock";
import { asAppError, type Outcome } from "../errors";
import { sellerOptions } from "../faktur/seller";
import type { PortalConnection } from "../hooks/portal";
import { wakeInvoice } from "../hooks/recorded";
import type { NewId } from "../ids";
import type { Mailer } from "../mail/mailer";
import { messageIdFor } from "../mail/message";
import { composeReport, type ReportTemplates } from "../mail/reconcile";
import type { Db, Tx } from "../store/db";
import type { Work } from "../store/fence";
import { enqueue } from "../store/jobs";
import {
  endReconciliation,
  endReportMail,
  insertFind,
  insertReconciliation,
  insertReportMail,
  reconciliationById,
  reportMailById,
  type ReconciliationRow,
} from "../store/reconciliations";
import { findSeller, listSellers, type SellerRow } from "../store/sellers";
import { usualDays, type Days } from "./days";
import type { GatherDeps } from "./gather";
import { reconcile, type Reconciled } from "./reconcile";
import { reportOfSeller, totalOf, verdictOf, type Report } from "./report";

export interface RunDeps extends GatherDeps {
  readonly newId: NewId;
  readonly mailer: Mailer;
  readonly reportTemplates: ReportTemplates;
  readonly from: string;
  readonly mailDomain: string;
  wake(): void;
}

/** The subject of the job that begins each day's comparison; the others name a run or a mail. */
export const EVERY_DAY = "all";

const HOUR = "06:00:00+07:00";
/** A side that fails is asked again so often before the report says so. */
const TRIES = 4;

/** The next six o'clock in Jakarta after `now`. */
export function nextDaily(now: Date): Date {
  const today = new Date(`${dayInJakarta(now)}T${HOUR}`);
  return now < today ? today : new Date(`${addDays(dayInJakarta(now), 1)}T${HOUR}`);
}

/**
 * Job `reconcile`. Every day from six o'clock on one comparison is queued, by constraint however many workers there are;
 * a comparison ends with its report kept and one mail to each seller queued, in one transaction; a mail is sent under
 * the same Message-ID however often it is tried.
 */
export async function reconcileJob(d: RunDeps, work: Work): Promise<Outcome> {
  const [what = "", id = ""] = work.job.subject.split(":", 2);
  if (what === "run") return compare(d, work, id);
  if (what === "mail") return sendReport(d, work, id);
  return beginDay(d, work);
}

async function beginDay(d: RunDeps, work: Work): Promise<Outcome> {
  const now = d.clock.now();
  const today = dayInJakarta(now);
  if (now >= new Date(`${today}T${HOUR}`)) {
    const days = usualDays(today, {});
    await work.transaction((tx) => begin(tx, d, { days, edition: "daily", askedBy: "system", mailed: true }));
  }
  return { kind: "wait", until: nextDaily(now) };
}

export interface Asked {
  readonly days: Days;
  readonly askedBy: string;
  readonly mailed: boolean;
}

/** Queues a comparison that a person asks for; returns its id. */
export async function askReconciliation(
  d: { readonly db: Db; readonly clock: Clock; readonly newId: NewId; wake(): void },
  asked: Asked,
): Promise<string> {
  const edition = `asked:${d.newId(d.clock.now())}`;
  const id = await d.db.transaction((tx) => begin(tx, d, { ...asked, edition }));
  d.wake();
  return id;
}

async function begin(
  tx: Tx,
  d: { readonly clock: Clock; readonly newId: NewId },
  { days, edition, askedBy, mailed }: Asked & { readonly edition: string },
): Promise<string> {
  const now = d.clock.now();
  const id = d.newId(now);
  const row: ReconciliationRow = {
    ...{ id, day: dayInJakarta(now), edition, from_day: days.from, to_day: days.to },
    ...{ asked_by: askedBy, mailed, state: "waiting", at: now.toISOString(), ended_at: null },
    ...{ verdict: null, differences: null, counts: null, report_sha256: null },
  };
  if (await insertReconciliation(tx, row)) await enqueue(tx, "reconcile", `run:${id}`, now, now);
  return id;
}

async function compare(d: RunDeps, work: Work, id: string): Promise<Outcome> {
  const run = await reconciliationById(d.db.knex, id);
  if (run === undefined || run.state !== "waiting") return { kind: "done" };
  const { report, errors } = await reconcileRun(d, work, run);
  const passing = errors.find((error) => error.mayRetry);
  if (passing !== undefined && work.job.attempts < TRIES - 1) return { kind: "retry", because: passing };
  const report_sha256 = await d.documents.put(Buffer.from(JSON.stringify(report)), "application/json");
  const [verdict, differences] = [verdictOf(report), totalOf(report.counts)];
  const found = { verdict, differences, counts: JSON.stringify(report.counts), report_sha256 };
  await work.transaction(async (tx) => {
    if (!(await endReconciliation(tx, id, found, d.clock.now())) || !run.mailed) return;
    for (const { slug } of await listSellers(tx)) await queueReport(tx, d, id, slug);
  });
  d.log[differences === 0 ? "info" : "warn"]("reconcile.done", { run: id, verdict, differences });
  return { kind: "done" };
}

const reconcileRun = (d: RunDeps, work: Work, run: ReconciliationRow): Promise<Reconciled> =>
  reconcile(d, {
    ...{ from: run.from_day as TaxDay, to: run.to_day as TaxDay, runId: run.id },
    mend: (connection, invoiceId) =>
      work.transaction(async (tx) => {
        const mended = await takeIn(tx, d, connection, invoiceId);
        if (mended) await insertFind(tx, run.id, connection.slug, invoiceId);
        return mended;
      }),
  });

type TakeDeps = Pick<RunDeps, "clock" | "newId" | "log">;

/** The same for a comparison outside a job. */
export const takeInNow = (
  d: TakeDeps & { readonly db: Db },
  connection: PortalConnection,
  invoiceId: string,
): Promise<boolean> => d.db.transaction((tx) => takeIn(tx, d, connection, invoiceId));

/** Takes a payment that nobody told into the ledger: it is read back like after a wake-up, and the answer decides. */
const takeIn = async (
  tx: Tx,
  d: TakeDeps,
  connection: PortalConnection,
  externalId: string,
): Promise<boolean> => (await wakeInvoice(tx, d, connection, { externalId })) !== "unknown";

async function queueReport(tx: Tx, d: RunDeps, runId: string, seller: string): Promise<void> {
  const now = d.clock.now();
  const id = d.newId(now);
  const row = { id, run_id: runId, seller, state: "queued" as const, detail: null, at: now.toISOString() };
  if (await insertReportMail(tx, row)) await enqueue(tx, "reconcile", `mail:${id}`, now, now);
}

async function sendReport(d: RunDeps, work: Work, id: string): Promise<Outcome> {
  const mail = await reportMailById(d.db.knex, id);
  if (mail === undefined || mail.state !== "queued") return { kind: "done" };
  const seller = await findSeller(d.db.knex, mail.seller);
  const report = await reportOfRun(d, mail.run_id);
  if (seller === undefined || report === null) return { kind: "done" };
  const end = (state: "sent" | "refused" | "withheld", detail: string) =>
    work.transaction((tx) => endReportMail(tx, id, state, detail.slice(0, 500)));
  if (staysInside(d, seller)) {
    await end("withheld", "simulation");
    return { kind: "done" };
  }
  work.mayAct();
  try {
    const receipt = await d.mailer.send({
      ...composeReport(reportOfSeller(report, seller.slug), seller.name, d.reportTemplates),
      messageId: messageIdFor(`reconcile-${id}`, d.mailDomain),
      from: d.from,
      to: seller.email,
      date: new Date(mail.at),
    });
    await end("sent", receipt.response);
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== "mail_refused") throw thrown;
    await end("refused", error.message);
    d.log.error("reconcile.report_refused", { seller: seller.slug, code: error.code });
  }
  return { kind: "done" };
}

/** A simulation's mail leaves the house only when the seller says so. */
const staysInside = (d: RunDeps, seller: SellerRow): boolean =>
  Boolean(seller.simulated) && !d.mailer.local && sellerOptions(seller).allowSimulatedMail !== true;

/** The kept report of a run; null while it has none. */
export async function reportOfRun(
  d: Pick<RunDeps, "db" | "documents">,
  runId: string,
): Promise<Report | null> {
  const run = await reconciliationById(d.db.knex, runId);
  if (run?.report_sha256 == null) return null;
  return JSON.parse((await d.documents.get(run.report_sha256)).toString("utf8")) as Report;
}
