import { randomBytes } from "node:crypto";
import { isoInJakarta } from "../clock";
import { AppError } from "../errors";
import { countStanding } from "../store/tokens";
import { listUsers, userById, type UserRow } from "../store/users";
import { actorNamed, text } from "../text";
import { changeAccess, createUser, resetPassword } from "../users/manage";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { coversAll, isRole, type Role } from "./roles";
import { json, route, type Route } from "./route";
import { userBody, userChangeBody } from "./settings-bodies";
import type { Caller } from "./tokens";

/** 120 bits of chance in letters that can be read out. */
const madePassword = (): string => randomBytes(15).toString("base64url");

/** People of the console; by admins only. */
export const userRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/users",
    action: "access.write",
    summary: "People of the console",
    answer: "Users",
    body: nothing,
    query: nothing,
    handle: async () => json({ items: await usersView(d, await listUsers(d.db.knex)), nextCursor: null }),
  }),
  route({
    method: "post",
    path: "/users",
    action: "access.write",
    summary: "Make a user; a password that was made here is answered once",
    answer: "UserWithPassword",
    body: userBody,
    query: nothing,
    async handle({ body, caller }) {
      refuseAbove(caller, body.role);
      const made = body.password === undefined ? madePassword() : null;
      const password = body.password === undefined ? made : body.password;
      const row = await createUser(d, { ...body, password, lent: password !== null }, caller.name);
      return json({ ...(await userView(d, row)), password: made });
    },
  }),
  route({
    method: "put",
    path: "/users/:id",
    action: "access.write",
    summary: "Change role or state; the last active admin stays one",
    answer: "User",
    body: userChangeBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const { role, state } = body;
      await above(d, caller, params["id"]);
      if (role !== undefined) refuseAbove(caller, role);
      const change = { ...(role === undefined ? {} : { role }), ...(state === undefined ? {} : { state }) };
      await changeAccess(d, params["id"] ?? "", change, caller.name);
      return json(await userView(d, await userNamed(d, params["id"])));
    },
  }),
  route({
    method: "post",
    path: "/users/:id/password",
    action: "access.write",
    summary: "A new password, answered once; the second factor is off and sessions end",
    answer: "UserWithPassword",
    body: nothing,
    query: nothing,
    async handle({ params, caller }) {
      await above(d, caller, params["id"]);
      const password = madePassword();
      await resetPassword(d, params["id"] ?? "", password, caller.name);
      return json({ ...(await userView(d, await userNamed(d, params["id"]))), password });
    },
  }),
];

/** Throws `refused` where a narrow token would reach, through a person, what it may not do itself. */
function refuseAbove(caller: Caller, role: Role): void {
  if (!coversAll(caller, { role })) throw new AppError("refused", ABOVE_CALLER);
}

async function above(d: ApiDeps, caller: Caller, id: string | undefined): Promise<void> {
  const { role } = await userNamed(d, id);
  if (isRole(role)) refuseAbove(caller, role);
}

const ABOVE_CALLER = text(
  "Pengguna ini boleh lebih banyak daripada token Anda.",
  "This user may do more than your token.",
);

async function userNamed(d: ApiDeps, id: string | undefined): Promise<UserRow> {
  const row = await userById(d.db.knex, id ?? "");
  if (row === undefined)
    throw new AppError("not_found", text("Pengguna tidak ditemukan.", "There is no such user."));
  return row;
}

const userView = async (d: ApiDeps, row: UserRow) =>
  shown(row, await countStanding(d.db.knex, d.clock.now()));

async function usersView(d: ApiDeps, rows: readonly UserRow[]) {
  const made = await countStanding(d.db.knex, d.clock.now());
  return rows.map((row) => shown(row, made));
}

/** Tokens are programs' and outlast whoever made them: that they stand is told where a person is changed. */
const shown = (row: UserRow, tokens: ReadonlyMap<string, number>) => ({
  ...{ id: row.id, email: row.email, role: row.role, state: row.state },
  tokensMade: tokens.get(actorNamed(row.email)) ?? 0,
  hasPassword: row.password_hash !== null,
  hasSecondFactor: row.totp_sealed !== null,
  createdAt: isoInJakarta(new Date(row.created_at)),
  seenAt: row.seen_at === null ? null : isoInJakarta(new Date(row.seen_at)),
});
