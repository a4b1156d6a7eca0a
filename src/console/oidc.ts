import { createHash } from "node:crypto";
import express, { type Request, type Response, type Router } from "express";
import { isRole, ROLES, type Role } from "../api/roles";
import { plusMs } from "../clock";
import { AppError, asAppError } from "../errors";
import { describeCause } from "../log";
import { oidcPurpose } from "../seals";
import { userByEmail, type UserRow } from "../store/users";
import { text } from "../text";
import { createUser } from "../users/manage";
import type { OidcDoor, OidcIdentity, OidcPending } from "../users/oidc";
import { openSession } from "../users/sign-in";
import { sourceOf } from "../users/tries";
import { readEmail } from "../users/user-rules";
import { dropCookie, readCookie, setCookie } from "./cookies";
import { enterWith, languageFor, type Desk } from "./desk";
import { problemShown } from "./show";
import { safeBack, showForm } from "./sign-in";

/** One for each sign-in that was begun: two tabs do not take each other's. */
const cookieFor = (state: string): string =>
  `faktur_oidc_${createHash("sha256").update(state).digest("hex").slice(0, 16)}`;
const MINUTES = 10;

interface Kept extends OidcPending {
  readonly back: string;
  readonly until: string;
}

/** `/console/oidc`: to the company's own sign-in and back. Not there while nothing is set. */
export function oidcRoutes(desk: Desk): Router {
  const router = express.Router();
  const { oidc } = desk;
  if (oidc === null) return router;
  router.get("/oidc", async (request, response) => {
    await orAgain(desk, request, response, async () => {
      const { address, pending } = await oidc.begin();
      const back = safeBack(typeof request.query["ke"] === "string" ? request.query["ke"] : "");
      const until = plusMs(desk.clock.now(), MINUTES * 60_000).toISOString();
      const kept: Kept = { ...pending, back, until };
      const sealed = encodeURIComponent(desk.seal.close(JSON.stringify(kept), oidcPurpose));
      setCookie(desk.cookies, response, cookieFor(pending.state), sealed, MINUTES * 60);
      response.redirect(303, address);
    });
  });
  router.get("/oidc/kembali", async (request, response) => {
    const { state } = request.query;
    const cookie = cookieFor(typeof state === "string" ? state : "");
    const kept = readKept(desk, request, cookie);
    dropCookie(desk.cookies, response, cookie);
    await orAgain(desk, request, response, async () => {
      if (kept === null) throw new AppError("unauthorized", TOO_LATE);
      const search = new URL(request.originalUrl, "http://console.invalid").search;
      const user = await userOf(desk, oidc, await oidc.finish(search, kept));
      const agent = request.headers["user-agent"] ?? null;
      const from = { source: sourceOf(request.ip), agent, way: "oidc" } as const;
      await enterWith(desk, request, response, await openSession(desk, user, desk.clock.now(), from));
      response.redirect(303, kept.back);
    });
  });
  return router;
}

/** Whatever goes wrong leads back to the sign-in page, which says so; why is for the log alone. */
async function orAgain(
  desk: Desk,
  request: Request,
  response: Response,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== "unauthorized") throw thrown;
    desk.log.warn("console.oidc_refused", { cause: describeCause(error.cause ?? error) });
    const problem = problemShown(error, languageFor(request, null));
    showForm(desk, request, response, 401, { back: "/console", codeNeeded: false }, problem, {});
  }
}

function readKept(desk: Desk, request: Request, name: string): Kept | null {
  const sealed = readCookie(desk.cookies, request.headers.cookie, name);
  if (sealed === undefined) return null;
  try {
    const kept = JSON.parse(desk.seal.open(decodeURIComponent(sealed), oidcPurpose)) as Kept;
    return kept.until > desk.clock.now().toISOString() ? kept : null;
  } catch {
    return null;
  }
}

/**
 * Whoever is on our list, by an address the provider has verified. Nobody is made a user unless a role claim names one
 * of our roles; the role of somebody on the list stays what our list says.
 */
async function userOf(desk: Desk, oidc: OidcDoor, identity: OidcIdentity): Promise<UserRow> {
  const email = identity.emailVerified ? readEmail(identity.email) : null;
  if (email === null) throw stranger("the e-mail address is not verified");
  const known = await userByEmail(desk.db.knex, email);
  if (known !== undefined) return active(known);
  const role = oidc.mapsRoles ? strongest(identity.roles) : undefined;
  if (role === undefined) throw stranger("nobody of this address is on the list");
  try {
    return await createUser(desk, { email, role, password: null }, "oidc");
  } catch (thrown) {
    // The same person in another window, or an admin, was first.
    const first =
      asAppError(thrown).code === "wrong_state" ? await userByEmail(desk.db.knex, email) : undefined;
    if (first === undefined) throw thrown;
    return active(first);
  }
}

function active(user: UserRow): UserRow {
  if (user.state === "active") return user;
  throw stranger("the user is disabled");
}

/** Several groups may name several roles: the first in the order of our list. */
const strongest = (named: readonly string[]): Role | undefined => {
  const roles = named.filter(isRole);
  return ROLES.find((role) => roles.includes(role));
};

const stranger = (why: string): AppError =>
  new AppError("unauthorized", NOT_LISTED, { cause: new Error(why) });

const NOT_LISTED = text(
  "Akun perusahaan ini belum boleh masuk. Minta admin menambahkan alamat e-mail Anda.",
  "This company account may not sign in yet. Ask an admin to add your e-mail address.",
);
const TOO_LATE = text(
  "Masuk lewat akun perusahaan sudah kedaluwarsa. Coba lagi.",
  "Signing in with the company account took too long. Try again.",
);
