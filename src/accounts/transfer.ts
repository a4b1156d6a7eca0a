import { AppError } from "../errors";
import { enqueue } from "../store/jobs";
import {
  changeTransfer,
  holdServices,
  insertTransfer,
  lockTransfer,
  transferById,
  transferByOpenKey,
  type TransferRow,
} from "../store/transfers";
import { text } from "../text";
import { checksFailed, decideTransfer, failedMusts, type TransferFacts } from "./transfer-checks";
import { gatherFacts } from "./transfer-facts";
import {
  guideOf,
  openKeyOf,
  readChecks,
  readItems,
  readSteps,
  tickStep,
  untickedSteps,
  type TransferItem,
  type TransferWish,
} from "./transfer-plan";
import {
  answering,
  decidedColumns,
  notFound,
  queueAnswer,
  written,
  wrongState,
  type Actor,
  type TransferDeps,
} from "./transfer-write";

/**
 * Writes down a wish to move services, with its conditions checked through the portal. The same wish again, while it is
 * not decided, is the same transfer checked anew. Returns its id. Throws what `gatherFacts` throws.
 */
export async function openTransfer(d: TransferDeps, wish: TransferWish, who: Actor): Promise<string> {
  const { facts } = await gatherFacts(d, wish);
  const now = d.clock.now();
  const id = d.newId(now);
  const checked = checkedColumns(facts, now);
  const open_key = openKeyOf(wish);
  return d.db.transaction(async (tx) => {
    const row: TransferRow = {
      ...{ id, open_key, portal: wish.portal, from_account: wish.fromAccount, to_email: wish.toEmail },
      ...{ ticket: wish.ticket, ...checked, steps: "[]", opened_by: who.name, opened_at: now.toISOString() },
      ...{ decided_by: null, decided_at: null, decision_reason: null },
      ...{ answer_state: "none", answer: null, answered_at: null, overdue_at: null, done_at: null },
    };
    if (await insertTransfer(tx, row, wish.services)) {
      await written(tx, d, id, "opened", who, `${wish.portal}: ${wish.services.join(", ")}`);
      return id;
    }
    const standing = await transferByOpenKey(tx, open_key);
    if (standing === undefined) throw wrongState("approved");
    await changeTransfer(tx, standing, checked);
    return standing.id;
  });
}

/** What a check writes: its result, and what it found out about services, ticket and destination. */
function checkedColumns(facts: TransferFacts, now: Date) {
  const { state, checks } = decideTransfer(facts);
  return {
    ...{ state, checks: JSON.stringify(checks), checked_at: now.toISOString() },
    services: JSON.stringify(itemsOf(facts)),
    to_account: facts.destination?.id ?? null,
    ticket_id: facts.foundTicket?.id ?? null,
  };
}

const itemsOf = ({ services, owned }: TransferFacts): TransferItem[] =>
  services.map((serviceId) => ({
    serviceId,
    label: owned.find((service) => service.serviceId === serviceId)?.label ?? null,
    movedAt: null,
  }));

const UNDECIDED: readonly string[] = ["open", "blocked"];

/** Checks the conditions of an undecided transfer once more. Throws `not_found`, `wrong_state`, and what a portal throws. */
export async function checkTransfer(d: TransferDeps, id: string): Promise<void> {
  const row = await undecided(d, id);
  const { facts } = await gatherFacts(d, wishOf(row));
  await d.db.transaction(async (tx) => {
    if (!(await changeTransfer(tx, row, checkedColumns(facts, d.clock.now())))) throw wrongState(row.state);
  });
}

/**
 * Approves a transfer whose conditions hold at this very moment; its ticket is answered and its services are looked for
 * at their new owner. Throws `not_found`, `wrong_state`, `checks_failed` with every failed condition, and what a portal
 * throws; then nothing is approved.
 */
export async function approveTransfer(
  d: TransferDeps,
  id: string,
  reason: string | null,
  who: Actor,
): Promise<void> {
  const row = await undecided(d, id);
  const { facts, found } = await gatherFacts(d, wishOf(row));
  const now = d.clock.now();
  const checked = checkedColumns(facts, now);
  const failed = failedMusts(readChecks(checked.checks));
  if (failed.length > 0) {
    await d.db.transaction((tx) => changeTransfer(tx, row, checked));
    throw checksFailed(failed);
  }
  const items = itemsOf(facts);
  const guide = guideOf(found, items, row.from_account, facts.destination?.id ?? "");
  await d.db.transaction(async (tx) => {
    const decided = decidedColumns(d, row, "approved", { items, failed: [], reason, who });
    const approved = await changeTransfer(tx, row, {
      ...{ ...checked, ...decided, ...answering(found, facts.foundTicket?.id ?? null) },
      steps: JSON.stringify(untickedSteps(guide)),
    });
    if (!approved) throw wrongState(row.state);
    const services = items.map((item) => item.serviceId);
    if (!(await holdServices(tx, row.portal, id, services))) throw taken();
    await queueAnswer(tx, d, id, found);
    await enqueue(tx, "transfer", id, now, now);
    await written(tx, d, id, "approved", who, reason);
  });
  d.log.info("transfer.approved", { transfer: id, portal: row.portal });
  d.wake();
}

/** Refuses a transfer; its ticket is answered, with what reasons there are. Throws `not_found`, `wrong_state`. */
export async function rejectTransfer(
  d: TransferDeps,
  id: string,
  reason: string | null,
  who: Actor,
): Promise<void> {
  const row = await undecided(d, id);
  const found = await d.portalNamed(row.portal);
  const checks = readChecks(row.checks);
  const failed = failedMusts(checks);
  // A ticket of somebody else may be a slip of the pen: what it says must not reach a stranger by itself.
  const ofOwner = checks.some((check) => check.code === "ticket_from_owner" && check.ok);
  await d.db.transaction(async (tx) => {
    const rejected = await changeTransfer(tx, row, {
      ...decidedColumns(d, row, "rejected", { items: readItems(row.services), failed, reason, who }),
      ...answering(found, ofOwner ? row.ticket_id : null),
    });
    if (!rejected) throw wrongState(row.state);
    if (ofOwner) await queueAnswer(tx, d, id, found);
    await written(tx, d, id, "rejected", who, reason);
  });
  d.log.info("transfer.rejected", { transfer: id, portal: row.portal });
  d.wake();
}

/** A person ticks a step of the guide, counted from 1. Throws `not_found`, `wrong_state` for one nobody can tick. */
export async function markTransferStep(
  d: TransferDeps,
  id: string,
  number: number,
  who: Actor,
): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await lockTransfer(tx, id);
    if (row === undefined) throw notFound();
    const steps = readSteps(row.steps);
    const step = steps[number - 1];
    if (step === undefined) throw notFound();
    // A service is moved when the portal shows it, not when somebody says so.
    if ((row.state !== "approved" && row.state !== "done") || step.moves !== null)
      throw wrongState(row.state);
    const ticked = tickStep(steps, number - 1, who.name, d.clock.now());
    if (!(await changeTransfer(tx, row, { steps: JSON.stringify(ticked) }))) throw wrongState(row.state);
    await written(tx, d, id, "step_done", who, step.code);
  });
}

/** A person has answered the ticket that the program could not answer. Throws `not_found`, `wrong_state`. */
export async function noteTicketAnswered(d: TransferDeps, id: string, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await lockTransfer(tx, id);
    if (row === undefined) throw notFound();
    if (row.answer_state !== "by_hand") throw wrongState(row.state);
    await changeTransfer(tx, row, { answer_state: "sent", answered_at: d.clock.now().toISOString() });
    await written(tx, d, id, "answered", who, null);
  });
}

const wishOf = (row: TransferRow): TransferWish => ({
  portal: row.portal,
  services: readItems(row.services).map((item) => item.serviceId),
  fromAccount: row.from_account,
  toEmail: row.to_email,
  ticket: row.ticket,
});

async function undecided(d: TransferDeps, id: string): Promise<TransferRow> {
  const row = await transferById(d.db.knex, id);
  if (row === undefined) throw notFound();
  if (!UNDECIDED.includes(row.state)) throw wrongState(row.state);
  return row;
}

const taken = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Salah satu layanan sedang dipindah oleh permintaan lain yang sudah disetujui. Tunggu sampai selesai.",
      "Another approved transfer is moving one of these services. Wait until it is done.",
    ),
  );
