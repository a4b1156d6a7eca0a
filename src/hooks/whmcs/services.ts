import { z } from "zod";
import { sum } from "../../money";
import type { PortalConnection, PortalService, UnpaidInvoice } from "../portal";
import { hostingsOf, type AddonDeps } from "./addons";
import { callWhmcs, type WhmcsDeps } from "./api";
import { absentAsNull, whmcsError } from "./failure";
import { serviceOf } from "./lines";
import { amountOrZero, id, idOrNone, listIn, listOf, nested, printed, words } from "./shape";

/** As many rows as one call brings; a product is about 2 kB. */
const PAGE = 250;
/** A quarter of a million services; a list that goes on is none that ends. */
const MAX_PAGES = 1000;

const total = words.transform((value) => (/^\d{1,12}$/.test(value) ? Number(value) : null));

/** The rows that can be read, and how many there were. The password of a service stops here (trap T72). */
const rowsOf = <T extends z.ZodType>(inner: string, row: T) =>
  z.unknown().transform((value) => {
    const all = listIn(value, inner);
    return { rows: all.flatMap((one) => row.safeParse(one).data ?? []), count: all.length };
  });

const product = z
  .object({ id, clientid: id, domain: printed, name: printed, status: words })
  .transform((row) => serviceFrom(`S${row.id}`, row.clientid, row.domain || row.name, row.status));

const domain = z
  .object({ id, userid: id, domainname: printed, domain: printed, status: words })
  .transform((row) => serviceFrom(`D${row.id}`, row.userid, row.domainname || row.domain, row.status));

const serviceFrom = (serviceId: string, accountId: string, label: string, status: string): PortalService => ({
  ...{ serviceId, accountId, status },
  label: label === "" ? null : label,
});

const productsPage = z.preprocess(
  nested,
  z
    .object({ totalresults: total, products: rowsOf("product", product) })
    .transform(({ totalresults, products }) => ({ ...products, total: totalresults })),
);

const domainsPage = z.preprocess(
  nested,
  z
    .object({ totalresults: total, domains: rowsOf("domain", domain) })
    .transform(({ totalresults, domains }) => ({ ...domains, total: totalresults })),
);

const LISTS = {
  S: { action: "GetClientsProducts", page: productsPage, filter: "serviceid" },
  D: { action: "GetClientsDomains", page: domainsPage, filter: "domainid" },
} as const;

type Letter = keyof typeof LISTS;

/** Every hosting, product and domain with its client; of one client where it is named. */
export async function* listServices(
  connection: PortalConnection,
  accountId: string | undefined,
  d: WhmcsDeps,
): AsyncGenerator<PortalService> {
  const of = accountId === undefined ? {} : { clientid: accountId };
  yield* pagesOf(connection, "S", of, d);
  yield* pagesOf(connection, "D", of, d);
}

/** So many are asked for one by one; of more, what their client has is listed first. */
const MOST_SINGLE = 5;

/** These as they are now, most of them those of `accountId` where it is named. What WHMCS does not have is left out. */
export async function readServices(
  connection: PortalConnection,
  serviceIds: readonly string[],
  accountId: string | undefined,
  d: WhmcsDeps,
): Promise<readonly PortalService[]> {
  const found = new Map<string, PortalService>();
  for (const letter of ["S", "D"] as const) {
    const wanted = new Set(serviceIds.filter((id) => letterOf(id) === letter));
    if (accountId !== undefined && wanted.size > MOST_SINGLE) {
      const asked = { clientid: accountId };
      await findIn(pagesOf(connection, letter, asked, d), wanted, wanted.size * PAGE, found);
    }
    for (const serviceId of wanted) {
      const asked = { [LISTS[letter].filter]: serviceId.slice(1) };
      if (!found.has(serviceId))
        await findIn(pagesOf(connection, letter, asked, d), new Set([serviceId]), Infinity, found);
    }
  }
  return serviceIds.flatMap((serviceId) => found.get(serviceId) ?? []);
}

const letterOf = (serviceId: string): string | null =>
  /^[SD][1-9]\d{0,14}$/.test(serviceId) ? serviceId.charAt(0) : null;

/** Until all of them are found, or so many rows were read: of a client with very many, asking for each takes fewer calls. */
async function findIn(
  rows: AsyncIterable<PortalService>,
  wanted: ReadonlySet<string>,
  most: number,
  found: Map<string, PortalService>,
): Promise<void> {
  let [read, left] = [0, wanted.size];
  for await (const service of rows) {
    read += 1;
    if (wanted.has(service.serviceId) && !found.has(service.serviceId)) {
      found.set(service.serviceId, service);
      left -= 1;
    }
    if (left === 0 || read >= most) return;
  }
}

/** One list to its end. Pages share no promise of order: a row may come twice, and what appears meanwhile may not come. */
async function* pagesOf(
  connection: PortalConnection,
  letter: Letter,
  asked: Readonly<Record<string, string>>,
  d: WhmcsDeps,
): AsyncGenerator<PortalService> {
  const { action, page } = LISTS[letter];
  let start = 0;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const params = { ...asked, limitstart: start, limitnum: PAGE };
    // A client that WHMCS does not have has nothing.
    const answer = await absentAsNull(() => callWhmcs(connection, action, params, page, d));
    if (answer === null) return;
    yield* answer.rows;
    start += answer.count;
    if (answer.count === 0 || (answer.total === null ? answer.count < PAGE : start >= answer.total)) return;
  }
  throw whmcsError("tooLarge");
}

const unpaidRow = z.object({
  id,
  userid: idOrNone,
  invoicenum: printed,
  subtotal: amountOrZero,
  tax: amountOrZero,
  tax2: amountOrZero,
  status: words,
  currencycode: words,
});

const unpaidPage = z.preprocess(
  nested,
  z
    .object({ totalresults: total, invoices: rowsOf("invoice", unpaidRow) })
    .transform(({ totalresults, invoices }) => ({ ...invoices, total: totalresults })),
);

/** `Overdue` is a filter; such rows say `Unpaid`. The others can still be paid by the client or are being paid. */
const UNPAID = ["Unpaid", "Overdue", "Payment Pending", "Collections"];

const items = listOf("item", z.object({ type: words.transform((value) => value.trim()), relid: idOrNone }));
const itemsOf = z.preprocess(nested, z.object({ items }));

/** What a client still has to pay, with the services and domains the lines are for; an addon's are those of its hosting. */
export async function listUnpaid(
  connection: PortalConnection,
  accountId: string,
  d: AddonDeps,
): Promise<readonly UnpaidInvoice[]> {
  const rows = new Map<string, z.output<typeof unpaidRow>>();
  for (const status of UNPAID) {
    for (const row of await unpaidIn(connection, accountId, status, d)) rows.set(row.id, row);
  }
  const found: { readonly row: z.output<typeof unpaidRow>; readonly lines: z.output<typeof items> }[] = [];
  for (const row of rows.values()) {
    const asked = { invoiceid: row.id };
    const invoice = await absentAsNull(() => callWhmcs(connection, "GetInvoice", asked, itemsOf, d));
    // Merged into another since the list was read.
    if (invoice !== null) found.push({ row, lines: invoice.items });
  }
  const all = found.flatMap(({ lines }) => lines);
  const serviceOfAddon = await hostingsOf(connection, accountId, all, d);
  return found.map(({ row, lines }) => ({
    ...{ invoiceId: row.id, accountId, number: row.invoicenum === "" ? null : row.invoicenum },
    gross: sum([row.subtotal, row.tax, row.tax2]),
    currency: /^[A-Z]{3}$/.test(row.currencycode) ? row.currencycode : null,
    serviceIds: [...new Set(lines.flatMap((line) => serviceOf(line, { serviceOfAddon }) ?? []))],
  }));
}

async function unpaidIn(connection: PortalConnection, userid: string, status: string, d: WhmcsDeps) {
  const found: z.output<typeof unpaidRow>[] = [];
  let start = 0;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const params = { userid, status, limitstart: start, limitnum: PAGE };
    const page = await callWhmcs(connection, "GetInvoices", params, unpaidPage, d);
    found.push(...page.rows.filter((row) => row.userid === userid && UNPAID.includes(row.status.trim())));
    start += page.count;
    if (page.count === 0 || (page.total === null ? page.count < PAGE : start >= page.total)) return found;
  }
  throw whmcsError("tooLarge");
}
