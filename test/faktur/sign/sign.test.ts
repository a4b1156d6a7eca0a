/*
 * Proves that certificates of all kinds open with the right passphrase only, that what is signed verifies, here and in
 * poppler's pdfsig, and that no signed file can be changed unseen. How: certificates made for the test and packed by
 * openssl, real PDFs, single bytes changed.
 */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import forge from "node-forge";
import type { AppError } from "../../../src/errors";
import { drawPaper } from "../../../src/faktur/pdf/draw";
import {
  checkValidity,
  openCertificate,
  signatureSpace,
  signPdf,
  verifyPdf,
  type OpenCertificate,
} from "../../../src/faktur/sign/sign";
import { exportP12, makeP12, makeSigner, type P12Kind } from "../../support/certificates";
import { makePaper } from "../../support/papers";
import { requireTool, runTool } from "../../support/tools";

const PASSPHRASE = "Rahasia#2026";
const AT = new Date("2026-11-03T02:10:00Z");
const INFO = {
  reason: "Salinan Faktur Pajak",
  location: "Kota Jakarta Pusat",
  name: "PT Contoh – Penanda (Tangan)",
  contact: "pajak@contoh.example",
};

const withOpenssl = requireTool("openssl");

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    return (thrown as AppError).code;
  }
  return "no error";
}

const signedSheet = async (
  certificate: OpenCertificate,
  space = signatureSpace(certificate, INFO),
): Promise<Buffer> =>
  signPdf(await drawPaper(makePaper({ signed: true }), { signatureSpace: space }), certificate, AT, INFO);

const KINDS: readonly P12Kind[] = ["aes", "3des", "rc2", "nomac", "ec"];

describe("opening a certificate", () => {
  for (const kind of KINDS) {
    withOpenssl(`a ${kind} file opens with its passphrase and with no other`, async () => {
      const p12 = makeP12({ kind, passphrase: PASSPHRASE });
      const opened = await openCertificate(p12, PASSPHRASE);
      expect(opened.subject).toBe("CN=PT Contoh Penanda Tangan, C=ID");
      expect(opened.issuer).toBe("CN=Akar Uji Coba, C=ID");
      expect(opened.chain).toEqual(makeSigner({ kind }).certificates);
      expect([opened.serial, opened.notBefore, opened.notAfter]).toEqual([
        "07",
        "2026-01-01T00:00:00.000Z",
        "2036-01-01T00:00:00.000Z",
      ]);
      for (const wrong of ["", "rahasia#2026", `${PASSPHRASE} `, "x".repeat(200)]) {
        expect(await codeOf(() => openCertificate(p12, wrong))).toBe("passphrase_wrong");
      }
    });

    withOpenssl(`a passphrase with letters outside ASCII opens a ${kind} file`, async () => {
      const p12 = makeP12({ kind, passphrase: "Rahásia–密#2026" });
      expect((await openCertificate(p12, "Rahásia–密#2026")).serial).toBe("07");
      expect(await codeOf(() => openCertificate(p12, "Rahasia–密#2026"))).toBe("passphrase_wrong");
    });
  }

  withOpenssl("a name with letters outside ASCII is kept as it is written", async () => {
    const p12 = makeP12({ kind: "aes", passphrase: PASSPHRASE, name: "Siti Nurhalizá Ñ" });
    expect((await openCertificate(p12, PASSPHRASE)).subject).toBe("CN=Siti Nurhalizá Ñ, C=ID");
  });

  withOpenssl("a file cut off anywhere is unreadable or refused, never opened", async () => {
    const p12 = makeP12({ kind: "aes", passphrase: PASSPHRASE });
    for (const part of [0.1, 0.5, 0.9, 0.999]) {
      const cut = p12.subarray(0, Math.floor(p12.length * part));
      expect(await codeOf(() => openCertificate(cut, PASSPHRASE))).toBe("certificate_unreadable");
    }
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("-----BEGIN CERTIFICATE-----")],
    ["zeros", Buffer.alloc(3000)],
    ["a list of nothing", Buffer.from([0x30, 0x00])],
    ["two megabytes", Buffer.alloc(2_000_000, 0x30)],
  ])("%s is no certificate", async (_name, bytes) => {
    expect(await codeOf(() => openCertificate(bytes, PASSPHRASE))).toBe("certificate_unreadable");
  });

  test("random bytes never do more than fail with a code", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await codeOf(() => openCertificate(Buffer.from(bytes), PASSPHRASE))).toBe(
          "certificate_unreadable",
        );
      }),
    );
  });

  withOpenssl("a changed byte never opens as another certificate", async () => {
    const p12 = makeP12({ kind: "3des", passphrase: PASSPHRASE });
    const whole = await openCertificate(p12, PASSPHRASE);
    for (let at = 5; at < p12.length; at += 97) {
      const changed = Buffer.from(p12);
      changed[at] = (changed[at] as number) ^ 0x01;
      const code = await codeOf(async () => {
        const opened = await openCertificate(changed, PASSPHRASE);
        expect(opened.chain).toEqual(whole.chain);
      });
      expect(["certificate_unreadable", "passphrase_wrong", "no error"]).toContain(code);
    }
  });

  withOpenssl("a file without a key is unreadable", async () => {
    const p12 = exportP12(makeSigner({ kind: "aes" }).pem, PASSPHRASE, ["-nokeys"]);
    expect(await codeOf(() => openCertificate(p12, PASSPHRASE))).toBe("certificate_unreadable");
  });

  withOpenssl("a file that nothing protects is unreadable, since any passphrase would do", async () => {
    const { keyPem, pem } = makeSigner({ kind: "aes" });
    const open = ["-nomac", "-keypbe", "NONE", "-certpbe", "NONE"];
    const p12 = exportP12(keyPem + pem, PASSPHRASE, open);
    expect(await codeOf(() => openCertificate(p12, PASSPHRASE))).toBe("certificate_unreadable");
  });

  test("a key that does not fit the certificate is unreadable", async () => {
    const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const key = forge.pki.privateKeyFromPem(stranger.export({ type: "pkcs1", format: "pem" }).toString());
    const leaf = forge.pki.certificateFromPem(makeSigner({ kind: "aes" }).pem);
    const asn1 = forge.pkcs12.toPkcs12Asn1(key, [leaf], PASSPHRASE, { algorithm: "aes256" });
    const p12 = Buffer.from(forge.asn1.toDer(asn1).getBytes(), "binary");
    expect(await codeOf(() => openCertificate(p12, PASSPHRASE))).toBe("certificate_unreadable");
  });

  test("a file packed by another tool opens with an AES-128 key and certificates in the clear", async () => {
    const { keyPem, pem } = makeSigner({ kind: "aes" });
    const asn1 = forge.pkcs12.toPkcs12Asn1(
      forge.pki.privateKeyFromPem(keyPem),
      [forge.pki.certificateFromPem(pem)],
      PASSPHRASE,
      { algorithm: "aes128" },
    );
    const p12 = Buffer.from(forge.asn1.toDer(asn1).getBytes(), "binary");
    expect((await openCertificate(p12, PASSPHRASE)).chain).toHaveLength(1);
    expect(await codeOf(() => openCertificate(p12, "salah"))).toBe("passphrase_wrong");
  });

  withOpenssl("a file with 600,000 rounds does not hold up other work", async () => {
    const p12 = makeP12({ kind: "3des", passphrase: PASSPHRASE, rounds: 600_000 });
    let turns = 0;
    let opened = false;
    const others = (): void => {
      turns += 1;
      if (!opened) setImmediate(others);
    };
    setImmediate(others);
    try {
      expect((await openCertificate(p12, PASSPHRASE)).serial).toBe("07");
    } finally {
      opened = true;
    }
    // Opening takes seconds; in one piece the others would have had two or three turns in all of them.
    expect(turns).toBeGreaterThan(100);
  });
});

describe("validity", () => {
  withOpenssl("a certificate is refused the second after its end and before its beginning", async () => {
    const wish = { kind: "aes", passphrase: PASSPHRASE, notBefore: "2026-01-01T00:00:00Z" } as const;
    const opened = await openCertificate(makeP12({ ...wish, notAfter: "2026-12-31T23:59:59Z" }), PASSPHRASE);
    const at = (iso: string): Promise<string> => codeOf(async () => checkValidity(opened, new Date(iso)));
    expect(await at("2026-01-01T00:00:00Z")).toBe("no error");
    expect(await at("2026-12-31T23:59:59Z")).toBe("no error");
    expect(await at("2027-01-01T00:00:00Z")).toBe("certificate_expired");
    expect(await at("2025-12-31T23:59:59Z")).toBe("certificate_expired");
  });
});

describe("signing", () => {
  for (const kind of ["aes", "ec"] as const) {
    withOpenssl(`a sheet signed with the ${kind} certificate verifies and names its signer`, async () => {
      const certificate = await openCertificate(makeP12({ kind, passphrase: PASSPHRASE }), PASSPHRASE);
      const verified = verifyPdf(await signedSheet(certificate));
      expect(verified).toMatchObject({
        kind: "valid",
        signer: "CN=PT Contoh Penanda Tangan, C=ID",
        issuer: "CN=Akar Uji Coba, C=ID",
        signedAt: "2026-11-03T02:10:00.000Z",
        coversWholeFile: true,
      });
    });

    const withPdfsig = requireTool("pdfsig");
    withPdfsig(`pdfsig finds the ${kind} signature valid and whole`, async () => {
      const certificate = await openCertificate(makeP12({ kind, passphrase: PASSPHRASE }), PASSPHRASE);
      const folder = mkdtempSync(join(tmpdir(), "faktur-sign-"));
      try {
        const file = join(folder, "sheet.pdf");
        writeFileSync(file, await signedSheet(certificate));
        const said = runTool("pdfsig", ["-nocert", file]);
        expect(said).toContain("Signature Validation: Signature is Valid.");
        expect(said).toContain("Total document signed");
        expect(said).toContain("Signer Certificate Common Name: PT Contoh Penanda Tangan");
        expect(said).toContain("Signing Hash Algorithm: SHA-256");
        expect(said).not.toContain("Signature #2");
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  withOpenssl("an RSA signature is the same whenever the same sheet is signed at the same time", async () => {
    const certificate = await openCertificate(makeP12({ kind: "aes", passphrase: PASSPHRASE }), PASSPHRASE);
    expect((await signedSheet(certificate)).equals(await signedSheet(certificate))).toBe(true);
  });

  for (const kind of KINDS) {
    withOpenssl(`the space for a ${kind} signature is enough each time, and hardly more`, async () => {
      const certificate = await openCertificate(makeP12({ kind, passphrase: PASSPHRASE }), PASSPHRASE);
      for (const words of [INFO, { ...INFO, name: "", contact: "密".repeat(120) }]) {
        const space = signatureSpace(certificate, words);
        const drawn = await drawPaper(makePaper({ signed: true }), { signatureSpace: space });
        // An EC signature is now a byte longer, now shorter.
        for (let count = 0; count < 40; count += 1) {
          const signed = signPdf(drawn, certificate, new Date(AT.getTime() + count * 86_400_000), words);
          expect(verifyPdf(signed).kind).toBe("valid");
          const unused = /(?:00)*(?=>\n>>\nendobj)/.exec(signed.toString("latin1"))?.[0].length ?? 0;
          expect(unused).toBeLessThan(200);
        }
      }
    });
  }

  withOpenssl("odd and even amounts of space are filled to the byte", async () => {
    const certificate = await openCertificate(makeP12({ kind: "aes", passphrase: PASSPHRASE }), PASSPHRASE);
    for (const name of ["A", "Ab", "Abc"]) {
      const drawn = await drawPaper(makePaper(), { signatureSpace: 8001 });
      const signed = signPdf(drawn, certificate, AT, { ...INFO, name });
      expect(signed).toHaveLength(drawn.length);
      expect(verifyPdf(signed).kind).toBe("valid");
    }
  });

  withOpenssl("a sheet drawn without space, or with too little, is not signed", async () => {
    const certificate = await openCertificate(makeP12({ kind: "aes", passphrase: PASSPHRASE }), PASSPHRASE);
    const plain = await drawPaper(makePaper());
    expect(() => signPdf(plain, certificate, AT, INFO)).toThrow(RangeError);
    for (const space of [1, 200, 900]) {
      await expect(signedSheet(certificate, space)).rejects.toThrow(RangeError);
    }
  });
});

describe("verifying", () => {
  let signed: Buffer;
  const withSigned = (name: string, body: () => void | Promise<void>): void =>
    withOpenssl(name, async () => {
      signed ??= await signedSheet(
        await openCertificate(makeP12({ kind: "aes", passphrase: PASSPHRASE }), PASSPHRASE),
      );
      await body();
    });

  test("a sheet without a signature is unsigned", async () => {
    expect(verifyPdf(await drawPaper(makePaper()))).toMatchObject({ kind: "unsigned" });
    expect(verifyPdf(await drawPaper(makePaper(), { signatureSpace: 4000 }))).toMatchObject({
      kind: "unsigned",
    });
    expect(verifyPdf(Buffer.alloc(0))).toMatchObject({ kind: "unsigned" });
  });

  withSigned("any changed byte outside the signature is found", () => {
    const open = signed.indexOf("/Contents <") + "/Contents ".length;
    const close = signed.indexOf(">", open) + 1;
    fc.assert(
      fc.property(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        fc.pre(at < open || at >= close);
        const changed = Buffer.from(signed);
        changed[at] = (changed[at] as number) ^ flip;
        expect(verifyPdf(changed).kind).not.toBe("valid");
      }),
      { numRuns: 300 },
    );
  });

  withSigned("every digit of the signature value and of the certificates counts", () => {
    const { certificates } = makeSigner({ kind: "aes" });
    const at = (certificates[1] as Buffer).toString("hex");
    const root = signed.indexOf(at);
    const leaf = signed.indexOf((certificates[0] as Buffer).toString("hex"));
    const hexEnd = signed.indexOf("000000>");
    expect(Math.min(root, leaf, hexEnd)).toBeGreaterThan(0);
    for (const place of [root + 300, root + at.length - 3, leaf + 300, leaf + 1200]) {
      const changed = Buffer.from(signed);
      changed.write(changed.toString("latin1", place, place + 1) === "5" ? "6" : "5", place, "latin1");
      expect(verifyPdf(changed).kind).toBe("damaged");
    }
  });

  withSigned("bytes added after signing are found", () => {
    const longer = Buffer.concat([signed, Buffer.from("\n")]);
    expect(verifyPdf(longer)).toEqual({ kind: "damaged", why: "not the whole file" });
    expect(verifyPdf(signed.subarray(0, -1)).kind).toBe("damaged");
  });

  withSigned("content hidden in the gap of the signature is found", () => {
    const at = signed.indexOf("0000>");
    const changed = Buffer.from(signed);
    changed.write("(x)", at, "latin1");
    expect(verifyPdf(changed).kind).toBe("damaged");
  });

  withSigned("a signature made by another key under the same certificate is found", async () => {
    const certificate = await openCertificate(makeP12({ kind: "aes", passphrase: PASSPHRASE }), PASSPHRASE);
    const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const forged = await signedSheet({ ...certificate, key: stranger });
    expect(verifyPdf(forged)).toEqual({ kind: "damaged", why: "signature wrong" });
  });

  withSigned("an exchanged certificate of the same name and number is found", async () => {
    const certificate = await openCertificate(makeP12({ kind: "aes", passphrase: PASSPHRASE }), PASSPHRASE);
    const other = makeSigner({ kind: "aes", notAfter: "2046-01-01T00:00:00Z" }).certificates[0] as Buffer;
    const honest = await signedSheet(certificate);
    const swapped = Buffer.from(
      honest
        .toString("latin1")
        .replace((certificate.chain[0] as Buffer).toString("hex"), other.toString("hex")),
      "latin1",
    );
    expect(swapped.equals(honest)).toBe(false);
    expect(verifyPdf(swapped).kind).toBe("damaged");
  });
});
