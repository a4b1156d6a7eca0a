import { isDuplicate, type Tx } from "./db";

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly state: "active" | "disabled";
  readonly password_hash: string | null;
  readonly totp_sealed: string | null;
  readonly totp_step: number | null;
  /** JSON list of SHA-256 of unused recovery codes. */
  readonly recovery: string;
  readonly failures: number;
  readonly locked_until: string | null;
  readonly language: string;
  readonly created_at: string;
  readonly seen_at: string | null;
  /** Made by somebody else: to be changed before anything else is done. */
  readonly password_lent?: boolean | number | null;
}

/** False when somebody has this address already. */
export async function insertUser(tx: Tx, row: UserRow): Promise<boolean> {
  try {
    await tx<UserRow>("users").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const userByEmail = (tx: Tx, email: string): Promise<UserRow | undefined> =>
  tx<UserRow>("users").where({ email }).first();

export const userById = (tx: Tx, id: string): Promise<UserRow | undefined> =>
  tx<UserRow>("users").where({ id }).first();

/** The active admins, held until the transaction ends; in the order of their ids, so that two who ask wait in turn. */
export const lockAdmins = (tx: Tx): Promise<UserRow[]> =>
  tx<UserRow>("users").where({ role: "admin", state: "active" }).orderBy("id").forUpdate();

export const listUsers = (tx: Tx): Promise<UserRow[]> => tx<UserRow>("users").orderBy("email");

type Changes = Partial<Omit<UserRow, "id" | "email" | "created_at">>;

export async function changeUser(tx: Tx, id: string, changes: Changes): Promise<void> {
  await tx<UserRow>("users").where({ id }).update(changes);
}

/** One more wrong password; how many there were in a row, however many come at the same time. */
export async function countFailure(tx: Tx, id: string): Promise<number> {
  await tx<UserRow>("users").where({ id }).increment("failures", 1);
  const row = await tx<UserRow>("users").where({ id }).first("failures");
  return Number(row?.failures ?? 0);
}

/** True for the first who takes a recovery code away: the list must still be the one that was read. */
export async function takeRecovery(tx: Tx, id: string, read: string, left: string): Promise<boolean> {
  const where = { id, recovery: read };
  return (await tx<UserRow>("users").where(where).update({ recovery: left })) === 1;
}

/** True for the first who takes a time step; a code that was seen works no second time. */
export async function takeTotpStep(tx: Tx, id: string, step: number): Promise<boolean> {
  const taken = await tx<UserRow>("users")
    .where({ id })
    .where((free) => {
      free.whereNull("totp_step").orWhere("totp_step", "<", step);
    })
    .update({ totp_step: step });
  return taken === 1;
}

/** Counts one more try of a source within a window and tells how many there were. */
export async function countTry(tx: Tx, source: string, window: string): Promise<number> {
  const at = { source, window };
  if ((await tx("sign_in_tries").where(at).increment("tries", 1)) === 0) {
    try {
      await tx("sign_in_tries").insert({ ...at, tries: 1 });
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      await tx("sign_in_tries").where(at).increment("tries", 1);
    }
  }
  const row = await tx<{ tries: number }>("sign_in_tries").where(at).first("tries");
  return Number(row?.tries ?? 1);
}

/** Takes one try back. */
export async function uncountTry(tx: Tx, source: string, window: string): Promise<void> {
  await tx("sign_in_tries").where({ source, window }).decrement("tries", 1);
}

export async function forgetTries(tx: Tx, before: string): Promise<void> {
  await tx("sign_in_tries").where("window", "<", before).delete();
}
