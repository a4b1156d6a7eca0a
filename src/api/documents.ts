import { createHash } from "node:crypto";
import { AppError } from "../errors";
import { readFaktur } from "../faktur/stored";
import { coretaxXml } from "../faktur/xml";
import { fakturById, type FakturRow } from "../store/fakturs";
import { text } from "../text";
import { askedFirst } from "./approval-view";
import { cancelBody, nothing, resendBody, uploadBody } from "./bodies";
import { orByHand } from "./by-hand";
import { correctedView } from "./case-view";
import type { ApiDeps } from "./deps";
import { json, route, type Call, type Reply, type Route } from "./route";
import { mayAsk } from "./roles";
import { fakturView } from "./views";

const unknown = (says: { id: string; en: string }): AppError => new AppError("not_found", says);

export async function fakturNamed(d: ApiDeps, id: string | undefined): Promise<FakturRow> {
  const row = await fakturById(d.db.knex, id ?? "");
  if (row === undefined) throw unknown(text("Faktur tidak ditemukan.", "There is no such faktur."));
  return row;
}

export const fakturRoutes = (d: ApiDeps): Route[] => [
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
      if (to !== null && !mayAsk(caller, "faktur.change")) throw roleTooLow();
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
    mayWait: true,
    body: cancelBody,
    query: nothing,
    async handle({ params, body, caller, language }) {
      const row = await fakturNamed(d, params["id"]);
      const asked = await askedFirst(d, row, { kind: "cancel", reason: body.reason }, caller);
      if (asked !== null) return asked;
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
