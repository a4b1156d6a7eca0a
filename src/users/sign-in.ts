import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Role } from "../api/roles";
import { plusMs, type Clock } from "../clock";
import type { NewId } from "../ids";
import type { Log } from "../log";
import type { Seal } from "../seal";
import { totpPurpose } from "../seals";
import { appendAudit } from "../store/audit";
import type { Db } from "../store/db";
import { endSession, forgetSessions, insertSession, sessionByHash, touchSession } from "../store/sessions";
import { changeUser, takeRecovery, takeTotpStep, userById, type UserRow } from "../store/users";
import type { Language } from "../text";
import { judge, noteFailure } from "./judge";
import { tell, tellOfPlace } from "./tell";
import { hashOfRecovery, hashOfToken } from "./token-hash";
import { totpStep } from "./totp";
import { countTries, forgiveTry, minutesLeft } from "./tries";
import {
  idleSince,
  readEmail,
  REST_MINUTES,
  SESSION_HOURS,
  TRIES_PER_PAIR,
  TRIES_PER_SOURCE,
  WINDOW_MINUTES,
} from "./user-rules";

export interface SignInDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly seal: Seal;
  readonly newId: NewId;
  /** The roles that may not go without a second factor. */
  readonly requireTotp: readonly Role[];
}

/** Where a visitor comes from: an address, and what their program calls itself. */
export interface Origin {
  readonly source: string;
  readonly agent: string | null;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Where the try comes from, for the limit. */
  readonly source: string;
  readonly agent?: string | null;
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
  /** What has to be done on one's own account before any other page opens; null for nothing. */
  readonly owes: "password" | "totp" | null;
}

const MINUTE_MS = 60_000;

/**
 * Tries to sign somebody in. Wrong address, wrong password, a disabled account and one that rests look the same from
 * outside; the limits count the typed address whether it is known or not.
 */
export async function signIn(d: SignInDeps, tried: Credentials): Promise<SignedIn> {
  const now = d.clock.now();
  const email = readEmail(tried.email);
  const pair = `${tried.source} at ${email ?? ""}`;
  const minutes = (await restOfSource(d, tried.source, now)) || (await restOfPair(d, pair, now));
  if (minutes > 0) return { kind: "resting", minutes };
  const judged = await judge(d, email, tried.password, now);
  if (judged.kind !== "right") {
    await noteFailure(d, judged, pair, now);
    return { kind: "wrong" };
  }
  const { user } = judged;
  await forgiveTry(d, tried.source, WINDOW_MINUTES);
  await forgiveTry(d, pair, REST_MINUTES);
  if (user.totp_sealed === null) {
    return {
      kind: "in",
      token: await openSession(d, user, now, { way: "password", ...originOf(tried) }),
      user,
    };
  }
  const until = plusMs(now, CODE_MINUTES * MINUTE_MS).toISOString();
  return {
    kind: "codeNeeded",
    pending: d.seal.close(`${user.id} ${until} ${proofOf(user)}`, pendingPurpose),
  };
}

/** The second step: six digits of the app, or a recovery code. An answer that is too late is wrong. */
export async function giveCode(
  d: SignInDeps,
  pending: string,
  code: string,
  origin: Origin,
): Promise<SignedIn> {
  const now = d.clock.now();
  const { source } = origin;
  const minutes = await restOfSource(d, source, now);
  if (minutes > 0) return { kind: "resting", minutes };
  const [id = "", until = "", proof = ""] = openPending(d, pending).split(" ");
  const user = until > now.toISOString() ? await userById(d.db.knex, id) : undefined;
  if (user === undefined || user.state !== "active" || user.totp_sealed === null) return { kind: "wrong" };
  if (proof !== proofOf(user)) return { kind: "wrong" };
  // From wherever: a code has six digits, and whoever gets here knows the password.
  const codes = `code of ${user.id}`;
  const rest = await restOfPair(d, codes, now);
  if (rest > 0) return { kind: "resting", minutes: rest };
  if (!(await isSecondFactor(d, user, code, now))) {
    d.log.warn("console.sign_in_refused", { cause: "code", user: user.id });
    return { kind: "codeNeeded", pending };
  }
  await forgiveTry(d, source, WINDOW_MINUTES);
  await forgiveTry(d, codes, REST_MINUTES);
  return { kind: "in", token: await openSession(d, user, now, { way: "password", ...origin }), user };
}

const originOf = ({ source, agent = null }: Credentials): Origin => ({ source, agent });

const pendingPurpose = "console-second-factor";
const CODE_MINUTES = 10;

/** The password that was right is still the password. */
const proofOf = (user: UserRow): string => hashOfToken(user.password_hash ?? "");

function openPending(d: SignInDeps, pending: string): string {
  try {
    return d.seal.open(pending, pendingPurpose);
  } catch {
    return "";
  }
}

/** What a visitor's program says of itself is kept no longer than this. */
const AGENT_LENGTH = 200;

/** A session for somebody who has proved who they are; returns the cookie's value. */
export async function openSession(
  d: Pick<SignInDeps, "db" | "newId">,
  user: UserRow,
  now: Date,
  from: Origin & { readonly way: "password" | "oidc" },
): Promise<string> {
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
      ...{
        place: from.source.slice(0, 64),
        agent: from.agent?.slice(0, AGENT_LENGTH) ?? null,
        way: from.way,
      },
    });
    await tellOfPlace(tx, d, now, { userId: user.id, place: from.source.slice(0, 64) });
    await appendAudit(tx, entry(now, user.email, "console.signed_in", user.id));
  });
  return token;
}

/** How many minutes a source has to wait; 0 when it may try. Counts this try. */
const restOfSource = async (d: SignInDeps, source: string, now: Date): Promise<number> =>
  (await countTries(d, source, WINDOW_MINUTES)) > TRIES_PER_SOURCE ? minutesLeft(now, WINDOW_MINUTES) : 0;

/** The same for one source at one address, or for the codes of one person. */
const restOfPair = async (d: SignInDeps, pair: string, now: Date): Promise<number> =>
  (await countTries(d, pair, REST_MINUTES)) > TRIES_PER_PAIR ? minutesLeft(now, REST_MINUTES) : 0;

async function isSecondFactor(d: SignInDeps, user: UserRow, code: string, now: Date): Promise<boolean> {
  const typed = code.replace(/[\s-]/g, "").toLowerCase();
  const secret = d.seal.openOrNull(user.totp_sealed ?? "", totpPurpose(user.id));
  const step = secret === null ? null : totpStep(secret, typed, now);
  if (step !== null) return d.db.alone((tx) => takeTotpStep(tx, user.id, step));
  const left = JSON.parse(user.recovery) as string[];
  const hash = Buffer.from(hashOfRecovery(code));
  const rest = left.filter((one) => !timingSafeEqual(Buffer.from(one), hash));
  if (rest.length === left.length) return false;
  return d.db.transaction(async (tx) => {
    const taken = await takeRecovery(tx, user.id, user.recovery, JSON.stringify(rest));
    if (taken) await tell(tx, d, now, { userId: user.id, kind: "recoveryUsed" });
    return taken;
  });
}

/** Who a session cookie belongs to; null when it has ended, or its owner was disabled. */
export async function visitorOf(d: SignInDeps, token: string | undefined): Promise<Visitor | null> {
  if (token === undefined || token === "") return null;
  const now = d.clock.now();
  const hash = hashOfToken(token);
  const session = await sessionByHash(d.db.knex, hash);
  if (session === undefined || session.ends_at <= now.toISOString()) return null;
  if (session.seen_at <= idleSince(now)) return null;
  const user = await userById(d.db.knex, session.user_id);
  if (user === undefined || user.state !== "active") return null;
  // Once a minute is exact enough for an hour's rest, and spares a write per page.
  if (session.seen_at <= plusMs(now, -MINUTE_MS).toISOString()) {
    await d.db.alone((tx) => touchSession(tx, hash, now.toISOString()));
  }
  return {
    userId: user.id,
    email: user.email,
    role: user.role as Role,
    language: user.language === "en" ? "en" : "id",
    sessionHash: hash,
    hasSecondFactor: user.totp_sealed !== null,
    // Who comes with the company's account has proved it there, and has no password here.
    owes: session.way === "oidc" ? null : owedBy(d, user),
  };
}

function owedBy(d: SignInDeps, user: UserRow): Visitor["owes"] {
  if (Boolean(user.password_lent)) return "password";
  return user.totp_sealed === null && d.requireTotp.some((role) => role === user.role) ? "totp" : null;
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
