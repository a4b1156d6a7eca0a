import { formatMoney } from "../money";
import { asAppError } from "../errors";
import type { Log } from "../log";
import { anyoneBilled, findAccount, saveAccount } from "../store/accounts";
import type { Db, Tx } from "../store/db";
import { insertDelivery } from "../store/events";
import { findInvoice, insertInvoice, lockedInvoice, type InvoiceRow } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { isDueWithBill, NOT_BILLED } from "./billed";
import { recordRefund } from "./cases";
import { keepEarly, takeEarly } from "./early";
import type { IntakeAnswer } from "./intake-answer";
import { noteTold } from "./moves";
import { contentOf, unreadRow, type LedgerDeps } from "./ledger";
import { isOutdated } from "./outdated";
import type { Heard, PortalConnection } from "./portal";
import { stateTold, wakeInvoice } from "./recorded";
import { billTold, paidAgain } from "./told";

export interface IntakeDeps extends LedgerDeps {
  readonly db: Db;
  readonly log: Log;
  /** Tells idle workers that there is work. */
  wake(): void;
}

type HeardOf<Kind extends Heard["kind"]> = Extract<Heard, { kind: Kind }>;

/** Records what a portal told, once, and queues what follows; resolves after the commit. */
export async function intake(
  d: IntakeDeps,
  connection: PortalConnection,
  heard: Heard,
): Promise<IntakeAnswer> {
  if (heard.kind === "ignored") return { status: "ignored", reason: heard.reason };
  const answer = await againIfMoved(() => recorded(d, connection, heard));
  d.log.info("hook.recorded", {
    portal: connection.slug,
    kind: heard.kind,
    status: answer.status,
    ...subjectOf(heard),
    trace: answer.trace,
  });
  d.wake();
  return answer;
}

/** A faktur that begins its way at this very moment is found there at the second look. */
async function againIfMoved<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (asAppError(thrown).code !== "wrong_state") throw thrown;
    return work();
  }
}

const recorded = (
  d: IntakeDeps,
  connection: PortalConnection,
  heard: Exclude<Heard, HeardOf<"ignored">>,
): Promise<IntakeAnswer> =>
  d.db.transaction(async (tx): Promise<IntakeAnswer> => {
    if (heard.kind === "billed" && !(await isDueWithBill(tx, connection.slug, heard.invoice)))
      return NOT_BILLED;
    const delivery = { portal: connection.slug, delivery_id: heard.deliveryId, kind: heard.kind };
    const fresh = await insertDelivery(tx, { ...delivery, at: d.clock.now().toISOString() });
    const ended = fresh ? await record(tx, d, connection, heard) : DUPLICATE;
    return { ...ended, trace: ended.trace ?? (await traceOf(tx, connection.slug, heard)) };
  });

function subjectOf(heard: Exclude<Heard, HeardOf<"ignored">>): { invoice?: string } {
  if (heard.kind === "paid" || heard.kind === "billed") return { invoice: heard.invoice.invoiceId };
  return "invoiceId" in heard ? { invoice: heard.invoiceId } : {};
}

const DUPLICATE: IntakeAnswer = { status: "duplicate" };

/** Only for words other than a new payment, which knows its own. */
async function traceOf(
  tx: Tx,
  portal: string,
  heard: Exclude<Heard, HeardOf<"ignored">>,
): Promise<string | undefined> {
  const { invoice } = subjectOf(heard);
  return invoice === undefined ? undefined : (await findInvoice(tx, portal, invoice))?.id;
}

function record(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  heard: Exclude<Heard, HeardOf<"ignored">>,
): Promise<IntakeAnswer> {
  switch (heard.kind) {
    case "paid":
      return recordPaid(tx, d, connection, heard);
    case "billed": {
      const told = { of: "bill", invoice: heard.invoice, kinds: "told" } as const;
      return billTold(tx, d, connection, told, heard.saidAt ?? null);
    }
    case "wake":
      return recordWake(tx, d, connection, heard);
    case "billWake":
      return recordBillWake(tx, d, connection, heard);
    case "accountWake":
      return recordAccountWake(tx, d, connection, heard);
    case "refunded":
      return recordRefunded(tx, d, connection, heard);
    case "refundWake":
      return recordRefundWake(tx, d, connection, heard.refundId);
    case "unpaid":
    case "cancelled":
      return recordState(tx, d, connection, heard);
    case "accountUpdated":
      return recordAccount(tx, d, connection, heard);
    case "serviceMoved":
      return recordMove(tx, d, connection, heard);
    case "serviceChanged":
      return recordServiceChange(tx, d, connection, heard);
    default:
      return heard satisfies never;
  }
}

async function recordPaid(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  { invoice, saidAt }: HeardOf<"paid">,
): Promise<IntakeAnswer> {
  const content = await contentOf(tx, d, connection.slug, invoice);
  // Told again it is locked before anything is tried: many that fail to write it and lock it then lock each other out.
  const known = await lockedInvoice(tx, connection.slug, invoice.invoiceId);
  if (known !== undefined) return againPaid(tx, d, known, invoice, saidAt);
  const row: InvoiceRow = {
    ...unreadRow(d, connection, invoice.invoiceId),
    ...content,
    portal_state: "paid",
    portal_state_at: (saidAt ?? invoice.paidAt).toISOString(),
    decision: "undecided",
  };
  if (await insertInvoice(tx, row)) {
    await takeEarly(tx, d, row);
    await enqueue(tx, "issue", row.id, d.clock.now(), d.clock.now());
    return { status: "accepted", trace: row.id };
  }
  const standing = await lockedInvoice(tx, connection.slug, invoice.invoiceId);
  return standing === undefined ? DUPLICATE : againPaid(tx, d, standing, invoice, saidAt);
}

async function againPaid(
  tx: Tx,
  d: IntakeDeps,
  standing: InvoiceRow,
  told: HeardOf<"paid">["invoice"],
  saidAt: Date | undefined,
): Promise<IntakeAnswer> {
  await paidAgain(tx, d, standing, told, saidAt ?? null);
  return { status: "duplicate", trace: standing.id };
}

async function recordWake(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  { invoiceId, later, onlyKnown, paid }: HeardOf<"wake">,
): Promise<IntakeAnswer> {
  const woken = await wakeInvoice(tx, d, connection, {
    ...{ externalId: invoiceId, later, onlyKnown, paid },
  });
  if (woken === "unknown") return { status: "ignored", reason: "invoice_unknown" };
  return { status: woken === "woken" ? "accepted" : "duplicate" };
}

/** Asked for only where somebody's faktur is due with the bill: a portal makes thousands of bills. */
async function recordBillWake(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  { invoiceId }: HeardOf<"billWake">,
): Promise<IntakeAnswer> {
  const known = await findInvoice(tx, connection.slug, invoiceId);
  if (known !== undefined && known.portal_state !== "billed") return { status: "duplicate" };
  if (!(await anyoneBilled(tx, connection.slug))) return NOT_BILLED;
  await enqueue(tx, "readBill", `${connection.slug}/${invoiceId}`, d.clock.now(), d.clock.now());
  return { status: known === undefined ? "accepted" : "duplicate" };
}

async function recordAccountWake(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  { accountId }: HeardOf<"accountWake">,
): Promise<IntakeAnswer> {
  if ((await findAccount(tx, connection.slug, accountId)) === undefined) {
    return { status: "ignored", reason: "account_unknown" };
  }
  await enqueue(tx, "readAccount", `${connection.slug}/${accountId}`, d.clock.now(), d.clock.now());
  return { status: "accepted" };
}

async function recordRefunded(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  heard: HeardOf<"refunded">,
): Promise<IntakeAnswer> {
  const refund = {
    portal: connection.slug,
    external_id: heard.deliveryId,
    invoice_external_id: heard.invoiceId,
    amount: heard.amount === null ? null : formatMoney(heard.amount),
    state: "done" as const,
    refunded_at: heard.refundedAt.toISOString(),
    reason: heard.reason,
  };
  await recordRefund(tx, d, refund);
  return { status: "accepted" };
}

async function recordRefundWake(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  refundId: string,
): Promise<IntakeAnswer> {
  await enqueue(tx, "readRefund", `${connection.slug}/${refundId}`, d.clock.now(), d.clock.now());
  return { status: "accepted" };
}

async function recordState(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  heard: HeardOf<"unpaid" | "cancelled">,
): Promise<IntakeAnswer> {
  const state = heard.kind;
  const known = await lockedInvoice(tx, connection.slug, heard.invoiceId);
  const standing = known ?? (await keepEarly(tx, connection.slug, heard));
  if (standing === undefined) return { status: "accepted" };
  if (isOutdated(standing, heard.saidAt)) return { status: "ignored", reason: "outdated" };
  await stateTold(tx, d, standing, state, heard.deliveryId, heard.saidAt);
  return { status: "accepted" };
}

async function recordAccount(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  { account }: HeardOf<"accountUpdated">,
): Promise<IntakeAnswer> {
  await saveAccount(tx, connection.slug, account, d.newId(d.clock.now()), d.clock.now());
  return { status: "accepted" };
}

async function recordMove(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  { serviceId, fromAccount, toAccount, ticket, saidAt }: HeardOf<"serviceMoved">,
): Promise<IntakeAnswer> {
  const { slug: portal } = connection;
  await noteTold(tx, d, { portal, serviceId, from: fromAccount, to: toAccount, ticket, saidAt });
  return { status: "accepted" };
}

/** Who has it is asked for at once: of this service, or of all when it is not named. */
async function recordServiceChange(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  { serviceId }: HeardOf<"serviceChanged">,
): Promise<IntakeAnswer> {
  const subject = serviceId === null ? connection.slug : `${connection.slug}/${serviceId}`;
  await enqueue(tx, "services", subject, d.clock.now(), d.clock.now());
  return { status: "accepted" };
}
