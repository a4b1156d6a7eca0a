import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Json = Record<string, unknown>;

/** What the stand-in holds. Lists are answered in pages, as Stripe does. */
export interface StripeWorld {
  invoices: Json[];
  /** All lines of an invoice, for `/lines`. */
  lines: Record<string, Json[]>;
  customers: Json[];
  refunds: Json[];
  charges: Json[];
  invoicePayments: Json[];
  creditNotes: Json[];
  disputes: Json[];
  /** Newest first, as Stripe lists them. */
  events: Json[];
  /** Runs after each page of a list: rows arrive between two pages. */
  between: (() => void) | null;
  /** Answers every call instead, when set. */
  fault: ((response: ServerResponse) => void) | null;
  /** These paths are answered 500. */
  breaks: ((path: string) => boolean) | null;
  /** The key has no right to these. */
  forbids: ((path: string) => boolean) | null;
}

export interface StripeStandIn {
  readonly url: string;
  readonly world: StripeWorld;
  readonly asked: { path: string; version: string; authorization: string }[];
  reset(): void;
  close(): Promise<void>;
}

const empty = (): StripeWorld => ({
  invoices: [],
  lines: {},
  customers: [],
  refunds: [],
  charges: [],
  invoicePayments: [],
  creditNotes: [],
  disputes: [],
  events: [],
  between: null,
  fault: null,
  breaks: null,
  forbids: null,
});

/** A local HTTP server that answers the few calls of Stripe's API the reader makes. */
export async function startStripe(): Promise<StripeStandIn> {
  const world = empty();
  const asked: StripeStandIn["asked"] = [];
  const server = createServer((request, response) => {
    asked.push({
      path: request.url ?? "",
      version: String(request.headers["stripe-version"]),
      authorization: String(request.headers.authorization),
    });
    if (world.fault !== null) world.fault(response);
    else if (world.breaks?.(request.url ?? "") === true)
      send(response, 500, { error: { type: "api_error", message: "no" } });
    else if (world.forbids?.(request.url ?? "") === true)
      send(response, 403, { error: { type: "invalid_request_error", message: "no rights" } });
    else answer(world, request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    asked,
    reset: () => {
      Object.assign(world, empty());
      asked.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function answer(world: StripeWorld, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://stripe.test");
  const [, , kind = "", id, part] = url.pathname.split("/");
  if (kind === "invoices" && id !== undefined && part === "lines")
    return page(response, world.lines[id] ?? [], url);
  const list = id === undefined ? LISTS[kind]?.(world, url) : undefined;
  if (list !== undefined) {
    page(response, list, url);
    return world.between?.();
  }
  const held = {
    invoices: world.invoices,
    customers: world.customers,
    refunds: world.refunds,
    charges: world.charges,
    credit_notes: world.creditNotes,
    disputes: world.disputes,
  };
  const found = (held as Record<string, Json[]>)[kind]?.find((entry) => entry["id"] === id);
  if (found !== undefined) return send(response, 200, found);
  send(response, 404, {
    error: { type: "invalid_request_error", code: "resource_missing", message: `No such ${kind}` },
  });
}

const LISTS: Readonly<Record<string, (world: StripeWorld, url: URL) => Json[]>> = {
  invoices: (world, url) => listed(world.invoices, url),
  customers: (world) => world.customers,
  invoice_payments: (world, { searchParams }) =>
    world.invoicePayments.filter((entry) =>
      searchParams.has("invoice")
        ? entry["invoice"] === searchParams.get("invoice")
        : intentOf(entry) === searchParams.get("payment[payment_intent]"),
    ),
  refunds: (world, url) => matching(world.refunds, url, ["charge", "payment_intent"]),
  credit_notes: (world, url) => matching(world.creditNotes, url, ["invoice"]),
  disputes: (world, url) => matching(world.disputes, url, []),
  events: (world, { searchParams }) => {
    const type = searchParams.get("type");
    const types = [...searchParams].flatMap(([name, value]) => (/^types\[\d*\]$/.test(name) ? [value] : []));
    const undelivered = searchParams.get("delivery_success") === "false";
    return world.events
      .filter((entry) => Number(entry["created"]) >= Number(searchParams.get("created[gte]") ?? 0))
      .filter((entry) => type === null || entry["type"] === type)
      .filter((entry) => types.length === 0 || types.includes(String(entry["type"])))
      .filter((entry) => !undelivered || Number(entry["pending_webhooks"]) > 0);
  },
};

const intentOf = (entry: Json): unknown => (entry["payment"] as Json | undefined)?.["payment_intent"];

/** By the fields that the question names, and by the day it goes back to. */
const matching = (rows: Json[], { searchParams }: URL, fields: readonly string[]): Json[] =>
  rows
    .filter((row) =>
      fields.every((field) => !searchParams.has(field) || row[field] === searchParams.get(field)),
    )
    .filter((row) => Number(row["created"]) >= Number(searchParams.get("created[gte]") ?? 0));

function listed(invoices: Json[], url: URL): Json[] {
  const from = Number(url.searchParams.get("created[gte]") ?? 0);
  const status = url.searchParams.get("status");
  return invoices.filter(
    (entry) => Number(entry["created"]) >= from && (status === null || entry["status"] === status),
  );
}

function page(response: ServerResponse, all: Json[], url: URL): void {
  const after = url.searchParams.get("starting_after");
  const start = after === null ? 0 : all.findIndex((entry) => entry["id"] === after) + 1;
  const data = all.slice(start, start + Number(url.searchParams.get("limit") ?? 10));
  send(response, 200, {
    object: "list",
    data,
    has_more: start + data.length < all.length,
    url: url.pathname,
  });
}

/** One JSON answer. */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
