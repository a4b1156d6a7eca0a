import { randomBytes } from "node:crypto";
import type { Role } from "../api/roles";
import type { Clock } from "../clock";
import { AppError } from "../errors";
import type { NewId } from "../ids";
import type { Seal } from "../seal";
import { totpPurpose } from "../seals";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import { endSessionsOf } from "../store/sessions";
import { changeUser, insertUser, lockAdmins, userById, type UserRow } from "../store/users";
import { text, type Language } from "../text";
import { hashPassword, isPassword } from "./password";
import { isGuessable } from "./strength";
import { tell } from "./tell";
import { hashOfRecovery } from "./token-hash";
import { totpStep } from "./totp";
import { countTries, forgiveTry } from "./tries";
import { PASSWORD_KNOWN, passwordFault, readEmail, REST_MINUTES, TRIES_PER_PAIR } from "./user-rules";

export interface UserDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly seal: Seal;
}

export interface NewUser {
  readonly email: string;
  readonly role: Role;
  /** null for somebody who comes in by OIDC only. */
  readonly password: string | null;
  /** Somebody else knows it: it is to be changed at the first sign-in. */
  readonly lent?: boolean;
}

/** Makes a console user. Throws `refused` for an address or password that is not taken, `wrong_state` for one in use. */
export async function createUser(d: UserDeps, wish: NewUser, by: string): Promise<UserRow> {
  const email = readEmail(wish.email);
  if (email === null) throw new AppError("refused", EMAIL_WRONG);
  const now = d.clock.now();
  const row: UserRow = {
    id: d.newId(now),
    email,
    role: wish.role,
    state: "active",
    password_hash: wish.password === null ? null : await hashed(wish.password, email),
    totp_sealed: null,
    totp_step: null,
    recovery: "[]",
    failures: 0,
    locked_until: null,
    language: "id",
    created_at: now.toISOString(),
    seen_at: null,
    password_lent: wish.lent === true,
  };
  await d.db.transaction(async (tx) => {
    if (!(await insertUser(tx, row))) throw new AppError("wrong_state", EMAIL_TAKEN);
    await note(tx, d, by, "user.created", row.id, wish.role);
  });
  return row;
}

/** Changes role or state; the last active admin cannot be taken away. Ends the sessions of whoever is changed. */
export async function changeAccess(
  d: UserDeps,
  id: string,
  change: { readonly role?: Role; readonly state?: UserRow["state"] },
  by: string,
): Promise<void> {
  await d.db.transaction(async (tx) => {
    const admins = await lockAdmins(tx);
    const user = await existing(tx, id);
    const after = { role: change.role ?? user.role, state: change.state ?? user.state };
    const last = admins.every((one) => one.id === id);
    if (isAdmin(user) && !isAdmin(after) && last) throw new AppError("refused", LAST_ADMIN);
    await changeUser(tx, id, { ...after, failures: 0, locked_until: null });
    await endSessionsOf(tx, id, null);
    await note(tx, d, by, "user.changed", id, `${after.role} ${after.state}`);
  });
}

/** A person's own change: the present password is asked for. Other sessions end. */
export async function changePassword(
  d: UserDeps,
  id: string,
  present: string,
  wanted: string,
  sessionHash: string,
): Promise<void> {
  const user = await existing(d.db.knex, id);
  await provePassword(d, user, present);
  // Whoever made a lent one would know it still.
  if (wanted === present) throw new AppError("refused", PASSWORD_SAME);
  const hash = await hashed(wanted, user.email);
  await d.db.transaction(async (tx) => {
    await changeUser(tx, id, { password_hash: hash, password_lent: false });
    await endSessionsOf(tx, id, sessionHash);
    await note(tx, d, user.email, "user.password_changed", id, null);
    await tell(tx, d, d.clock.now(), { userId: id, kind: "passwordChanged" });
  });
}

/** An admin's help for somebody who has lost password or phone: a new password, no second factor, sessions ended. */
export async function resetPassword(d: UserDeps, id: string, password: string, by: string): Promise<void> {
  const user = await existing(d.db.knex, id);
  const hash = await hashed(password, user.email);
  await d.db.transaction(async (tx) => {
    const clean = { totp_sealed: null, totp_step: null, recovery: "[]", failures: 0, locked_until: null };
    await changeUser(tx, id, { password_hash: hash, password_lent: true, ...clean });
    await endSessionsOf(tx, id, null);
    await note(tx, d, by, "user.password_reset", id, null);
    await tell(tx, d, d.clock.now(), { userId: id, kind: "passwordReset" });
  });
}

const RECOVERY_CODES = 8;
/** 80 bits: their hashes are plain, and nobody tries that many. */
const RECOVERY_BYTES = 10;

/** In groups, as they are typed; blanks and strokes do not count when they come back. */
const recoveryCode = (): string =>
  randomBytes(RECOVERY_BYTES)
    .toString("hex")
    .replace(/.{5}(?=.)/g, "$&-");

/**
 * Switches the second factor on once a code of the app proves that it works; whoever has a password here gives it too.
 * Returns the recovery codes, shown once. Sessions that were opened without it end, but for `sessionHash`.
 */
export async function enableTotp(
  d: UserDeps,
  id: string,
  proof: { readonly password: string; readonly secret: string; readonly code: string },
  sessionHash: string,
): Promise<string[]> {
  const { password, secret, code } = proof;
  const person = await existing(d.db.knex, id);
  if (person.password_hash !== null) await provePassword(d, person, password);
  const step = totpStep(secret, code.replace(/\s/g, ""), d.clock.now());
  if (step === null) throw new AppError("refused", CODE_WRONG);
  const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
  await d.db.transaction(async (tx) => {
    const user = await existing(tx, id);
    if (user.totp_sealed !== null) throw new AppError("wrong_state", TOTP_ON);
    await changeUser(tx, id, {
      totp_sealed: d.seal.close(secret, totpPurpose(id)),
      totp_step: step,
      recovery: JSON.stringify(codes.map(hashOfRecovery)),
    });
    await endSessionsOf(tx, id, sessionHash);
    await note(tx, d, user.email, "user.totp_on", id, null);
    await tell(tx, d, d.clock.now(), { userId: id, kind: "totpOn" });
  });
  return codes;
}

/** Switches the second factor off; the password is asked for, and other sessions end. `refused` where the role needs it. */
export async function disableTotp(
  d: UserDeps & { readonly requireTotp: readonly Role[] },
  id: string,
  password: string,
  sessionHash: string,
): Promise<void> {
  const user = await existing(d.db.knex, id);
  if (d.requireTotp.some((role) => role === user.role)) throw new AppError("refused", TOTP_NEEDED);
  await provePassword(d, user, password);
  await d.db.transaction(async (tx) => {
    await changeUser(tx, id, { totp_sealed: null, totp_step: null, recovery: "[]" });
    await endSessionsOf(tx, id, sessionHash);
    await note(tx, d, user.email, "user.totp_off", id, null);
    await tell(tx, d, d.clock.now(), { userId: id, kind: "totpOff" });
  });
}

/** Ends every session of a person but the one in use. */
export async function endOtherSessions(d: UserDeps, id: string, sessionHash: string): Promise<void> {
  await d.db.transaction(async (tx) => {
    const user = await existing(tx, id);
    const ended = await endSessionsOf(tx, id, sessionHash);
    await note(tx, d, user.email, "user.sessions_ended", id, String(ended));
  });
}

export async function chooseLanguage(d: UserDeps, id: string, language: Language): Promise<void> {
  await d.db.alone((tx) => changeUser(tx, id, { language }));
}

/** Throws `refused` for a wrong password, `too_many` for a session that goes on guessing. */
async function provePassword(d: UserDeps, user: UserRow, password: string): Promise<void> {
  const guesses = `present ${user.id}`;
  if ((await countTries(d, guesses, REST_MINUTES)) > TRIES_PER_PAIR) throw new AppError("too_many", GUESSING);
  if (!(await isPassword(user.password_hash ?? "", password))) throw new AppError("refused", PASSWORD_WRONG);
  await forgiveTry(d, guesses, REST_MINUTES);
}

const isAdmin = (user: Pick<UserRow, "role" | "state">): boolean =>
  user.role === "admin" && user.state === "active";

async function existing(tx: Tx, id: string): Promise<UserRow> {
  const user = await userById(tx, id);
  if (user === undefined) throw new AppError("not_found", UNKNOWN);
  return user;
}

async function hashed(password: string, email: string): Promise<string> {
  const fault =
    passwordFault(password, email) ?? ((await isGuessable(password, email)) ? PASSWORD_KNOWN : null);
  if (fault !== null) throw new AppError("refused", fault.message, { faults: [fault] });
  return hashPassword(password);
}

const note = (tx: Tx, d: UserDeps, actor: string, action: string, id: string, detail: string | null) =>
  appendAudit(tx, { at: d.clock.now().toISOString(), actor, action, subject: `user:${id}`, detail });

const EMAIL_WRONG = text("Alamat e-mail belum benar.", "The e-mail address is not well formed.");
const EMAIL_TAKEN = text("Alamat e-mail ini sudah terdaftar.", "Somebody has this e-mail address already.");
const LAST_ADMIN = text(
  "Ini admin aktif terakhir. Angkat admin lain dahulu.",
  "This is the last active admin. Make another one first.",
);
const PASSWORD_WRONG = text("Kata sandi sekarang tidak cocok.", "The present password does not match.");
const PASSWORD_SAME = text(
  "Kata sandi baru masih sama dengan yang sekarang. Pakai yang lain.",
  "The new password is still the present one. Use another.",
);
const GUESSING = text(
  `Terlalu banyak percobaan. Coba lagi dalam ${REST_MINUTES} menit.`,
  `Too many tries. Try again in ${REST_MINUTES} minutes.`,
);
const CODE_WRONG = text(
  "Kode tidak cocok. Periksa jam ponsel, lalu ketik kode yang baru.",
  "The code does not match. Check the phone's clock, then type the new code.",
);
const TOTP_NEEDED = text(
  "Peran Anda wajib memakai verifikasi dua langkah. Untuk ganti ponsel, minta admin mengatur ulang.",
  "Your role needs the second factor. To change the phone, ask an admin to reset it.",
);
const TOTP_ON = text("Verifikasi dua langkah sudah aktif.", "The second factor is on already.");
const UNKNOWN = text("Pengguna tidak ditemukan.", "There is no such user.");
