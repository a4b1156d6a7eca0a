import { createHash } from "node:crypto";
import type { z } from "zod";
import { readNpwp } from "../accounts/npwp";
import { dayInJakarta } from "../clock";
import { AppError } from "../errors";
import { checkLateWish } from "../faktur/late";
import { ACCEPTABLE, REASON_CODES, type ReasonCode } from "../faktur/reasons";
import { readFaktur } from "../faktur/stored";
import { coretaxXml } from "../faktur/xml";
import { findAccount } from "../store/accounts";
import {
  fakturById,
  faktursOfInvoice,
  listFakturs,
  type FakturFilter,
  type FakturRow,
} from "../store/fakturs";
import { findInvoice, type InvoiceRow } from "../store/invoices";
import { text } from "../text";
import { cancelBody, faktursQuery, issueBody, nothing, resendBody, uploadBody } from "./bodies";
import { orByHand } from "./by-hand";
import { correctedView } from "./case-view";
import type { ApiDeps } from "./deps";
import { json, route, type Call, type Reply, type Route } from "./route";
import { mayDo } from "./roles";
import type { Caller } from "./tokens";
import { fakturSummary, fakturView, invoiceView } from "./views";

export const invoiceRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/invoices/:portal/:invoice",
    action: "read",
    summary: "Where a paid invoice has ended: outcome, reasons, fakturs",
    answer: "Invoice",
    body: nothing,
    query: nothing,
    handle: async ({ params, language }) =>
      json(await invoiceView(d.db, await invoiceNamed(d, params), language, dayInJakarta(d.clock.now()))),
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
      const today = dayInJakarta(d.clock.now());
      return json(await invoiceView(d.db, await invoiceNamed(d, params), language, today));
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
  if (row === undefined) throw unknown(text("Invoice tidak ditemukan.", "There is no such invoice."));
  return row;
}

const unknown = (says: { id: string; en: string }): AppError => new AppError("not_found", says);

async function fakturNamed(d: ApiDeps, id: string | undefined): Promise<FakturRow> {
  const row = await fakturById(d.db.knex, id ?? "");
  if (row === undefined) throw unknown(text("Faktur tidak ditemukan.", "There is no such faktur."));
  return row;
}

export const fakturRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/fakturs",
    action: "read",
    summary: "List fakturs, newest first",
    answer: "FaktursPage",
    body: nothing,
    query: faktursQuery,
    handle: async ({ query }) => json(await listPage(d, query)),
  }),
  route({
    method: "get",
    path: "/fakturs/:id",
    action: "read",
    summary: "A faktur with its amounts, mails and timeline",
    answer: "Faktur",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => json(await fakturView(d.db, await fakturNamed(d, params["id"]))),
  }),
  route({
    method: "get",
    path: "/fakturs/:id/pdf",
    action: "read",
    summary: "The PDF as mailed; the ETag is its SHA-256",
    answers: "pdf",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => pdfOf(d, await fakturNamed(d, params["id"])),
  }),
  route({
    method: "get",
    path: "/fakturs/:id/xml",
    action: "read",
    summary: "The Coretax XML of this one faktur, whatever its channel",
    answers: "xml",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => xmlOf(await fakturNamed(d, params["id"])),
  }),
  route({
    method: "post",
    path: "/fakturs/:id/upload",
    action: "faktur.change",
    summary: "Release a draft for upload; with `now` outside the seller's hours too",
    answer: "Faktur",
    body: uploadBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const row = await fakturNamed(d, params["id"]);
      await d.corrections.release(row.id, caller, body?.now === true);
      return json(await fakturView(d.db, await fakturNamed(d, row.id)));
    },
  }),
  changing(d, "retry", "Try again what stopped", (id, call) => d.corrections.retry(id, call.caller)),
  route({
    method: "post",
    path: "/fakturs/:id/resend",
    action: "mail.resend",
    summary: "Mail the PDF again; another address only by finance",
    answer: "Faktur",
    body: resendBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const row = await fakturNamed(d, params["id"]);
      const to = body?.to ?? null;
      if (to !== null && !mayDo(caller.role, "faktur.change")) throw roleTooLow();
      await d.corrections.resend(row.id, to, caller);
      return json(await fakturView(d.db, await fakturNamed(d, row.id)));
    },
  }),
  route({
    method: "post",
    path: "/fakturs/:id/cancel",
    action: "faktur.change",
    summary: "Cancel through the channel or by a checklist for the portal, or drop a draft that never left",
    answer: "CorrectedFaktur",
    body: cancelBody,
    query: nothing,
    async handle({ params, body, caller, language }) {
      const row = await fakturNamed(d, params["id"]);
      const wish = { decision: "cancel", reason: body.reason, changes: [] } as const;
      const cancel = () => d.corrections.cancel(row.id, body.reason, caller);
      const byHand = await orByHand(d, row.id, wish, caller, cancel);
      return json(await correctedView(d, await fakturNamed(d, row.id), byHand, language));
    },
  }),
];

const changing = (
  d: ApiDeps,
  verb: string,
  summary: string,
  act: (id: string, call: Call) => Promise<void>,
): Route =>
  route({
    method: "post",
    path: `/fakturs/:id/${verb}`,
    action: "faktur.change",
    summary,
    answer: "Faktur",
    body: nothing,
    query: nothing,
    async handle(call) {
      const row = await fakturNamed(d, call.params["id"]);
      await act(row.id, call);
      return json(await fakturView(d.db, await fakturNamed(d, row.id)));
    },
  });

export const roleTooLow = (): AppError =>
  new AppError("role_too_low", text("Peran Anda tidak boleh melakukan ini.", "Your role may not do this."));

/** The bytes of the PDF as mailed. Throws `not_found` while there is none. */
export async function pdfOf(d: ApiDeps, row: FakturRow): Promise<Reply> {
  if (row.pdf_sha256 === null) throw unknown(text("PDF belum tersedia.", "The PDF is not there yet."));
  const bytes = await d.documents.get(row.pdf_sha256);
  const filename = `Faktur-Pajak_${row.nsfp ?? row.id}.pdf`;
  return { kind: "bytes", bytes, type: "application/pdf", filename, sha256: row.pdf_sha256 };
}

function xmlOf(row: FakturRow): Reply {
  const faktur = readFaktur(row.document);
  const bytes = Buffer.from(coretaxXml(faktur.seller.npwp, [faktur]), "utf8");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { kind: "bytes", bytes, type: "application/xml; charset=utf-8", filename: `${row.id}.xml`, sha256 };
}

async function listPage(d: ApiDeps, query: z.infer<typeof faktursQuery>) {
  const filter = await filterOf(d, query);
  if (filter === null) return { items: [], nextCursor: null };
  const rows = await listFakturs(d.db.knex, filter, query.cursor ?? null, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  return {
    items: await Promise.all(shown.map((row) => fakturSummary(d.db, row))),
    nextCursor: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null,
  };
}

/** An NPWP or NIK may be asked for with its dots, a passport number in small letters. */
function asStored(asked: string): string[] {
  const read = readNpwp(asked);
  if (read.kind === "npwp") return [read.npwp];
  const given = asked.trim();
  return [...new Set([given, given.replace(/\s+/g, "").toUpperCase(), given.replace(/\D/g, "")])].filter(
    (one) => one !== "",
  );
}

/** Accounts and invoices are named by the portal's own ids; null when what is named does not exist. */
async function filterOf(d: ApiDeps, query: z.infer<typeof faktursQuery>): Promise<FakturFilter | null> {
  const { state, seller, portal, nsfp, from, to, q } = query;
  const buyerNumbers = query.npwp === undefined ? undefined : asStored(query.npwp);
  const plain = { state, seller, portal, buyerNumbers, nsfp, from, to, q };
  if (query.account === undefined && query.invoice === undefined) return plain;
  const portals = portal === undefined ? await d.portalSlugs() : [portal];
  const accountIds: string[] = [];
  const invoiceIds: string[] = [];
  for (const slug of portals) {
    const account =
      query.account === undefined ? undefined : await findAccount(d.db.knex, slug, query.account);
    const invoice =
      query.invoice === undefined ? undefined : await findInvoice(d.db.knex, slug, query.invoice);
    if (account !== undefined) accountIds.push(account.id);
    if (invoice !== undefined) invoiceIds.push(invoice.id);
  }
  if (query.account !== undefined && accountIds.length === 0) return null;
  if (query.invoice !== undefined && invoiceIds.length === 0) return null;
  return {
    ...plain,
    ...(query.account === undefined ? {} : { accountIds }),
    ...(query.invoice === undefined ? {} : { invoiceIds }),
  };
}
