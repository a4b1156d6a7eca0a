import { createHash } from "node:crypto";
import { officialPdfFault } from "./faktur/pdf/official";
import type { PaperMaker, SealedCertificate } from "./faktur/obtain";
import { drawPaper } from "./faktur/pdf/draw";
import {
  checkValidity,
  openCertificate,
  signPdf,
  SIGNATURE_SPACE,
  type OpenCertificate,
} from "./faktur/sign/sign";

/** Opened certificates kept in memory: opening one may take seconds, signing takes a moment. */
const KEPT = 50;

/** Draws, signs and judges PDFs with the parts of this program. */
export function createPaperMaker(): PaperMaker {
  const opened = new Map<string, Promise<OpenCertificate>>();

  function open({ p12, passphrase }: SealedCertificate): Promise<OpenCertificate> {
    const name = createHash("sha256").update(p12).update(passphrase).digest("hex");
    const known = opened.get(name);
    if (known !== undefined) return known;
    const fresh = openCertificate(p12, passphrase);
    if (opened.size >= KEPT) opened.clear();
    opened.set(name, fresh);
    fresh.catch(() => opened.delete(name));
    return fresh;
  }

  return {
    async render(paper, certificate, at, faktur) {
      const key = await open(certificate);
      checkValidity(key, at);
      const drawn = await drawPaper(paper, { signatureSpace: SIGNATURE_SPACE });
      return signPdf(drawn, key, at, {
        reason: `Faktur Pajak ${paper.nsfp ?? ""}`,
        location: faktur.seller.city,
        name: faktur.seller.signer.name,
        contact: faktur.seller.email,
      });
    },
    fault: (bytes, expect) => officialPdfFault(bytes, expect),
  };
}

/** What a certificate says of itself, once its passphrase has opened it. Throws what opening and `checkValidity` throw. */
export async function tryCertificate(p12: Buffer, passphrase: string, now: Date) {
  const opened = await openCertificate(p12, passphrase);
  checkValidity(opened, now);
  const { subject, issuer, notBefore, notAfter } = opened;
  return { subject, issuer, validFrom: notBefore, validTo: notAfter };
}
