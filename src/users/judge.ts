import { plusMs } from "../clock";
import type { Log } from "../log";
import { appendAudit } from "../store/audit";
import { changeUser, countFailure, userByEmail, type UserRow } from "../store/users";
import { isPassword, wasteTime } from "./password";
import { countTryIn, type TriesDeps } from "./tries";
import { FAILURES_BEFORE_REST, REST_MINUTES } from "./user-rules";

interface JudgeDeps extends TriesDeps {
  readonly log: Log;
}

export type Judged = { readonly kind: "right"; readonly user: UserRow } | Refused;

type Refused =
  | { readonly kind: "wrong"; readonly user: UserRow }
  /** Nobody's address, or nobody's who may come in by a password now. */
  | { readonly kind: "unknown" | "rests" };

/** Judges a password even where nothing hangs on it: the time it takes must not tell. */
export async function judge(
  d: Pick<JudgeDeps, "db">,
  email: string | null,
  password: string,
  now: Date,
): Promise<Judged> {
  const hash = (await mayTry(d, email))?.password_hash ?? null;
  const right = hash === null ? await wasteTime(password) : await isPassword(hash, password);
  // Looked at anew: of many tries that came at once, those before this one have counted meanwhile.
  const user = await mayTry(d, email);
  if (user === undefined || user.password_hash !== hash) return { kind: "unknown" };
  if (user.locked_until !== null && user.locked_until > now.toISOString()) return { kind: "rests" };
  return { kind: right ? "right" : "wrong", user };
}

/** Whoever comes in by a password from this address. */
async function mayTry(d: Pick<JudgeDeps, "db">, email: string | null): Promise<UserRow | undefined> {
  const user = email === null ? undefined : await userByEmail(d.db.knex, email);
  return user?.state === "active" && user.password_hash !== null ? user : undefined;
}

/** Writes and waits for the disk whoever it was: a transaction for known addresses alone would tell which they are. */
export async function noteFailure(d: JudgeDeps, judged: Refused, pair: string, now: Date): Promise<void> {
  const user = judged.kind === "wrong" ? judged.user : null;
  await d.db.transaction(async (tx) => {
    await countTryIn(tx, now, `wrong ${pair}`, REST_MINUTES);
    const failures = await countFailure(tx, user?.id ?? "");
    if (user === null || failures < FAILURES_BEFORE_REST) return;
    const locked_until = plusMs(now, REST_MINUTES * 60_000).toISOString();
    await changeUser(tx, user.id, { failures: 0, locked_until });
    await appendAudit(tx, {
      ...{ at: now.toISOString(), actor: user.email, action: "console.locked" },
      ...{ subject: `user:${user.id}`, detail: null },
    });
  });
  d.log.warn("console.sign_in_refused", { cause: judged.kind, user: user?.id });
}
