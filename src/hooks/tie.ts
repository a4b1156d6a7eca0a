import type { Clock } from "../clock";
import { AppError } from "../errors";
import type { Log } from "../log";
import { appendAudit } from "../store/audit";
import type { Db } from "../store/db";
import { enqueue } from "../store/jobs";
import { changeMove, moveById, type MoveRow } from "../store/moves";
import { text } from "../text";
import { readUnpaid, unpaidFor, type StoredUnpaid } from "./move-rules";
import { tiedBy, type FoundPortal } from "./moves";

export interface TieDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  portalNamed(slug: string): Promise<FoundPortal | null>;
  wake(): void;
}

interface Actor {
  readonly name: string;
}

/**
 * Ties a move to the ticket by which its old owner asked for it. The portal is asked whose ticket it is; one that cannot
 * be asked leaves the tie unchecked. Closes once nothing is unpaid. Throws `not_found`, `wrong_state` for a closed move,
 * `ticket_not_from_owner`, and what a portal throws.
 */
export async function tieMove(
  d: TieDeps,
  id: string,
  tie: { readonly ticket: string; readonly note: string | null },
  who: Actor,
): Promise<void> {
  const move = await moveById(d.db.knex, id);
  if (move === undefined) throw notFound();
  if (move.state === "closed") throw wrongState();
  const found = await d.portalNamed(move.portal);
  const checked = found?.portal.readTicket !== undefined;
  if (checked && !(await isOfOwner(found, tie.ticket, move))) throw notFromOwner(move, tie.ticket);
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    const tied = { ...tiedBy(tie.ticket, who.name, now), note: tie.note, ticket_checked: checked };
    if (!(await changeMove(tx, move, tied))) throw wrongState();
    await enqueue(tx, "services", `${move.portal}/${move.service_id}`, now, now);
    await appendAudit(tx, {
      ...{ at: now.toISOString(), actor: who.name, action: "move.tied", subject: `move:${id}` },
      detail: tie.ticket,
    });
  });
  d.log.info("move.tied", { move: id, portal: move.portal, checked: String(checked) });
  d.wake();
}

/** A merge of accounts takes services and tickets along: once the old one is gone, its tickets are those of the new one. */
async function isOfOwner(
  { portal, connection }: FoundPortal,
  named: string,
  { from_account, to_account }: MoveRow,
): Promise<boolean> {
  const ticket = (await portal.readTicket?.(connection, named)) ?? null;
  if (ticket?.accountId === from_account) return true;
  if (ticket?.accountId !== to_account || portal.readAccount === undefined) return false;
  return (await portal.readAccount(connection, from_account)) === null;
}

export interface UnpaidNow {
  /** False: the portal did not answer now, and this is what it said last. */
  readonly live: boolean;
  readonly at: string;
  readonly items: readonly StoredUnpaid[];
}

/** What the old owner of a moved service still has to pay for it, asked now. Null when the portal cannot say. */
export async function unpaidOfMove(d: TieDeps, move: MoveRow): Promise<UnpaidNow | null> {
  const found = await d.portalNamed(move.portal);
  if (found?.portal.listUnpaid === undefined) return null;
  try {
    const all = await found.portal.listUnpaid(found.connection, move.from_account);
    const items = unpaidFor(all, move.service_id) ?? [];
    return { live: true, at: d.clock.now().toISOString(), items };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !thrown.mayRetry) throw thrown;
    d.log.warn("move.unpaid_not_read", { move: move.id, code: thrown.code });
    return move.unpaid_at === null
      ? null
      : { live: false, at: move.unpaid_at, items: readUnpaid(move.unpaid) };
  }
}

const notFound = (): AppError =>
  new AppError("not_found", text("Perpindahan tidak ditemukan.", "There is no such move."));

const wrongState = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Perpindahan ini sudah selesai atau baru saja berubah. Muat ulang.",
      "This move is closed or has just changed. Read it again.",
    ),
  );

const notFromOwner = (move: MoveRow, ticket: string): AppError =>
  new AppError(
    "ticket_not_from_owner",
    text(
      `Tiket ${ticket} bukan dari akun ${move.from_account}, pemilik lama layanan ini. Pakai tiket dari akun itu.`,
      `Ticket ${ticket} is not from account ${move.from_account}, this service's old owner. Use a ticket of that account.`,
    ),
  );
