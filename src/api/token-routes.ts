import type { z } from "zod";
import { addDays, isoInJakarta, parseTaxDay } from "../clock";
import { AppError } from "../errors";
import { appendAudit } from "../store/audit";
import { listTokens, revokeToken, tokenByHash, tokenById, type TokenRow } from "../store/tokens";
import { text } from "../text";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { coversAll, mayDo } from "./roles";
import { json, route, type Route } from "./route";
import { tokenBody } from "./settings-bodies";
import { createToken, scopeOf, tokenHash, tokenState, type Caller } from "./tokens";

/** Keys for programs; by admins only. */
export const tokenRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/tokens",
    action: "token.write",
    summary: "API tokens, newest first; never the tokens themselves",
    answer: "Tokens",
    body: nothing,
    query: nothing,
    async handle() {
      const rows = await listTokens(d.db.knex);
      return json({ items: rows.map((row) => tokenView(row, d.clock.now())), nextCursor: null });
    },
  }),
  route({
    method: "post",
    path: "/tokens",
    action: "token.write",
    summary: "Make a token; it is answered once",
    answer: "NewToken",
    body: tokenBody,
    query: nothing,
    async handle({ body, caller }) {
      const expiresAt = body.expires === undefined ? undefined : endOf(body.expires);
      if (expiresAt !== undefined && expiresAt <= d.clock.now()) throw new AppError("refused", PAST);
      checkWish(caller, body, expiresAt);
      const limits = { scope: body.scope, portal: body.portal, expiresAt };
      const token = await createToken(d, body.name, body.role, limits, caller.name);
      const row = await tokenByHash(d.db.knex, tokenHash(token));
      if (row === undefined) throw unknown();
      return json({ ...tokenView(row, d.clock.now()), token });
    },
  }),
  route({
    method: "post",
    path: "/tokens/:id/revoke",
    action: "token.write",
    summary: "The token opens nothing from now on",
    answer: "Token",
    body: nothing,
    query: nothing,
    async handle({ params, caller }) {
      const now = d.clock.now();
      const id = params["id"] ?? "";
      const row = await d.db.transaction(async (tx) => {
        const token = await tokenById(tx, id);
        if (token === undefined) throw unknown();
        if (await revokeToken(tx, id, now.toISOString())) {
          const entry = { at: now.toISOString(), actor: caller.name, action: "token.revoked" };
          await appendAudit(tx, { ...entry, subject: `token:${token.name}`, detail: id });
        }
        return tokenById(tx, id);
      });
      if (row === undefined) throw unknown();
      return json(tokenView(row, now));
    },
  }),
];

/** Midnight after the last day, in Jakarta. Throws `refused` for a day that is none. */
function endOf(last: string): Date {
  const day = parseTaxDay(last);
  if (day === null) throw new AppError("refused", PAST);
  return new Date(`${addDays(day, 1)}T00:00:00+07:00`);
}

/** Throws `refused` for a token that goes beyond its role, or beyond whoever makes it. */
function checkWish(caller: Caller, body: z.infer<typeof tokenBody>, expiresAt: Date | undefined): void {
  if (body.scope?.some((action) => !mayDo(body.role, action)) === true)
    throw new AppError("refused", ABOVE_ROLE);
  if (!coversAll(caller, body)) throw new AppError("refused", ABOVE_CALLER);
  if (outlives(expiresAt, caller)) throw new AppError("refused", OUTLIVES_CALLER);
}

/** A token that ends hands its right on to none that ends later. */
const outlives = (expiresAt: Date | undefined, caller: Caller): boolean =>
  caller.expiresAt !== undefined && (expiresAt === undefined || expiresAt > caller.expiresAt);

const instant = (iso: string | null | undefined): string | null =>
  iso == null ? null : isoInJakarta(new Date(iso));

const tokenView = (row: TokenRow, now: Date) => ({
  ...{ id: row.id, name: row.name, role: row.role, scope: scopeOf(row), portal: row.portal },
  state: tokenState(row, now),
  ...{ createdAt: instant(row.created_at), createdBy: row.created_by ?? null },
  ...{ usedAt: instant(row.used_at), expiresAt: instant(row.expires_at), revokedAt: instant(row.revoked_at) },
});

const unknown = (): AppError =>
  new AppError("not_found", text("Token tidak ditemukan.", "There is no such token."));

const PAST = text("Tanggal berakhir sudah lewat.", "The last day is in the past.");
const ABOVE_CALLER = text(
  "Token baru tidak boleh melebihi hak pembuatnya.",
  "A new token cannot do more than whoever makes it.",
);
const OUTLIVES_CALLER = text(
  "Token baru tidak boleh berlaku lebih lama daripada token pembuatnya. Isi tanggal berakhir yang tidak lebih lambat.",
  "A new token does not last longer than the one that makes it. Give it a last day that is not later.",
);
const ABOVE_ROLE = text(
  "Cakupan token tidak boleh melebihi perannya.",
  "The scope of a token cannot go beyond its role.",
);
