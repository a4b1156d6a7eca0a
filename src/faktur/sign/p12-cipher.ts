import {
  createDecipheriv,
  createHash,
  createHmac,
  hash as oneHash,
  pbkdf2,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";
import forge from "node-forge";
import { bytesOf, isInteger, isSequence, listOf, oidOf, P12Error, type Node } from "./p12-nodes";

/** Keys, MAC and ciphers of PKCS#12 (RFC 7292 with RFC 8018 and RFC 9579), by node:crypto wherever it still has them. */

/** In all of a file: more than any tool writes; who asks for more, in one place or in many, only keeps the machine busy. */
const MOST_ROUNDS = 10_000_000;

/** What a file is opened with, and how many rounds of hashing it may still cost. */
export interface Opening {
  readonly passphrase: string;
  roundsLeft: number;
}

export const openingWith = (passphrase: string): Opening => ({ passphrase, roundsLeft: MOST_ROUNDS });

function spend(opening: Opening, rounds: number): void {
  opening.roundsLeft -= rounds;
  if (opening.roundsLeft < 0) throw new P12Error("unsupported", "number of rounds");
}
/** Rounds between two looks at the event loop, so that a file with 600,000 rounds does not stop the service. */
const ROUNDS_AT_ONCE = 5_000;

const derive = promisify(pbkdf2);

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const PBMAC1 = "1.2.840.113549.1.5.14";

function roundsOf(node: Node | undefined, otherwise?: number): number {
  if (node === undefined && otherwise !== undefined) return otherwise;
  const rounds = Number.parseInt(bytesOf(node).toString("hex"), 16);
  if (!(rounds >= 1 && rounds <= MOST_ROUNDS)) throw new P12Error("unsupported", "number of rounds");
  return rounds;
}

const HASHES: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.4": "sha224",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
  "1.2.840.113549.2.7": "sha1",
  "1.2.840.113549.2.8": "sha224",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
};

function hashOf(node: Node | undefined): string {
  const name = oidOf(node);
  const hash = HASHES[name];
  if (hash === undefined) throw new P12Error("unsupported", `hash ${name}`);
  return hash;
}

/** Throws P12Error `passphrase` when the file's MAC does not fit. */
export async function checkMac(macData: Node, safe: Buffer, opening: Opening): Promise<void> {
  const [digestInfo, salt, rounds] = listOf(macData);
  const [algorithm, expected] = listOf(digestInfo);
  const [name, parameters] = listOf(algorithm);
  let hash: string;
  let key: Buffer;
  if (oidOf(name) === PBMAC1) {
    const [kdf, scheme] = listOf(parameters);
    hash = hashOf(listOf(scheme)[0]);
    key = await pbkdf2Key(kdf, opening, 0);
  } else {
    hash = hashOf(name);
    const size = createHash(hash).digest().length;
    key = await pkcs12Key(hash, 3, opening, bytesOf(salt), roundsOf(rounds, 1), size);
  }
  const actual = createHmac(hash, key).update(safe).digest();
  const wanted = bytesOf(expected);
  if (actual.length !== wanted.length || !timingSafeEqual(actual, wanted)) {
    throw new P12Error("passphrase", "the file's MAC does not fit");
  }
}

/** PBKDF2 on node's own threads. `size` is the key length the cipher needs; 0 takes the one written in the file. */
async function pbkdf2Key(kdf: Node | undefined, opening: Opening, size: number): Promise<Buffer> {
  const [name, parameters] = listOf(kdf);
  if (oidOf(name) !== PBKDF2) throw new P12Error("unsupported", `key derivation ${oidOf(name)}`);
  const [salt, rounds, ...rest] = listOf(parameters);
  const written = rest.find(isInteger);
  const prf = rest.find(isSequence);
  const length = size === 0 ? Number.parseInt(bytesOf(written).toString("hex"), 16) : size;
  if (!(length >= 1 && length <= 128)) throw new P12Error("unsupported", "key length");
  const hash = prf === undefined ? "sha1" : hashOf(listOf(prf)[0]);
  const count = roundsOf(rounds);
  // An HMAC is two hashes, for each block of the key.
  spend(opening, 2 * count * Math.ceil(length / createHash(hash).digest().length));
  return derive(Buffer.from(opening.passphrase, "utf8"), bytesOf(salt), count, length, hash);
}

/** The key derivation of RFC 7292 appendix B.2; `id` 1 key, 2 initial vector, 3 MAC. */
async function pkcs12Key(
  hash: string,
  id: 1 | 2 | 3,
  opening: Opening,
  salt: Buffer,
  rounds: number,
  size: number,
): Promise<Buffer> {
  const block = hash === "sha384" || hash === "sha512" ? 128 : 64;
  const secret = Buffer.from(`${opening.passphrase}\0`, "utf16le").swap16();
  const diversifier = Buffer.alloc(block, id);
  const input = Buffer.concat([filled(salt, block), filled(secret, block)]);
  let key = Buffer.alloc(0);
  while (key.length < size) {
    spend(opening, rounds);
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < rounds; round += 1) {
      digest = oneHash(hash, digest, "buffer");
      if (round % ROUNDS_AT_ONCE === 0) await new Promise(setImmediate);
    }
    key = Buffer.concat([key, digest]);
    addToEachBlock(input, filled(digest, block).subarray(0, block), block);
  }
  return key.subarray(0, size);
}

/** Repeated to a whole number of blocks. */
function filled(bytes: Buffer, block: number): Buffer {
  return bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
}

function addToEachBlock(input: Buffer, addend: Buffer, block: number): void {
  for (let start = 0; start < input.length; start += block) {
    let carry = 1;
    for (let index = block - 1; index >= 0; index -= 1) {
      carry += input.readUInt8(start + index) + addend.readUInt8(index);
      input.writeUInt8(carry & 0xff, start + index);
      carry >>= 8;
    }
  }
}

const AES: Readonly<Record<string, { readonly cipher: string; readonly size: number }>> = {
  "2.16.840.1.101.3.4.1.2": { cipher: "aes-128-cbc", size: 16 },
  "2.16.840.1.101.3.4.1.22": { cipher: "aes-192-cbc", size: 24 },
  "2.16.840.1.101.3.4.1.42": { cipher: "aes-256-cbc", size: 32 },
  "1.2.840.113549.3.7": { cipher: "des-ede3-cbc", size: 24 },
};

const LEGACY: Readonly<Record<string, { readonly cipher: "3des" | "2des" | "rc2"; readonly size: number }>> =
  {
    "1.2.840.113549.1.12.1.3": { cipher: "3des", size: 24 },
    "1.2.840.113549.1.12.1.4": { cipher: "2des", size: 16 },
    "1.2.840.113549.1.12.1.5": { cipher: "rc2", size: 16 },
    "1.2.840.113549.1.12.1.6": { cipher: "rc2", size: 5 },
  };

/** Decrypts with a key made of the passphrase; `proved` says that a MAC has shown the passphrase to be right. Throws P12Error. */
export async function decrypt(
  algorithm: Node | undefined,
  bytes: Buffer,
  opening: Opening,
  proved: boolean,
): Promise<Buffer> {
  const [name, parameters] = listOf(algorithm);
  const scheme = oidOf(name);
  const open =
    scheme === PBES2 ? await modern(parameters, opening) : await legacy(scheme, parameters, opening);
  try {
    return open(bytes);
  } catch {
    throw new P12Error(proved ? "damaged" : "passphrase", "does not decrypt");
  }
}

async function modern(parameters: Node | undefined, opening: Opening): Promise<(bytes: Buffer) => Buffer> {
  const [kdf, scheme] = listOf(parameters);
  const [name, iv] = listOf(scheme);
  const known = AES[oidOf(name)];
  if (known === undefined) throw new P12Error("unsupported", `cipher ${oidOf(name)}`);
  const key = await pbkdf2Key(kdf, opening, known.size);
  return (bytes) => deciphered(known.cipher, key, bytesOf(iv), bytes);
}

async function legacy(
  scheme: string,
  parameters: Node | undefined,
  opening: Opening,
): Promise<(bytes: Buffer) => Buffer> {
  const known = LEGACY[scheme];
  if (known === undefined) throw new P12Error("unsupported", `cipher ${scheme}`);
  const [salt, rounds] = listOf(parameters);
  const make = (id: 1 | 2, size: number): Promise<Buffer> =>
    pkcs12Key("sha1", id, opening, bytesOf(salt), roundsOf(rounds), size);
  const key = await make(1, known.size);
  const iv = await make(2, 8);
  switch (known.cipher) {
    case "3des":
      return (bytes) => deciphered("des-ede3-cbc", key, iv, bytes);
    case "2des":
      return (bytes) => deciphered("des-ede3-cbc", Buffer.concat([key, key.subarray(0, 8)]), iv, bytes);
    case "rc2":
      return (bytes) => decipheredRc2(key, iv, bytes);
  }
}

function deciphered(cipher: string, key: Buffer, iv: Buffer, bytes: Buffer): Buffer {
  const decipher = createDecipheriv(cipher, key, iv);
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}

/** RC2 is gone from OpenSSL 3, and still protects certificates in files of older tools. */
function decipheredRc2(key: Buffer, iv: Buffer, bytes: Buffer): Buffer {
  const cipher = forge.rc2.createDecryptionCipher(key.toString("binary"), key.length * 8);
  cipher.start(iv.toString("binary"));
  cipher.update(forge.util.createBuffer(bytes.toString("binary")));
  if (!cipher.finish()) throw new Error("padding");
  return Buffer.from(cipher.output.getBytes(), "binary");
}
