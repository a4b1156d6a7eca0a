import { randomBytes } from "node:crypto";
import type { Seal } from "../seal";
import { webhookSecretsPurpose } from "../seals";

/** A signing secret; with an end it is the one before, which still signs while receivers change over. */
export interface SigningSecret {
  readonly secret: string;
  /** ISO instant; null for the one in use. */
  readonly until: string | null;
}

/** 256 bits in the form of Standard Webhooks. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

export const sealSecrets = (seal: Seal, endpoint: string, secrets: readonly SigningSecret[]): string =>
  seal.close(JSON.stringify(secrets), webhookSecretsPurpose(endpoint));

/** The secrets that sign at this moment, the newest first. Throws `config_invalid`. */
export const secretsAt = (seal: Seal, endpoint: string, sealed: string, now: Date): readonly string[] =>
  signing(seal.open(sealed, webhookSecretsPurpose(endpoint)), now);

/** The same for who makes a new one: what no key opens any more counts as none. */
export const secretsLeft = (seal: Seal, endpoint: string, sealed: string, now: Date): readonly string[] =>
  signing(seal.openOrNull(sealed, webhookSecretsPurpose(endpoint)) ?? "[]", now);

function signing(opened: string, now: Date): readonly string[] {
  const all = JSON.parse(opened) as SigningSecret[];
  const at = now.toISOString();
  return all.filter(({ until }) => until === null || until > at).map(({ secret }) => secret);
}
