import { createHash, randomBytes } from "node:crypto";
import { plusMs, type Clock } from "../clock";
import { AppError } from "../errors";
import type { NewId } from "../ids";
import { appendAudit } from "../store/audit";
import type { Db } from "../store/db";
import { findPortal } from "../store/portals";
import { insertToken, tokenByHash, touchToken, type TokenRow } from "../store/tokens";
import { text } from "../text";
import { isAction, isRole, type Action, type Role } from "./roles";

export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** Fewer actions than the role's; absent for all of them. */
  readonly scope?: readonly Action[];
  /** The only portal it may touch; absent = all. */
  readonly portal?: string;
  /** The customer it speaks for: the only account it may touch. */
  readonly client?: string;
  /** The administrator of the portal that it speaks for. */
  readonly staff?: string;
  /** When its token ends; absent for one that does not, and for people. */
  readonly expiresAt?: Date;
}

/** What a token may be besides its name and role. */
export interface TokenLimits {
  readonly scope?: readonly Action[] | undefined;
  /** The only portal it may touch. */
  readonly portal?: string | undefined;
  /** From then on it opens nothing. */
  readonly expiresAt?: Date | undefined;
}

export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");

/**
 * Makes a token and returns it; only its hash is kept. 256 bits of chance, so a plain hash is enough. With a portal it
 * reaches nothing else. Throws `not_found` for a portal that is not there, `refused` for a name like a person's.
 */
export async function createToken(
  d: { db: Db; clock: Clock; newId: NewId },
  name: string,
  role: Role,
  limits: TokenLimits = {},
  by = "cli",
): Promise<string> {
  if (PERSONAL.test(name)) throw new AppError("refused", NAMED_LIKE_PERSON);
  const portal = limits.portal ?? null;
  if (portal !== null && (await findPortal(d.db.knex, portal)) === undefined) throw noSuchPortal(portal);
  const token = `fkt_${randomBytes(32).toString("base64url")}`;
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    await insertToken(tx, {
      ...{
        id: d.newId(now),
        name,
        role,
        hash: tokenHash(token),
        created_at: now.toISOString(),
        created_by: by,
      },
      portal,
      scope: limits.scope === undefined ? null : JSON.stringify(limits.scope),
      expires_at: limits.expiresAt?.toISOString() ?? null,
    });
    await appendAudit(tx, {
      at: now.toISOString(),
      actor: by,
      action: "token.created",
      subject: `token:${name}`,
      detail: portal === null ? role : `${role} @${portal}`,
    });
  });
  return token;
}

/** As users and the people a token speaks for are written in the trail: no token may pass for one. */
const PERSONAL = /@| for (?:admin|client) /i;
const NAMED_LIKE_PERSON = text(
  "Nama token tidak boleh seperti alamat e-mail atau nama orang. Beri nama programnya.",
  "A token is not named like an e-mail address or a person. Name it after its program.",
);

/** Its use is noted once in so long: each call would write otherwise. */
const NOTED_EVERY_MS = 300_000;

/** Who a bearer token belongs to; null when nobody, or no longer. */
export async function callerOf(
  d: { readonly db: Db; readonly clock: Clock },
  authorization: string | undefined,
): Promise<Caller | null> {
  const match = /^Bearer +(\S+)$/i.exec(authorization ?? "");
  if (match?.[1] === undefined) return null;
  const row = await tokenByHash(d.db.knex, tokenHash(match[1]));
  if (row === undefined || !isRole(row.role)) return null;
  const now = d.clock.now();
  if (tokenState(row, now) !== "active") return null;
  const noted = row.used_at ?? "";
  if (noted < plusMs(now, -NOTED_EVERY_MS).toISOString())
    await d.db.alone((tx) => touchToken(tx, row.id, now.toISOString()));
  const scope = scopeOf(row);
  return {
    ...{ name: row.name, role: row.role },
    ...(scope === null ? {} : { scope }),
    ...(row.portal === null ? {} : { portal: row.portal }),
    ...(row.expires_at == null ? {} : { expiresAt: new Date(row.expires_at) }),
  };
}

export type TokenState = "active" | "expired" | "revoked";

export function tokenState(row: TokenRow, now: Date): TokenState {
  if (row.revoked_at != null) return "revoked";
  return row.expires_at != null && row.expires_at <= now.toISOString() ? "expired" : "active";
}

export const scopeOf = (row: TokenRow): readonly Action[] | null =>
  row.scope == null ? null : (JSON.parse(row.scope) as string[]).filter(isAction);
const noSuchPortal = (slug: string): AppError =>
  new AppError(
    "not_found",
    text(`Portal "${slug}" belum ada. Sambungkan dahulu.`, `There is no portal "${slug}". Connect it first.`),
  );
