import { dayInJakarta } from "../clock";
import { AppError } from "../errors";
import { checkLateWish } from "../faktur/late";
import { ACCEPTABLE, REASON_CODES, type ReasonCode } from "../faktur/reasons";
import { FILE_CHANNEL } from "../faktur/faktur";
import { replacesNothing } from "../faktur/outcome";
import { refuseOtherBuyer } from "../faktur/same-buyer";
import { findCompany } from "../store/accounts";
import { faktursOfInvoice, type FakturRow } from "../store/fakturs";
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
      const sameBuyer = body?.sameBuyer === true;
      if (accept.includes("past_deadline")) {
        checkLateWish(row, body?.date, d.clock.now());
        // Nothing is dropped for what is refused afterwards.
        if (sameBuyer && row.account_id !== null)
          refuseOtherBuyer(row, await findCompany(d.db.knex, row.account_id));
        await dropLate(d, row, caller);
      }
      await dropReplacements(d, row, caller);
      await d.corrections.issueAnew(row.id, accept, caller, sameBuyer);
      return json(await invoiceDetail(d, await invoiceNamed(d, params), language));
    },
  }),
];

/** What came too late never became a faktur; the late one takes its place. Throws `wrong_state` while one is on its way. */
async function dropLate(d: ApiDeps, row: InvoiceRow, caller: Caller): Promise<void> {
  const today = dayInJakarta(d.clock.now());
  for (const faktur of await faktursOfInvoice(d.db.knex, row.id)) {
    const { state } = faktur;
    if (faktur.replaces_id != null || today <= faktur.deadline) continue;
    if (state === "submitting" || state === "pending" || state === "unknown") throw onItsWay(faktur);
    const stopped = state === "draft" || state === "ready" || state === "rejected";
    if (stopped) await d.corrections.cancel(faktur.id, "past_deadline", caller);
  }
}

/** Its own end comes first: two that count for one payment would be worse than a late one. */
function onItsWay({ reference, channel_kind, problem }: FakturRow): AppError {
  const words = channel_kind === FILE_CHANNEL ? EXPORTED : problem === null ? UNDER_WAY : DROP_FIRST;
  return new AppError(
    "wrong_state",
    text(`Faktur ${reference} ${words.id}`, `Faktur ${reference} ${words.en}`),
  );
}

const EXPORTED = text(
  "sudah diekspor. Bila tidak pernah diunggah, impor seluruh daftar portal untuk masanya (--whole MASA), lalu terbitkan lagi.",
  "was exported. If it was never uploaded, import the portal's whole list of its masa (--whole MASA), then issue again.",
);
const UNDER_WAY = text(
  "masih diproses DJP. Tunggu jawabannya, lalu terbitkan lagi bila ditolak.",
  "is still with the authority. Wait for its answer, then issue again if it is refused.",
);
const DROP_FIRST = text(
  "menunggu keputusan orang. Ulangi atau batalkan dahulu, lalu terbitkan lagi.",
  "waits for a person. Retry or drop it first, then issue again.",
);

/** What was refused as the replacement of a faktur that has since been cancelled stands in the way of a new one. */
async function dropReplacements(d: ApiDeps, row: InvoiceRow, caller: Caller): Promise<void> {
  const fakturs = await faktursOfInvoice(d.db.knex, row.id);
  for (const faktur of fakturs.filter((one) => replacesNothing({ fakturs }, one)))
    await d.corrections.cancel(faktur.id, "faktur_cancelled", caller);
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
