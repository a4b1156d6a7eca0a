import { addDays, dayInJakarta } from "../clock";
import { formatMoney } from "../money";
import type { UnpaidInvoice } from "./portal";

/** What is known of one move, as far as an invoice is concerned. */
export interface KnownMove {
  readonly service_id: string;
  readonly from_account: string;
  readonly to_account: string;
  /** When the service was last seen with its old owner; null when it never was. */
  readonly last_seen_from: string | null;
}

/**
 * The services that have left an account for good, as far as an invoice paid at this moment is concerned (traps T20,
 * T21). One that has come back is not among them, nor is one that was still seen there after the payment. The moves are
 * those of every service that ever left the account, in the order in which they were said. Pure.
 */
export function servicesGone(
  moves: readonly KnownMove[],
  account: string,
  paidAt: Date,
): ReadonlySet<string> {
  const away = new Map<string, KnownMove>();
  for (const move of moves) {
    if (move.to_account === account) away.delete(move.service_id);
    // A second move, from there to elsewhere, says nothing about when it left here.
    else if (move.from_account === account) away.set(move.service_id, move);
  }
  const gone = [...away.values()].filter(
    (move) => move.last_seen_from === null || paidAt >= new Date(move.last_seen_from),
  );
  return new Set(gone.map((move) => move.service_id));
}

/** Whether a service has left an account for good, whenever anything was paid. Pure. */
export const isAway = (moves: readonly KnownMove[], account: string, serviceId: string): boolean =>
  servicesGone(
    moves.map((move) => ({ ...move, last_seen_from: null })),
    account,
    new Date(0),
  ).has(serviceId);

/**
 * A label as a domain name, the same for a hosting and its domain however it is written; null for a label that is no
 * domain name, since two products of one name have nothing to do with each other.
 */
export function domainKey(label: string | null): string | null {
  const name = (label ?? "")
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/^www\./, "")
    .replace(/[./]+$/, "");
  return name.length <= 255 && /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(name) ? name : null;
}

/** When portals are asked who has what: at night, after their own nightly work. */
const NIGHT = "02:00:00+07:00";

/** The next two o'clock in Jakarta after `now`. */
export function nextNight(now: Date): Date {
  const today = new Date(`${dayInJakarta(now)}T${NIGHT}`);
  return now < today ? today : new Date(`${addDays(dayInJakarta(now), 1)}T${NIGHT}`);
}

/** An unpaid invoice as it is kept with a move. */
export interface StoredUnpaid {
  readonly invoiceId: string;
  readonly number: string | null;
  /** Decimal string in the invoice's currency. */
  readonly gross: string | null;
  readonly currency: string | null;
}

export const readUnpaid = (json: string | null): readonly StoredUnpaid[] =>
  json === null ? [] : (JSON.parse(json) as StoredUnpaid[]);

/** Those that name this service, as they are kept. Null stays null: the portal cannot say. */
export const unpaidFor = (
  unpaid: readonly UnpaidInvoice[] | null,
  serviceId: string,
): readonly StoredUnpaid[] | null =>
  unpaid
    ?.filter((invoice) => invoice.serviceIds.includes(serviceId))
    .map(({ invoiceId, number, gross, currency }) => ({
      ...{ invoiceId, number, currency },
      gross: gross === null ? null : formatMoney(gross),
    })) ?? null;
