import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AppError } from "./errors";
import { text } from "./text";

/** Encrypts what must not lie open in the database. `purpose` binds a sealed value to its place. */
export interface Seal {
  close(plain: string, purpose: string): string;
  /** Throws `config_invalid` when neither the master key nor the one before it is the one that closed it. */
  open(sealed: string, purpose: string): string;
  /** Null where `open` throws: a secret that no key of ours opens is as good as none, and is stored again. */
  openOrNull(sealed: string, purpose: string): string | null;
  /** Under which key a value lies: the one in use, the one before it, or neither. */
  keyOf(sealed: string, purpose: string): "present" | "old" | "neither";
}

const VERSION = "v1";
/** The whole of it: a shorter tag of the same value would be taken too, and is guessed sooner. */
const TAG_BYTES = 16;

/**
 * AES-256-GCM under the 32-byte master key; each value has its own nonce and is bound to its purpose. What is closed is
 * closed under `masterKey`; `old` opens too while a change of keys is under way.
 */
export function createSeal(masterKey: Buffer, old: Buffer | null = null): Seal {
  const openOrNull = (sealed: string, purpose: string): string | null =>
    tryUnder(masterKey, sealed, purpose) ?? (old === null ? null : tryUnder(old, sealed, purpose));
  return {
    close: (plain, purpose) => closeUnder(masterKey, plain, purpose),
    open(sealed, purpose) {
      const plain = openOrNull(sealed, purpose);
      if (plain === null) throw new AppError("config_invalid", NOT_OURS);
      return plain;
    },
    openOrNull,
    keyOf(sealed, purpose) {
      if (tryUnder(masterKey, sealed, purpose) !== null) return "present";
      return old !== null && tryUnder(old, sealed, purpose) !== null ? "old" : "neither";
    },
  };
}

function closeUnder(key: Buffer, plain: string, purpose: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return [
    VERSION,
    nonce.toString("base64"),
    cipher.getAuthTag().toString("base64"),
    body.toString("base64"),
  ].join(".");
}

function openUnder(key: Buffer, sealed: string, purpose: string): string {
  const [version, nonce, tag, body] = sealed.split(".");
  if (version !== VERSION || !nonce || !tag || body === undefined) throw new Error("not a sealed value");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(Buffer.from(tag, "base64"));
  return Buffer.concat([decipher.update(Buffer.from(body, "base64")), decipher.final()]).toString("utf8");
}

function tryUnder(key: Buffer, sealed: string, purpose: string): string | null {
  try {
    return openUnder(key, sealed, purpose);
  } catch {
    return null;
  }
}

const NOT_OURS = text(
  "Rahasia tersimpan tidak dapat dibuka: FAKTUR_MASTER_KEY bukan kunci yang dipakai saat menyimpan.",
  "A stored secret cannot be opened: FAKTUR_MASTER_KEY is not the key it was stored with.",
);
