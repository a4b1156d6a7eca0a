import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AppError } from "./errors";
import { text } from "./text";

/** Encrypts what must not lie open in the database. `purpose` binds a sealed value to its place. */
export interface Seal {
  close(plain: string, purpose: string): string;
  /** Throws `config_invalid` when the master key is not the one that closed it. */
  open(sealed: string, purpose: string): string;
}

const VERSION = "v1";

/** AES-256-GCM under the 32-byte master key; each value has its own nonce and is bound to its purpose. */
export function createSeal(masterKey: Buffer): Seal {
  return {
    close(plain, purpose) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", masterKey, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return [
        VERSION,
        nonce.toString("base64"),
        cipher.getAuthTag().toString("base64"),
        body.toString("base64"),
      ].join(".");
    },
    open(sealed, purpose) {
      const [version, nonce, tag, body] = sealed.split(".");
      try {
        if (version !== VERSION || !nonce || !tag || body === undefined)
          throw new Error("not a sealed value");
        const decipher = createDecipheriv("aes-256-gcm", masterKey, Buffer.from(nonce, "base64"))
          .setAAD(Buffer.from(purpose))
          .setAuthTag(Buffer.from(tag, "base64"));
        return Buffer.concat([decipher.update(Buffer.from(body, "base64")), decipher.final()]).toString(
          "utf8",
        );
      } catch (cause) {
        throw new AppError(
          "config_invalid",
          text(
            "Rahasia tersimpan tidak dapat dibuka: FAKTUR_MASTER_KEY bukan kunci yang dipakai saat menyimpan.",
            "A stored secret cannot be opened: FAKTUR_MASTER_KEY is not the key it was stored with.",
          ),
          { cause },
        );
      }
    },
  };
}
