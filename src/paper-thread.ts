import { createHash } from "node:crypto";
import type { Paper } from "./faktur/paper";
import { drawPaper } from "./faktur/pdf/draw";
import {
  checkValidity,
  openCertificate,
  signatureSpace,
  signPdf,
  type OpenCertificate,
  type SignatureInfo,
} from "./faktur/sign/sign";
import { answerQuestions, asBuffer } from "./thread";

/** Opened certificates kept in memory: opening one may take seconds, signing takes a moment. */
const KEPT = 50;

const opened = new Map<string, Promise<OpenCertificate>>();

function open(p12: Uint8Array, passphrase: string): Promise<OpenCertificate> {
  const name = createHash("sha256").update(p12).update(passphrase).digest("hex");
  const known = opened.get(name);
  if (known !== undefined) return known;
  const fresh = openCertificate(asBuffer(p12), passphrase);
  if (opened.size >= KEPT) opened.clear();
  opened.set(name, fresh);
  fresh.catch(() => opened.delete(name));
  return fresh;
}

const answers = {
  draw: (paper: Paper): Promise<Uint8Array> => drawPaper(paper),

  async render(
    paper: Paper,
    p12: Uint8Array,
    passphrase: string,
    at: Date,
    info: SignatureInfo,
  ): Promise<Uint8Array> {
    const key = await open(p12, passphrase);
    checkValidity(key, at);
    return signPdf(await drawPaper(paper, { signatureSpace: signatureSpace(key, info) }), key, at, info);
  },

  async examine(p12: Uint8Array, passphrase: string, now: Date) {
    const certificate = await openCertificate(asBuffer(p12), passphrase);
    checkValidity(certificate, now);
    const { subject, issuer, notBefore, notAfter } = certificate;
    return { subject, issuer, validFrom: notBefore, validTo: notAfter };
  },
};

export type PaperAnswers = typeof answers;

answerQuestions(answers);
