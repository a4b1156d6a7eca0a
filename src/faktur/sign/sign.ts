import { createHash, createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { AppError } from "../../errors";
import { text } from "../../text";
import { signDetached, verifyDetached } from "./cms";
import { readP12, type P12Content } from "./p12";
import { P12Error } from "./p12-nodes";
import { findSigned, placeSignature, wordsLength } from "./pdf-signature";

/** A certificate ready to sign with. Open it once and keep it: opening may take seconds, signing takes less than one millisecond. */
export interface OpenCertificate {
  /** `CN=…, O=…, C=ID`. */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serial: string;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** DER, the signer's own certificate first, then those that issued it as far as the file has them. */
  readonly chain: readonly Buffer[];
  readonly key: KeyObject;
}

/** Larger than any certificate file; anything above is some other file. */
const LARGEST_P12 = 1_000_000;

/**
 * Opens a `.p12` file: 3DES, RC2 and AES, RSA or EC keys, passphrases in any script. Does not hold up other work.
 * Throws `passphrase_wrong`, or `certificate_unreadable` when the file is damaged, has no key, or key and certificate
 * do not belong together.
 */
export async function openCertificate(p12: Buffer, passphrase: string): Promise<OpenCertificate> {
  if (p12.length === 0 || p12.length > LARGEST_P12) throw unreadable("notP12");
  let content: P12Content;
  try {
    content = await readP12(p12, passphrase);
  } catch (thrown) {
    throw thrown instanceof P12Error ? faultOf(thrown, passphrase) : unreadable("damaged", thrown);
  }
  return matched(content);
}

/** Throws `certificate_expired` when the certificate is not valid at this instant, too late or too early. */
export function checkValidity(certificate: OpenCertificate, at: Date): void {
  if (at.getTime() > Date.parse(certificate.notAfter)) {
    throw new AppError(
      "certificate_expired",
      text(
        `Sertifikat berakhir pada ${certificate.notAfter}. Unggah sertifikat yang baru.`,
        `The certificate ended on ${certificate.notAfter}. Upload the new one.`,
      ),
    );
  }
  if (at.getTime() < Date.parse(certificate.notBefore)) {
    throw new AppError(
      "certificate_expired",
      text(
        `Sertifikat baru berlaku mulai ${certificate.notBefore}. Periksa jam server atau pakai sertifikat yang berlaku.`,
        `The certificate is valid only from ${certificate.notBefore}. Check the server's clock or use a valid certificate.`,
      ),
    );
  }
}

/** What a viewer shows beside the signature. */
export interface SignatureInfo {
  readonly reason: string;
  readonly location: string;
  readonly name: string;
  readonly contact: string;
}

/** An EC signature may take a byte or two more than another, and a year after 2050 two. */
const SLACK = 16;
const signatureLengths = new WeakMap<OpenCertificate, number>();

/** What a signature with this certificate takes; a first one is made to know it. */
function signatureLength(certificate: OpenCertificate): number {
  const known = signatureLengths.get(certificate);
  if (known !== undefined) return known;
  const made = signDetached(Buffer.alloc(0), certificate.key, certificate.chain, new Date(0)).length;
  signatureLengths.set(certificate, made);
  return made;
}

/** Bytes to draw a PDF with when it will be signed: signature, certificates and the words beside them, and no more. */
export const signatureSpace = (certificate: OpenCertificate, info: SignatureInfo): number =>
  signatureLength(certificate) + SLACK + Math.ceil(wordsLength({ ...info, signingTime: new Date(0) }) / 2);

/**
 * Signs a PDF that was drawn with `signatureSpace`: detached CMS, SHA-256, over every byte but the signature itself.
 * Throws RangeError when the PDF has no space or too little.
 */
export function signPdf(
  pdf: Buffer,
  certificate: OpenCertificate,
  signingTime: Date,
  info: SignatureInfo,
): Buffer {
  return placeSignature(pdf, { ...info, signingTime }, (content) =>
    signDetached(content, certificate.key, certificate.chain, signingTime),
  );
}

export type PdfVerification =
  | {
      readonly kind: "valid";
      readonly signer: string;
      readonly issuer: string;
      /** ISO 8601, UTC; the signer's own clock. */
      readonly signedAt: string;
      readonly sha256: string;
      readonly coversWholeFile: true;
      /** SHA-256 of the signer's certificate: names can be imitated, this cannot. */
      readonly certificateSha256: string;
    }
  | { readonly kind: "unsigned"; readonly sha256: string }
  | { readonly kind: "damaged"; readonly why: PdfDamage };

export type PdfDamage =
  /** Bytes were added, or the signature leaves some out. */
  "not the whole file" | "content changed" | "signature wrong" | "not a signature";

/**
 * Checks signature and extent of a signed PDF. Valid says: these bytes are exactly what the named certificate signed. It
 * does not say that the certificate is to be trusted; compare it with the seller's.
 */
export function verifyPdf(bytes: Buffer): PdfVerification {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const found = findSigned(bytes);
  if (found === "unsigned") return { kind: "unsigned", sha256 };
  if (found === "notWhole") return { kind: "damaged", why: "not the whole file" };
  const verified = verifyDetached(found.content, found.signature);
  if (verified.kind === "damaged") return verified;
  const { certificate, signedAt } = verified;
  return {
    kind: "valid",
    signer: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    signedAt: signedAt.toISOString(),
    sha256,
    coversWholeFile: true,
    certificateSha256: createHash("sha256").update(certificate.raw).digest("hex"),
  };
}

/** The certificate that fits the key, and those that issued it. */
function matched(content: P12Content): OpenCertificate {
  const certificates = content.certificates.map((bytes) => readCertificate(bytes));
  const keys = content.keys.map((bytes) => readKey(bytes));
  if (keys.length === 0) throw unreadable("noKey");
  for (const key of keys) {
    const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key));
    if (leaf === undefined) continue;
    if (key.asymmetricKeyType !== "rsa" && key.asymmetricKeyType !== "ec") throw unreadable("keyKind");
    return {
      subject: oneLine(leaf.subject),
      issuer: oneLine(leaf.issuer),
      serial: leaf.serialNumber,
      notBefore: new Date(leaf.validFrom).toISOString(),
      notAfter: new Date(leaf.validTo).toISOString(),
      chain: chainOf(leaf, certificates).map((certificate) => certificate.raw),
      key,
    };
  }
  throw unreadable("mismatch");
}

function readCertificate(bytes: Buffer): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (thrown) {
    throw unreadable("damaged", thrown);
  }
}

function readKey(bytes: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: bytes, format: "der", type: "pkcs8" });
  } catch (thrown) {
    throw unreadable("damaged", thrown);
  }
}

function chainOf(leaf: X509Certificate, certificates: readonly X509Certificate[]): X509Certificate[] {
  const chain = [leaf];
  for (let at = leaf; ;) {
    const issuer = certificates.find((each) => at.checkIssued(each) && !chain.includes(each));
    if (issuer === undefined) return chain;
    chain.push(issuer);
    at = issuer;
  }
}

/** Node writes one part of a name per line, the country first; people read the name first. */
const oneLine = (name: string): string => name.split("\n").reverse().join(", ");

function faultOf(error: P12Error, passphrase: string): AppError {
  switch (error.fault) {
    case "passphrase":
      return new AppError(
        "passphrase_wrong",
        text(
          "Kata sandi (passphrase) sertifikat salah. Ketik ulang, perhatikan huruf besar dan kecil.",
          "The certificate's passphrase is wrong. Type it again, minding capital letters.",
        ),
      );
    case "damaged":
      // The MAC has proved the passphrase, yet the content does not open: some tools spell such letters differently there.
      return unreadable(/[^\x20-\x7e]/.test(passphrase) ? "letters" : "damaged", error);
    case "notP12":
    case "unprotected":
    case "unsupported":
      return unreadable(error.fault, error);
    default:
      return error.fault satisfies never;
  }
}

const UNREADABLE = {
  notP12: text(
    "Berkas ini bukan sertifikat .p12 yang utuh. Unduh ulang dari penerbitnya, lalu unggah lagi.",
    "This file is not a whole .p12 certificate. Download it again from its issuer and upload it once more.",
  ),
  damaged: text(
    "Isi sertifikat .p12 rusak. Ekspor ulang dari penerbitnya, lalu unggah lagi.",
    "The content of the .p12 certificate is damaged. Export it again and upload it once more.",
  ),
  unprotected: text(
    "Berkas .p12 ini tidak dilindungi passphrase. Ekspor ulang dengan passphrase.",
    "This .p12 file is not protected by a passphrase. Export it again with one.",
  ),
  unsupported: text(
    "Cara enkripsi berkas .p12 ini tidak didukung. Ekspor ulang dengan AES-256 atau 3DES.",
    "The encryption of this .p12 file is not supported. Export it again with AES-256 or 3DES.",
  ),
  letters: text(
    "Passphrase berisi huruf di luar ASCII yang tidak dapat dipakai untuk berkas ini. Ekspor ulang dengan passphrase huruf biasa.",
    "The passphrase has letters outside ASCII that cannot be used with this file. Export it again with plain letters.",
  ),
  noKey: text(
    "Berkas .p12 tidak berisi kunci privat. Ekspor ulang beserta kunci privatnya.",
    "The .p12 file has no private key. Export it again together with its private key.",
  ),
  mismatch: text(
    "Kunci privat dan sertifikat di dalam berkas bukan pasangan. Ekspor ulang dari penerbitnya.",
    "Private key and certificate in the file do not belong together. Export it again.",
  ),
  keyKind: text(
    "Jenis kunci sertifikat ini tidak dapat menandatangani PDF. Pakai sertifikat RSA (atau EC).",
    "This certificate's kind of key cannot sign PDFs. Use an RSA (or EC) certificate.",
  ),
} as const;

const unreadable = (why: keyof typeof UNREADABLE, cause?: unknown): AppError =>
  new AppError("certificate_unreadable", UNREADABLE[why], cause === undefined ? {} : { cause });
