import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../clock";
import { AppError } from "../errors";
import type { NewId } from "../ids";
import { appendAudit } from "../store/audit";
import type { Db } from "../store/db";
import { findPortal } from "../store/portals";
import { insertToken, tokenByHash } from "../store/tokens";
import { text } from "../text";
import { isRole, type Role } from "./roles";

export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** The only portal it may touch; absent = all. */
  readonly portal?: string;
  /** The customer it speaks for: the only account it may touch. */
  readonly client?: string;
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/**
 * Makes a token and returns it; only its hash is kept. 256 bits of chance, so a plain hash is enough. With a portal it
 * reaches nothing else. Throws `not_found` for a portal that is not there.
 */
export async function createToken(
  d: { db: Db; clock: Clock; newId: NewId },
  name: string,
  role: Role,
  portal: string | null = null,
): Promise<string> {
  if (portal !== null && (await findPortal(d.db.knex, portal)) === undefined) throw noSuchPortal(portal);
  const token = `fkt_${randomBytes(32).toString("base64url")}`;
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    await insertToken(tx, {
      id: d.newId(now),
      name,
      role,
      portal,
      hash: hashOf(token),
      created_at: now.toISOString(),
    });
    await appendAudit(tx, {
      at: now.toISOString(),
      actor: "cli",
      action: "token.created",
      subject: `token:${name}`,
      detail: portal === null ? role : `${role} @${portal}`,
    });
  });
  return token;
}

/** Who a bearer token belongs to; null when nobody. */
export async function callerOf(db: Db, authorization: string | undefined): Promise<Caller | null> {
  const match = /^Bearer +(\S+)$/i.exec(authorization ?? "");
  if (match?.[1] === undefined) return null;
  const row = await tokenByHash(db.knex, hashOf(match[1]));
  if (row === undefined || !isRole(row.role)) return null;
  const caller = { name: row.name, role: row.role };
  return row.portal === null ? caller : { ...caller, portal: row.portal };
}

const noSuchPortal = (slug: string): AppError =>
  new AppError(
    "not_found",
    text(`Portal "${slug}" belum ada. Sambungkan dahulu.`, `There is no portal "${slug}". Connect it first.`),
  );
