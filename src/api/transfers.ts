import { AppError } from "../errors";
import { listTransfers, transferById } from "../store/transfers";
import { text, type Language } from "../text";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { roleTooLow } from "./documents";
import { mayAsk } from "./roles";
import { json, route, type Reply, type Route } from "./route";
import { decisionBody, transferBody, transfersQuery } from "./transfer-bodies";
import { transferView } from "./transfer-view";

export const transferRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/transfers",
    action: "read",
    summary: "Transfers of services between accounts, newest first",
    answer: "TransfersPage",
    body: nothing,
    query: transfersQuery,
    async handle({ query, language }) {
      const { state, portal, cursor, limit } = query;
      const rows = await listTransfers(d.db.knex, { state, portal }, cursor ?? null, limit + 1);
      const shown = rows.slice(0, limit);
      return json({
        items: shown.map((row) => transferView(row, language)),
        nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "get",
    path: "/transfers/:id",
    action: "read",
    summary: "A transfer with its conditions, steps and the answer in its ticket",
    answer: "Transfer",
    body: nothing,
    query: nothing,
    handle: ({ params, language }) => shown(d, params["id"] ?? "", language),
  }),
  route({
    method: "post",
    path: "/transfers",
    action: "transfer.work",
    summary: "Ask to move services to another account; its conditions are checked through the portal",
    answer: "Transfer",
    body: transferBody,
    query: nothing,
    handle: async ({ body, caller, language }) => shown(d, await d.transfers.open(body, caller), language),
  }),
  route({
    method: "post",
    path: "/transfers/:id/check",
    action: "transfer.work",
    summary: "Check the conditions of an undecided transfer once more",
    answer: "Transfer",
    body: nothing,
    query: nothing,
    async handle({ params, language }) {
      const id = params["id"] ?? "";
      await d.transfers.check(id);
      return shown(d, id, language);
    },
  }),
  route({
    method: "post",
    path: "/transfers/:id/approve",
    action: "transfer.approve",
    summary: "Approve a transfer whose conditions hold now; its ticket is answered",
    answer: "Transfer",
    body: decisionBody,
    query: nothing,
    async handle({ params, body, caller, language }) {
      const id = params["id"] ?? "";
      await d.transfers.approve(id, body?.reason ?? null, caller);
      return shown(d, id, language);
    },
  }),
  route({
    method: "post",
    path: "/transfers/:id/reject",
    action: "transfer.work",
    summary:
      "Refuse a transfer, or as finance call an approved one off while nothing has moved; its ticket is answered, with the reason if one is given",
    answer: "Transfer",
    body: decisionBody,
    query: nothing,
    async handle({ params, body, caller, language }) {
      const id = params["id"] ?? "";
      const reason = body?.reason ?? null;
      const row = await transferById(d.db.knex, id);
      if (row?.state !== "approved") await d.transfers.reject(id, reason, caller);
      else if (mayAsk(caller, "transfer.approve")) await d.transfers.callOff(id, reason, caller);
      else throw roleTooLow();
      return shown(d, id, language);
    },
  }),
  route({
    method: "post",
    path: "/transfers/:id/answered",
    action: "transfer.work",
    summary: "A person has answered the ticket of a transfer whose answer is `by_hand`",
    answer: "Transfer",
    body: nothing,
    query: nothing,
    async handle({ params, caller, language }) {
      const id = params["id"] ?? "";
      await d.transfers.answered(id, caller);
      return shown(d, id, language);
    },
  }),
  route({
    method: "post",
    path: "/transfers/:id/steps/:n",
    action: "transfer.work",
    summary: "Tick a step of an approved transfer, counted from 1",
    answer: "Transfer",
    body: nothing,
    query: nothing,
    async handle({ params, caller, language }) {
      const id = params["id"] ?? "";
      await d.transfers.mark(id, Number(params["n"]), caller);
      return shown(d, id, language);
    },
  }),
];

async function shown(d: ApiDeps, id: string, language: Language): Promise<Reply> {
  const row = await transferById(d.db.knex, id);
  if (row === undefined) {
    throw new AppError("not_found", text("Pemindahan tidak ditemukan.", "There is no such transfer."));
  }
  return json(transferView(row, language));
}
