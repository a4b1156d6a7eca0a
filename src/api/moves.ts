import { AppError } from "../errors";
import { isoInJakarta } from "../clock";
import { lastSeen, listMoves, moveById, type MoveRow } from "../store/moves";
import { findPortal } from "../store/portals";
import { text } from "../text";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { portalUnknown } from "./portal-view";
import { json, route, type Reply, type Route } from "./route";
import { lookBody, movesQuery, tieBody } from "./transfer-bodies";
import { moveView, paidAfterMove } from "./transfer-view";

export const moveRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/moves",
    action: "read",
    summary: "Services that were seen to change hands, newest first",
    answer: "MovesPage",
    body: nothing,
    query: movesQuery,
    async handle({ query }) {
      const { state, portal, transfer, cursor, limit } = query;
      const rows = await listMoves(d.db.knex, { state, portal, transfer }, cursor ?? null, limit + 1);
      const shown = rows.slice(0, limit);
      return json({
        items: await Promise.all(shown.map((row) => moveView(d.db, row))),
        nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "get",
    path: "/moves/:id",
    action: "read",
    summary: "A move, with what the old owner still has to pay for it, asked now",
    answer: "Move",
    body: nothing,
    query: nothing,
    handle: async ({ params }) => shown(d, await moveNamed(d, params["id"] ?? "")),
  }),
  route({
    method: "post",
    path: "/moves/:id/tie",
    action: "transfer.work",
    summary: "Tie a move to the ticket by which the old owner asked for it",
    answer: "Move",
    body: tieBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const id = params["id"] ?? "";
      await d.transfers.tie(id, { ticket: body.ticket, note: body.note ?? null }, caller);
      return shown(d, await moveNamed(d, id));
    },
  }),
  route({
    method: "post",
    path: "/moves/look",
    action: "transfer.work",
    summary: "Ask a portal now who has which service; it is asked every night anyway",
    answer: "ServicesLook",
    body: lookBody,
    query: nothing,
    async handle({ body }) {
      if ((await findPortal(d.db.knex, body.portal)) === undefined) throw portalUnknown();
      const queued = await d.transfers.look(body.portal);
      const at = await lastSeen(d.db.knex, body.portal);
      return json({
        ...{ portal: body.portal, queued },
        lastReadAt: at === null ? null : isoInJakarta(new Date(at)),
      });
    },
  }),
];

async function shown(d: ApiDeps, row: MoveRow): Promise<Reply> {
  const view = await moveView(d.db, row, await d.transfers.unpaidOf(row));
  return json({ ...view, paid: await paidAfterMove(d.db, row) });
}

async function moveNamed(d: ApiDeps, id: string): Promise<MoveRow> {
  const row = await moveById(d.db.knex, id);
  if (row === undefined) {
    throw new AppError("not_found", text("Perpindahan tidak ditemukan.", "There is no such move."));
  }
  return row;
}
