import type Stripe from "stripe";
import type { Heard, ListDepth, PaidListed, PortalConnection } from "../portal";
import { clientOf, fetchPage, PAGE, type StripeDeps } from "./client";
import { isWithheld, unavailable } from "./failure";
import { listedOf } from "./invoice";
import { isMereTest } from "./mode";
import { MISSED_TYPES, readStripeEvent } from "./receive";
import { readAll, stripeEvent, stripeGivenBack, stripeListed, type StripeListed } from "./shape";

const DAY_SECONDS = 86_400;
const DEFAULT_POLL_DAYS = 45;

/**
 * Paid invoices, each once. Stripe filters invoices by creation, not by payment: "since" looks at those made up to
 * `options.pollDays` (45) before, and at the events `invoice.paid` for older ones, made years ago and paid today (trap
 * T42; Stripe keeps events for 30 days). "all" goes through every paid invoice. Only one page is held. What was paid in the
 * test mode is left out where it does not count.
 */
export async function* listPaid(
  connection: PortalConnection,
  depth: ListDepth,
  d: StripeDeps,
): AsyncGenerator<PaidListed> {
  const stripe = clientOf(connection, d);
  const from = depth.since === null ? 0 : secondsOf(depth.since);
  const quick = depth.kind === "since";
  const reach = from - pollDaysOf(connection.options["pollDays"]) * DAY_SECONDS;
  if (quick) {
    for await (const event of eventsOf(stripe, { type: "invoice.paid", created: { gte: from } })) {
      const invoice = stripeListed.safeParse(event.data.object).data;
      // The younger ones follow with their list.
      if (invoice === undefined || isMereTest(invoice, connection)) continue;
      if ((invoice.created ?? 0) < reach) yield listedOf(invoice);
    }
  }
  const made = quick ? { created: { gte: reach } } : {};
  const pages = pagesOf((after) => stripe.invoices.list({ status: "paid", ...made, limit: PAGE, ...after }));
  for await (const page of pages) {
    for (const invoice of readAll(stripeListed, page)) {
      if (paidSeconds(invoice) >= from && !isMereTest(invoice, connection)) yield listedOf(invoice);
    }
  }
}

/**
 * What Stripe could not deliver, or has not yet, heard as if it had come in: the ids of the deliveries are the same, so
 * that one which comes after all is a duplicate. An endpoint that never asked for an event counts as delivered: what was
 * given back is listed for itself, each once for every state it is seen in.
 */
export async function* listMissed(
  connection: PortalConnection,
  since: Date,
  d: StripeDeps,
): AsyncGenerator<Heard> {
  const stripe = clientOf(connection, d);
  const created = { gte: secondsOf(since) };
  for await (const event of eventsOf(stripe, {
    delivery_success: false,
    types: [...MISSED_TYPES],
    created,
  })) {
    const heard = readStripeEvent(event);
    if (heard.kind !== "malformed" && heard.kind !== "badSignature" && heard.kind !== "ignored") yield heard;
  }
  const lists: Ask[] = [
    (after) => stripe.refunds.list({ created, limit: PAGE, ...after }),
    (after) => stripe.creditNotes.list({ created, limit: PAGE, ...after }),
    (after) => stripe.disputes.list({ created, limit: PAGE, ...after }),
  ];
  for (const ask of lists) {
    for await (const page of allowedPagesOf(ask)) {
      for (const { id, status } of readAll(stripeGivenBack, page)) {
        yield { kind: "refundWake", deliveryId: `${id}:${status ?? "none"}`, refundId: id };
      }
    }
  }
}

const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1000);

const paidSeconds = (invoice: StripeListed): number => invoice.status_transitions?.paid_at ?? 0;

const pollDaysOf = (value: unknown): number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 3650
    ? value
    : DEFAULT_POLL_DAYS;

/** Events, newest first. */
async function* eventsOf(stripe: Stripe, asked: Stripe.EventListParams) {
  const pages = allowedPagesOf((after) => stripe.events.list({ ...asked, limit: PAGE, ...after }));
  for await (const page of pages) {
    yield* page.flatMap((raw) => {
      const event = stripeEvent.loose().safeParse(raw);
      return event.success ? [event.data] : [];
    });
  }
}

/** A key that may not read a list finds none in it: the nightly list of invoices is whole without them. */
async function* allowedPagesOf(ask: Ask): AsyncGenerator<readonly unknown[]> {
  try {
    yield* pagesOf(ask);
  } catch (thrown) {
    if (!isWithheld(thrown)) throw thrown;
  }
}

type Ask = (after: {
  starting_after?: string;
}) => Promise<{ readonly data: readonly unknown[]; readonly has_more: boolean }>;

/**
 * Page by page behind the last row seen: what arrives meanwhile stands before the first page and shifts nothing. It may
 * be as long as it is; only one that comes back to a row it has passed would never end.
 */
export async function* pagesOf(ask: Ask): AsyncGenerator<readonly unknown[]> {
  let after: { starting_after?: string } = {};
  let passed: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const page = await fetchPage(() => ask(after));
    yield page.data;
    if (!page.more) return;
    const last = idOf(page.data.at(-1));
    if (last === null || last === passed) throw unavailable("the list does not go on");
    // Remembered at page 1, 2, 4, 8, …: a circle of any length is met, and one id is all that is kept.
    if ((pages & (pages - 1)) === 0) passed = last;
    after = { starting_after: last };
  }
}

const idOf = (row: unknown): string | null =>
  typeof row === "object" && row !== null && "id" in row && typeof row.id === "string" ? row.id : null;
