import { createHash, sign, verify, X509Certificate, type KeyObject } from "node:crypto";
import {
  childAt,
  childrenOf,
  der,
  nothing,
  octets,
  oid,
  readDer,
  sequence,
  setOf,
  smallInteger,
  TAG,
  type Der,
} from "./der";

const OID = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
  rsaEncryption: "1.2.840.113549.1.1.1",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
} as const;

const sha256 = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();
const certificateHash = (der: Buffer): Buffer => sequence(octets(sha256(der)));
const attribute = (type: string, value: Buffer): Buffer => sequence(oid(type), setOf(value));

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5652 section 11.3); whole seconds. */
function time(at: Date): Buffer {
  const digits = `${at.toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`;
  return at.getUTCFullYear() < 2050
    ? der(TAG.utcTime, Buffer.from(digits.slice(2)))
    : der(TAG.generalizedTime, Buffer.from(digits));
}

/** Serial number and issuer of a certificate, byte for byte as they stand in it. */
function issuerAndSerial(certificate: Buffer): Buffer {
  const tbs = childrenOf(childAt(childrenOf(readDer(certificate)), 0, TAG.sequence));
  const at = tbs[0]?.tag === TAG.context0 ? 1 : 0;
  return sequence(childAt(tbs, at + 2, TAG.sequence).raw, childAt(tbs, at, TAG.integer).raw);
}

/**
 * A detached CMS signature (RFC 5652) over the bytes, SHA-256, with signing time and signing-certificate-v2 (RFC 5035).
 * `chain` is DER, the signer's certificate first; the key is RSA or EC. The signature itself is node's own, which is
 * about a hundred times faster than one computed in JavaScript.
 */
export function signDetached(content: Buffer, key: KeyObject, chain: readonly Buffer[], at: Date): Buffer {
  const [leaf] = chain;
  if (leaf === undefined) throw new RangeError("a signature needs the signer's certificate");
  const attributes = [
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.signingTime, time(at)),
    attribute(OID.messageDigest, octets(sha256(content))),
    // All certificates and not only the signer's, so that none of those enclosed can be exchanged.
    attribute(OID.signingCertificateV2, sequence(sequence(...chain.map(certificateHash)))),
  ];
  const signed = setOf(...attributes);
  const algorithm =
    key.asymmetricKeyType === "ec"
      ? sequence(oid(OID.ecdsaWithSha256))
      : sequence(oid(OID.rsaEncryption), nothing());
  const digest = sequence(oid(OID.sha256), nothing());
  const signer = sequence(
    smallInteger(1),
    issuerAndSerial(leaf),
    digest,
    // The attributes are signed as a SET and stored under an implicit tag (RFC 5652 section 5.4).
    der(TAG.context0, readDer(signed).content),
    algorithm,
    octets(sign("sha256", signed, key)),
  );
  const signedData = sequence(
    smallInteger(1),
    setOf(digest),
    sequence(oid(OID.data)),
    der(TAG.context0, ...chain),
    setOf(signer),
  );
  return sequence(oid(OID.signedData), der(TAG.context0, signedData));
}

export type CmsVerification =
  | { readonly kind: "valid"; readonly certificate: X509Certificate; readonly signedAt: Date }
  | { readonly kind: "damaged"; readonly why: "not a signature" | "content changed" | "signature wrong" };

/** Checks a detached signature over the bytes with the certificate it carries. Whom to trust is not decided here. */
export function verifyDetached(content: Buffer, cms: Buffer): CmsVerification {
  try {
    return verifyParts(content, readCms(cms));
  } catch {
    // Whatever cannot be read is not a signature; the reader throws for every malformed byte.
    return { kind: "damaged", why: "not a signature" };
  }
}

interface CmsParts {
  readonly certificate: X509Certificate;
  /** SHA-256 of every enclosed certificate. */
  readonly enclosed: readonly Buffer[];
  readonly hash: "sha256" | "sha384" | "sha512";
  readonly attributes: Der;
  readonly signature: Buffer;
}

function verifyParts(content: Buffer, cms: CmsParts): CmsVerification {
  const digest = valueOf(cms.attributes, OID.messageDigest);
  const type = valueOf(cms.attributes, OID.contentType);
  if (!type.raw.equals(oid(OID.data))) return { kind: "damaged", why: "not a signature" };
  if (!createHash(cms.hash).update(content).digest().equals(digest.content)) {
    return { kind: "damaged", why: "content changed" };
  }
  if (!namesEnclosed(cms)) return { kind: "damaged", why: "signature wrong" };
  const signed = der(TAG.set, cms.attributes.content);
  if (!verify(cms.hash, signed, cms.certificate.publicKey, cms.signature)) {
    return { kind: "damaged", why: "signature wrong" };
  }
  return {
    kind: "valid",
    certificate: cms.certificate,
    signedAt: readTime(valueOf(cms.attributes, OID.signingTime)),
  };
}

function readCms(cms: Buffer): CmsParts {
  const info = childrenOf(readDer(cms));
  if (!childAt(info, 0, TAG.oid).raw.equals(oid(OID.signedData))) throw new RangeError("not signed data");
  const data = childrenOf(childAt(childrenOf(childAt(info, 1, TAG.context0)), 0, TAG.sequence));
  const certificates = childrenOf(childAt(data, 3, TAG.context0));
  const signers = data.at(-1);
  if (signers?.tag !== TAG.set) throw new RangeError("no signer");
  const signer = childrenOf(childAt(childrenOf(signers), 0, TAG.sequence));
  const wanted = childAt(signer, 1, TAG.sequence).raw;
  const certificate = certificates.find((each) => issuerAndSerial(each.raw).equals(wanted));
  if (certificate === undefined) throw new RangeError("the signer's certificate is not enclosed");
  return {
    certificate: new X509Certificate(certificate.raw),
    enclosed: certificates.map((each) => sha256(each.raw)),
    hash: hashNamed(childAt(childrenOf(childAt(signer, 2, TAG.sequence)), 0, TAG.oid)),
    attributes: childAt(signer, 3, TAG.context0),
    signature: childAt(signer, 5, TAG.octets).content,
  };
}

/** The certificates named by the signing-certificate-v2 attribute, the signer's first, are those that are enclosed. */
function namesEnclosed(cms: CmsParts): boolean {
  const named = childrenOf(
    childAt(childrenOf(valueOf(cms.attributes, OID.signingCertificateV2)), 0, TAG.sequence),
  );
  const hashes = named.map((each) => childAt(childrenOf(each), 0, TAG.octets).content);
  const [first] = hashes;
  if (first?.equals(sha256(cms.certificate.raw)) !== true) return false;
  return hashes.every((hash) => cms.enclosed.some((each) => each.equals(hash)));
}

function hashNamed(name: Der): CmsParts["hash"] {
  for (const hash of ["sha256", "sha384", "sha512"] as const)
    if (name.raw.equals(oid(OID[hash]))) return hash;
  throw new RangeError("unknown digest");
}

/** The one value of a signed attribute. */
function valueOf(attributes: Der, type: string): Der {
  for (const each of childrenOf(attributes)) {
    const parts = childrenOf(each);
    if (!childAt(parts, 0, TAG.oid).raw.equals(oid(type))) continue;
    const [value, ...more] = childrenOf(childAt(parts, 1, TAG.set));
    if (value !== undefined && more.length === 0) return value;
  }
  throw new RangeError(`no attribute ${type}`);
}

function readTime(value: Der): Date {
  const digits = value.content.toString("latin1");
  const full =
    value.tag === TAG.utcTime ? `${Number(digits.slice(0, 2)) < 50 ? "20" : "19"}${digits}` : digits;
  const iso = full.replace(/^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/, "$1-$2-$3T$4:$5:$6Z");
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) throw new RangeError("no time");
  return at;
}
