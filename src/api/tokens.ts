import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../clock";
import type { NewId } from "../ids";
import { appendAudit } from "../store/audit";
import type { Db } from "../store/db";
import { insertToken, tokenByHash } from "../store/tokens";
import { isRole, type Role } from "./roles";

export interface Caller {
  readonly name: string;
  readonly role: Role;
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Makes a token and returns it; only its hash is kept. 256 bits of chance, so a plain hash is enough. */
export async function createToken(
  d: { db: Db; clock: Clock; newId: NewId },
  name: string,
  role: Role,
): Promise<string> {
  const token = `fkt_${randomBytes(32).toString("base64url")}`;
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    await insertToken(tx, {
      id: d.newId(now),
      name,
      role,
      hash: hashOf(token),
      created_at: now.toISOString(),
    });
    await appendAudit(tx, {
      at: now.toISOString(),
      actor: "cli",
      action: "token.created",
      subject: `token:${name}`,
      detail: role,
    });
  });
  return token;
}

/** Who a bearer token belongs to; null when nobody. */
export async function callerOf(db: Db, authorization: string | undefined): Promise<Caller | null> {
  const match = /^Bearer +(\S+)$/i.exec(authorization ?? "");
  if (match?.[1] === undefined) return null;
  const row = await tokenByHash(db.knex, hashOf(match[1]));
  return row !== undefined && isRole(row.role) ? { name: row.name, role: row.role } : null;
}
