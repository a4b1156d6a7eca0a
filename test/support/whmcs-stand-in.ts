import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { whmcsClient, type WhmcsInvoiceRow } from "./whmcs-rows";

type Json = Record<string, unknown>;

/** What the stand-in holds and how it behaves. Change it at any time; the next call sees it. */
export interface WhmcsWorld {
  identifier: string;
  secret: string;
  /** Taken instead of an allowed address, when set. */
  accessKey: string | null;
  addressAllowed: boolean;
  /** Lower-case names; null allows all. */
  allowedActions: Set<string> | null;
  /** Answers of `GetConfigurationValue`. */
  settings: Record<string, string>;
  clients: Json[];
  invoices: WhmcsInvoiceRow[];
  transactions: Json[];
  products: Json[];
  domains: Json[];
  addons: Json[];
  tickets: Json[];
  /** A list of one is sent as the one itself, an empty one as an empty text. */
  oddLists: boolean;
  delayMs: number;
  /** Answers instead, when it answers true. */
  fault: ((action: string, response: ServerResponse) => boolean) | null;
  /** Runs after each answer: rows arrive and vanish between two pages. */
  between: ((action: string) => void) | null;
}

export interface WhmcsStandIn {
  /** The portal's base address; the API is below it. */
  readonly url: string;
  readonly world: WhmcsWorld;
  readonly asked: { readonly action: string; readonly form: URLSearchParams; readonly path: string }[];
  /** How often an action was called. */
  calls(action: string): number;
  reset(): void;
  close(): Promise<void>;
}

export const WHMCS_API = { identifier: "uji-identifier", secret: "uji-secret" } as const;

const empty = (): WhmcsWorld => ({
  ...WHMCS_API,
  accessKey: null,
  addressAllowed: true,
  allowedActions: null,
  settings: { TaxType: "Exclusive" },
  clients: [whmcsClient()],
  invoices: [],
  transactions: [],
  products: [],
  domains: [],
  addons: [],
  tickets: [],
  oddLists: false,
  delayMs: 0,
  fault: null,
  between: null,
});

/** A local HTTP server that answers like the API of WHMCS: form in, strings out, errors with status 200 or 403. */
export async function startWhmcs(): Promise<WhmcsStandIn> {
  const world = empty();
  const asked: { action: string; form: URLSearchParams; path: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
      const action = form.get("action") ?? "";
      asked.push({ action, form, path: request.url ?? "" });
      const reply = () => {
        if (world.fault?.(action, response) === true) return;
        const told = request.url === "/includes/api.php" ? answer(world, action.toLowerCase(), form) : null;
        if (told === null) sendText(response, 404, "<html><body>404 Not Found</body></html>", "text/html");
        else sendJson(response, told.status, told.body);
        world.between?.(action);
      };
      if (world.delayMs > 0) setTimeout(reply, world.delayMs);
      else reply();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    asked,
    calls: (action) => asked.filter((call) => call.action === action).length,
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

export function sendText(response: ServerResponse, status: number, body: string, type = "text/html"): void {
  response.writeHead(status, { "content-type": type });
  response.end(body);
}

/** WHMCS sends its JSON as text/html on some versions; nobody may rely on the type. */
export const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  sendText(response, status, JSON.stringify(body), "application/json");

interface Told {
  readonly status: number;
  readonly body: Json;
}

const refused = (message: string, status = 200): Told => ({ status, body: { result: "error", message } });
const success = (body: Json): Told => ({ status: 200, body: { result: "success", ...body } });

function answer(world: WhmcsWorld, action: string, form: URLSearchParams): Told {
  const keyed = world.accessKey !== null && form.get("accesskey") === world.accessKey;
  if (!world.addressAllowed && !keyed) return refused("Invalid IP 127.0.0.1", 403);
  if (form.get("identifier") !== world.identifier || form.get("secret") !== world.secret) {
    return refused("Authentication Failed", 403);
  }
  if (world.allowedActions !== null && !world.allowedActions.has(action)) {
    return refused(`Invalid Permissions: API action "${action}" is not allowed`, 403);
  }
  const handler = ACTIONS[action];
  return handler === undefined ? refused("Command Not Found") : handler(world, form);
}

/** Each action in lower case, as WHMCS takes them in any case. */
const ACTIONS: Readonly<Record<string, (world: WhmcsWorld, form: URLSearchParams) => Told>> = {
  getinvoice,
  getinvoices,
  getclientsdetails,
  getconfigurationvalue: (world, form) => {
    const setting = form.get("setting") ?? "";
    return setting in world.settings
      ? success({ setting, value: world.settings[setting] })
      : refused("Invalid name for parameter setting");
  },
  gettransactions: (world, form) => {
    const rows = where(world.transactions, form, { invoiceid: "invoiceid", clientid: "userid" });
    return success({
      totalresults: rows.length,
      startnumber: 0,
      numreturned: rows.length,
      transactions: wrap(world, "transaction", rows),
    });
  },
  getclientsproducts: (world, form) =>
    paged(
      world,
      form,
      "products",
      "product",
      where(world.products, form, { clientid: "clientid", serviceid: "id" }),
    ),
  getclientsdomains: (world, form) =>
    paged(
      world,
      form,
      "domains",
      "domain",
      where(world.domains, form, { clientid: "userid", domainid: "id" }),
    ),
  getclientsaddons,
  getticket: (world, form) => {
    const found = world.tickets.find(
      (ticket) =>
        same(ticket["ticketid"], form.get("ticketid")) || same(ticket["tid"], form.get("ticketnum")),
    );
    return found === undefined ? refused("Ticket ID Not Found") : success(found);
  },
  addticketreply: (world, form) => {
    const found = world.tickets.find((ticket) => same(ticket["ticketid"], form.get("ticketid")));
    if (found === undefined) return refused("Ticket ID Not Found");
    const replies = found["replies"] as { reply: Json[] };
    replies.reply.push({ replyid: String(replies.reply.length), message: form.get("message"), admin: "api" });
    return success({});
  },
};

const same = (held: unknown, asked: string | null): boolean => asked !== null && String(held) === asked;

/** The rows whose columns are what the form's filters say. */
const where = (rows: readonly Json[], form: URLSearchParams, filters: Record<string, string>): Json[] =>
  rows.filter((row) =>
    Object.entries(filters).every(([name, column]) => {
      const wanted = form.get(name);
      return wanted === null || same(row[column], wanted);
    }),
  );

/**
 * By client, or by one service or several with commas, whoever has them; in one answer, whatever its limit. An addon goes
 * where its hosting goes, and `addonid` is the number of its kind: none is found by its own.
 */
function getclientsaddons(world: WhmcsWorld, form: URLSearchParams): Told {
  const ownerOf = (addon: Json): unknown =>
    world.products.find((product) => same(product["id"], String(addon["serviceid"])))?.["clientid"] ??
    addon["userid"];
  const services = form.get("serviceid")?.split(",");
  const rows = world.addons
    .map((addon) => ({ ...addon, userid: ownerOf(addon) }))
    .filter((addon) => form.get("clientid") === null || same(addon.userid, form.get("clientid")))
    .filter((addon: Json) => services === undefined || services.includes(String(addon["serviceid"])));
  return success({
    ...{ serviceid: form.get("serviceid") ?? "", clientid: form.get("clientid") ?? "" },
    totalresults: String(rows.length),
    addons: wrap(world, "addon", rows),
  });
}

function wrap(world: WhmcsWorld, inner: string, rows: readonly unknown[]): unknown {
  if (!world.oddLists) return { [inner]: rows };
  if (rows.length === 0) return "";
  return { [inner]: rows.length === 1 ? rows[0] : rows };
}

function paged(world: WhmcsWorld, form: URLSearchParams, outer: string, inner: string, rows: Json[]): Told {
  const start = Number(form.get("limitstart") ?? 0);
  const page = rows.slice(start, start + Number(form.get("limitnum") ?? 25));
  return success({
    totalresults: String(rows.length),
    startnumber: start,
    numreturned: page.length,
    [outer]: wrap(world, inner, page),
  });
}

function getinvoice(world: WhmcsWorld, form: URLSearchParams): Told {
  const found = world.invoices.find((invoice) => same(invoice.id, form.get("invoiceid")));
  if (found === undefined) return refused("Invoice ID Not Found");
  const { id, items, ...columns } = found;
  const transactions = world.transactions.filter((row) => same(row["invoiceid"], String(id)));
  return success({
    invoiceid: id,
    ...columns,
    ccgateway: false,
    items: wrap(world, "item", items),
    transactions: transactions.length === 0 ? "" : wrap(world, "transaction", transactions),
  });
}

const ORDER_BY: Readonly<Record<string, string>> = {
  id: "id",
  invoicenumber: "invoicenum",
  date: "date",
  duedate: "duedate",
  total: "total",
  status: "status",
};

/** Filters by client and status only, sorts by few columns only: nothing knows when an invoice was paid. */
function getinvoices(world: WhmcsWorld, form: URLSearchParams): Told {
  const status = form.get("status");
  const userid = form.get("userid");
  const column = ORDER_BY[form.get("orderby") ?? "id"] ?? "id";
  const down = form.get("order") === "desc" ? -1 : 1;
  const rows = world.invoices
    .filter((row) => userid === null || same(row.userid, userid))
    .filter((row) => status === null || row.status === status)
    .sort((a, b) => down * compare(a[column], b[column]))
    .map((row) => rowOf(world, row));
  return paged(world, form, "invoices", "invoice", rows);
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}

function rowOf(world: WhmcsWorld, { items: _items, ...columns }: WhmcsInvoiceRow): Json {
  const client = world.clients.find((one) => same(one["id"], String(columns.userid))) ?? {};
  return {
    ...columns,
    id: String(columns.id),
    firstname: client["firstname"] ?? "",
    lastname: client["lastname"] ?? "",
    companyname: client["companyname"] ?? "",
    currencycode: client["currency_code"] ?? "",
    currencyprefix: "Rp",
    currencysuffix: "",
  };
}

function getclientsdetails(world: WhmcsWorld, form: URLSearchParams): Told {
  const found = world.clients.find(
    (client) => same(client["id"], form.get("clientid")) || same(client["email"], form.get("email")),
  );
  // The copies beside `client` are deprecated and still sent.
  return found === undefined ? refused("Client Not Found") : success({ ...found, client: found, stats: "" });
}
