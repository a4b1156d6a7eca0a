import { dayInJakarta, type Clock, type TaxDay } from "../clock";
import { readItems } from "../accounts/transfer-plan";
import { domainKey, readUnpaid } from "../hooks/move-rules";
import type { NewId } from "../ids";
import type { DigestFacts, Told } from "../mail/digest-facts";
import type { ToldMove, ToldTransfer } from "../mail/digest-moves";
import type { Db, Tx } from "../store/db";
import { insertDigest } from "../store/digests";
import type { Oldest } from "../store/home";
import { enqueue } from "../store/jobs";
import { countStandingMovesOf, namedAt, standingMovesOf, type MoveRow } from "../store/moves";
import { findPortal } from "../store/portals";
import { overdueOf, unansweredOf, undecidedOf, type TransferRow } from "../store/transfers";
import { daysBetween } from "./alarms";

interface AlarmDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  wake(): void;
}

/** The old owner of something that has moved may still pay for it: its seller gets a mail at once, one for them all. */
export async function alarmMoves(d: AlarmDeps, portal: string): Promise<void> {
  await d.db.transaction((tx) => queueAlarm(tx, d, portal, "moves"));
  d.wake();
}

/** An approved transfer that nobody has carried out in time. */
export const alarmTransfer = (d: AlarmDeps, tx: Tx, transfer: TransferRow): Promise<void> =>
  queueAlarm(tx, d, transfer.portal, "transfer");

async function queueAlarm(tx: Tx, d: AlarmDeps, portal: string, about: "moves" | "transfer"): Promise<void> {
  const row = await findPortal(tx, portal);
  if (row === undefined) return;
  const now = d.clock.now();
  const at = now.toISOString();
  const id = d.newId(now);
  const day = dayInJakarta(now);
  const edition = `${about}:${at}`;
  if (await insertDigest(tx, { id, seller: row.seller, day, edition, state: "queued", detail: null, at })) {
    await enqueue(tx, "digest", id, now, now);
  }
}

/** More than anyone reads in a mail. */
const LINES_SHOWN = 50;

/** What a seller's digest tells of services that have changed hands, and of transfers that wait too long. */
export async function gatherMoves(
  db: Db,
  seller: string,
  today: TaxDay,
): Promise<Pick<DigestFacts, "moves" | "undecidedTransfers" | "overdueTransfers" | "unansweredTransfers">> {
  const moves = await standingMovesOf(db.knex, seller, LINES_SHOWN);
  const told = ({ rows, count }: Oldest<TransferRow>): Told<ToldTransfer> => ({
    first: rows.map((row) => transferFacts(row, today)),
    inAll: count,
  });
  return {
    moves: {
      first: await Promise.all(moves.map((move) => moveFacts(db, move, today))),
      inAll: await countStandingMovesOf(db.knex, seller),
    },
    undecidedTransfers: told(await undecidedOf(db.knex, seller, LINES_SHOWN)),
    overdueTransfers: told(await overdueOf(db.knex, seller, LINES_SHOWN)),
    unansweredTransfers: told(await unansweredOf(db.knex, seller, LINES_SHOWN)),
  };
}

const transferFacts = (row: TransferRow, today: TaxDay): ToldTransfer => ({
  id: row.id,
  services: readItems(row.services).map((item) => item.serviceId),
  ...{ from: row.from_account, to: row.to_account ?? "", ticket: row.ticket },
  days: daysBetween(dayOf(row.decided_at ?? row.opened_at), today),
});

async function moveFacts(db: Db, move: MoveRow, today: TaxDay): Promise<ToldMove> {
  const key = domainKey(move.label);
  const stayed = key === null ? [] : await namedAt(db.knex, move.portal, move.from_account, key);
  return {
    ...{ service: move.service_id, label: move.label, from: move.from_account, to: move.to_account },
    ...{ ticket: move.ticket, days: daysBetween(dayOf(move.seen_at), today) },
    unpaid: readUnpaid(move.unpaid).map((invoice) => invoice.number ?? invoice.invoiceId),
    leftBehind: stayed.map((owner) => owner.service_id).filter((id) => id !== move.service_id),
  };
}

const dayOf = (iso: string): TaxDay => dayInJakarta(new Date(iso));
