import { checkMac, decrypt, openingWith, type Opening } from "./p12-cipher";
import {
  bytesOf,
  derOf,
  isInteger,
  isSequence,
  listOf,
  oidOf,
  P12Error,
  parse,
  type Node,
} from "./p12-nodes";

/** Reading a PKCS#12 file (RFC 7292). */

export interface P12Content {
  /** PKCS#8 DER. */
  readonly keys: readonly Buffer[];
  /** X.509 DER. */
  readonly certificates: readonly Buffer[];
}

/**
 * Opens the file. The passphrase is proved by the file's MAC, or, where it has none, by what it decrypts. Throws P12Error.
 */
export async function readP12(file: Buffer, passphrase: string): Promise<P12Content> {
  const opening = openingWith(passphrase);
  const pfx = parse(file);
  const [, authSafe, macData] = listOf(pfx);
  const info = listOf(authSafe);
  if (oidOf(info[0]) !== OID.data)
    throw new P12Error("unsupported", "signed by a certificate instead of a passphrase");
  const safe = bytesOf(listOf(info[1])[0]);
  const proved = macData !== undefined;
  if (macData !== undefined) await checkMac(macData, safe, opening);
  const found: { keys: Buffer[]; certificates: Buffer[] } = { keys: [], certificates: [] };
  for (const part of listOf(parse(safe))) {
    const contents = await openContents(part, opening, proved);
    for (const bag of listOf(contents)) await openBag(bag, opening, proved, found);
  }
  return found;
}

const OID = {
  data: "1.2.840.113549.1.7.1",
  encryptedData: "1.2.840.113549.1.7.6",
  keyBag: "1.2.840.113549.1.12.10.1.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certBag: "1.2.840.113549.1.12.10.1.3",
  safeContentsBag: "1.2.840.113549.1.12.10.1.6",
  x509: "1.2.840.113549.1.9.22.1",
} as const;

async function openContents(part: Node, opening: Opening, proved: boolean): Promise<Node> {
  const [type, value] = listOf(part);
  const content = listOf(value)[0];
  switch (oidOf(type)) {
    case OID.data:
      return parse(bytesOf(content));
    case OID.encryptedData: {
      const [, encrypted] = listOf(content);
      const [, algorithm, cipher] = listOf(encrypted);
      return parseOpened(await decrypt(algorithm, bytesOf(cipher), opening, proved), proved);
    }
    default:
      throw new P12Error("unsupported", "content encrypted for a certificate");
  }
}

/** Bytes decrypted under a passphrase that no MAC has proved may be noise: then the passphrase is to blame. */
function parseOpened(bytes: Buffer, proved: boolean): Node {
  let node: Node | undefined;
  try {
    node = parse(bytes);
  } catch {
    // Said below, with the fault that fits.
  }
  if (node === undefined || !isSequence(node)) {
    throw new P12Error(proved ? "damaged" : "passphrase", "decrypted bytes make no sense");
  }
  return node;
}

async function openBag(
  bag: Node,
  opening: Opening,
  proved: boolean,
  found: { keys: Buffer[]; certificates: Buffer[] },
): Promise<void> {
  const [type, holder] = listOf(bag);
  const value = listOf(holder)[0];
  switch (oidOf(type)) {
    case OID.keyBag:
      // Nothing in such a file depends on the passphrase, so nothing could tell a wrong one.
      if (!proved) throw new P12Error("unprotected", "key without encryption, file without MAC");
      found.keys.push(derOf(value));
      return;
    case OID.shroudedKeyBag: {
      const [algorithm, cipher] = listOf(value);
      const key = await decrypt(algorithm, bytesOf(cipher), opening, proved);
      const [version] = listOf(parseOpened(key, proved));
      if (version === undefined || !isInteger(version)) {
        throw new P12Error(proved ? "damaged" : "passphrase", "decrypted bytes are no key");
      }
      found.keys.push(key);
      return;
    }
    case OID.certBag: {
      const [kind, certificate] = listOf(value);
      if (oidOf(kind) === OID.x509) found.certificates.push(bytesOf(listOf(certificate)[0]));
      return;
    }
    case OID.safeContentsBag:
      for (const inner of listOf(value)) await openBag(inner, opening, proved, found);
      return;
    default:
    // Revocation lists and secrets of other programs are of no use here.
  }
}
