import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Role } from "../api/roles";
import { plusMs, type Clock } from "../clock";
import type { Log } from "../log";
import type { Seal } from "../seal";
import { totpPurpose } from "../seals";
import { appendAudit } from "../store/audit";
import type { Db } from "../store/db";
import { endSession, forgetSessions, insertSession, sessionByHash, touchSession } from "../store/sessions";
import {
  changeUser,
  countTry,
  forgetTries,
  takeTotpStep,
  userByEmail,
  userById,
  type UserRow,
} from "../store/users";
import type { Language } from "../text";
import { isPassword, wasteTime } from "./password";
import { hashOfToken } from "./token-hash";
import { totpStep } from "./totp";
import {
  FAILURES_BEFORE_REST,
  IDLE_MINUTES,
  readEmail,
  REST_MINUTES,
  SESSION_HOURS,
  TRIES_PER_SOURCE,
  WINDOW_MINUTES,
} from "./user-rules";

export interface SignInDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly seal: Seal;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Where the try comes from, for the limit. */
  readonly source: string;
}

export type SignedIn =
  | { readonly kind: "in"; readonly token: string; readonly user: UserRow }
  /** The password is right; `pending` proves it while the code is typed. */
  | { readonly kind: "codeNeeded"; readonly pending: string }
  | { readonly kind: "wrong" }
  | { readonly kind: "resting"; readonly minutes: number };

/** Somebody who is signed in. */
export interface Visitor {
  readonly userId: string;
  readonly email: string;
  readonly role: Role;
  readonly language: Language;
  readonly sessionHash: string;
  readonly hasSecondFactor: boolean;
}

const MINUTE_MS = 60_000;

/** Tries to sign somebody in. Wrong address, wrong password and a disabled account look the same from outside. */
export async function signIn(d: SignInDeps, tried: Credentials): Promise<SignedIn> {
  const now = d.clock.now();
  const minutes = await tooManyTries(d, tried.source, now);
  if (minutes > 0) return { kind: "resting", minutes };
  const email = readEmail(tried.email);
  const user = email === null ? undefined : await userByEmail(d.db.knex, email);
  if (user === undefined || user.state !== "active" || user.password_hash === null) {
    await wasteTime(tried.password);
    d.log.warn("console.sign_in_refused", { cause: "unknown" });
    return { kind: "wrong" };
  }
  const rest = restOf(user, now);
  if (rest !== null) return rest;
  if (!(await isPassword(user.password_hash, tried.password))) return noteFailure(d, user, now);
  if (user.totp_sealed === null) return { kind: "in", token: await openSession(d, user, now), user };
  const until = plusMs(now, CODE_MINUTES * MINUTE_MS).toISOString();
  return { kind: "codeNeeded", pending: d.seal.close(`${user.id} ${until}`, pendingPurpose) };
}

/** The second step: six digits of the app, or a recovery code. An answer that is too late is wrong. */
export async function giveCode(
  d: SignInDeps,
  pending: string,
  code: string,
  source: string,
): Promise<SignedIn> {
  const now = d.clock.now();
  const minutes = await tooManyTries(d, source, now);
  if (minutes > 0) return { kind: "resting", minutes };
  const [id = "", until = ""] = openPending(d, pending).split(" ");
  const user = until > now.toISOString() ? await userById(d.db.knex, id) : undefined;
  if (user === undefined || user.state !== "active" || user.totp_sealed === null) return { kind: "wrong" };
  const rest = restOf(user, now);
  if (rest !== null) return rest;
  if (!(await isSecondFactor(d, user, code, now))) {
    const failed = await noteFailure(d, user, now);
    return failed.kind === "wrong" ? { kind: "codeNeeded", pending } : failed;
  }
  return { kind: "in", token: await openSession(d, user, now), user };
}

const pendingPurpose = "console-second-factor";
const CODE_MINUTES = 10;

function openPending(d: SignInDeps, pending: string): string {
  try {
    return d.seal.open(pending, pendingPurpose);
  } catch {
    return "";
  }
}

function restOf(user: UserRow, now: Date): SignedIn | null {
  if (user.locked_until === null || user.locked_until <= now.toISOString()) return null;
  const left = Date.parse(user.locked_until) - now.getTime();
  return { kind: "resting", minutes: Math.ceil(left / MINUTE_MS) };
}

/** A session for somebody who has proved who they are; returns the cookie's value. */
export async function openSession(d: SignInDeps, user: UserRow, now: Date): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await d.db.transaction(async (tx) => {
    await changeUser(tx, user.id, { failures: 0, locked_until: null, seen_at: now.toISOString() });
    await forgetSessions(tx, now.toISOString());
    await insertSession(tx, {
      hash: hashOfToken(token),
      user_id: user.id,
      created_at: now.toISOString(),
      seen_at: now.toISOString(),
      ends_at: plusMs(now, SESSION_HOURS * 60 * MINUTE_MS).toISOString(),
    });
    await appendAudit(tx, entry(now, user.email, "console.signed_in", user.id));
  });
  return token;
}

/** How many minutes a source has to wait; 0 when it may try. Counts this try. */
async function tooManyTries(d: SignInDeps, source: string, now: Date): Promise<number> {
  const windowMs = WINDOW_MINUTES * MINUTE_MS;
  const start = new Date(Math.floor(now.getTime() / windowMs) * windowMs);
  const key = createHash("sha256").update(source).digest("hex");
  const tries = await d.db.transaction(async (tx) => {
    await forgetTries(tx, plusMs(start, -windowMs).toISOString());
    return countTry(tx, key, start.toISOString());
  });
  return tries > TRIES_PER_SOURCE ? WINDOW_MINUTES : 0;
}

async function noteFailure(d: SignInDeps, user: UserRow, now: Date): Promise<SignedIn> {
  const failures = user.failures + 1;
  const rests = failures >= FAILURES_BEFORE_REST;
  const until = rests ? plusMs(now, REST_MINUTES * MINUTE_MS).toISOString() : null;
  await d.db.transaction(async (tx) => {
    await changeUser(tx, user.id, { failures: rests ? 0 : failures, locked_until: until });
    if (rests) await appendAudit(tx, entry(now, user.email, "console.locked", user.id));
  });
  d.log.warn("console.sign_in_refused", { cause: "wrong", user: user.id });
  return rests ? { kind: "resting", minutes: REST_MINUTES } : { kind: "wrong" };
}

async function isSecondFactor(d: SignInDeps, user: UserRow, code: string, now: Date): Promise<boolean> {
  const typed = code.replace(/[\s-]/g, "").toLowerCase();
  const step = totpStep(d.seal.open(user.totp_sealed ?? "", totpPurpose(user.id)), typed, now);
  if (step !== null) return takeTotpStep(d.db.knex, user.id, step);
  const left = JSON.parse(user.recovery) as string[];
  const hash = Buffer.from(hashOfToken(typed));
  const rest = left.filter((one) => !timingSafeEqual(Buffer.from(one), hash));
  if (rest.length === left.length) return false;
  await changeUser(d.db.knex, user.id, { recovery: JSON.stringify(rest) });
  return true;
}

/** Who a session cookie belongs to; null when it has ended, or its owner was disabled. */
export async function visitorOf(d: SignInDeps, token: string | undefined): Promise<Visitor | null> {
  if (token === undefined || token === "") return null;
  const now = d.clock.now();
  const hash = hashOfToken(token);
  const session = await sessionByHash(d.db.knex, hash);
  if (session === undefined || session.ends_at <= now.toISOString()) return null;
  if (session.seen_at <= plusMs(now, -IDLE_MINUTES * MINUTE_MS).toISOString()) return null;
  const user = await userById(d.db.knex, session.user_id);
  if (user === undefined || user.state !== "active") return null;
  // Once a minute is exact enough for an hour's rest, and spares a write per page.
  if (session.seen_at <= plusMs(now, -MINUTE_MS).toISOString()) {
    await touchSession(d.db.knex, hash, now.toISOString());
  }
  return {
    userId: user.id,
    email: user.email,
    role: user.role as Role,
    language: user.language === "en" ? "en" : "id",
    sessionHash: hash,
    hasSecondFactor: user.totp_sealed !== null,
  };
}

export async function signOut(d: SignInDeps, visitor: Visitor): Promise<void> {
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    await endSession(tx, visitor.sessionHash);
    await appendAudit(tx, entry(now, visitor.email, "console.signed_out", visitor.userId));
  });
}

const entry = (now: Date, actor: string, action: string, user: string) => ({
  at: now.toISOString(),
  actor,
  action,
  subject: `user:${user}`,
  detail: null,
});
