import { z } from "zod";
import { dayInJakarta } from "../../../src/clock";
import { AppError, type ErrorCode } from "../../../src/errors";
import { malformed, openStandardDelivery, readJson } from "../../../src/hooks/envelope";
import { askOnce } from "../../../src/hooks/exchange";
import * as read from "../../../src/hooks/fields";
import type { PaidInvoice } from "../../../src/hooks/invoice";
import type { InvoiceRead, ListDepth, PaidListed, Portal, PortalConnection } from "../../../src/hooks/portal";
import { text } from "../../../src/text";

const { field, object, optional } = read;

export interface NiagaDeps {
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

/** A portal of kind `niaga`: its events wake us, invoices are read back. */
export function createNiagaPortal(d: NiagaDeps): Omit<Portal, "kind"> {
  return {
    apiNeeds: ["url", "secret"],
    receive: receiveNiaga,
    readInvoice: (connection, invoiceId) => readInvoice(d, connection, invoiceId),
    listPaid: (connection, depth) => listPaid(d, connection, depth),
    readAccount: (connection, accountId) => ask(d, connection, `clients/${accountId}`, client),
  };
}

const envelope = object({ type: field("type", read.readType) });

const paidEvent = object({
  timestamp: field("instant", read.readInstant),
  data: object({ invoice: field("id", read.readId) }),
});

const receiveNiaga: Portal["receive"] = (connection, delivery) => {
  const opened = openStandardDelivery(connection, delivery);
  if (opened.kind !== "opened") return opened;
  const { deliveryId, body } = opened;
  const head = envelope.safeParse(body);
  if (!head.success) return malformed(read.faultsOf(head.error.issues, body));
  if (head.data.type !== "invoice.paid") return { kind: "ignored", deliveryId, reason: "event_not_used" };
  const event = paidEvent.safeParse(body);
  if (!event.success) return malformed(read.faultsOf(event.error.issues, body));
  return { kind: "wake", deliveryId, invoiceId: event.data.data.invoice };
};

const client = object({
  id: field("id", read.readId),
  name: field("name", read.readName),
  email: optional("email", read.readEmail),
});

const head = object({
  id: field("id", read.readId),
  number: optional("id", read.readId),
  status: z.string(),
  currency: field("currency", read.readCurrency),
  client,
  paid_at: optional("instant", read.readInstant),
  net: field("money", read.readMoney),
  tax: field("money", read.readMoney),
});

const whole = head.extend({
  lines: z.array(
    object({
      id: field("id", read.readId),
      title: field("words", read.readWords),
      amount: field("money", read.readMoney),
      taxed: field("boolean", read.readBoolean),
    }),
  ),
});

const STATES: Readonly<Record<string, "unpaid" | "cancelled">> = { open: "unpaid", void: "cancelled" };

async function readInvoice(
  d: NiagaDeps,
  connection: PortalConnection,
  invoiceId: string,
): Promise<InvoiceRead> {
  const row = await ask(d, connection, `invoices/${invoiceId}`, whole);
  if (row === null) return { kind: "absent" };
  if (row.id !== invoiceId) throw trouble("portal_unavailable");
  if (row.status !== "paid") {
    return { kind: "notPaid", status: row.status, state: STATES[row.status] ?? "other" };
  }
  // Never a guess: without the moment of payment there is no tax day.
  if (row.paid_at === null) throw trouble("portal_invoice_unreadable");
  return { kind: "paid", invoice: invoiceOf(row, row.paid_at) };
}

function invoiceOf(row: z.output<typeof whole>, paidAt: Date): PaidInvoice {
  return {
    invoiceId: row.id,
    number: row.number,
    account: row.client,
    currency: row.currency,
    pricesIncludeTax: false,
    paidAt,
    taxDay: dayInJakarta(paidAt),
    subtotal: row.net,
    tax: row.tax,
    total: row.net + row.tax,
    lines: row.lines.map((line) => ({
      id: line.id,
      kind: "hosting",
      description: line.title,
      quantity: 100n,
      amount: line.amount,
      taxed: line.taxed,
      serviceId: null,
      periodStart: null,
      periodEnd: null,
      appliesTo: null,
    })),
  };
}

const PAGE = 100;
const MAX_PAGES = 10_000;

/** Oldest first, each page behind the last row seen: what arrives meanwhile comes at the end and shifts nothing. */
async function* listPaid(
  d: NiagaDeps,
  connection: PortalConnection,
  depth: ListDepth,
): AsyncGenerator<PaidListed> {
  const since = depth.since === null ? "" : `&paid_since=${depth.since.toISOString()}`;
  let after = "0";
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const path = `invoices?status=paid&after=${after}&limit=${PAGE}${since}`;
    const rows = (await ask(d, connection, path, z.array(head))) ?? [];
    for (const row of rows) {
      const { id: invoiceId, number, currency, paid_at: paidAt } = row;
      yield { invoiceId, number, accountId: row.client.id, paidAt, gross: row.net + row.tax, currency };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
  throw trouble("portal_unavailable");
}

const MOST_BYTES = 10 * 1024 * 1024;

/** One call. Niaga answers `{"data": …}`, with null for what it does not have; anything else is no answer. */
async function ask<T>(
  d: NiagaDeps,
  connection: PortalConnection,
  path: string,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const { url = "", secret = "" } = connection.api ?? {};
  if (secret === "" || !URL.canParse(url)) throw trouble("portal_unauthorized");
  const headers = { authorization: `Bearer ${secret}` };
  const init = { headers, signal: AbortSignal.timeout(d.timeoutMs) };
  const answer = await askOnce(d.fetch, new URL(`/api/${path}`, url), init, MOST_BYTES).catch(
    (cause: unknown) => {
      throw trouble("portal_unavailable", cause);
    },
  );
  if (answer.status === 401 || answer.status === 403) throw trouble("portal_unauthorized");
  const json = answer.status === 200 ? readJson(answer.bytes) : { ok: false as const };
  const data = json.ok ? object({ data: schema.nullable() }).safeParse(json.value) : null;
  if (data?.success !== true) throw trouble("portal_unavailable", new Error(`status ${answer.status}`));
  return data.data.data;
}

/** The code says whether trying again may help, the words what to do. What the portal said may hold secrets: it is not quoted. */
function trouble(code: ErrorCode, cause?: unknown): AppError {
  const words =
    code === "portal_unauthorized"
      ? text("Periksa api.secret portal Niaga ini.", "Check this Niaga portal's api.secret.")
      : text("Niaga tidak dapat dibaca saat ini.", "Niaga cannot be read at the moment.");
  return new AppError(code, words, { cause });
}
