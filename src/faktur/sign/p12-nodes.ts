import forge from "node-forge";

/** Walking through the ASN.1 of a PKCS#12 file; node-forge reads it, since it also knows the BER of older tools. */

export type Node = forge.asn1.Asn1;

/** Why a file could not be opened; `sign.ts` turns it into words. */
export type P12Fault = "notP12" | "unprotected" | "unsupported" | "passphrase" | "damaged";

export class P12Error extends Error {
  constructor(
    readonly fault: P12Fault,
    readonly detail: string,
  ) {
    super(`${fault}: ${detail}`);
  }
}

/** The package's types know only the older, single option. Bytes behind the structure are ignored, cut-off ones are not. */
const OPTIONS = { strict: true, parseAllBytes: false, decodeBitStrings: false };

export function parse(bytes: Buffer): Node {
  try {
    return forge.asn1.fromDer(bytes.toString("binary"), OPTIONS as unknown as boolean);
  } catch (thrown) {
    throw new P12Error("notP12", thrown instanceof Error ? thrown.message : "not ASN.1");
  }
}

export function listOf(node: Node | undefined): Node[] {
  if (node === undefined || !Array.isArray(node.value)) throw new P12Error("notP12", "a list is missing");
  return node.value;
}

/** The bytes of an octet string, whole or in pieces (BER files of browsers come in pieces). */
export function bytesOf(node: Node | undefined): Buffer {
  if (node === undefined) throw new P12Error("notP12", "bytes are missing");
  if (Array.isArray(node.value)) return Buffer.concat(node.value.map(bytesOf));
  return Buffer.from(node.value, "binary");
}

export function oidOf(node: Node | undefined): string {
  if (node === undefined || node.type !== forge.asn1.Type.OID || typeof node.value !== "string") {
    throw new P12Error("notP12", "a name is missing");
  }
  return forge.asn1.derToOid(node.value);
}

export const derOf = (node: Node | undefined): Buffer => {
  if (node === undefined) throw new P12Error("notP12", "a key is missing");
  return Buffer.from(forge.asn1.toDer(node).getBytes(), "binary");
};

export const isInteger = (node: Node): boolean => node.type === forge.asn1.Type.INTEGER;
export const isSequence = (node: Node): boolean => node.type === forge.asn1.Type.SEQUENCE;
