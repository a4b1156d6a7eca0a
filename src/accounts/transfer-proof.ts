import { plusMs } from "../clock";
import { AppError, type Outcome } from "../errors";
import { noteService, type FoundPortal, type MoveDeps } from "../hooks/moves";
import type { Log } from "../log";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import type { Work } from "../store/fence";
import {
  changeTransfer,
  lockTransfer,
  releaseServices,
  transferById,
  type TransferRow,
} from "../store/transfers";
import { text } from "../text";
import { readItems, readSteps, referenceOf, withSeen } from "./transfer-plan";

export interface ProofDeps extends MoveDeps {
  readonly db: Db;
  readonly log: Log;
  portalNamed(slug: string): Promise<FoundPortal | null>;
  /** Tells the seller that an approved transfer has not been carried out; within the transaction that notes it. */
  alarm(tx: Tx, transfer: TransferRow): Promise<void>;
}

/** An approved transfer is looked for this often, and hourly once it is overdue. */
const LOOK_MS = 900_000;
const SLOW_LOOK_MS = 3_600_000;
/** What the answer in the ticket promises. */
const OVERDUE_MS = 86_400_000;

/**
 * Job `transfer`: whether the services of an approved transfer are with their new owner. Only the portal's own word ends
 * it; after 24 hours without it the seller is told once. A portal that can move services is asked to.
 */
export async function proveTransfer(d: ProofDeps, work: Work): Promise<Outcome> {
  const row = await transferById(d.db.knex, work.job.subject);
  if (row?.state !== "approved" || row.to_account === null) return { kind: "done" };
  const found = await d.portalNamed(row.portal);
  if (found?.portal.readServices === undefined) return { kind: "done" };
  const ids = readItems(row.services).map((item) => item.serviceId);
  const { portal, connection } = found;
  if (portal.moveService !== undefined) {
    for (const service of await found.portal.readServices(connection, ids)) {
      if (service.accountId !== row.from_account) continue;
      await portal.moveService(connection, service.serviceId, row.to_account);
    }
  }
  const at = d.clock.now();
  const services = await found.portal.readServices(connection, ids);
  const arrived = new Set(
    services.filter((one) => one.accountId === row.to_account).map((one) => one.serviceId),
  );
  const done = await work.transaction(async (tx) => {
    for (const service of services) await noteService(tx, d, { portal: row.portal, service, at }, "list");
    return record(tx, d, row.id, arrived);
  });
  if (done) return { kind: "done" };
  const late = at.getTime() - Date.parse(row.decided_at ?? row.opened_at) >= OVERDUE_MS;
  return { kind: "wait", until: plusMs(at, late ? SLOW_LOOK_MS : LOOK_MS) };
}

/** Writes what was seen; true once every service has arrived, or nobody waits for it any more. */
async function record(tx: Tx, d: ProofDeps, id: string, arrived: ReadonlySet<string>): Promise<boolean> {
  // People tick steps while the portal is asked: theirs are read now, not written over.
  const row = await lockTransfer(tx, id);
  if (row?.state !== "approved") return true;
  const now = d.clock.now();
  const at = now.toISOString();
  const { items, steps, all } = withSeen(readItems(row.services), readSteps(row.steps), arrived, now);
  const late = now.getTime() - Date.parse(row.decided_at ?? row.opened_at) >= OVERDUE_MS;
  const overdue = !all && late && row.overdue_at === null;
  await changeTransfer(tx, row, {
    ...{ services: JSON.stringify(items), steps: JSON.stringify(steps) },
    ...(all ? { state: "done", done_at: at } : {}),
    ...(overdue ? { overdue_at: at } : {}),
  });
  if (overdue) {
    await d.alarm(tx, row);
    d.log.error("transfer.overdue", { transfer: row.id, portal: row.portal });
  }
  if (!all) return false;
  await releaseServices(tx, row.id);
  await appendAudit(tx, {
    ...{ at, actor: `portal:${row.portal}`, action: "transfer.done" },
    ...{ subject: `transfer:${row.id}`, detail: null },
  });
  d.log.info("transfer.done", { transfer: row.id, portal: row.portal });
  return true;
}

/**
 * Job `ticket`: the answer to whoever asked for a transfer. The reference in it keeps a repeated try from answering
 * twice. A ticket that is gone leaves the answer to a person.
 */
export async function answerTransferTicket(d: ProofDeps, work: Work): Promise<Outcome> {
  const row = await transferById(d.db.knex, work.job.subject);
  if (row?.answer_state !== "queued" || row.answer === null || row.ticket_id === null)
    return { kind: "done" };
  const found = await d.portalNamed(row.portal);
  if (found?.portal.answerTicket === undefined) return { kind: "done" };
  const reference = referenceOf(row.id, row.state === "rejected" ? "rejected" : "approved");
  const sent = await found.portal
    .answerTicket(found.connection, row.ticket_id, row.answer, reference)
    .then(() => true)
    .catch((thrown: unknown) => {
      if (thrown instanceof AppError && thrown.code === "not_found") return false;
      throw thrown;
    });
  const at = d.clock.now().toISOString();
  await work.transaction(async (tx) => {
    // The transfer may have gone on meanwhile, from approved to done.
    const now = (await lockTransfer(tx, row.id)) ?? row;
    // Called off while its approval was on the way: the new answer is queued and goes next.
    if (now.answer !== row.answer) return;
    const answer_state = sent ? "sent" : "by_hand";
    const written = await changeTransfer(tx, now, { answer_state, answered_at: sent ? at : null });
    // Asked once more: the reference keeps the ticket from a second answer.
    if (!written) throw new AppError("wrong_state", text("Keadaannya berubah.", "It has changed meanwhile."));
  });
  d.log.info(sent ? "transfer.answered" : "transfer.ticket_gone", { transfer: row.id, portal: row.portal });
  return { kind: "done" };
}
