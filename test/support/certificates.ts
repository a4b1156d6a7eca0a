import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { der, nothing, octets, oid, sequence, setOf, smallInteger } from "../../src/faktur/sign/der";
import { runTool } from "./tools";

/** Certificates and `.p12` files made for tests: a root, a signer under it, packed by openssl in every common way. */

export type P12Kind = "aes" | "3des" | "rc2" | "nomac" | "ec";

export interface P12Wish {
  readonly kind: P12Kind;
  readonly passphrase: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly name?: string;
  /** Rounds of the key derivation and of the MAC. */
  readonly rounds?: number;
}

export interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const rsaPair = (): Pair => generateKeyPairSync("rsa", { modulusLength: 2048 });
const ecPair = (): Pair => generateKeyPairSync("ec", { namedCurve: "P-256" });

let kept: { readonly root: Pair; readonly rsa: Pair; readonly ec: Pair } | undefined;

/** Made once per run: RSA keys take their time. */
export function pairs() {
  kept ??= { root: rsaPair(), rsa: rsaPair(), ec: ecPair() };
  return kept;
}

const ROOT_NAME = "Akar Uji Coba";

/** The signer's key and its certificate chain in PEM. */
export function makeSigner(wish: Omit<P12Wish, "passphrase" | "rounds">) {
  const { root, rsa, ec } = pairs();
  const own = wish.kind === "ec" ? ec : rsa;
  const from = new Date(wish.notBefore ?? "2026-01-01T00:00:00Z");
  const to = new Date(wish.notAfter ?? "2036-01-01T00:00:00Z");
  const name = wish.name ?? "PT Contoh Penanda Tangan";
  const signer = certificate({
    subject: name,
    issuer: ROOT_NAME,
    key: own.publicKey,
    by: root,
    from,
    to,
    serial: 7,
  });
  const rootCertificate = certificate({
    subject: ROOT_NAME,
    issuer: ROOT_NAME,
    key: root.publicKey,
    by: root,
    from,
    to,
    serial: 1,
  });
  return {
    keyPem: own.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificates: [signer, rootCertificate],
    pem: [signer, rootCertificate].map(toPem).join(""),
  };
}

/** A `.p12` in which signer's key, certificate and root are packed as asked for. */
export function makeP12(wish: P12Wish): Buffer {
  const { keyPem, pem } = makeSigner(wish);
  return exportP12(keyPem + pem, wish.passphrase, [
    ...PACKING[wish.kind],
    ...(wish.rounds === undefined ? [] : ["-iter", String(wish.rounds)]),
  ]);
}

const PACKING: Readonly<Record<P12Kind, readonly string[]>> = {
  aes: ["-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "sha256"],
  ec: ["-keypbe", "AES-256-CBC", "-certpbe", "AES-256-CBC", "-macalg", "sha256"],
  "3des": ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
  rc2: ["-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-RC2-40", "-macalg", "sha1"],
  nomac: ["-nomac", "-keypbe", "AES-256-CBC", "-certpbe", "NONE"],
};

/** What `openssl pkcs12 -export` makes of the PEM with these options. */
export function exportP12(pem: string, passphrase: string, options: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "faktur-p12-"));
  const at = (name: string): string => join(folder, name);
  try {
    writeFileSync(at("in.pem"), pem);
    writeFileSync(at("pass"), passphrase);
    runTool("openssl", [
      ...["pkcs12", "-export", "-in", at("in.pem"), "-out", at("out.p12"), "-passout", `file:${at("pass")}`],
      ...options,
    ]);
    return readFileSync(at("out.p12"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const toPem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE-----\n`;

interface CertificateWish {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly by: Pair;
  readonly from: Date;
  readonly to: Date;
  readonly serial: number;
}

/** An X.509 certificate, so that any validity can be had; RSA with SHA-256. */
function certificate(wish: CertificateWish): Buffer {
  const algorithm = sequence(oid("1.2.840.113549.1.1.11"), nothing());
  const authority = wish.subject === wish.issuer ? Buffer.from([0x01, 0x01, 0xff]) : Buffer.alloc(0);
  const constraints = sequence(oid("2.5.29.19"), octets(sequence(authority)));
  const body = sequence(
    der(0xa0, smallInteger(2)),
    smallInteger(wish.serial),
    algorithm,
    nameOf(wish.issuer),
    sequence(timeOf(wish.from), timeOf(wish.to)),
    nameOf(wish.subject),
    wish.key.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(constraints)),
  );
  const signature = sign("sha256", body, wish.by.privateKey);
  return sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
}

const nameOf = (commonName: string): Buffer =>
  sequence(
    setOf(sequence(oid("2.5.4.6"), der(0x13, Buffer.from("ID")))),
    setOf(sequence(oid("2.5.4.3"), der(0x0c, Buffer.from(commonName, "utf8")))),
  );

const timeOf = (at: Date): Buffer =>
  der(0x18, Buffer.from(`${at.toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`));
