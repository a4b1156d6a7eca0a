import type { z } from "zod";
import { AppError } from "../errors";
import { touchesFaktur } from "../faktur/approvals";
import { groundsOf } from "../faktur/asked-case";
import { caseById, listCases, type CaseRow } from "../store/cases";
import { fakturById } from "../store/fakturs";
import { text } from "../text";
import { askedFirst } from "./approval-view";
import { nothing } from "./bodies";
import { buyerDocumentBody, caseBody, casesQuery, decideBody, lineChanges, replaceBody } from "./case-bodies";
import { caseView, correctedView } from "./case-view";
import { orByHand } from "./by-hand";
import type { ApiDeps } from "./deps";
import { json, route, type Reply, type Route } from "./route";
import type { Language } from "../text";

export const caseRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/cases",
    action: "read",
    summary: "Cases (refund, wrong buyer, …), newest first, with the lawful document proposed",
    answer: "CasesPage",
    body: nothing,
    query: casesQuery,
    async handle({ query, language }) {
      const { state, kind, faktur, cursor, limit } = query;
      if (query.order === "deadline") return json(await byDeadline(d, query, language));
      const rows = await listCases(d.db.knex, { state, kind, faktur }, cursor ?? null, limit + 1);
      const shown = rows.slice(0, limit);
      return json({
        items: await Promise.all(shown.map((row) => caseView(d, row, language))),
        nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "get",
    path: "/cases/:id",
    action: "read",
    summary: "A case with its proposal, decision and steps",
    answer: "Case",
    body: nothing,
    query: nothing,
    handle: ({ params, language }) => shown(d, params["id"] ?? "", language),
  }),
  route({
    method: "post",
    path: "/cases",
    action: "case.open",
    summary: "Report that something about a faktur is not right",
    answer: "Case",
    body: caseBody,
    query: nothing,
    async handle({ body, caller, language }) {
      const { faktur, kind, note, amount } = body;
      const id = await d.cases.open(faktur, { kind, note, amount: amount ?? null }, caller);
      return shown(d, id, language);
    },
  }),
  route({
    method: "post",
    path: "/cases/:id/decide",
    action: "faktur.change",
    summary: "Decide a case: through the channel where it can, else as a checklist for the portal",
    answer: "Case",
    mayWait: true,
    body: decideBody,
    query: nothing,
    async handle({ params, body, caller, language }) {
      const row = await caseNamed(d, params["id"] ?? "");
      const { id, faktur_id } = row;
      const { decision, reason, lines } = body;
      if (faktur_id !== null && touchesFaktur(decision)) {
        const asks = { decision, reason, changes: lineChanges(lines), grounds: groundsOf(row) };
        const wish = { kind: "decide", caseId: id, ...asks } as const;
        const faktur = await fakturById(d.db.knex, faktur_id);
        const asked = faktur === undefined ? null : await askedFirst(d, faktur, wish, caller);
        if (asked !== null) return asked;
      }
      await d.cases.decide(id, { decision, reason, changes: lineChanges(lines) }, caller);
      return shown(d, id, language);
    },
  }),
  route({
    method: "post",
    path: "/cases/:id/steps/:n",
    action: "faktur.change",
    summary: "Tick a step of a case, counted from 1",
    answer: "Case",
    body: nothing,
    query: nothing,
    async handle({ params, caller, language }) {
      const { id } = await caseNamed(d, params["id"] ?? "");
      await d.cases.mark(id, Number(params["n"]), caller);
      return shown(d, id, language);
    },
  }),
  route({
    method: "post",
    path: "/cases/:id/document",
    action: "faktur.change",
    summary: "Number and date of the buyer's nota pembatalan",
    answer: "Case",
    body: buyerDocumentBody,
    query: nothing,
    async handle({ params, body, caller, language }) {
      const { id } = await caseNamed(d, params["id"] ?? "");
      await d.cases.document(id, body, caller);
      return shown(d, id, language);
    },
  }),
  replaceRoute(d),
];

/** More than anyone has open at once; the last day comes from the law, not from a column. */
const MOST_OPEN = 500;

/** What is not closed, the nearest last day first, then the oldest. */
async function byDeadline(d: ApiDeps, query: z.infer<typeof casesQuery>, language: Language) {
  const { state, kind, faktur, cursor, limit } = query;
  const filter = { state, kind, faktur, unfinished: true };
  const rows = await listCases(d.db.knex, filter, null, MOST_OPEN);
  const views = await Promise.all(rows.map((row) => caseView(d, row, language)));
  const placed = views
    .map((view) => ({ view, place: `${view.proposal.deadline ?? "9"}.${view.id}` }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .filter(({ place }) => cursor === undefined || place > cursor);
  const last = placed.length > limit ? placed[limit - 1] : undefined;
  return { items: placed.slice(0, limit).map(({ view }) => view), nextCursor: last?.place ?? null };
}

/** Members of a request that would make it another buyer's faktur. */
const IDENTITY = ["buyer", "npwp", "nitku", "name", "address", "email", "identity"];

const replaceRoute = (d: ApiDeps): Route =>
  route({
    method: "post",
    path: "/fakturs/:id/replace",
    action: "faktur.change",
    summary:
      "Replace an approved faktur: values, wording, discount; never the buyer; or a checklist for the portal",
    answer: "CorrectedFaktur",
    mayWait: true,
    body: replaceBody,
    query: nothing,
    async handle({ params, body, caller, language }) {
      const row = await fakturById(d.db.knex, params["id"] ?? "");
      if (row === undefined) {
        throw new AppError("not_found", text("Faktur tidak ditemukan.", "There is no such faktur."));
      }
      refuseOtherDocument(body);
      const changes = lineChanges(body.lines);
      const asked = await askedFirst(d, row, { kind: "replace", reason: body.reason, changes }, caller);
      if (asked !== null) return asked;
      const wish = { decision: "replace", reason: body.reason, changes } as const;
      let made = row.id;
      const byHand = await orByHand(d, row.id, wish, caller, async () => {
        made = await d.corrections.replace(row.id, changes, body.reason, caller);
      });
      return json(await correctedView(d, (await fakturById(d.db.knex, made)) ?? row, byHand, language));
    },
  });

/** Another buyer or another code is another faktur (PER-11/PJ/2025 art. 49-50; the code: tax-rules 1.3, not settled). */
function refuseOtherDocument(body: Readonly<Record<string, unknown>>): void {
  if (![...IDENTITY, "transactionCode"].some((member) => body[member] !== undefined)) return;
  throw new AppError(
    "buyer_needs_cancel",
    text(
      "Identitas pembeli dan kode transaksi tidak dapat diganti dengan faktur pengganti. Batalkan faktur ini, betulkan tab NPWP, lalu terbitkan baru.",
      "A replacement cannot change the buyer or the transaction code. Cancel this faktur, correct the NPWP tab, then issue anew.",
    ),
  );
}

async function shown(d: ApiDeps, id: string, language: Language): Promise<Reply> {
  return json(await caseView(d, await caseNamed(d, id), language));
}

async function caseNamed(d: ApiDeps, id: string): Promise<CaseRow> {
  const row = await caseById(d.db.knex, id);
  if (row === undefined) {
    throw new AppError("not_found", text("Kasus tidak ditemukan.", "There is no such case."));
  }
  return row;
}
