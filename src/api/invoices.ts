import { dayInJakarta } from "../clock";
import { AppError } from "../errors";
import { checkLateWish } from "../faktur/late";
import { ACCEPTABLE, REASON_CODES, type ReasonCode } from "../faktur/reasons";
import { faktursOfInvoice } from "../store/fakturs";
import { findInvoice, type InvoiceRow } from "../store/invoices";
import { text } from "../text";
import { issueBody, nothing } from "./bodies";
import { csvOf } from "./csv";
import type { ApiDeps } from "./deps";
import { invoicesPage, invoicesSheet } from "./invoice-list";
import { invoicesQuery } from "./invoice-query";
import { invoiceDetail } from "./invoice-view";
import { json, route, type Route } from "./route";
import type { Caller } from "./tokens";

export const invoiceRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/invoices",
    action: "read",
    summary: "Paid invoices without an approved faktur, each with its reasons, by their tax day",
    answer: "InvoicesPage",
    body: nothing,
    query: invoicesQuery,
    handle: async ({ query, language }) => json(await invoicesPage(d, query, language)),
  }),
  route({
    method: "get",
    path: "/invoices.csv",
    action: "read",
    summary: "The same list as a file, at most 20,000 rows",
    answers: "csv",
    body: nothing,
    query: invoicesQuery,
    handle: async ({ query, language }) =>
      csvOf("invoice-tanpa-faktur.csv", await invoicesSheet(d, query, language)),
  }),
  route({
    method: "get",
    path: "/invoices/:portal/:invoice",
    action: "read",
    summary: "Where a paid invoice has ended: outcome, reasons, fakturs, lines, history",
    answer: "Invoice",
    body: nothing,
    query: nothing,
    handle: async ({ params, language }) =>
      json(await invoiceDetail(d, await invoiceNamed(d, params), language)),
  }),
  route({
    method: "post",
    path: "/invoices/:portal/:invoice/issue",
    action: "faktur.change",
    summary: "Decide again now, with the company as it is now",
    answer: "Invoice",
    body: issueBody,
    query: nothing,
    async handle({ params, body, caller, language }) {
      const accept = (body?.accept ?? []).map(acceptable);
      const row = await invoiceNamed(d, params);
      if (accept.includes("past_deadline")) {
        checkLateWish(row, body?.date, d.clock.now());
        await dropLate(d, row, caller);
      }
      await d.corrections.issueAnew(row.id, accept, caller);
      return json(await invoiceDetail(d, await invoiceNamed(d, params), language));
    },
  }),
];

/** What came too late never became a faktur; the late one takes its place. */
async function dropLate(d: ApiDeps, row: InvoiceRow, caller: Caller): Promise<void> {
  const today = dayInJakarta(d.clock.now());
  for (const faktur of await faktursOfInvoice(d.db.knex, row.id)) {
    const stopped = faktur.state === "draft" || faktur.state === "ready" || faktur.state === "rejected";
    if (!stopped || faktur.replaces_id != null || today <= faktur.deadline) continue;
    await d.corrections.cancel(faktur.id, "past_deadline", caller);
  }
}

function acceptable(code: string): ReasonCode {
  const known = REASON_CODES.find((one) => one === code && ACCEPTABLE.has(one));
  if (known !== undefined) return known;
  throw new AppError(
    "refused",
    text(`Alasan "${code}" tidak dapat diterima begitu saja.`, `The reason "${code}" cannot be waived.`),
  );
}

async function invoiceNamed(d: ApiDeps, params: Readonly<Record<string, string>>): Promise<InvoiceRow> {
  const row = await findInvoice(d.db.knex, params["portal"] ?? "", params["invoice"] ?? "");
  if (row === undefined) {
    throw new AppError("not_found", text("Invoice tidak ditemukan.", "There is no such invoice."));
  }
  return row;
}
